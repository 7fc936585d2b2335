"""What Bellegarde's agents did lately: a sheet marked and closed, the week's meals ordered, a class on an outing, and
what a picnic cost."""

from datetime import datetime, time, timedelta
from decimal import Decimal
from uuid import uuid4

from booking.enums import TAKING, Mark
from booking.models import AttendanceSheet, Opening, OutingCost, Place
from booking.queries.attendance import openings
from booking.queries.changes import Scope
from booking.queries.meals import MIDDAY, meals_of_week, monday_of
from booking.queries.outings import present_children
from booking.services.attendance import Marking, close_sheet, record_marks
from booking.services.change_mails import tell_changes
from booking.services.changes import cancel_services
from booking.services.meals import order_meals
from booking.services.outings import record_cost
from core.clock import now
from core.models import Child, FamilyNote, Household, User
from core.services.family_notes import open_family_task, write_note
from tenants.context import town_timezone


def write_desk_work(agent: User) -> None:
    """Nothing when a sheet was closed before."""
    if AttendanceSheet.objects.exists():
        return
    at = now()
    today = at.astimezone(town_timezone()).date()
    meals = Opening.objects.filter(slot__starts__lte=MIDDAY, slot__ends__gt=MIDDAY, taken__gt=0)
    if past := meals.filter(date__lt=today).order_by("-date", "-taken", "pk").first():
        _mark(openings().get(pk=past.pk), agent)
    monday = monday_of(today)
    for service in meals_of_week(monday, now=at):
        days = [day.date for day in service.days]
        order_meals(activity=service.activity, days=days, by=agent, now=at)
    # Not today's: its sheet is there to be tried.
    coming = Place.objects.filter(opening__date__gt=today, state__in=TAKING).exclude(child__level="")
    if place := coming.select_related("child").order_by("-opening__date", "pk").first():
        scope = Scope(opening_ids=(place.opening_id,), level=place.child.level)
        cancel_services(scope=scope, reason="Sortie scolaire : journée au musée", by=agent, now=at)
        tell_changes(now=at)


def _mark(opening: Opening, agent: User) -> None:
    """Everybody came but one, and one more who had not booked."""
    noon = datetime.combine(opening.date, time(12, 5), tzinfo=town_timezone())
    booked = list(
        Place.objects.filter(opening=opening, state__in=TAKING).order_by("pk").values_list("child", flat=True)
    )
    school = opening.slot.period.activity.establishment
    extra = Child.objects.filter(school=school).exclude(pk__in=booked).order_by("pk").first()
    marks = dict.fromkeys(booked, Mark.PRESENT)
    if len(booked) > 1:
        marks[booked[-1]] = Mark.ABSENT
    if extra:
        marks[extra.pk] = Mark.PRESENT
    acts = [
        Marking(uuid=uuid4(), child_id=child, mark=mark, at=noon + timedelta(seconds=4 * rank))
        for rank, (child, mark) in enumerate(marks.items())
    ]
    later = noon + timedelta(minutes=20)
    record_marks(opening=opening, markings=acts, device="tablette", by=agent, now=later)
    close_sheet(opening=opening, rest_is_absent=True, by=agent, now=later)


def share_a_picnic(agent: User) -> None:
    """What the closed sheet's day cost besides the meals, divided among those who came; nothing when it was before."""
    marked = openings().filter(attendance_sheet__isnull=False).order_by("date", "pk")
    if OutingCost.objects.exists() or not (opening := marked.first()):
        return
    record_cost(
        opening=opening,
        label="Pique-nique au moulin, trajet en car",
        total=Decimal("46.00"),
        expected=len(present_children(opening)),
        by=agent,
        now=now(),
    )


def leave_notes(agent: User) -> None:
    """A pinned note and two tasks on the first family's page, one of them late; nothing when there was a note before."""
    family = Household.objects.order_by("number").first()
    if family is None or FamilyNote.objects.exists():
        return
    at = now()
    today = at.astimezone(town_timezone()).date()
    told = "Parle mieux par téléphone qu’à l’écrit : appeler après 17 h."
    write_note(household=family, text=told, is_pinned=True, by=agent, now=at)
    for title, due_on, assignee in (
        ("Demander l’attestation d’assurance de l’année", today - timedelta(days=1), agent),
        ("Rappeler pour les inscriptions de juillet", today + timedelta(days=10), None),
    ):
        open_family_task(
            household=family, title=title, body="", due_on=due_on, assignee=assignee, by=agent, now=at
        )
