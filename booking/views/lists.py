"""The table of reservations: searched, sorted and paged by the address, on « Mon compte » and on its own page."""

from dataclasses import dataclass

from django.core.paginator import Page, Paginator
from django.http import QueryDict

from booking.models import Reservation
from booking.queries.reservations import DEFAULT_ORDER, found, ordered, reservations_of
from core.models import Household
from core.views.listing import number_in

SIZES = (5, 10, 25, 50)
SEARCH_LENGTH = 80


@dataclass(frozen=True, kw_only=True)
class ReservationTable:
    page: Page[Reservation]
    search: str
    order: str
    has_any: bool


def reservation_table(household: Household, query: QueryDict) -> ReservationTable:
    """Two queries. Reads ``recherche``, ``tri``, ``par`` and ``page``; whatever they hold, there is a page."""
    search = query.get("recherche", "").strip()[:SEARCH_LENGTH]
    wanted = number_in(query, "par")
    size = wanted if wanted in SIZES else SIZES[0]
    rows = ordered(found(reservations_of(household), search), query.get("tri", DEFAULT_ORDER))
    page = Paginator(rows, size).get_page(query.get("page"))
    return ReservationTable(
        page=page,
        search=search,
        order=query.get("tri", DEFAULT_ORDER),
        has_any=bool(search) or page.paginator.count > 0,
    )
