from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from booking.queries.carts import awaiting_payment
from core import clock
from core.models import User


def basket(request: HttpRequest) -> dict[str, object]:
    """``cart_count``: what waits in the family's basket; one query, and only on pages that show it."""
    user = getattr(request, "user", None)
    if not (isinstance(user, User) and user.is_family and hasattr(user, "guardian")):
        return {"cart_count": 0}
    household = user.guardian.household
    return {"cart_count": SimpleLazyObject(lambda: awaiting_payment(household, now=clock.now()).count())}
