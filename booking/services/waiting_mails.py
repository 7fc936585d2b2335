"""What is written to a family that waits for a place."""

from collections.abc import Iterable
from datetime import datetime

from django.urls import reverse

from booking.models import WaitingEntry
from booking.offer_links import offer_token
from booking.queries.planning import Cell, full_name
from core.services.outbox import Letter, write_mails
from tenants.context import town_url

OFFER, LAPSED, REMOVED = "waiting_offer", "waiting_lapsed", "waiting_removed"


def tell_offer(*, entry: WaitingEntry, cell: Cell, now: datetime) -> None:
    """``entry`` as the offer left it; ``cell`` says the column and the price of this moment."""
    link = town_url(reverse("waiting_offer", args=[offer_token(entry)]))
    write_mails(letters=[_letter(entry, OFFER, link, cell=cell)], now=now)


def tell_ended(*, entries: Iterable[WaitingEntry], template: str, now: datetime) -> None:
    """LAPSED or REMOVED, once an entry."""
    link = town_url(reverse("waiting_lists"))
    write_mails(letters=[_letter(entry, template, link) for entry in entries], now=now)


def _letter(entry: WaitingEntry, template: str, link: str, **more: object) -> Letter:
    period = entry.opening.slot.period
    return Letter(
        to=entry.joined_by.email,
        template=template,
        context={
            "entry": entry,
            "opening": entry.opening,
            "full_name": full_name(period),
            "payment": period.payment,
            "link": link,
            **more,
        },
        dedupe_key=f"waiting:{entry.pk}:{template}",
    )
