"""Confirming the selection that a recap showed: recorded once, however often it is asked."""

from dataclasses import dataclass
from datetime import datetime

from booking.errors import NotAllowedError, NothingAskedError, RequestRefusedError, SelectionChangedError
from booking.models import BookingDraft, Period, Reservation
from booking.services.drafts import draft_wishes
from booking.services.requests import submit_request
from core.models import Child, User


@dataclass(frozen=True, kw_only=True)
class Confirmation:
    """``already``: an earlier click had recorded it."""

    reservation: Reservation
    already: bool


def confirm_draft(
    *, child: Child, period: Period, draft_id: int, version: datetime, by: User, now: datetime
) -> Confirmation:
    """Turn the draft that the family saw, as it was at ``version``, into a numbered reservation.

    A draft that is not there any more was recorded: the latest reservation is given. Raises SelectionChangedError when
    it was changed since, and what submit_request raises.
    """
    draft = BookingDraft.objects.filter(child=child, household=child.household_id, period=period).first()
    if draft is None or draft.pk != draft_id:
        return _recorded_before(child, period)
    if draft.updated_at != version:
        raise SelectionChangedError
    try:
        reservation = submit_request(
            child=child,
            period=period,
            wishes=draft_wishes(draft),
            cancellations=draft.cancellations,
            by=by,
            now=now,
        )
    except (NothingAskedError, RequestRefusedError, NotAllowedError):
        if BookingDraft.objects.filter(pk=draft.pk).exists():
            raise
        return _recorded_before(child, period)  # the other click of a double click was faster
    return Confirmation(reservation=reservation, already=False)


def _recorded_before(child: Child, period: Period) -> Confirmation:
    latest = (
        Reservation.objects.filter(child=child, household=child.household_id, period=period)
        .order_by("-pk")
        .first()
    )
    if latest is None:
        raise NothingAskedError
    return Confirmation(reservation=latest, already=True)
