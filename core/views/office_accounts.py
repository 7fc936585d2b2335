"""What the desk does about accounts: a new family, a first account, a link sent again, a provisional password."""

from collections.abc import Callable

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST

from core import clock
from core.audit_acts import AuditAct
from core.errors import DomainError
from core.forms.families import AccountEmailForm, ChildFormSet, GuardianFormSet, HouseholdForm, filled
from core.models import Guardian
from core.queries.families import next_number
from core.rights import Right
from core.services.accounts import (
    account_of,
    create_family_account,
    send_activation,
    set_provisional_password,
)
from core.services.audit import record
from core.services.families import NewGuardian, NumberTakenError, register_family
from core.views.access import agent_required


@agent_required(right=Right.FAMILY)
def agent_family_new(request: HttpRequest) -> HttpResponse:
    data = request.POST if request.method == "POST" else None
    household = HouseholdForm(data, prefix="dossier", initial={"number": next_number(), "is_resident": True})
    guardians = GuardianFormSet(data, prefix="responsable")
    children = ChildFormSet(data, prefix="enfant")
    if data is not None and all([household.is_valid(), guardians.is_valid(), children.is_valid()]):
        try:
            saved = register_family(
                household=household.save(commit=False),
                guardians=[
                    NewGuardian(
                        guardian=form.save(commit=False), opens_account=form.cleaned_data["opens_account"]
                    )
                    for form in filled(guardians)
                ],
                children=[form.save(commit=False) for form in filled(children)],
                by=request.user,
                now=clock.now(),
            )
        except NumberTakenError as refusal:
            household.add_error("number", refusal.message)
        except DomainError as refusal:
            household.add_error(None, refusal.message)
        else:
            messages.success(request, f"Le dossier {saved.number} est créé.")
            return redirect("agent_family", saved.pk)
    context = {"household": household, "guardians": guardians, "children": children}
    return render(request, "agent/family_new.html", context)


@agent_required(right=Right.FAMILY)
@require_POST
def agent_account_create(request: HttpRequest, pk: int) -> HttpResponse:
    guardian = get_object_or_404(Guardian, pk=pk, user=None)
    form = AccountEmailForm(request.POST)
    if not form.is_valid():
        messages.error(request, f"Écrivez une adresse mail valable pour {guardian}.")
        return redirect("agent_family", guardian.household_id)

    def open_account() -> str:
        email = form.cleaned_data["email"]
        create_family_account(guardian=guardian, email=email, by=request.user, now=clock.now())
        return f"Le compte de {guardian} est ouvert : le lien d’activation part vers {email}."

    return _act(request, guardian, open_account)


@agent_required(right=Right.FAMILY)
@require_POST
def agent_activation_resend(request: HttpRequest, pk: int) -> HttpResponse:
    guardian = get_object_or_404(Guardian.objects.select_related("user"), pk=pk, user__activated_at=None)

    def resend() -> str:
        user = account_of(guardian)
        now = clock.now()
        send_activation(user=user, now=now)
        record(act=AuditAct.ACCOUNT_OPENED, by=request.user, now=now, on=user, note="Lien envoyé de nouveau")
        return f"Un nouveau lien d’activation part vers {user.email}. Il est valable trois jours."

    return _act(request, guardian, resend)


@agent_required(right=Right.FAMILY)
@require_POST
def agent_provisional(request: HttpRequest, pk: int) -> HttpResponse:
    guardian = get_object_or_404(Guardian.objects.select_related("user"), pk=pk)

    def send() -> str:
        user = account_of(guardian)
        set_provisional_password(user=user, by=request.user, now=clock.now())
        return f"Un mot de passe provisoire part vers {user.email}. Personne d’autre ne le voit ; il est valable trois jours."

    return _act(request, guardian, send)


def _act(request: HttpRequest, guardian: Guardian, act: Callable[[], str]) -> HttpResponse:
    try:
        messages.success(request, act())
    except DomainError as refusal:
        messages.error(request, refusal.message)
    return redirect("agent_family", guardian.household_id)
