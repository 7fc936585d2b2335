"""What the régie must give back outside the portal: the list, its spreadsheets, and saying what became of it."""

from collections.abc import Iterator, Sequence

from django import forms
from django.contrib import messages
from django.db.models import Sum
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from billing.forms_counter import ReasonForm
from billing.models import Refund
from billing.queries.reach import within
from billing.queries.refunds import REFUND_ORDERS, find_refunds, known_accounts
from billing.services.credits import keep_as_credit, mark_refunded
from billing.views.reach import own_regies
from core import clock
from core.errors import DomainError
from core.forms.days import DayField
from core.money import ZERO, format_euros
from core.rights import Reach, Right
from core.views.access import agent_required
from core.views.listing import exported, number_in, ordered, page_of, searched
from core.words import plural
from tenants.context import town_timezone

COLUMNS = ("Régie", "N° de dossier", "Dossier", "Enfant", "Date", "Service", "Désignation", "Montant", "Motif", "Titulaire du compte", "IBAN du mandat", "Demandé le", "Viré le", "Référence du virement", "Abandonné le", "Motif de l’abandon")  # fmt: skip
STATES = {"": "À faire", "faits": "Faits", "abandonnes": "Abandonnés"}


class TransferForm(forms.Form):
    remboursement = forms.TypedMultipleChoiceField(
        coerce=int,
        widget=forms.MultipleHiddenInput,
        error_messages={"required": "Cochez au moins une ligne."},
    )
    date = DayField(label="Date du virement")
    reference = forms.CharField(label="Référence du virement (facultatif)", max_length=60, required=False)

    def __init__(self, *args: object, reach: Reach, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        to_do = Refund.objects.to_do().filter(within(reach, "regie")).values_list("pk", flat=True)
        self.fields["remboursement"].choices = [(pk, pk) for pk in to_do]


@agent_required(right=Right.ACCOUNTS, scoped=True)
@require_safe
def agent_payment_refunds(request: HttpRequest) -> HttpResponse:
    today = clock.today(town_timezone())
    return _list(request, TransferForm(reach=request.reach, initial={"date": today}))


@agent_required(right=Right.CASH, scoped=True)
@require_http_methods(["POST"])
def agent_payment_refunds_done(request: HttpRequest) -> HttpResponse:
    form = TransferForm(request.POST, reach=request.reach)
    if form.is_valid():
        data = form.cleaned_data
        try:
            count = mark_refunded(
                refund_ids=data["remboursement"],
                paid_on=data["date"],
                transfer_ref=data["reference"],
                by=request.user,
                now=clock.now(),
            )
        except DomainError as error:
            form.add_error("date", error.message)
        else:
            messages.success(request, f"{plural(count, 'ligne remboursée', 'lignes remboursées')}.")
            return redirect("agent_payment_refunds")
    return _list(request, form)


@agent_required(right=Right.CASH, scoped=True)
@require_http_methods(["GET", "POST"])
def agent_payment_refund_keep(request: HttpRequest, pk: int) -> HttpResponse:
    """The family prefers to keep its credit: the refund is given up."""
    refunds = Refund.objects.select_related("household", "regie", "payment", "credit_note", "charge")
    refund = get_object_or_404(refunds, within(request.reach, "regie"), pk=pk)
    form = ReasonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            keep_as_credit(refund=refund, reason=form.cleaned_data["motif"], by=request.user, now=clock.now())
        except DomainError as error:
            form.add_error(None, error.message)
        else:
            kept = f"{format_euros(refund.amount)} gardés en avoir pour {refund.household.name}."
            messages.success(request, kept)
            return redirect("agent_payment_refunds")
    return render(request, "agent/refund_keep.html", {"refund": refund, "form": form})


def _list(request: HttpRequest, form: TransferForm) -> HttpResponse:
    query = request.GET
    state = query.get("etat", "")
    regie, q = number_in(query, "regie"), searched(query)
    found = find_refunds(state=state, regie=regie, q=q).filter(within(request.reach, "regie"))
    rows = ordered(found, query, REFUND_ORDERS, default="dossier")
    if table := exported(query, name="remboursements", columns=COLUMNS, rows=_rows(rows)):
        return table
    page = page_of(rows, query)
    accounts = known_accounts(page.object_list)
    ticked = form.data.getlist("remboursement") if form.is_bound else []
    context = {
        "page": page,
        "rows": [
            (one, accounts.get((one.regie_id, one.household_id)), str(one.pk) in ticked) for one in page
        ],
        "form": form,
        "state": state if state in STATES else "",
        "tabs": [
            (label, f"?etat={code}" if code else reverse("agent_payment_refunds"), code)
            for code, label in STATES.items()
        ],
        "regie": regie,
        "q": q,
        "regies": own_regies(request),
        "total": found.aggregate(sum=Sum("amount"))["sum"] or ZERO,
    }
    return render(request, "agent/refunds.html", context)


def _rows(refunds: Sequence[Refund]) -> Iterator[tuple[object, ...]]:
    refunds = list(refunds)
    accounts = known_accounts(refunds)
    for refund in refunds:
        charge, account = refund.charge, accounts.get((refund.regie_id, refund.household_id))
        yield (
            refund.regie.name,
            refund.household.number,
            refund.household.name,
            str(charge.child) if charge and charge.child else "",
            charge.service_date if charge else None,
            charge.group_label if charge else "",
            charge.label if charge else str(refund.origin),
            refund.amount,
            refund.reason,
            account.holder if account else "",
            account.iban if account else "",
            refund.created_at,
            refund.paid_on,
            refund.transfer_ref,
            refund.cancelled_at,
            refund.cancel_reason,
        )
