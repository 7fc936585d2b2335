"""« Signaler une absence »: the place is given back, and what remains due follows the period's rules."""

from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from decimal import Decimal

from django.core.files.uploadedfile import UploadedFile
from django.urls import reverse
from django.utils.translation import gettext as _

from billing.services.corrections import Owed, set_owed
from booking.enums import AbsenceState, LineState, Mark, PlaceState
from booking.errors import AbsenceError
from booking.models import (
    AbsenceReport,
    AbsentDay,
    AttendanceAct,
    Period,
    Place,
    ReservationLine,
    RetakeClaim,
)
from booking.queries.absences import absence_of, absence_setting, missed_services, policy_of
from booking.queries.planning import full_name
from booking.queries.recipients import family_account
from booking.rules.absence import AbsencePolicy, AbsenceReason, Proof
from booking.rules.absence_dues import ServiceDue, proof_asked, settle
from booking.services.history import record
from booking.services.places import close_lines, lock_openings, release
from booking.services.requests import charge_for
from core.languages import in_french
from core.locks import lock_rows, locking_transaction
from core.models import Child, User
from core.services.files import forget_file
from core.services.outbox import write_mail
from core.words import NBSP, days_summary
from tenants.context import town_timezone, town_url

# An absence may be reported after it, as long as the days still mean something to everybody.
REPORTED_WITHIN = timedelta(days=31)
ACT_LENGTH = 200


def report_absence(
    *,
    child: Child,
    period: Period,
    first: date,
    last: date,
    reason: AbsenceReason | None,
    note: str,
    file: UploadedFile | None,
    by: User,
    now: datetime,
) -> AbsenceReport:
    """Record that a child misses all it has booked in this period from ``first`` to ``last`` (included).

    Its places are free at once. What remains due is settled at once by the period's policy; when a proof would lower
    it, the report waits for an agent who has read it. All or nothing. Raises AbsenceError (nothing booked on these
    days, the child was seen there, too long ago, no such rule here) or BusyError.
    """
    policy = policy_of(period)
    if policy is None:
        raise AbsenceError(_("Pour ce service, une absence ne se signale pas ici : appelez le service."))
    if first < now.astimezone(town_timezone()).date() - REPORTED_WITHIN:
        raise AbsenceError(_("Ces jours sont trop anciens pour être signalés ici : appelez le service."))
    with locking_transaction():
        places = _lock_places(child, period, (first, last), now)
        if not places:
            raise AbsenceError(_("Aucune présence réservée entre ces deux dates."))
        _require_not_there(child, places)
        report = AbsenceReport(
            child=child,
            period=period,
            first=first,
            last=last,
            reason=reason or "",
            note=note,
            told_at=now,
            told_by=by,
            proof_at=now if file else None,
        )
        lines = [place.line for place in places]
        with in_french():
            _settle_first(report, policy, lines, file)
            _let_go(report, places, by, now)
        _claim_retakes(report, policy, now)
        _write_dues(report, now)
        _tell(report, "absence_reported", now)
    return report


def hand_in_proof(*, report: AbsenceReport, file: UploadedFile, now: datetime) -> None:
    """Add the paper to a report that waits for it; the moment it came counts. Raises AbsenceError."""
    with locking_transaction():
        (locked,) = lock_rows(AbsenceReport.objects.filter(pk=report.pk))
        if locked.state != AbsenceState.AWAITING:
            raise AbsenceError(_("Aucun justificatif n’est attendu pour cette absence."))
        forget_file(locked.proof_file)
        locked.proof_file, locked.proof_at = file, now
        locked.save(update_fields=["proof_file", "proof_at"])


def decide_proof(
    *,
    report: AbsenceReport,
    accept: bool,
    proof: Proof,
    received: datetime,
    reason: str,
    by: User,
    now: datetime,
) -> AbsenceReport:
    """Accept or refuse the paper of a report: what is due is settled again, the file is deleted, the family is told.

    ``received``: when the town got the paper, which the rule may limit. Raises AbsenceError (already decided, no
    reason given for a refusal).
    """
    reason = reason.strip()
    if not accept and not reason:
        raise AbsenceError("Donnez le motif du refus : la famille le lira.")
    with locking_transaction():
        (locked,) = lock_rows(
            AbsenceReport.objects.filter(pk=report.pk).select_related(
                "child__household", "told_by", "period__activity__establishment", "period__activity__regie"
            )
        )
        if locked.state != AbsenceState.AWAITING:
            raise AbsenceError("Cette absence est déjà décidée.")
        locked.state = AbsenceState.ACCEPTED if accept else AbsenceState.REFUSED
        locked.decided_at, locked.decided_by, locked.decision_reason = now, by, reason
        if accept:
            locked.proof, locked.proof_at = proof, received
        forget_file(locked.proof_file)
        locked.proof_file = ""
        locked.save()
        days = list(locked.days.select_related("line__opening__slot", "line__reservation"))
        note_days([day.line for day in days], f"Justificatif {'accepté' if accept else 'refusé'}", by, now)
        if accept:
            _settle_again(locked, days)
            _write_dues(locked, now)
        _tell(locked, "absence_decided", now)
    return locked


def _lock_places(child: Child, period: Period, dates: tuple[date, date], now: datetime) -> list[Place]:
    wanted = Place.objects.filter(
        child=child, opening__slot__period=period, opening__date__range=dates, state=PlaceState.CONFIRMED
    )
    lock_openings(wanted.values_list("opening_id", flat=True), now=now)
    return list(
        wanted.select_related("opening", "line__opening__slot", "line__reservation").order_by(
            "opening__date", "opening__slot__starts", "pk"
        )
    )


def _require_not_there(child: Child, places: Sequence[Place]) -> None:
    """Openings locked, as marking locks them: what the team has seen wins over what is told afterwards."""
    openings = {place.opening_id for place in places}
    latest: dict[int, AttendanceAct] = {}
    for act in AttendanceAct.objects.filter(opening__in=openings, child=child).order_by("at", "pk"):
        latest[act.opening_id] = act
    seen = [place.opening.date for place in places if _is_present(latest.get(place.opening_id))]
    if seen:
        raise AbsenceError(
            _("%(name)s est noté présent par l’équipe (%(days)s) : appelez le service.")
            % {"name": child.first_name, "days": days_summary(seen)}
        )


def _is_present(act: AttendanceAct | None) -> bool:
    return act is not None and act.mark == Mark.PRESENT


def _settle_first(
    report: AbsenceReport, policy: AbsencePolicy, lines: Sequence[ReservationLine], file: UploadedFile | None
) -> None:
    setting, services = absence_setting(report.period), missed_services(lines)
    absence = absence_of(report, policy)
    asked = proof_asked(policy, absence, services, setting)
    report.state = AbsenceState.AWAITING if asked else AbsenceState.SETTLED
    if asked:
        report.proof_until = asked.until
        if file is not None:
            report.proof_file = file
    else:
        report.proof_at = None  # nobody needs the paper: it is not kept
    report.save()
    dues = settle(policy, replace(absence, proof=None), services, setting)
    AbsentDay.objects.bulk_create(_day(report, line, due) for line, due in _paired(lines, dues))


def _settle_again(report: AbsenceReport, days: Sequence[AbsentDay]) -> None:
    policy = policy_of(report.period)
    assert policy is not None  # a period whose policy was taken away since keeps what was said
    lines = [day.line for day in days]
    dues = settle(policy, absence_of(report, policy), missed_services(lines), absence_setting(report.period))
    by_line = dict(_paired(lines, dues))
    retaken = set(
        RetakeClaim.objects.filter(line__in=lines, retaken_at__isnull=False).values_list("line_id", flat=True)
    )
    for day in days:
        if day.line_id in retaken:  # already given back
            continue
        due = by_line[day.line]
        day.due, day.explanation = due.amount, due.reason
    AbsentDay.objects.bulk_update(days, ["due", "explanation"])


def _paired(
    lines: Sequence[ReservationLine], dues: Sequence[ServiceDue]
) -> list[tuple[ReservationLine, ServiceDue]]:
    found = {due.key: due for due in dues}
    return [(line, found[line.pk]) for line in lines]


def _day(report: AbsenceReport, line: ReservationLine, due: ServiceDue) -> AbsentDay:
    return AbsentDay(report=report, line=line, price=line.price, due=due.amount, explanation=due.reason[:300])


def _let_go(report: AbsenceReport, places: Sequence[Place], by: User, now: datetime) -> None:
    release(places, now=now)
    lines = [place.line for place in places]
    close_lines(
        line_ids=[line.pk for line in lines], to_state=LineState.CANCELLED, reason=_words(report)[:200]
    )
    note_days(lines, f"Absence signalée{f' ({_words(report)})' if report.reason else ''}", by, now)


def note_days(lines: Collection[ReservationLine], act: str, by: User, now: datetime) -> None:
    """Write an act and its days in the history of each reservation."""
    with in_french():
        days = days_summary({line.opening.date for line in lines})
    record(
        reservation_ids=sorted({line.reservation_id for line in lines}),
        act=f"{act}{NBSP}: {days}"[:ACT_LENGTH],
        by=by,
        now=now,
    )


def _words(report: AbsenceReport) -> str:
    return f"Absence : {report.get_reason_display()}" if report.reason else "Absence signalée"


def _claim_retakes(report: AbsenceReport, policy: AbsencePolicy, now: datetime) -> None:
    """A place given back too late is not due when another child takes it, if the town says so."""
    if not policy.refund_if_taken_again:
        return
    RetakeClaim.objects.bulk_create(
        [
            RetakeClaim(line=day.line, opening_id=day.line.opening_id, since=now)
            for day in report.days.select_related("line").filter(due__gt=0)
        ],
        ignore_conflicts=True,
    )


def _write_dues(report: AbsenceReport, now: datetime) -> None:
    regie = report.period.activity.regie
    if regie is None:  # nothing has a price there
        return
    days = report.days.select_related("line__reservation", "line__opening")
    label = full_name(report.period)
    set_owed(
        [
            Owed(
                charge=charge_for(
                    day.line, service_date=day.line.opening.date, regie=regie, group_label=label, now=now
                ),
                amount=day.due,
                reason=day.explanation,
            )
            for day in days
        ],
        now=now,
    )


def _tell(report: AbsenceReport, template: str, now: datetime) -> None:
    reader = family_account(report.child.household_id, preferred=report.told_by)
    if reader is None:  # the family has no account: the office tells it otherwise
        return
    days = list(report.days.select_related("line__opening"))
    context = {
        "report": report,
        "child": report.child,
        "full_name": full_name(report.period),
        "days": days,
        "due": sum((day.due for day in days), Decimal(0)),
        "link": town_url(reverse("absence_detail", args=[report.pk])),
    }
    write_mail(to=reader.email, template=template, context=context, now=now)
