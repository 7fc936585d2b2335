from collections.abc import Collection
from datetime import date, datetime

from django.db import transaction

from booking.models import Activity, MealOrder
from booking.queries.meals import meals_of_week, monday_of
from core.models import User


@transaction.atomic
def order_meals(*, activity: Activity, days: Collection[date], by: User, now: datetime) -> list[MealOrder]:
    """« Marquer comme commandé »: freeze what is counted for these days of one week.

    A day whose count is the one already ordered, or that is closed, makes no new order. Returns the new ones.
    """
    if not days:
        return []
    services = meals_of_week(monday_of(min(days)), now=now, establishment=activity.establishment)
    counted = next((service.days for service in services if service.activity == activity), [])
    return MealOrder.objects.bulk_create(
        MealOrder(
            activity=activity,
            date=day.date,
            total=day.total,
            counts=day.frozen,
            ordered_at=now,
            ordered_by=by,
        )
        for day in counted
        if day.date in days and not day.closed and not (day.order and day.order.counts == day.frozen)
    )
