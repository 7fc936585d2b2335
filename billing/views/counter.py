"""The counter: taking money from a family, and the quittance it makes."""

from uuid import uuid4

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from billing.counter_sales import sales_to
from billing.documents.quittance import quittance_pdf
from billing.enums import Means, PaymentState
from billing.forms_counter import CounterForm, ReasonForm, TokenForm
from billing.models import Payment, Quittance
from billing.queries.cesu import cesu_room
from billing.queries.invoices import open_attempts
from billing.queries.reach import within
from billing.queries.unpaid import find_unpaid
from billing.services.counter import take_money
from billing.services.counter_reversals import cancel_quittance, correct_quittance, reject_payment
from billing.services.journal import closed_until
from billing.views.documents import pdf_answer
from billing.views.reach import own_regie, own_regies
from core import clock
from core.errors import DomainError
from core.models import Household
from core.money import ZERO, format_euros
from core.rights import Right
from core.views.access import agent_required
from tenants.context import town_timezone


@agent_required(right=Right.CASH, scoped=True)
@require_safe
def agent_counter_open(request: HttpRequest, household_id: int) -> HttpResponse:
    """From the family's page: the first régie at which a basket or an invoice waits, else the first of the town."""
    household, on = get_object_or_404(Household, pk=household_id), clock.today(town_timezone())
    baskets = [sale.regie_id for sale in sales_to(household, now=clock.now())]
    owing = find_unpaid(on=on).filter(household=household).values_list("regie", flat=True)
    regies = own_regies(request)
    regie = regies.filter(pk__in=baskets or owing).first() or regies.first()
    if regie is None:
        messages.warning(request, "Cette commune n’a pas encore de régie.")
        return redirect("agent_family", household_id)
    return redirect("agent_counter", household_id, regie.code)


@never_cache
@agent_required(right=Right.CASH, scoped=True)
@require_http_methods(["GET", "POST"])
def agent_counter(request: HttpRequest, household_id: int, code: str) -> HttpResponse:
    """« Encaisser »: what is due, what is handed over, one quittance."""
    household, regie = get_object_or_404(Household, pk=household_id), own_regie(request, code)
    if done := _already_made(request):
        return redirect("agent_quittance", done.pk)
    payer = household.guardians.order_by("-is_payer", "pk").first()
    sales = sales_to(household, now=clock.now())
    basket = next((sale for sale in sales if sale.regie_id == regie.pk), None)
    form = CounterForm(
        request.POST or None,
        regie=regie,
        household=household,
        on=clock.today(town_timezone()),
        sale=basket,
        initial={"jeton": uuid4(), "payeur": str(payer or household.name)},
    )
    if request.method == "POST" and form.is_valid():
        try:
            quittance = take_money(
                regie=regie,
                household=household,
                handed=form.handed,
                invoice_ids=[invoice.pk for invoice in form.cleaned_data["factures"]],
                payer_name=form.cleaned_data["payeur"],
                by=request.user,
                token=form.cleaned_data["jeton"],
                sale=form.sale,
                now=clock.now(),
            )
        except DomainError as error:
            form.add_error(None, error.message)
        else:
            messages.success(
                request, f"{format_euros(quittance.total)} encaissés : {str(quittance).lower()}."
            )
            if form.change:
                messages.info(request, f"Monnaie à rendre : {format_euros(form.change)}.")
            return redirect("agent_quittance", quittance.pk)
    invoices = list(form.unpaid)
    room = cesu_room(invoices) if Means.CESU in form.means else {}
    ticked = form.data.getlist("factures") if form.is_bound else [str(invoice.pk) for invoice in invoices]
    context = {
        "household": household,
        "regie": regie,
        "form": form,
        "rows": [
            (one, left := one.total - one.allocated, str(one.pk) in ticked, min(left, room.get(one.pk, ZERO)))
            for one in invoices
        ],
        "basket": basket,
        "basket_ticked": "panier" in form.data or not form.is_bound,
        "due": sum((one.total - one.allocated for one in invoices), ZERO),
        "running": open_attempts(invoices).exists(),
        "others": own_regies(request).exclude(pk=regie.pk),
    }
    return render(request, "agent/books/counter.html", context)


def _already_made(request: HttpRequest) -> Quittance | None:
    """What the first click of a double click made."""
    form = TokenForm(request.POST)
    return Quittance.objects.filter(token=form.cleaned_data["jeton"]).first() if form.is_valid() else None


@agent_required(right=Right.ACCOUNTS, scoped=True)
@require_safe
def agent_quittance(request: HttpRequest, pk: int) -> HttpResponse:
    quittance = _quittance(request, pk)
    return _page(request, quittance, ReasonForm())


@agent_required(right=Right.ACCOUNTS, scoped=True)
@require_safe
def agent_quittance_pdf(request: HttpRequest, pk: int) -> HttpResponse:
    quittance = _quittance(request, pk)
    return pdf_answer(quittance_pdf(quittance), f"quittance-{quittance.reference}.pdf")


@agent_required(right=Right.CASH, scoped=True)
@require_POST
def agent_quittance_undo(request: HttpRequest, pk: int) -> HttpResponse:
    """Cancel it, or correct it once its day is closed."""
    quittance = _quittance(request, pk)
    form = ReasonForm(request.POST)
    if not form.is_valid():
        return _page(request, quittance, form)
    act = correct_quittance if request.POST.get("acte") == "corriger" else cancel_quittance
    try:
        act(quittance=quittance, reason=form.cleaned_data["motif"], by=request.user, now=clock.now())
    except DomainError as error:
        messages.error(request, error.message)
    else:
        messages.success(request, f"{quittance} annulée : ce qu’elle réglait est de nouveau dû.")
    return redirect("agent_quittance", pk)


@agent_required(right=Right.CASH, scoped=True)
@require_POST
def agent_quittance_unpaid(request: HttpRequest, pk: int) -> HttpResponse:
    """A deposited payment of a quittance came back: ``pk`` is the payment's."""
    payments = Payment.objects.exclude(quittance=None)
    payment = get_object_or_404(payments, within(request.reach, "regie"), pk=pk)
    form = ReasonForm(request.POST)
    if form.is_valid():
        try:
            told = reject_payment(
                payment=payment, reason=form.cleaned_data["motif"], by=request.user, now=clock.now()
            )
        except DomainError as error:
            messages.error(request, error.message)
        else:
            known = "La famille est prévenue." if told else "Aucun courriel ne l’atteint : prévenez-la."
            messages.success(request, f"Impayé noté : la dette est de nouveau ouverte. {known}")
    else:
        messages.warning(request, " ".join(form.errors["motif"]))
    return redirect("agent_quittance", payment.quittance_id)


def _quittance(request: HttpRequest, pk: int) -> Quittance:
    quittances = Quittance.objects.select_related("regie", "household", "by")
    return get_object_or_404(quittances, within(request.reach, "regie"), pk=pk)


def _page(request: HttpRequest, quittance: Quittance, form: ReasonForm) -> HttpResponse:
    payments = list(
        quittance.payments.select_related("tender")
        .prefetch_related("allocations__invoice", "entries__by", "deposits__slip")
        .order_by("number")
    )
    closed = closed_until(quittance.regie_id)
    stands = all(payment.state == PaymentState.PAID for payment in payments)
    deposited = any(item.withdrawn_at is None for payment in payments for item in payment.deposits.all())
    context = {
        "quittance": quittance,
        "payments": payments,
        "form": form,
        "can_undo": stands and not deposited,
        "is_closed": bool(closed and payments[0].entries.all()[0].on <= closed),
    }
    return render(request, "agent/books/quittance.html", context)
