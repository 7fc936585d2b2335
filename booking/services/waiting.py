"""The waiting list of a full day: joining it, leaving it, and what the office changes in it.

Entries of an opening change only while the opening is locked.
"""

from datetime import datetime

from django.db.models import Max
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from booking.enums import OfficePrice, WaitingState
from booking.errors import WaitingListError
from booking.models import Opening, Place, WaitingEntry, WaitingPolicy
from booking.queries.groups import slot_groups
from booking.queries.offer import periods
from booking.queries.planning import load_planning
from booking.queries.waiting import NOBODY, entries, positions, waiting_on
from booking.queries.waiting_cells import bookable_cell, why_not
from booking.rules.groups import group_of
from booking.services import waiting_mails
from booking.services.places import lock_openings
from booking.services.waiting_entries import announce_freed, move, note
from core.locks import locking_transaction
from core.models import Child, User
from core.words import NBSP, short_date
from tenants.context import town_timezone

NO_LONGER = gettext_lazy("Cet enfant n’est plus sur la liste d’attente.")


def join_list(*, child: Child, opening: Opening, by: User, now: datetime) -> WaitingEntry:
    """Put a child on the list of a full day, at its end; a child that is on it stays where it is.

    Raises WaitingListError: no list, a free place, a day that the child may not book or has already.
    """
    _require_list(opening)
    period = periods().get(slots=opening.slot_id)
    planning = load_planning(child=child, period=period, now=now)
    cell = bookable_cell(planning, opening)
    if cell is None:
        raise WaitingListError(
            _("%(date)s : %(why)s.") % {"date": short_date(opening.date), "why": why_not(planning, opening)}
        )
    return _enter(
        child,
        opening,
        cell.group_id,
        reader=by,
        act="Inscription sur la liste d’attente, n° {number}",
        by=by,
        now=now,
    )


def enlist_child(
    *, child: Child, opening: Opening, price: OfficePrice, reason: str, by: User, now: datetime
) -> WaitingEntry:
    """The office puts a child on the list of a full day, at its end, past the rules that stop its family, and says why.

    The family is offered a place as if it had joined by itself, at ``price``, until the day begins. Raises WaitingListError: no list, a day that is over or
    closed, a free place, a child that has one, a family without account, no reason.
    """
    reason = _required(reason)
    _require_list(opening)
    if opening.closed_reason or opening.date < now.astimezone(town_timezone()).date():
        raise WaitingListError(f"{short_date(opening.date)}{NBSP}: ce jour est passé ou fermé.")
    reader = User.objects.filter(guardian__household=child.household_id).order_by("pk").first()
    if reader is None:
        raise WaitingListError("La famille n’a pas de compte : ouvrez-en un, elle y recevra la proposition.")
    groups = slot_groups(slot=opening.slot_id).get(opening.slot_id, ())
    group = group_of(
        [one.rule for one in groups], level=child.level, birth_date=child.birth_date, on=opening.date
    )
    act = f"Inscription par le service, n° {{number}}{NBSP}: {reason}"
    return _enter(child, opening, group, reader=reader, act=act, by=by, now=now, office_price=price)


def _require_list(opening: Opening) -> None:
    if not WaitingPolicy.objects.filter(period__slots=opening.slot_id).exists():
        raise WaitingListError(_("Il n’y a pas de liste d’attente pour cette période."))


def _enter(
    child: Child,
    opening: Opening,
    group_id: int | None,
    *,
    reader: User,
    act: str,
    by: User,
    now: datetime,
    office_price: str = "",
) -> WaitingEntry:
    """At the end of the list of a full day; ``act`` says the ``{number}``. ``reader``: who is written to."""
    day = short_date(opening.date)
    with locking_transaction():
        locked = lock_openings([opening.pk], now=now)[opening.pk]
        if mine := WaitingEntry.objects.standing(now).filter(opening=locked, child=child).first():
            return _keep(mine, office_price, by=by, now=now)
        if Place.objects.live(now).filter(opening=locked, child=child).exists():
            raise WaitingListError(_("%(date)s : cet enfant a déjà une place.") % {"date": day})
        waiting = waiting_on(child=child, now=now, opening=locked).get(locked.pk, NOBODY)
        if waiting.left(locked.room, group_id) != 0:
            raise WaitingListError(
                _("%(date)s : une place est libre, réservez-la dans le planning.") % {"date": day}
            )
        last = WaitingEntry.objects.filter(opening=locked).aggregate(last=Max("rank"))["last"]
        entry = WaitingEntry.objects.create(
            opening=locked,
            child=child,
            group_id=group_id,
            rank=(last or 0) + 1,
            joined_at=now,
            joined_by=reader,
            office_price=office_price,
        )
        number = positions([locked.pk], now=now)[entry.pk]
        note([entry], act=act.replace("{number}", str(number)), by=by, now=now)
    return entry


def _keep(entry: WaitingEntry, office_price: str, *, by: User, now: datetime) -> WaitingEntry:
    """A child keeps its place on the list; the office may decide that the rules no longer stop it."""
    if office_price and office_price != entry.office_price and entry.state == WaitingState.WAITING:
        entry.office_price = office_price
        entry.save(update_fields=["office_price"])
        act = f"Attend malgré les règles, par le service{NBSP}: {entry.get_office_price_display().lower()}"
        note([entry], act=act, by=by, now=now)
    return entry


def leave_list(*, entry: WaitingEntry, by: User, now: datetime) -> None:
    """Take a child off a list. A place it was offered goes to the next. Raises WaitingListError when it is off already."""
    with locking_transaction():
        end_entry(entry=entry, to_state=WaitingState.LEFT, act="Liste quittée par la famille", by=by, now=now)


def remove_entry(*, entry: WaitingEntry, reason: str, by: User, now: datetime) -> None:
    """The office takes a child off a list, and says why. Raises WaitingListError when it is off already."""
    with locking_transaction():
        end_entry(
            entry=entry,
            to_state=WaitingState.REMOVED,
            act="Retirée par le service",
            reason=_required(reason),
            by=by,
            now=now,
        )
        ended = entries().filter(pk=entry.pk)
        waiting_mails.tell_ended(entries=ended, template=waiting_mails.REMOVED, now=now)


def move_entry(*, entry: WaitingEntry, position: int, reason: str, by: User, now: datetime) -> None:
    """The office gives a child another place on its list (from 1; beyond the end, the last), and says why."""
    reason = _required(reason)
    with locking_transaction():
        lock_openings([entry.opening_id], now=now)
        standing = list(
            WaitingEntry.objects.standing(now).filter(opening=entry.opening_id).order_by("rank", "pk")
        )
        before = next((n for n, one in enumerate(standing) if one.pk == entry.pk), None)
        if before is None:
            raise WaitingListError(str(NO_LONGER))
        moved = standing.pop(before)
        after = min(max(position, 1), len(standing) + 1)
        standing.insert(after - 1, moved)
        for rank, one in enumerate(standing, start=1):
            one.rank = rank
        WaitingEntry.objects.bulk_update(standing, ["rank"])
        note([moved], act=f"Du n° {before + 1} au n° {after}{NBSP}: {reason}", by=by, now=now)


def end_entry(
    *,
    entry: WaitingEntry,
    to_state: WaitingState,
    act: str,
    by: User,
    now: datetime,
    reason: str = "",
) -> None:
    """Inside a transaction: lock the opening, end a standing entry, and free the place it was offered."""
    lock_openings([entry.opening_id], now=now)
    locked = WaitingEntry.objects.standing(now).filter(pk=entry.pk).first()
    if locked is None:
        raise WaitingListError(str(NO_LONGER))
    was_offered = locked.state == WaitingState.OFFERED
    move([locked], to_state, act=act, reason=reason, by=by, now=now)
    if was_offered:
        announce_freed([locked.opening_id])


def _required(reason: str) -> str:
    if not reason.strip():
        raise WaitingListError("Donnez le motif : il reste dans l’historique de la liste.")
    return reason.strip()[:200]
