"""What the tests of the journey do in its pages, as a family does."""

import html
import re
from datetime import date

from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from booking.models import Period
from core.models import Child

HIDDEN = re.compile(r'<input type="hidden" name="([^"]+)" (?:id="[^"]*" )?value="([^"]*)"')


def planning_url(child: Child, period: Period) -> str:
    return reverse("booking_planning", args=[child.pk, period.code])


def send_planning(
    browser: Client,
    child: Child,
    period: Period,
    wishes: dict[int, int],
    *,
    go: str = "recapitulatif",
    days: tuple[date, date] | None = None,
    **more: object,
) -> HttpResponse:
    """Post the planning with these boxes ticked; ``days`` are those shown (all, unless told)."""
    first, last = days or (period.start, period.end)
    data = {
        "du": first.isoformat(),
        "au": last.isoformat(),
        "w": [f"{opening}.{stage}" for opening, stage in wishes.items()],
        "aller": go,
    }
    return browser.post(planning_url(child, period), data | more)


def text_of(response: HttpResponse) -> str:
    """The page as it is read: entities decoded, one space between words."""
    return re.sub(r"\s+", " ", html.unescape(response.content.decode()))


def hidden_fields(response: HttpResponse) -> dict[str, str]:
    return dict(HIDDEN.findall(response.content.decode()))


def confirm(browser: Client, recap: HttpResponse, child: Child, period: Period) -> HttpResponse:
    fields = hidden_fields(recap)
    data = {name: fields[name] for name in ("brouillon", "version")}
    return browser.post(reverse("booking_confirm", args=[child.pk, period.code]), data, follow=True)
