"""« Finalement, il viendra » : a family takes back an absence that has changed nothing yet for anybody."""

from collections import Counter
from datetime import datetime

from django.utils.translation import gettext as _

from billing.services.corrections import Owed, set_owed
from booking.enums import AbsenceState, LineState
from booking.errors import AbsenceError
from booking.models import AbsenceReport, Opening, Place, RetakeClaim
from booking.queries.absences import missed_services
from booking.queries.planning import full_name
from booking.services.absences import note_days
from booking.services.places import close_lines, confirm, lock_openings
from booking.services.requests import charge_for
from core.locks import lock_rows, locking_transaction
from core.models import User
from core.services.files import forget_file
from core.words import short_date

TAKEN_BACK = "Absence retirée"


def undo_absence(*, report: AbsenceReport, by: User, now: datetime) -> None:
    """Give the child its places again, each at the price it had, and its days; the report says what happened.

    All or nothing. Raises AbsenceError: an agent has decided, one of the days has begun, was closed or taken by others.
    """
    with locking_transaction():
        places = Place.objects.filter(line__absent_day__report=report)
        openings = lock_openings(list(places.values_list("opening_id", flat=True)), now=now)
        (locked,) = lock_rows(
            AbsenceReport.objects.filter(pk=report.pk).select_related(
                "child", "period__activity__establishment", "period__activity__regie"
            )
        )
        if locked.decided_at or locked.taken_back_at:
            raise AbsenceError(_("Cette absence est déjà décidée ou retirée : elle ne se retire plus."))
        given_back = list(places.select_related("line__opening__slot", "line__reservation"))
        _require_unchanged(report, given_back, openings, now)
        confirm(given_back)
        lines = [place.line for place in given_back]
        close_lines(line_ids=[line.pk for line in lines], to_state=LineState.ACCEPTED, reason="")
        note_days(lines, TAKEN_BACK, by, now)
        _owe_again(locked, given_back, now)
        RetakeClaim.objects.filter(line__in=lines).delete()
        locked.days.all().delete()
        forget_file(locked.proof_file)
        locked.proof_file, locked.state = "", AbsenceState.TAKEN_BACK
        locked.taken_back_at, locked.taken_back_by = now, by
        locked.save(update_fields=["proof_file", "state", "taken_back_at", "taken_back_by"])


def _require_unchanged(
    report: AbsenceReport, places: list[Place], openings: dict[int, Opening], now: datetime
) -> None:
    lines = [place.line for place in places]
    if any(service.start <= now for service in missed_services(lines)):
        raise AbsenceError(_("Un de ces jours a commencé : l’absence ne se retire plus."))
    if RetakeClaim.objects.filter(line__in=lines, retaken_at__isnull=False).exists():
        raise AbsenceError(_("Un autre enfant a pris une de ces places : l’absence ne se retire plus."))
    again = Place.objects.live(now).filter(opening__in=openings, child=report.child_id)
    if again.exists():
        raise AbsenceError(_("Un de ces jours a été réservé de nouveau : l’absence ne se retire plus."))
    for opening in openings.values():
        wanted = Counter(place.group_id for place in places if place.opening_id == opening.pk)
        if opening.closed_reason or opening.room.shortage(wanted):
            raise AbsenceError(
                _("%(date)s : il n’y a plus de place pour reprendre ce jour.")
                % {"date": short_date(opening.date)}
            )


def _owe_again(report: AbsenceReport, places: list[Place], now: datetime) -> None:
    regie = report.period.activity.regie
    if regie is None:  # nothing has a price there
        return
    label = full_name(report.period)
    set_owed(
        [
            Owed(
                charge=charge_for(
                    place.line, service_date=place.line.opening.date, regie=regie, group_label=label, now=now
                ),
                amount=place.line.price,
                reason=TAKEN_BACK,
            )
            for place in places
        ],
        now=now,
    )
