"""« Repas à commander »: the week, its exports, and the order that freezes what was counted."""

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from io import BytesIO

from django.contrib import messages
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from booking.documents.meals import meals_pdf
from booking.forms_meals import OrderForm, WeekForm
from booking.queries.meals import ServiceMeals, meals_of_week, monday_of
from booking.queries.reach import within
from booking.services.meals import order_meals
from core import clock
from core.rights import Right
from core.views.access import agent_required
from core.views.listing import exported
from core.words import plural
from tenants.context import town_timezone

COLUMNS = (
    "Établissement",
    "Service",
    "Jour",
    "Accueil",
    "Niveau",
    "Âge",
    "Régime",
    "Confirmés",
    "En attente de paiement",
    "Total",
)
BAR_HEIGHT = 100


@agent_required(right=Right.ATTEND, scoped=True)
@require_safe
def agent_meals(request: HttpRequest) -> HttpResponse:
    today = clock.today(town_timezone())
    asked = WeekForm(request.GET)
    chosen = asked.cleaned_data if asked.is_valid() else {}
    # At the week-end, what is to be ordered is next week's.
    monday = monday_of(chosen.get("date") or today + timedelta(days=2))
    place = chosen.get("etablissement")
    services = meals_of_week(
        monday, now=clock.now(), establishment=place, among=within(request.reach, "slot__period__activity")
    )
    name = f"repas-{monday:%Y-%m-%d}"
    if table := exported(request.GET, name=name, columns=COLUMNS, rows=_rows(services)):
        return table
    if request.GET.get("format") == "pdf":
        content = meals_pdf(monday, services)
        return FileResponse(BytesIO(content), filename=f"{name}.pdf", content_type="application/pdf")
    context = {
        "form": WeekForm(initial={"date": monday, "etablissement": place}),
        "monday": monday,
        "sunday": monday + timedelta(days=6),
        "before": monday - timedelta(days=7),
        "after": monday + timedelta(days=7),
        "place": place,
        "today": today,
        "services": services,
        "bars": _bars(services),
    }
    return render(request, "booking/meals/week.html", context)


def _rows(services: Sequence[ServiceMeals]) -> Iterator[tuple[object, ...]]:
    for service in services:
        for day in service.days:
            for count in day.counts:
                yield (
                    service.activity.establishment,
                    service.activity,
                    f"{day.date:%d/%m/%Y}",
                    count.label,
                    count.level,
                    count.age,
                    count.diet_name,
                    count.confirmed,
                    count.awaiting,
                    count.total,
                )


def _bars(services: Sequence[ServiceMeals]) -> list[dict[str, object]]:
    """The whole week, service by service added up: one bar a day, its parts in hundredths of the highest."""
    days: dict[date, list[int]] = {}
    for service in services:
        for day in service.days:
            sums = days.setdefault(day.date, [0, 0])
            sums[0] += day.confirmed
            sums[1] += day.awaiting
    most = max((sum(sums) for sums in days.values()), default=0) or 1
    bars = []
    for day, (confirmed, awaiting) in sorted(days.items()):
        low, high = BAR_HEIGHT * confirmed // most, BAR_HEIGHT * awaiting // most
        bars.append(
            {
                "day": day,
                "total": confirmed + awaiting,
                "confirmed": {"top": BAR_HEIGHT - low, "height": low},
                "awaiting": {"top": BAR_HEIGHT - low - high, "height": high},
            }
        )
    return bars


@agent_required(right=Right.DECIDE, scoped=True)
@require_POST
def agent_meals_order(request: HttpRequest) -> HttpResponse:
    form = OrderForm(request.POST)
    form.fields["service"].queryset = form.fields["service"].queryset.filter(within(request.reach))
    if not form.is_valid() or not form.cleaned_data["jours"]:
        messages.warning(request, "Cochez au moins un jour à commander.")
        return redirect("agent_meals")
    days = form.cleaned_data["jours"]
    orders = order_meals(activity=form.cleaned_data["service"], days=days, by=request.user, now=clock.now())
    if orders:
        meals = plural(sum(order.total for order in orders), "repas", "repas")
        messages.success(request, f"Commande notée : {meals}, {plural(len(orders), 'jour')}.")
    else:
        messages.info(request, "Rien n’a changé depuis la dernière commande.")
    return redirect(f"{reverse('agent_meals')}?date={min(days).isoformat()}")
