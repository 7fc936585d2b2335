"""Who works at the desk: colleagues are invited, invited again, blocked when they leave."""

from collections.abc import Callable

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from core import clock
from core.errors import DomainError
from core.forms.accounts import AgentInvitationForm
from core.models import User
from core.rights import Right
from core.services.agents import block_agent, invite_agent, resend_invitation, unblock_agent
from core.views.access import agent_required


@agent_required(right=Right.STAFF)
@require_http_methods(["GET", "POST"])
def agent_colleagues(request: HttpRequest) -> HttpResponse:
    form = AgentInvitationForm(request.POST or None)
    if request.method == "POST" and form.is_valid() and (said := invite(form, by=request.user)):
        messages.success(request, said)
        return redirect("agent_colleagues")
    rows = [
        (agent, reverse("agent_colleague_act", args=[agent.pk]))
        for agent in User.objects.agents().order_by("name", "pk")
    ]
    return render(request, "agent/colleagues.html", {"form": form, "rows": rows})


@agent_required(right=Right.STAFF)
@require_POST
def agent_colleague_act(request: HttpRequest, pk: int) -> HttpResponse:
    agent = get_object_or_404(User.objects.agents(), pk=pk)
    try:
        messages.success(request, act_on(agent, request.POST.get("act", ""), by=request.user))
    except DomainError as refusal:
        messages.error(request, refusal.message)
    return redirect("agent_colleagues")


def invite(form: AgentInvitationForm, *, by: User | None) -> str:
    """Invite whom a valid form names. Returns what to say, or nothing once the form says why not."""
    email = form.cleaned_data["email"]
    try:
        invite_agent(email=email, name=form.cleaned_data["name"], by=by, now=clock.now())
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
    }
    if act not in acts:
        raise Http404
    return acts[act]()


def _resend(agent: User, by: User | None) -> str:
    resend_invitation(agent=agent, by=by, now=clock.now())
    return f"Une nouvelle invitation part vers {agent.email}. La précédente ne sert plus."


def _block(agent: User, by: User | None) -> str:
    block_agent(agent=agent, by=by)
    return f"{agent.name} ne peut plus entrer au guichet."


def _unblock(agent: User, by: User | None) -> str:
    unblock_agent(agent=agent, by=by)
    return f"{agent.name} peut de nouveau entrer au guichet."
