"""Quotients at the desk: those of a family, what families declare, those that expire, and the town's own dates."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import PurePath

from django.contrib import messages
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from billing.forms_quotients import (
    ChildFactsForm,
    CorrectionForm,
    QuotientForm,
    QuotientSettingsForm,
    RefusalForm,
    WithdrawalForm,
)
from billing.models import ChildFacts, Quotient, QuotientDeclaration
from billing.pricing.facts_words import facts_in_words
from billing.queries.facts import FamilyFacts
from billing.queries.quotients import (
    QUOTIENT_ORDERS,
    expiring,
    open_declarations,
    quotients_of,
    without_quotient,
)
from billing.services.declarations import accept_declaration, refuse_declaration
from billing.services.quotients import (
    correct_quotient,
    quotient_settings,
    set_quotient,
    withdraw_quotient,
)
from core import clock
from core.audit_acts import AuditAct
from core.errors import DomainError
from core.models import Child, Household
from core.queries.reach import reached_children, reached_households
from core.rights import Right
from core.services.audit import record
from core.views.access import agent_required
from core.views.listing import exported, ordered, page_of
from core.words import NBSP
from tenants.context import town_timezone

SOON = timedelta(days=60)
PROOF_TYPES = {
    ".pdf": "application/pdf",
    ".png": "image/png",
    ".jpg": "image/jpeg",
    ".jpeg": "image/jpeg",
}


@agent_required(right=Right.READ, acting=Right.FAMILY, scoped=True)
@require_http_methods(["GET", "POST"])
def agent_family_quotients(request: HttpRequest, household_id: int) -> HttpResponse:
    """The means of one household: history, what it declared, and a new one."""
    household = get_object_or_404(Household, reached_households(request.reach), pk=household_id)
    today = clock.today(town_timezone())
    form = QuotientForm(request.POST if request.method == "POST" else None, initial={"recu": today})
    if request.method == "POST" and form.is_valid() and _record(request, household, form):
        return redirect("agent_family_quotients", household.pk)
    facts = FamilyFacts([household.pk])
    context = {
        "household": household,
        "today": today,
        "quotients": quotients_of(household),
        "declarations": open_declarations().filter(household=household),
        "form": form,
        "town_settings": quotient_settings(),
        "children": [
            (child, facts_in_words(facts.of(child, today)), ChildFactsForm(instance=_facts(child)))
            for child in household.children.filter(reached_children(request.reach)).select_related(
                "price_facts"
            )
        ],
    }
    return render(request, "agent/family_quotients.html", context)


def _record(request: HttpRequest, household: Household, form: QuotientForm) -> bool:
    given = {
        "proof": form.proof(),
        "by": request.user,
        "now": clock.now(),
        "valid_from": form.cleaned_data["du"],
        "valid_until": form.cleaned_data["au"],
    }
    declaration = open_declarations().filter(household=household, pk=form.cleaned_data["declaration"] or 0)
    try:
        if found := declaration.first():
            quotient = accept_declaration(declaration=found, **given)
        else:
            quotient = set_quotient(household=household, **given)
    except DomainError as refusal:
        form.add_error(None, refusal.message)
        return False
    messages.success(
        request,
        f"Enregistré{NBSP}: il compte du {quotient.valid_from:%d/%m/%Y} au {quotient.valid_until:%d/%m/%Y}. "
        "Ce qui est déjà réservé ou facturé garde son prix.",
    )
    return True


@agent_required(right=Right.FAMILY)
@require_http_methods(["GET", "POST"])
def agent_quotient_correct(request: HttpRequest, pk: int) -> HttpResponse:
    quotient = get_object_or_404(Quotient.objects.standing().select_related("household"), pk=pk)
    form = CorrectionForm(request.POST if request.method == "POST" else None, initial=_written(quotient))
    if request.method == "POST" and form.is_valid():
        correct_quotient(
            quotient=quotient,
            proof=form.proof(),
            reason=form.cleaned_data["motif"],
            by=request.user,
            now=clock.now(),
        )
        messages.success(request, "Corrigé. L’ancienne valeur reste dans l’historique, avec le motif.")
        return redirect("agent_family_quotients", quotient.household_id)
    context = {"quotient": quotient, "form": form, "withdrawal": WithdrawalForm(prefix="retrait")}
    return render(request, "agent/quotient_correct.html", context)


@agent_required(right=Right.FAMILY)
@require_POST
def agent_quotient_withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    quotient = get_object_or_404(Quotient.objects.standing().select_related("household"), pk=pk)
    form = WithdrawalForm(request.POST, prefix="retrait")
    if not form.is_valid():
        messages.error(request, "Un retrait se fait avec son motif.")
        return redirect("agent_quotient_correct", quotient.pk)
    withdraw_quotient(quotient=quotient, reason=form.cleaned_data["motif"], by=request.user, now=clock.now())
    messages.success(request, "Retiré. Sans autre justificatif, ces jours sont au tarif sans quotient.")
    return redirect("agent_family_quotients", quotient.household_id)


@agent_required(right=Right.FAMILY)
@require_POST
def agent_declaration_refuse(request: HttpRequest, pk: int) -> HttpResponse:
    declaration = get_object_or_404(QuotientDeclaration.objects.select_related("by"), pk=pk)
    form = RefusalForm(request.POST)
    if not form.is_valid():
        messages.error(request, "Écrivez à la famille ce qui manque.")
    elif refuse_declaration(
        declaration=declaration, answer=form.cleaned_data["reponse"], by=request.user, now=clock.now()
    ):
        messages.success(request, "La réponse part par courriel.")
    return redirect("agent_family_quotients", declaration.household_id)


@agent_required(right=Right.FAMILY)
@require_safe
def agent_declaration_proof(_request: HttpRequest, pk: int) -> HttpResponse:
    """The document, shown in the browser: only the kinds that the form accepted."""
    declaration = get_object_or_404(QuotientDeclaration.objects.exclude(proof=""), pk=pk)
    suffix = PurePath(declaration.proof.name).suffix.lower()
    if suffix not in PROOF_TYPES:
        raise Http404
    answer = FileResponse(
        declaration.proof.open(),
        content_type=PROOF_TYPES[suffix],
        filename=f"justificatif-{declaration.pk}{suffix}",
    )
    answer["Cache-Control"] = "private, no-store"
    return answer


@agent_required(right=Right.FAMILY)
@require_POST
def agent_child_facts(request: HttpRequest, child_id: int) -> HttpResponse:
    child = get_object_or_404(Child.objects.select_related("price_facts"), pk=child_id)
    form = ChildFactsForm(request.POST, instance=_facts(child))
    if form.is_valid():
        form.save()
        note = "Ce qui compte pour ses prix"
        record(act=AuditAct.QUOTIENT, by=request.user, now=clock.now(), on=child, note=note)
        messages.success(
            request, f"Enregistré pour {child}. Ce qui est déjà réservé ou facturé garde son prix."
        )
    return redirect("agent_family_quotients", child.household_id)


@agent_required(right=Right.READ, scoped=True)
@require_safe
def agent_quotients(request: HttpRequest) -> HttpResponse:
    """What families declared, the quotients that end soon, the households without one."""
    today = clock.today(town_timezone())
    state = request.GET.get("etat", "")
    reached = reached_households(request.reach, "household")
    declared = open_declarations().filter(reached)
    lists: dict[str, Callable[[], object]] = {
        "expirent": lambda: ordered(
            expiring(today=today, until=today + SOON).filter(reached),
            request.GET,
            QUOTIENT_ORDERS,
            default="fin",
        ),
        "sans": lambda: (
            without_quotient(today=today).filter(reached_households(request.reach)).order_by("name", "number")
        ),
        "declares": lambda: declared,
    }
    state = state if state in lists else "declares"
    rows = lists[state]()
    if state == "sans":
        table = ((row.number, row.name, row.city) for row in rows.iterator())
        columns = ("N° de dossier", "Dossier", "Ville")
        if file := exported(request.GET, name="sans-quotient", columns=columns, rows=table):
            return file
    context = {"page": page_of(rows, request.GET), "state": state, "waiting": declared.count()}
    return render(request, "agent/quotients.html", context)


@agent_required(right=Right.CONFIGURE)
@require_http_methods(["GET", "POST"])
def agent_quotient_settings(request: HttpRequest) -> HttpResponse:
    settings = quotient_settings()
    form = QuotientSettingsForm(request.POST if request.method == "POST" else None, instance=settings)
    if request.method == "POST" and form.is_valid():
        form.save()
        record(act=AuditAct.SETTINGS_SAVED, by=request.user, now=clock.now(), note="Quotients")
        messages.success(request, "Réglages enregistrés. Ils comptent pour les prochains quotients.")
        return redirect("agent_quotient_settings")
    return render(
        request, "agent/quotient_settings.html", {"form": form, "has_token": bool(settings.sealed_token)}
    )


def _facts(child: Child) -> ChildFacts:
    return getattr(child, "price_facts", None) or ChildFacts(child=child)


def _written(quotient: Quotient) -> dict[str, object]:
    return {
        "nature": quotient.basis,
        "valeur": quotient.value,
        "caisse": quotient.fund,
        "enfants": quotient.children,
        "recu": quotient.received_on,
        "justificatif": quotient.proof,
    }
