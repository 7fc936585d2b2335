"""« Attestation de réservation »: what was asked, what became of each day, and every act with who and when."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from billing.documents.lines import letterhead
from billing.documents.render import render_pdf
from booking.enums import LineAction, LineState
from booking.models import Reservation, ReservationEvent, ReservationLine
from booking.queries.planning import full_name
from core.languages import in_french
from core.money import format_euros
from core.words import NBSP, short_date
from tenants.context import town_timezone


@in_french()
def attestation_pdf(
    reservation: Reservation, *, cancelled_by: Mapping[int, Reservation], now: datetime
) -> bytes:
    """``reservation`` needs its lines loaded; ``cancelled_by`` is queries.reservations.cancellations_of."""
    lines: Sequence[ReservationLine] = list(reservation.lines.all())
    events = reservation.events.select_related("by")
    data = letterhead() | {
        "title": f"Attestation de réservation n° {reservation.display_number}",
        "child": f"{reservation.child} – dossier {reservation.household}",
        "facts": [
            ["Service", full_name(reservation.period)],
            ["Demandée le", _moment(reservation.created_at)],
            ["Par", reservation.created_by.name if reservation.created_by else "–"],
            ["État", reservation.get_state_display()],
            *([["Montant", format_euros(reservation.total)]] if reservation.total else []),
        ],
        "days": [_day(line, cancelled_by.get(line.opening_id)) for line in lines],
        "acts": list(_acts(events)),
        "made": f"Édité le {_moment(now)} (heure de la commune).",
    }
    return render_pdf("attestation", data)


def _day(line: ReservationLine, cancellation: Reservation | None) -> list[str]:
    cancels = line.action == LineAction.CANCEL
    asked = f"{line.label} – {line.get_action_display().lower()}" if cancels else line.label
    state = "annulée" if cancels and line.state == LineState.ACCEPTED else line.get_state_display()
    if cancellation and line.state == LineState.CANCELLED:
        reason = f"Par la réservation n° {cancellation.display_number} du {_moment(cancellation.created_at)}"
        return [short_date(line.opening.date), asked, state, reason]
    return [short_date(line.opening.date), asked, state, line.reason]


def _acts(events: Iterable[ReservationEvent]) -> Iterable[list[str]]:
    for event in events:
        yield [
            _moment(event.at),
            event.act,
            event.by.name if event.by else "automatique",
            event.get_to_state_display(),
        ]


def _moment(at: datetime) -> str:
    local = at.astimezone(town_timezone())
    return f"{local:%d/%m/%Y} à{NBSP}{local:%H:%M:%S}"
