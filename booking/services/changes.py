"""Cancelling a service, a school, a class or a day in one act, and taking the act back.

Bulk statements only: the number of queries does not depend on how many children are concerned. Families are told by a
job afterwards (booking.services.change_mails): the openings stay locked for as short as possible.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from decimal import Decimal

from django.db.models import OuterRef, Subquery, Sum
from django.db.models.functions import Coalesce

from billing.models import Charge
from billing.queries.charges import charges_about
from billing.services.charges import reinstate_charges, void_charges
from billing.services.credits import credit_charges, list_refunds
from booking.enums import ChangeKind, LineState, PlaceState, RefundRule
from booking.errors import ChangeRefusedError
from booking.models import Cart, ChangedLine, Opening, Place, Reservation, ReservationLine, ServiceChange
from booking.queries.changes import Scope, openings_in, places_of, title_of
from booking.services.history import record
from booking.services.places import ask_again, close_lines, confirm, lock_openings, release
from booking.sources import charge_source
from core.audit_acts import AuditAct
from core.enums import TaskKind
from core.jobs import enqueue
from core.locks import lock_ids, lock_rows, locking_transaction
from core.models import User
from core.money import ZERO, format_euros
from core.services import audit
from core.services.office import open_task
from core.words import NBSP

ACT_LENGTH = 200


def cancel_services(*, scope: Scope, reason: str, by: User, now: datetime) -> ServiceChange:
    """Give back every place of the scope, close its openings when it is everybody's, and see to the money.

    What no invoice carries is not owed any more; what was invoiced is given back as the period's rule says, whatever
    the family's own deadline. Raises ChangeRefusedError when there is nothing to cancel, BusyError.
    """
    with locking_transaction():
        _lock_carts(scope, now)
        lock_openings(scope.opening_ids, now=now)
        openings = openings_in(scope)
        places = _read(places_of(scope, now=now))
        if not places and not (scope.is_whole and any(not one.closed_reason for one in openings)):
            raise ChangeRefusedError(
                "Il n’y a rien à annuler : personne n’est inscrit, ou tout est déjà fermé."
            )
        change = _write(
            kind=ChangeKind.CANCELLED,
            openings=openings,
            scope=scope,
            places=places,
            reason=reason,
            by=by,
            now=now,
        )
        if scope.is_whole:
            opened = [one.pk for one in openings if not one.closed_reason]
            Opening.objects.filter(pk__in=opened).update(closed_reason=reason)
            change.openings.add(*opened)
        release(places, now=now)
        lines = [place.line_id for place in places]
        close_lines(line_ids=lines, to_state=LineState.CANCELLED, reason=_why(change))
        _count_baskets(places)
        _record(places, f"Annulé par le service ({reason}){NBSP}: {change.title}", by, now)
        _see_to_the_money(change, places, now)
    return change


def replace_meal(*, scope: Scope, reason: str, by: User, now: datetime) -> ServiceChange:
    """Say that the meal is another one (« pique-nique »): nobody loses a place, every family is told."""
    with locking_transaction():
        openings = openings_in(scope)
        places = _read(places_of(scope, now=now))
        change = _write(
            kind=ChangeKind.MEAL,
            openings=openings,
            scope=scope,
            places=places,
            reason=reason,
            by=by,
            now=now,
        )
        change.openings.add(*(one.pk for one in openings))
    return change


def undo_change(*, change: ServiceChange, by: User, now: datetime) -> ServiceChange:
    """Give the places back to those who had them, while nothing was invoiced, booked again or filled in between.

    What was waiting in a basket stays cancelled. Raises ChangeRefusedError, BusyError.
    """
    with locking_transaction():
        (change,) = lock_rows(ServiceChange.objects.filter(pk=change.pk))
        if change.undone_at:
            raise ChangeRefusedError("Cette annulation est déjà reprise.")
        if change.kind == ChangeKind.CANCELLED:
            _give_places_again(change, by, now)
        change.undone_at, change.undone_by, change.told_at = now, by, None
        change.save(update_fields=["undone_at", "undone_by", "told_at"])
        audit.record(act=AuditAct.PLACES, by=by, now=now, on=change, note="Repris")
        enqueue("booking.tasks.tell_changes")
    return change


def _lock_carts(scope: Scope, now: datetime) -> None:
    held = places_of(scope, now=now).filter(state=PlaceState.HELD)
    lock_rows(Cart.objects.filter(pk__in=held.values("line__reservation__cart")))


def _read(places: Iterable[Place]) -> list[Place]:
    """Places with the request and the rule of the money they belong to; read after their openings were locked."""
    rows = Place.objects.filter(pk__in=[place.pk for place in places]).select_related(
        "line__reservation__period", "child"
    )
    return list(rows.order_by("pk"))


def _write(
    *,
    kind: ChangeKind,
    openings: Sequence[Opening],
    scope: Scope,
    places: Sequence[Place],
    reason: str,
    by: User,
    now: datetime,
) -> ServiceChange:
    change = ServiceChange.objects.create(
        kind=kind,
        title=title_of(openings, scope),
        reason=reason,
        first_date=min(one.date for one in openings),
        last_date=max(one.date for one in openings),
        level=scope.level,
        class_name=scope.class_name,
        children=len({place.child_id for place in places}),
        families=len({place.child.household_id for place in places}),
        at=now,
        by=by,
    )
    ChangedLine.objects.bulk_create(
        ChangedLine(change=change, line_id=place.line_id, before=place.state) for place in places
    )
    audit.record(act=AuditAct.PLACES, by=by, now=now, on=change, note=f"{kind.label}{NBSP}: {reason}")
    enqueue("booking.tasks.tell_changes")
    return change


def _count_baskets(places: Iterable[Place]) -> None:
    """What is left to pay of demands that wait in a basket."""
    held = {place.line.reservation_id for place in places if place.state == PlaceState.HELD}
    left = (
        ReservationLine.objects.filter(reservation=OuterRef("pk"), state=LineState.AWAITING_PAYMENT)
        .order_by()
        .values("reservation")
        .annotate(sum=Sum("price"))
        .values("sum")
    )
    Reservation.objects.filter(pk__in=held).update(total=Coalesce(Subquery(left), Decimal(0)))


def _record(places: Iterable[Place], act: str, by: User, now: datetime) -> None:
    shown = act if len(act) <= ACT_LENGTH else f"{act[: ACT_LENGTH - 1]}…"
    record(reservation_ids={place.line.reservation_id for place in places}, act=shown, by=by, now=now)


def _see_to_the_money(change: ServiceChange, places: Sequence[Place], now: datetime) -> None:
    rules = {charge_source(place.line_id): place.line.reservation.period.refund for place in places}
    # Locked before asking what is invoiced: a campaign that is invoicing them is waited for, and its lines are credited.
    lock_ids(charges_about(rules))
    charges = list(
        charges_about(rules)
        .filter(voided_at__isnull=True)
        .select_related("invoice_line", "household", "regie", "corrects")
        .order_by("household", "service_date", "pk")
    )
    invoiced = [charge for charge in charges if hasattr(charge, "invoice_line")]
    free = [charge for charge in charges if not hasattr(charge, "invoice_line")]
    why = _why(change)
    void_charges(sources=list(rules), reason=why, now=now)
    by_rule = {rule: [one for one in invoiced if rules[one.thing] == rule] for rule in RefundRule}
    # A town that gives nothing back to a family that cancels still owes what it does not serve.
    credit_charges(charges=by_rule[RefundRule.CREDIT] + by_rule[RefundRule.NONE], reason=why, now=now)
    list_refunds(charges=by_rule[RefundRule.LIST], reason=why, now=now)
    _ask_the_office(change, by_rule[RefundRule.AGENT], now)
    change.voided, change.credited = _sum(free), _sum(invoiced)
    change.save(update_fields=["voided", "credited"])


def _why(change: ServiceChange) -> str:
    return f"Annulé par le service{NBSP}: {change.reason}"


def _sum(charges: Iterable[Charge]) -> Decimal:
    return sum((charge.amount for charge in charges), ZERO)


def _ask_the_office(change: ServiceChange, charges: Collection[Charge], now: datetime) -> None:
    """One task for the act and régie, family by family."""
    for code in sorted({charge.regie.code for charge in charges}):
        asked = [charge for charge in charges if charge.regie.code == code]
        open_task(
            kind=TaskKind.CANCELLED_PAID,
            source=f"change:{change.pk}:cancelled-paid:{code}",
            regie=code,
            title=f"{format_euros(_sum(asked))} à rendre ou à garder en avoir{NBSP}: {change.title}"[:200],
            body="\n".join(
                f"{charge.household}{NBSP}: {charge.label}, {charge.service_date:%d/%m/%Y}, {format_euros(charge.amount)}"
                for charge in asked
            ),
            now=now,
        )


def _give_places_again(change: ServiceChange, by: User, now: datetime) -> None:
    if change.credited:
        raise ChangeRefusedError(
            "De l’argent a déjà été rendu ou promis pour ces jours : rouvrez-les un à un."
        )
    before = dict(change.lines.values_list("line_id", "before"))
    line_openings = ReservationLine.objects.filter(pk__in=before).values_list("opening_id", flat=True)
    closed = set(change.openings.values_list("pk", flat=True))
    openings = lock_openings(closed | set(line_openings), now=now)
    Opening.objects.filter(pk__in=closed, closed_reason=change.reason).update(closed_reason="")
    places = _read(Place.objects.filter(line__in=before))
    firm = [place for place in places if before[place.line_id] == PlaceState.CONFIRMED]
    asked = [place for place in places if before[place.line_id] == PlaceState.REQUESTED]
    _require_free(firm + asked, firm, openings, now)
    confirm(firm)
    ask_again(asked)
    close_lines(line_ids=[place.line_id for place in firm], to_state=LineState.ACCEPTED, reason="")
    close_lines(line_ids=[place.line_id for place in asked], to_state=LineState.PENDING, reason="")
    _record(firm + asked, f"Annulation reprise par le service{NBSP}: {change.title}", by, now)
    voided = charges_about([charge_source(place.line_id) for place in firm]).filter(
        voided_at=change.at, void_reason=_why(change)
    )
    reinstate_charges(sources=list(voided.values_list("source", flat=True)), now=now)


def _require_free(
    places: Sequence[Place], firm: Sequence[Place], openings: dict[int, Opening], now: datetime
) -> None:
    if any(place.state != PlaceState.RELEASED for place in places):
        raise ChangeRefusedError("Un de ces jours a changé depuis : l’annulation ne se reprend plus.")
    again = set(Place.objects.live(now).filter(opening__in=openings).values_list("opening_id", "child_id"))
    if again & {(place.opening_id, place.child_id) for place in places}:
        raise ChangeRefusedError("Une famille a redemandé un de ces jours : l’annulation ne se reprend plus.")
    for opening in openings.values():
        wanted = Counter(place.group_id for place in firm if place.opening_id == opening.pk)
        if opening.room.shortage(wanted):
            raise ChangeRefusedError(
                "D’autres familles ont pris ces places : l’annulation ne se reprend plus."
            )
