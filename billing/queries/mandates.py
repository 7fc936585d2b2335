"""Which mandates a household or a régie has."""

from datetime import date

from django.db.models import Q, QuerySet

from billing.debits.states import DebitState, MandateState
from billing.models import Debit, Mandate, Regie
from core.models import Household
from core.queries.families import find_households

UNUSED_MONTHS = 36


def unused_mandates(on: date) -> QuerySet[Mandate]:
    """Mandates in force with which nothing was collected for 36 months on a day."""
    limit = _months_before(on, UNUSED_MONTHS)
    idle = Q(last_used_on__lte=limit) | Q(last_used_on__isnull=True, signed_at__date__lte=limit)
    return Mandate.objects.filter(idle, state=MandateState.ACTIVE)


def _months_before(day: date, months: int) -> date:
    years, month = divmod(day.year * 12 + day.month - 1 - months, 12)
    return date(years, month + 1, min(day.day, 28))


def current_mandate(household: Household, regie: Regie) -> Mandate | None:
    """The one in force, else the one to sign, else the last that ended."""
    found = {
        mandate.state: mandate
        for mandate in Mandate.objects.filter(household=household, regie=regie)
        .select_related("regie")
        .order_by("created_at", "pk")
    }
    ended = [found[state] for state in (MandateState.REVOKED, MandateState.EXPIRED) if state in found]
    last = max(ended, key=lambda mandate: mandate.created_at, default=None)
    return found.get(MandateState.ACTIVE) or found.get(MandateState.DRAFT) or last


def find_mandates(search: str = "", *, regie: int | None = None, state: str = "") -> QuerySet[Mandate]:
    """Signed mandates, for the desk: by family or by RUM."""
    mandates = Mandate.objects.exclude(state=MandateState.DRAFT).select_related("regie", "household")
    if regie:
        mandates = mandates.filter(regie=regie)
    if state in MandateState.values:
        mandates = mandates.filter(state=state)
    if search:
        homes = find_households(search).values("pk")
        mandates = mandates.filter(Q(household__in=homes) | Q(rum__iexact=search))
    return mandates


def debits_of(mandate: Mandate) -> QuerySet[Debit]:
    """What was, or is going to be, taken with a mandate; latest first, without what was given up."""
    asked = mandate.debits.exclude(state=DebitState.DROPPED).select_related("invoice", "batch", "reject")
    return asked.order_by("-debit_on", "-pk")[:24]
