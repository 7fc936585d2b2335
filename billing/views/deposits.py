"""Slips of what leaves the till."""

from decimal import Decimal

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from billing.documents.register import slip_pdf
from billing.enums import TILL_MEANS, Means
from billing.forms_counter import ReasonForm
from billing.models import DepositSlip, Payment, Regie
from billing.queries.books import to_deposit
from billing.queries.reach import within
from billing.services.deposits import DENOMINATIONS, cancel_slip, make_slip
from billing.views.documents import pdf_answer
from billing.views.reach import own_regie, own_regies
from core import clock
from core.errors import DomainError
from core.money import ZERO
from core.rights import Right
from core.views.access import agent_required
from core.views.listing import exported, ordered, page_of

ORDERS = {
    "bordereau": ("year", "number", "pk"),
    "regie": ("regie__name", "year", "number"),
    "moyen": ("means", "year", "number"),
    "le": ("on", "pk"),
    "total": ("total", "pk"),
}
COLUMNS = ("Bordereau", "Régie", "Moyen", "Le", "Total", "Établi par", "Établi le", "Annulé le", "Annulé par", "Motif")  # fmt: skip


class SlipForm(forms.Form):
    """``cash`` is the count of each note and coin that was filled in."""

    reglements = forms.ModelMultipleChoiceField(
        Payment.objects.none(),
        error_messages={
            "required": "Cochez au moins un règlement.",
            "invalid_choice": "Un de ces règlements n’est plus dans la caisse : relisez la liste.",
        },
    )

    def __init__(self, data: object, *, regie: Regie, means: Means) -> None:
        super().__init__(data)
        self.fields["reglements"].queryset = to_deposit(regie, means).select_related(
            "household", "tender", "quittance"
        )
        self.values = DENOMINATIONS if means == Means.CASH else ()
        for value in self.values:
            label = f"{value:f}".replace(".", ",").removesuffix(",00")
            self.fields[_name(value)] = forms.IntegerField(
                label=f"{label} €", min_value=0, max_value=9999, required=False
            )

    def counts(self) -> list[forms.BoundField]:
        return [self[_name(value)] for value in self.values]

    @property
    def cash(self) -> dict[Decimal, int]:
        return {value: self.cleaned_data.get(_name(value)) or 0 for value in self.values}


def _name(value: Decimal) -> str:
    return f"c{value * 100:.0f}"


@agent_required(right=Right.ACCOUNTS, scoped=True)
@require_safe
def agent_deposits(request: HttpRequest) -> HttpResponse:
    waiting = [
        {"regie": regie, "means": means, "count": len(rows), "total": sum((one.amount for one in rows), ZERO)}
        for regie in own_regies(request)
        for means in Means
        if means in TILL_MEANS and (rows := list(to_deposit(regie, means)))
    ]
    found = DepositSlip.objects.filter(within(request.reach, "regie"))
    found = found.select_related("regie", "by", "cancelled_by")
    slips = ordered(found, request.GET, ORDERS, default="-le")
    if file := exported(request.GET, name="versements", columns=COLUMNS, rows=slips, cells=_row):
        return file
    context = {"waiting": waiting, "page": page_of(slips, request.GET)}
    return render(request, "agent/books/deposits.html", context)


@agent_required(right=Right.CASH, scoped=True)
@require_http_methods(["GET", "POST"])
def agent_deposit_new(request: HttpRequest, code: str, means: str) -> HttpResponse:
    regie = own_regie(request, code)
    if means not in TILL_MEANS:
        raise Http404
    chosen = Means(means)
    form = SlipForm(request.POST if request.method == "POST" else None, regie=regie, means=chosen)
    if form.is_valid():
        try:
            slip = make_slip(
                regie=regie,
                means=chosen,
                payment_ids=[payment.pk for payment in form.cleaned_data["reglements"]],
                cash=form.cash,
                by=request.user,
                now=clock.now(),
            )
        except DomainError as error:
            form.add_error(None, error.message)
        else:
            messages.success(request, f"{slip} établi : imprimez-le et joignez-le au versement.")
            return redirect("agent_deposit", slip.pk)
    payments = list(form.fields["reglements"].queryset)
    ticked = form.data.getlist("reglements") if form.is_bound else [str(one.pk) for one in payments]
    context = {
        "regie": regie,
        "means": chosen,
        "form": form,
        "rows": [(payment, str(payment.pk) in ticked) for payment in payments],
        "total": sum((payment.amount for payment in payments), ZERO),
    }
    return render(request, "agent/books/deposit_new.html", context)


@agent_required(right=Right.ACCOUNTS, scoped=True)
@require_safe
def agent_deposit(request: HttpRequest, pk: int) -> HttpResponse:
    return _page(request, _slip(request, pk), ReasonForm())


@agent_required(right=Right.ACCOUNTS, scoped=True)
@require_safe
def agent_deposit_pdf(request: HttpRequest, pk: int) -> HttpResponse:
    slip = _slip(request, pk)
    return pdf_answer(slip_pdf(slip), f"bordereau-{slip.reference}.pdf")


@agent_required(right=Right.CASH, scoped=True)
@require_POST
def agent_deposit_cancel(request: HttpRequest, pk: int) -> HttpResponse:
    slip, form = _slip(request, pk), ReasonForm(request.POST)
    if not form.is_valid():
        return _page(request, slip, form)
    try:
        cancel_slip(slip=slip, reason=form.cleaned_data["motif"], by=request.user, now=clock.now())
    except DomainError as error:
        messages.error(request, error.message)
    else:
        messages.success(request, f"{slip} annulé : ses règlements sont de nouveau dans la caisse.")
    return redirect("agent_deposit", pk)


def _row(slip: DepositSlip) -> tuple[object, ...]:
    return (
        slip.reference,
        slip.regie,
        slip.get_means_display(),
        slip.on,
        slip.total,
        slip.by.name,
        slip.at,
        slip.cancelled_at,
        slip.cancelled_by.name if slip.cancelled_by else "",
        slip.cancel_reason,
    )


def _slip(request: HttpRequest, pk: int) -> DepositSlip:
    slips = DepositSlip.objects.select_related("regie", "by", "cancelled_by")
    return get_object_or_404(slips, within(request.reach, "regie"), pk=pk)


def _page(request: HttpRequest, slip: DepositSlip, form: ReasonForm) -> HttpResponse:
    items = slip.items.select_related("payment__household", "payment__tender", "payment__quittance")
    return render(request, "agent/books/deposit.html", {"slip": slip, "items": items, "form": form})
