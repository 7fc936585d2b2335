"""Families that ask for a file: the queue, the files each one looks like, the answer."""

from collections.abc import Callable

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST, require_safe

from core import clock
from core.enums import RegistrationMode, RegistrationState
from core.errors import DomainError
from core.forms.registrations import (
    AcceptRegistrationForm,
    JoinRegistrationForm,
    RefuseRegistrationForm,
    RegistrationModeForm,
)
from core.models import CommuneSettings, FamilyRegistration
from core.queries.families import next_number
from core.queries.registrations import (
    REGISTRATION_ORDERS,
    find_registrations,
    possible_duplicates,
    registration_mode,
)
from core.rights import Right
from core.services.registrations import (
    accept_registration,
    join_registration,
    refuse_registration,
    set_registration_mode,
)
from core.views.access import agent_required
from core.views.listing import exported, ordered, page_of, searched
from core.words import and_list

COLUMNS = (
    "Demandée le",
    "Prénom",
    "Nom",
    "Courriel",
    "Téléphone",
    "Adresse",
    "Enfants",
    "État",
    "Dossier",
    "Motif",
)


@agent_required(right=Right.FAMILY)
@require_safe
def agent_registrations(request: HttpRequest) -> HttpResponse:
    search, state = searched(request.GET), request.GET.get("etat", "")
    state = state if state in RegistrationState.values else RegistrationState.WAITING
    rows = ordered(
        find_registrations(search, state=state), request.GET, REGISTRATION_ORDERS, default="demande"
    )
    if answer := exported(request.GET, name="inscriptions", columns=COLUMNS, rows=rows, cells=_row):
        return answer
    context = {
        "page": page_of(rows, request.GET),
        "search": search,
        "state": state,
        "states": RegistrationState.choices,
        "mode_form": RegistrationModeForm(initial={"registration": registration_mode()}),
        "is_closed": registration_mode() == RegistrationMode.CLOSED,
    }
    return render(request, "agent/registrations.html", context)


@agent_required(right=Right.CONFIGURE)
@require_POST
def agent_registration_mode(request: HttpRequest) -> HttpResponse:
    form = RegistrationModeForm(request.POST)
    if form.is_valid():
        mode = RegistrationMode(form.cleaned_data["registration"])
        set_registration_mode(mode=mode, by=request.user, now=clock.now())
        messages.success(request, "C’est enregistré : la page d’inscription suit dès maintenant.")
    return redirect("agent_registrations")


@agent_required(right=Right.FAMILY)
def agent_registration(request: HttpRequest, pk: int) -> HttpResponse:
    rows = FamilyRegistration.objects.select_related("household", "decided_by")
    asked = get_object_or_404(rows, pk=pk)
    act = request.POST.get("decision", "") if request.method == "POST" else ""
    duplicates = possible_duplicates(asked) if asked.state == RegistrationState.WAITING else []
    town = CommuneSettings.objects.values_list("postcode", flat=True).first()
    accept = AcceptRegistrationForm(
        request.POST if act == "accepter" else None,
        initial={"number": next_number(), "is_resident": asked.postcode == town},
    )
    join = JoinRegistrationForm(
        request.POST if act == "rattacher" else None,
        registration=asked,
        initial={"dossier": duplicates[0].household.number if duplicates else ""},
    )
    refuse = RefuseRegistrationForm(request.POST if act == "refuser" else None)
    answers: dict[
        str, tuple[AcceptRegistrationForm | JoinRegistrationForm | RefuseRegistrationForm, Callable[[], str]]
    ]
    answers = {
        "accepter": (accept, lambda: _accept(request, asked, accept)),
        "rattacher": (join, lambda: _join(request, asked, join)),
        "refuser": (refuse, lambda: _refuse(request, asked, refuse)),
    }
    if act in answers and answers[act][0].is_valid():
        try:
            messages.success(request, answers[act][1]())
            return redirect("agent_registrations")
        except DomainError as refusal:
            messages.error(request, refusal.message)
    context = {
        "asked": asked,
        "children": asked.children.select_related("school"),
        "duplicates": duplicates,
        "is_waiting": asked.state == RegistrationState.WAITING,
        "accept": accept,
        "join": join,
        "refuse": refuse,
    }
    return render(request, "agent/registration.html", context)


def _accept(request: HttpRequest, asked: FamilyRegistration, form: AcceptRegistrationForm) -> str:
    household = accept_registration(registration=asked, **form.cleaned_data, by=request.user, now=clock.now())
    return f"Le dossier {household.number} est ouvert : le lien d’activation part vers {asked.email}."


def _join(request: HttpRequest, asked: FamilyRegistration, form: JoinRegistrationForm) -> str:
    household = form.cleaned_data["dossier"]
    join_registration(
        registration=asked,
        household=household,
        children=[child.pk for child in form.cleaned_data["enfants"]],
        by=request.user,
        now=clock.now(),
    )
    return f"La demande est rattachée au dossier {household.number} : le lien d’activation part vers {asked.email}."


def _refuse(request: HttpRequest, asked: FamilyRegistration, form: RefuseRegistrationForm) -> str:
    refuse_registration(registration=asked, **form.cleaned_data, by=request.user, now=clock.now())
    return f"La demande est refusée : {asked.email} reçoit le motif."


def _row(asked: FamilyRegistration) -> tuple[object, ...]:
    return (
        asked.asked_at,
        asked.first_name,
        asked.last_name,
        asked.email,
        asked.phone,
        ", ".join(asked.address_lines),
        and_list([str(child) for child in asked.children.all()]),
        asked.get_state_display(),
        asked.household.number if asked.household else "",
        asked.reason,
    )
