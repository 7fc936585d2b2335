"""Batches of direct debits, for the desk: gather, look, give to the bank, count the money."""

from collections.abc import Callable
from datetime import datetime

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from billing.debits.states import BatchState, DebitState
from billing.forms_debits import BatchForm, ExclusionForm, ReturnsForm
from billing.models import Debit, DebitAccount, DebitBatch, Regie
from billing.queries.debits import batch_debits, batches, planned_by_day
from billing.services.debit_batches import (
    cancel_batch,
    first_collection_date,
    open_batch,
    read_file,
    send_batch,
)
from billing.services.debit_settlement import settle_batch
from billing.services.debits import exclude_debits
from core import clock
from core.errors import DomainError
from core.models import User
from core.rights import Right
from core.views.access import agent_required
from core.views.listing import exported, number_in, ordered, page_of
from core.words import plural

ORDERS = {
    "date": ("collect_on", "pk"),
    "regie": ("regie__name", "collect_on", "pk"),
    "total": ("sum", "pk"),
    "etat": ("state", "collect_on", "pk"),
}
COLUMNS = (
    "Date",
    "Remise",
    "Régie",
    "Prélèvements",
    "Rejetés",
    "Total",
    "État",
    "Établie le",
    "Encaissée le",
)
DEBIT_COLUMNS = ("N° de dossier", "Dossier", "Facture", "Mandat", "Séquence", "Montant", "État", "Motif")


@agent_required(right=Right.ACCOUNTS, acting=Right.INVOICE)
@require_http_methods(["GET", "POST"])
def agent_debits(request: HttpRequest) -> HttpResponse:
    """What was announced and waits, the batches, and a new one."""
    form = BatchForm(request.POST or None, initial={"date": _soonest()})
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            batch = open_batch(regie=data["regie"], collect_on=data["date"], by=request.user, now=clock.now())
        except DomainError as error:
            form.add_error(None, error.message)
        else:
            return redirect("agent_debit_batch", batch.pk)
    regie = number_in(request.GET, "regie")
    found = batches().filter(regie=regie) if regie else batches()
    rows = ordered(found, request.GET, ORDERS, default="-date")
    if file := exported(request.GET, name="remises", columns=COLUMNS, rows=rows, cells=_batch_row):
        return file
    context = {
        "page": page_of(rows, request.GET),
        "planned": planned_by_day(),
        "accounts": DebitAccount.objects.select_related("regie"),
        "others": Regie.objects.filter(debit_account=None),
        "regie": regie,
        "form": form,
        "returns": ReturnsForm(),
    }
    return render(request, "agent/debits/list.html", context)


@agent_required(right=Right.ACCOUNTS)
@require_safe
def agent_debit_batch(request: HttpRequest, pk: int) -> HttpResponse:
    batch = get_object_or_404(batches().select_related("regie", "created_by", "sent_by", "settled_by"), pk=pk)
    rows = batch_debits(batch)
    name = f"remise-{batch.message_id}"
    if file := exported(request.GET, name=name, columns=DEBIT_COLUMNS, rows=rows, cells=_debit_row):
        return file
    context = {
        "batch": batch,
        "page": page_of(rows, request.GET),
        "downloads": batch.downloads.select_related("by"),
        "editable": batch.state == BatchState.DRAFT,
        "sent": batch.state == BatchState.SENT,
    }
    return render(request, "agent/debits/batch.html", context)


@agent_required(right=Right.INVOICE)
@require_POST
def agent_debit_batch_act(request: HttpRequest, pk: int) -> HttpResponse:
    """« action »: ecarter, remettre, encaisser or abandonner."""
    batch = get_object_or_404(DebitBatch, pk=pk)
    act = ACTS.get(request.POST.get("action", ""))
    if act is None:
        messages.warning(request, "Cette demande n’est pas complète. Recommencez.")
    else:
        try:
            messages.success(request, act(request, batch, request.user, clock.now()))
        except DomainError as error:
            messages.warning(request, error.message)
    return redirect("agent_debit_batch", pk)


@never_cache
@agent_required(right=Right.INVOICE)
@require_POST
def agent_debit_batch_file(request: HttpRequest, pk: int) -> HttpResponse:
    """A POST, as taking the file is written down."""
    given = DebitBatch.objects.exclude(sealed_file="")
    batch = get_object_or_404(given, pk=pk)
    content = read_file(batch=batch, by=request.user, now=clock.now())
    answer = HttpResponse(content, content_type="application/xml")
    answer["Content-Disposition"] = f'attachment; filename="{batch.message_id}.xml"'
    return answer


def _batch_row(batch: DebitBatch) -> tuple[object, ...]:
    return (
        batch.collect_on,
        batch.message_id,
        batch.regie,
        batch.asked,  # type: ignore[attr-defined]  # annotated
        batch.rejected,  # type: ignore[attr-defined]  # annotated
        batch.sum,  # type: ignore[attr-defined]  # annotated
        batch.get_state_display(),
        batch.sent_at,
        batch.settled_at,
    )


def _debit_row(debit: Debit) -> tuple[object, ...]:
    return (
        debit.invoice.household.number,
        debit.invoice.household.name,
        debit.invoice.reference,
        debit.mandate.rum,
        debit.sequence,
        debit.amount,
        debit.get_state_display(),
        debit.reject.reason if debit.state == DebitState.REJECTED else debit.drop_reason,
    )


def _soonest():
    account = DebitAccount.objects.select_related("regie").order_by("regie__position").first()
    return first_collection_date(account, now=clock.now()) if account else None


def _exclude(request: HttpRequest, batch: DebitBatch, by: User, now: datetime) -> str:
    mine = {debit.pk: debit for debit in batch.debits.filter(state=DebitState.PLANNED)}
    form = ExclusionForm(request.POST, debits=list(mine))
    if not form.is_valid():
        raise DomainError(" ".join(error for errors in form.errors.values() for error in errors))
    chosen = [mine[pk] for pk in form.cleaned_data["prelevement"]]
    count = exclude_debits(debits=chosen, reason=form.cleaned_data["motif"], by=by, now=now)
    return f"{plural(count, 'prélèvement écarté', 'prélèvements écartés')} : la famille est prévenue."


def _send(request: HttpRequest, batch: DebitBatch, by: User, now: datetime) -> str:  # noqa: ARG001  one shape for all
    sent = send_batch(batch=batch, by=by, now=now)
    return f"Le fichier est prêt : {plural(sent.count, 'prélèvement')}. Téléchargez-le et remettez-le à la banque."


def _settle(request: HttpRequest, batch: DebitBatch, by: User, now: datetime) -> str:  # noqa: ARG001  one shape for all
    settle_batch(batch=batch, by=by, now=now)
    return "La remise est encaissée : les factures sont réglées."


def _cancel(request: HttpRequest, batch: DebitBatch, by: User, now: datetime) -> str:
    reason = request.POST.get("motif", "").strip()[:200]
    if not reason:
        raise DomainError("Dites pourquoi la remise est abandonnée.")
    cancel_batch(batch=batch, reason=reason, by=by, now=now)
    return "La remise est abandonnée : ses prélèvements attendent la suivante."


ACTS: dict[str, Callable[[HttpRequest, DebitBatch, User, datetime], str]] = {
    "ecarter": _exclude,
    "remettre": _send,
    "encaisser": _settle,
    "abandonner": _cancel,
}
