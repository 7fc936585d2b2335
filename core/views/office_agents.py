"""Who works at the desk and may do what: colleagues are invited, given roles, blocked when they leave."""

from collections.abc import Callable
from dataclasses import dataclass

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from core import clock
from core.errors import DomainError
from core.forms.accounts import AgentInvitationForm, ColleagueInvitationForm
from core.forms.roles import RoleForm
from core.forms.security import SecurityForm
from core.models import RoleGrant, User
from core.queries.roles import HeldRole, all_places, held_roles
from core.queries.second_factor import has_factor, holders, security
from core.queries.sessions import devices_of
from core.rights import PRESETS, Right, Role
from core.services.agents import block_agent, invite_agent, resend_invitation, unblock_agent
from core.services.roles import give_role, take_role
from core.services.second_factor import demand_factor, reset_factor
from core.services.sessions import end_sessions
from core.views.access import agent_required
from core.views.listing import exported

COLUMNS = ("Nom", "Adresse mail", "Rôles", "Compte", "Activé le", "Dernière connexion", "Double vérification")


@dataclass(frozen=True, kw_only=True)
class AgentRow:
    agent: User
    act_url: str
    page_url: str = ""  # none on the vendor's console
    roles: tuple[HeldRole, ...] = ()
    has_factor: bool = False


@agent_required(right=Right.STAFF)
@require_http_methods(["GET", "POST"])
def agent_colleagues(request: HttpRequest) -> HttpResponse:
    form = ColleagueInvitationForm(request.POST or None)
    if request.method == "POST" and form.is_valid() and (said := invite(form, by=request.user)):
        messages.success(request, said)
        return redirect("agent_colleagues")
    agents = list(User.objects.agents().order_by("name", "pk"))
    held, factors = held_roles(agents, all_places()), holders()
    rows = [
        AgentRow(
            agent=agent,
            act_url=(url := _page_of(agent)),
            page_url=url,
            roles=tuple(held[agent.pk]),
            has_factor=agent.pk in factors,
        )
        for agent in agents
    ]
    if file := exported(request.GET, name="agents", columns=COLUMNS, rows=rows, cells=_agent_cells):
        return file
    shown = {"form": form, "rows": rows, "security": SecurityForm(instance=security())}
    return render(request, "agent/colleagues.html", shown)


@agent_required(right=Right.STAFF)
@require_POST
def agent_colleagues_security(request: HttpRequest) -> HttpResponse:
    form = SecurityForm(request.POST, instance=security())
    if form.is_valid():
        demand_factor(
            factor=form.cleaned_data["factor"],
            trust_days=form.cleaned_data["trust_days"],
            by=request.user,
            now=clock.now(),
        )
        messages.success(request, "Réglages de sécurité enregistrés.")
        return redirect("agent_colleagues")
    return render(request, "agent/colleagues_security.html", {"form": form})


@agent_required(right=Right.STAFF)
@require_http_methods(["GET", "POST"])
def agent_colleague(request: HttpRequest, pk: int) -> HttpResponse:
    agent = get_object_or_404(User.objects.agents(), pk=pk)
    if request.method == "GET":
        return _agent_page(request, agent, RoleForm(places=all_places()))
    _try(request, lambda: act_on(agent, request.POST.get("act", ""), by=request.user))
    return redirect("agent_colleague", pk)


@agent_required(right=Right.STAFF)
@require_POST
def agent_colleague_give(request: HttpRequest, pk: int) -> HttpResponse:
    agent = get_object_or_404(User.objects.agents(), pk=pk)
    form = RoleForm(request.POST, places=all_places())
    if not form.is_valid():
        return _agent_page(request, agent, form)
    give_role(agent=agent, given=form.given, where=form.where, by=request.user, now=clock.now())
    messages.success(request, f"{agent.name} : {form.given.role.label}, {form.where}.")
    return redirect("agent_colleague", pk)


@agent_required(right=Right.STAFF)
@require_POST
def agent_colleague_take(request: HttpRequest, pk: int) -> HttpResponse:
    """``pk`` is that of the role given, not of the agent."""
    grant = get_object_or_404(RoleGrant.objects.select_related("agent"), pk=pk)
    held = held_roles([grant.agent], all_places())[grant.agent_id]
    where = next(role.where for role in held if role.grant == grant)

    def take() -> str:
        take_role(grant=grant, where=where, by=request.user, now=clock.now())
        return f"Rôle retiré à {grant.agent.name} : {grant.get_role_display()}, {where}."

    _try(request, take)
    return redirect("agent_colleague", grant.agent_id)


def _agent_page(request: HttpRequest, agent: User, form: RoleForm) -> HttpResponse:
    shown = {
        "agent": agent,
        "form": form,
        "roles": held_roles([agent], all_places())[agent.pk],
        "has_factor": has_factor(agent),
        "devices": devices_of(agent, here="", now=clock.now()),
        "presets": [(role.label, PRESETS[role].says) for role in Role],
    }
    return render(request, "agent/colleague.html", shown)


def _agent_cells(row: AgentRow) -> tuple[object, ...]:
    agent = row.agent
    return (
        agent.name,
        agent.email,
        ", ".join(map(str, row.roles)),
        "actif" if agent.is_active else "bloqué",
        agent.activated_at,
        agent.last_login,
        "oui" if row.has_factor else "non",
    )


def _page_of(agent: User) -> str:
    return reverse("agent_colleague", args=[agent.pk])


def _try(request: HttpRequest, act: Callable[[], str]) -> None:
    try:
        messages.success(request, act())
    except DomainError as refusal:
        messages.error(request, refusal.message)


def invite(form: AgentInvitationForm, *, by: User | None) -> str:
    """Invite whom a valid form names. Returns what to say, or nothing once the form says why not."""
    email = form.cleaned_data["email"]
    role = Role(
        form.cleaned_data.get("role", Role.ADMIN)
    )  # the vendor invites those who will invite the others
    try:
        invite_agent(email=email, name=form.cleaned_data["name"], role=role, by=by, now=clock.now())
    except DomainError as refusal:
        form.add_error("email", refusal.message)
        return ""
    return f"L’invitation part vers {email}. Son lien est valable trois jours."


def act_on(agent: User, act: str, *, by: User | None) -> str:
    """Do one of the acts of the list of agents, and say it; the vendor’s list has the same. Raises DomainError, Http404."""
    acts: dict[str, Callable[[], str]] = {
        "resend": lambda: _resend(agent, by),
        "block": lambda: _block(agent, by),
        "unblock": lambda: _unblock(agent, by),
        "sign_out": lambda: _sign_out(agent, by),
        "reset_factor": lambda: _reset_factor(agent, by),
    }
    if act not in acts:
        raise Http404
    return acts[act]()


def _resend(agent: User, by: User | None) -> str:
    resend_invitation(agent=agent, by=by, now=clock.now())
    return f"Une nouvelle invitation part vers {agent.email}. La précédente ne sert plus."


def _block(agent: User, by: User | None) -> str:
    block_agent(agent=agent, by=by, now=clock.now())
    return f"{agent.name} ne peut plus entrer au guichet."


def _unblock(agent: User, by: User | None) -> str:
    unblock_agent(agent=agent, by=by, now=clock.now())
    return f"{agent.name} peut de nouveau entrer au guichet."


def _sign_out(agent: User, by: User | None) -> str:
    ended = end_sessions(user=agent, by=by, now=clock.now())
    return f"Appareils déconnectés : {ended}."


def _reset_factor(agent: User, by: User | None) -> str:
    reset_factor(user=agent, by=by, now=clock.now())
    return (
        f"{agent.name} entre avec son mot de passe seul, jusqu’à ce qu’une double vérification soit activée."
    )
