"""Telling families that their quotient ends, in time to send another one."""

from datetime import datetime, timedelta

from django.urls import reverse

from billing.models import Quotient
from billing.queries.quotients import expiring
from billing.services.campaign_mails import mail_address, payers_by_household
from billing.services.quotients import quotient_settings
from core.services.outbox import Letter, write_mails
from tenants.context import town_timezone, town_url


def remind_expiring(*, now: datetime) -> int:
    """Write once to the payers of each household whose quotient ends soon, as the town chose. Returns how many mails.

    As many queries for one household as for a thousand; nothing when the town wants no reminder.
    """
    days = quotient_settings().reminder_days
    if not days:
        return 0
    today = now.astimezone(town_timezone()).date()
    ending = list(expiring(today=today, until=today + timedelta(days=days)))
    payers = payers_by_household([quotient.household_id for quotient in ending])
    link = town_url(reverse("quotient"))
    letters = [
        _letter(quotient, mail_address(guardian), link)
        for quotient in ending
        for guardian in payers.get(quotient.household_id, [])
    ]
    return write_mails(letters=letters, now=now) if letters else 0


def _letter(quotient: Quotient, address: str, link: str) -> Letter:
    return Letter(
        to=address,
        template="quotient_expiring",
        context={
            "quotient": quotient,
            "link": link,
        },
        dedupe_key=f"quotient:{quotient.pk}:expires:{quotient.valid_until}:{address}",
    )
