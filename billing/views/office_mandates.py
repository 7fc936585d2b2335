"""Mandates, for the desk: found by family or by RUM; read with a trace; ended with a reason."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from billing.debits.states import MandateState
from billing.documents.mandate import mandate_pdf
from billing.forms_mandates import EndForm
from billing.models import Mandate, Regie
from billing.queries.mandates import debits_of, find_mandates
from billing.services.mandates import record_reading, revoke_mandate
from billing.views.documents import pdf_answer
from core import clock
from core.errors import DomainError
from core.rights import Right
from core.views.access import agent_required
from core.views.listing import exported, number_in, ordered, page_of, searched
from tenants.context import town_timezone

ORDERS = {
    "dossier": ("household__name", "pk"),
    "signature": ("signed_at", "pk"),
    "dernier": ("last_used_on", "pk"),
}
COLUMNS = ("Régie", "N° de dossier", "Dossier", "RUM", "Titulaire", "Compte", "Signé le", "Dernier prélèvement", "État")  # fmt: skip


@agent_required(right=Right.ACCOUNTS)
@require_safe
def agent_debit_mandates(request: HttpRequest) -> HttpResponse:
    search = searched(request.GET)
    chosen = {"regie": number_in(request.GET, "regie"), "state": request.GET.get("etat", "")}
    rows = ordered(find_mandates(search, **chosen), request.GET, ORDERS, default="dossier")  # type: ignore[arg-type]
    if file := exported(request.GET, name="mandats", columns=COLUMNS, rows=rows, cells=_row):
        return file
    context = {
        "page": page_of(rows, request.GET),
        "search": search,
        "chosen": chosen,
        "regies": Regie.objects.filter(debit_account__isnull=False),
        "states": [(state.value, state.label) for state in MandateState if state != MandateState.DRAFT],
    }
    return render(request, "agent/debits/mandates.html", context)


@agent_required(right=Right.ACCOUNTS, acting=Right.INVOICE)
@require_safe
def agent_debit_mandate(request: HttpRequest, pk: int) -> HttpResponse:
    mandate = _signed(pk)
    context = {
        "mandate": mandate,
        "events": mandate.events.select_related("by"),
        "debits": debits_of(mandate),
        "form": EndForm(),
    }
    return render(request, "agent/debits/mandate.html", context)


@agent_required(right=Right.INVOICE)
@require_POST
def agent_debit_mandate_end(request: HttpRequest, pk: int) -> HttpResponse:
    mandate, form = _signed(pk), EndForm(request.POST)
    if not form.is_valid():
        messages.warning(request, "Dites pourquoi le mandat prend fin.")
        return redirect("agent_debit_mandate", pk)
    try:
        revoke_mandate(mandate=mandate, reason=form.cleaned_data["motif"], by=request.user, now=clock.now())
    except DomainError as error:
        messages.warning(request, error.message)
    else:
        messages.success(request, "Le mandat est révoqué : la famille est prévenue.")
    return redirect("agent_debit_mandate", pk)


@never_cache
@agent_required(right=Right.ACCOUNTS)
@require_POST
def agent_debit_mandate_pdf(request: HttpRequest, pk: int) -> HttpResponse:
    """The signed document shows the whole account number: reading it is an act, written down."""
    mandate = _signed(pk)
    record_reading(mandate=mandate, by=request.user, now=clock.now())
    return pdf_answer(mandate_pdf(mandate), f"mandat-{mandate.rum}.pdf")


def _signed(pk: int) -> Mandate:
    mandates = Mandate.objects.exclude(state=MandateState.DRAFT).select_related("regie", "household")
    return get_object_or_404(mandates, pk=pk)


def _row(mandate: Mandate) -> tuple[object, ...]:
    tz = town_timezone()
    return (
        mandate.regie,
        mandate.household.number,
        mandate.household.name,
        mandate.rum,
        mandate.holder,
        mandate.masked_iban,
        f"{mandate.signed_at.astimezone(tz):%d/%m/%Y}" if mandate.signed_at else "",
        f"{mandate.last_used_on:%d/%m/%Y}" if mandate.last_used_on else "",
        mandate.get_state_display(),
    )
