from collections.abc import Sequence
from datetime import date

from billing.documents.lines import letterhead
from billing.documents.render import render_pdf
from booking.queries.meals import DayMeals, ServiceMeals
from core.words import long_date, short_date


def meals_pdf(monday: date, services: Sequence[ServiceMeals]) -> bytes:
    """The week's meals on A4, one table a service: what the kitchen is told."""
    data = letterhead() | {
        "title": f"Repas à commander – semaine du {long_date(monday)}",
        "services": [
            {
                "name": f"{service.activity.establishment} / {service.activity}",
                "days": [_day(day) for day in service.days],
                "total": str(service.total),
                "diets": _listed(service.by_diet),
                "ages": _listed(service.by_age),
            }
            for service in services
        ],
    }
    return render_pdf("meals", data)


def _day(day: DayMeals) -> dict[str, object]:
    return {
        "date": short_date(day.date),
        "note": day.closed or day.note,
        "confirmed": str(day.confirmed),
        "awaiting": str(day.awaiting),
        "total": str(day.total),
        "ordered": str(day.order.total) if day.order else "",
        "detail": [f"{name} : {count}" for name, count in day.by_level],
        "diets": _listed(
            [*day.by_diet, *([("apportés par les familles", day.brought)] if day.brought else [])]
        ),
    }


def _listed(sums: Sequence[tuple[str, int]]) -> str:
    return " ; ".join(f"{name} : {count}" for name, count in sums)
