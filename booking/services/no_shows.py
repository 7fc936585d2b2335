"""A child who was expected and did not come: what the period's absence policy makes of the price."""

from collections.abc import Collection, Sequence
from datetime import datetime

from billing.services.corrections import Owed, set_owed
from booking.enums import PlaceState
from booking.models import Opening, Place
from booking.queries.absences import absence_setting, missed_services, policy_of
from booking.queries.planning import full_name
from booking.rules.absence import AbsencePolicy
from booking.rules.absence_dues import Absence, ServiceDue, settle
from booking.services.requests import charge_for


def settle_no_shows(*, opening: Opening, absent: Collection[int], now: datetime) -> None:
    """Make each confirmed place of an opening owe its price, or what a no-show costs for the children in ``absent``.

    Done again after a corrected mark, it puts the price back. Runs in the caller's transaction, the opening locked,
    in a number of queries that does not depend on the number of children. Needs the opening's slot, period, activity,
    establishment and régie.
    """
    period = opening.slot.period
    policy, regie = policy_of(period), period.activity.regie
    if policy is None or regie is None:
        return
    places = list(
        Place.objects.filter(opening=opening, state=PlaceState.CONFIRMED).select_related(
            "line__reservation", "line__opening__slot"
        )
    )
    missed = [place for place in places if place.child_id in absent]
    dues = _dues(policy, opening, missed)
    label = full_name(period)
    set_owed(
        [
            Owed(
                charge=charge_for(
                    place.line, service_date=opening.date, regie=regie, group_label=label, now=now
                ),
                amount=dues[place.line_id].amount if place.line_id in dues else place.line.price,
                reason=dues[place.line_id].reason if place.line_id in dues else "Présence pointée",
                only_if_charged=place.line_id not in dues,
            )
            for place in places
        ],
        now=now,
    )


def _dues(policy: AbsencePolicy, opening: Opening, missed: Sequence[Place]) -> dict[object, ServiceDue]:
    """Nobody told, nothing was proved: the plain price of a no-show."""
    absence = Absence(first=opening.date, last=opening.date)
    services = missed_services(place.line for place in missed)
    return {due.key: due for due in settle(policy, absence, services, absence_setting(opening.slot.period))}
