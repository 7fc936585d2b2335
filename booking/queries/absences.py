"""Absences as the rules read them, and as the pages list them."""

from collections.abc import Iterable
from datetime import date, datetime

from django.db.models import QuerySet, Sum

from booking.models import AbsenceReport, AbsentDay, Period, ReservationLine
from booking.rules.absence import AbsencePolicy, AbsenceReason, Proof
from booking.rules.absence_dues import Absence, Missed, Setting
from booking.rules.cutoffs import CUTOFF_RULE
from core.models import Household
from core.queries.calendar import town_calendar
from tenants.context import town_timezone


def policy_of(period: Period) -> AbsencePolicy | None:
    return AbsencePolicy.model_validate(period.absences) if period.absences is not None else None


def family_reasons(policy: AbsencePolicy) -> list[AbsenceReason]:
    """The reasons that may change what a family owes, in the order of the règlement."""
    named = {reason for waiver in policy.waivers if waiver.by == "family" for reason in waiver.reasons}
    return [reason for reason in AbsenceReason if reason in named]


def absence_setting(period: Period) -> Setting:
    """Needs the period's activity and establishment."""
    return Setting(
        period=period.dates,
        calendar=town_calendar(period.start, period.end, establishment=period.activity.establishment),
        tz=town_timezone(),
        cancel_rule=CUTOFF_RULE.validate_python(period.cancel_rule),
    )


def missed_services(lines: Iterable[ReservationLine]) -> list[Missed]:
    """Needs the opening and slot of each line. Keys are the lines' own."""
    tz = town_timezone()
    return [
        Missed(
            key=line.pk,
            start=datetime.combine(line.opening.date, line.opening.slot.starts, tzinfo=tz),
            price=line.price,
        )
        for line in lines
    ]


def absence_of(report: AbsenceReport, policy: AbsencePolicy) -> Absence:
    return Absence(
        first=report.first,
        last=report.last,
        reason=AbsenceReason(report.reason) if report.reason else None,
        noticed_at=report.told_at,
        proof=Proof(report.proof) if report.proof else None,
        proof_at=report.proof_at,
        waived_before=_waived_before(report) if any(one.quota_days for one in policy.waivers) else 0,
    )


def _waived_before(report: AbsenceReport) -> int:
    """Days of the same reason already waived in the period's activity this school year, before this report."""
    period = report.period
    year = town_calendar(report.first, report.first).school_year(report.first)
    waived = AbsentDay.objects.filter(
        report__child=report.child,
        report__reason=report.reason,
        report__period__activity=period.activity_id,
        line__opening__date__range=(year.first_day, year.last_day),
        due=0,
    ).exclude(report=report.pk)
    dates: QuerySet[AbsentDay, date] = waived.order_by().values_list("line__opening__date", flat=True)
    return dates.distinct().count()


def absence_reports() -> QuerySet[AbsenceReport]:
    """With all that a list or a page shows, and ``due`` (euros still due of its days)."""
    return (
        AbsenceReport.objects.select_related(
            "child__household",
            "period__activity__establishment",
            "told_by",
            "decided_by",
            "taken_back_by",
        )
        .annotate(due=Sum("days__due"), price=Sum("days__price"))
        .order_by("-told_at", "-pk")
    )


def absences_of(household: Household) -> QuerySet[AbsenceReport]:
    return absence_reports().filter(child__household=household)
