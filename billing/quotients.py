"""Quotients in dates: from when one applies and until when it holds, as the town chose. Values in, values out."""

from datetime import date, timedelta

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

SCHOOL_YEAR_BEGINS = 9  # the month


class MeansBasis(TextChoices):
    """What a proof tells: the quotient of the fund, the one the town computes itself, or a year's income in euros."""

    QUOTIENT = "quotient", "Quotient familial (CAF, MSA)"
    OWN_QUOTIENT = "own_quotient", "Quotient calculé par la commune"
    YEARLY_INCOME = "yearly_income", "Revenus annuels du foyer"


class Fund(TextChoices):
    CAF = "caf", "CAF"
    MSA = "msa", "MSA"
    NONE = "none", _("Aucune caisse")


class QuotientSource(TextChoices):
    DOCUMENT = "document", _("Justificatif de la famille")
    AGENT = "agent", _("Saisie par un agent")
    API = "api", _("API Particulier")


class Effect(TextChoices):
    """The day from which a quotient counts, given the day the town received it."""

    RECEIPT = "receipt", _("le jour de sa réception")
    MONTH = "month", _("le premier jour du mois de sa réception")
    NEXT_MONTH = "next_month", _("le premier jour du mois suivant")
    SCHOOL_YEAR = "school_year", _("à la rentrée suivante (tout de suite pour un premier quotient)")


class Validity(TextChoices):
    """Until when a quotient holds, given the day from which it counts."""

    SCHOOL_YEAR = "school_year", "jusqu’au 31 août"
    CIVIL_YEAR = "civil_year", "jusqu’au 31 décembre"
    TWELVE_MONTHS = "twelve_months", "pendant douze mois"


def effect_date(effect: Effect, *, received_on: date, is_first: bool) -> date:
    """Never before the month of receipt: what came before was priced without it. ``is_first``: none is in force."""
    if effect == Effect.MONTH:
        return received_on.replace(day=1)
    if effect == Effect.NEXT_MONTH:
        return (received_on.replace(day=1) + timedelta(days=32)).replace(day=1)
    if effect == Effect.SCHOOL_YEAR and not is_first:
        return _next(received_on, month=SCHOOL_YEAR_BEGINS)
    return received_on


def last_day(validity: Validity, valid_from: date) -> date:
    """The last day of a quotient that counts from ``valid_from``."""
    if validity == Validity.TWELVE_MONTHS:
        return _a_year_after(valid_from) - timedelta(days=1)
    month = SCHOOL_YEAR_BEGINS if validity == Validity.SCHOOL_YEAR else 1
    return _next(valid_from + timedelta(days=1), month=month) - timedelta(days=1)


def _next(day: date, *, month: int) -> date:
    """The first of ``month`` that comes on ``day`` or after."""
    first = date(day.year, month, 1)
    return first if first >= day else date(day.year + 1, month, 1)


def _a_year_after(day: date) -> date:
    if (day.month, day.day) == (2, 29):
        return date(day.year + 1, 3, 1)
    return day.replace(year=day.year + 1)
