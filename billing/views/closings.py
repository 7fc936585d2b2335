"""Closing a day or a month of a régie."""

from datetime import date, timedelta
from decimal import Decimal

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from billing.documents.register import closing_pdf
from billing.enums import Means
from billing.models import Closing, Regie
from billing.queries.books import find_entries, first_unclosed, in_till, totals_by_means
from billing.queries.reach import within
from billing.services.closings import close_day, close_month
from billing.services.journal import closed_until
from billing.views.documents import pdf_answer
from billing.views.reach import own_regie, own_regies
from core import clock
from core.errors import DomainError
from core.forms.days import DayField
from core.rights import Right
from core.views.access import agent_required
from core.views.listing import exported, ordered, page_of
from tenants.context import town_timezone

ORDERS = {
    "arrete": ("last_day", "pk"),
    "regie": ("regie__name", "last_day", "pk"),
    "total": ("total", "pk"),
    "ecritures": ("entries", "pk"),
}
COLUMNS = ("Arrêté", "Régie", "Du", "Au", "Écritures", "Total", "Espèces attendues", "Espèces comptées", "Écart", "Explication", "Par", "Le")  # fmt: skip


class DayForm(forms.Form):
    jour = DayField(
        label="Arrêter jusqu’au",
        help_text="Ce jour compris, et tous ceux d’avant.",
    )
    especes = forms.DecimalField(
        label="Espèces comptées dans la caisse",
        min_value=0,
        max_digits=8,
        decimal_places=2,
        localize=True,
        widget=forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"}),
    )
    ecart = forms.CharField(
        label="Explication de l’écart",
        max_length=200,
        required=False,
        help_text="Obligatoire quand le compte n’y est pas.",
    )


class MonthForm(forms.Form):
    mois = DayField(error_messages={"invalid": "Choisissez un mois."})


@agent_required(right=Right.ACCOUNTS, scoped=True)
@require_safe
def agent_closings(request: HttpRequest) -> HttpResponse:
    found = Closing.objects.filter(within(request.reach, "regie")).select_related("regie", "by")
    closings = ordered(found, request.GET, ORDERS, default="-arrete")
    if file := exported(request.GET, name="arretes", columns=COLUMNS, rows=closings, cells=_row):
        return file
    regies = [(regie, closed_until(regie.pk)) for regie in own_regies(request)]
    return render(
        request, "agent/books/closings.html", {"page": page_of(closings, request.GET), "regies": regies}
    )


@agent_required(right=Right.CASH, scoped=True)
@require_http_methods(["GET", "POST"])
def agent_closing_new(request: HttpRequest, code: str) -> HttpResponse:
    """What has happened since the last closing, what the till should hold, then the count."""
    regie, today = own_regie(request, code), clock.today(town_timezone())
    form = DayForm(request.POST or None, initial={"jour": today})
    if request.method == "POST" and form.is_valid():
        last_day: date = form.cleaned_data["jour"]
        counted: Decimal = form.cleaned_data["especes"]
        try:
            closing = close_day(
                regie=regie,
                last_day=last_day,
                cash_counted=counted,
                explanation=form.cleaned_data["ecart"],
                by=request.user,
                now=clock.now(),
            )
        except DomainError as error:
            form.add_error(None, error.message)
        else:
            messages.success(request, f"{closing} : {regie}. Plus rien ne s’y écrit.")
            return redirect("agent_closings")
    closed = closed_until(regie.pk)
    since = find_entries(regie=regie.pk, first=closed + timedelta(days=1) if closed else None)
    context = {
        "regie": regie,
        "form": form,
        "closed": closed,
        "days": sorted(set(since.order_by().values_list("on", flat=True))),
        "totals": totals_by_means(since),
        "expected": in_till(regie, on=today)[Means.CASH],
        "month": _month_to_close(regie, closed),
    }
    return render(request, "agent/books/closing_new.html", context)


@agent_required(right=Right.CASH, scoped=True)
@require_POST
def agent_closing_month(request: HttpRequest, code: str) -> HttpResponse:
    regie, form = own_regie(request, code), MonthForm(request.POST)
    if not form.is_valid():
        messages.warning(request, " ".join(form.errors["mois"]))
        return redirect("agent_closing_new", code)
    try:
        closing = close_month(regie=regie, month=form.cleaned_data["mois"], by=request.user, now=clock.now())
    except DomainError as error:
        messages.error(request, error.message)
        return redirect("agent_closing_new", code)
    messages.success(request, f"{closing} : {regie}. Imprimez le relevé du mois.")
    return redirect("agent_closings")


@agent_required(right=Right.ACCOUNTS, scoped=True)
@require_safe
def agent_closing_pdf(request: HttpRequest, pk: int) -> HttpResponse:
    closings = Closing.objects.select_related("regie", "by")
    closing = get_object_or_404(closings, within(request.reach, "regie"), pk=pk)
    return pdf_answer(closing_pdf(closing), f"arrete-{closing.last_day:%Y-%m-%d}-{closing.kind}.pdf")


def _row(closing: Closing) -> tuple[object, ...]:
    return (
        closing.get_kind_display(),
        closing.regie,
        closing.first_day,
        closing.last_day,
        closing.entries,
        closing.total,
        closing.cash_expected,
        closing.cash_counted,
        closing.difference,
        closing.explanation,
        closing.by.name,
        closing.at,
    )


def _month_to_close(regie: Regie, closed: date | None) -> date | None:
    """The first month that has entries and is not closed, once all its days are; its first day."""
    first = first_unclosed(regie)
    if first is None or closed is None:
        return None
    after = (first.replace(day=1) + timedelta(days=32)).replace(day=1)
    return first.replace(day=1) if closed >= after - timedelta(days=1) else None
