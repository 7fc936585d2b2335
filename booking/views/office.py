"""The desk's pages that need bookings: the one search box, a family's file, reservations."""

from datetime import date

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_safe

from billing.pricing.facts_words import facts_in_words
from billing.queries.facts import FamilyFacts
from billing.queries.numbers import invoices_numbered, payments_numbered
from billing.queries.reach import within
from booking.enums import ReservationState
from booking.forms_enrolments import FamilyEnrolForm
from booking.forms_priorities import FamilyPrioritiesForm
from booking.models import Activity, Period, Reservation
from booking.queries.estimate import asked, estimate_lines, used_facts
from booking.queries.family_file import family_folders
from booking.queries.family_glance import children_in_file, glance
from booking.queries.office import (
    RESERVATION_ORDERS,
    find_payments,
    find_reservations,
    is_number,
)
from booking.queries.office_family import accounts, coming_days, history, latest_absences
from booking.queries.planning import full_name
from booking.queries.reach import covers
from booking.queries.reach import within as activities_within
from booking.queries.reservations import with_lines
from core import clock
from core.guardian_roles import GuardianRole
from core.models import Establishment, Household
from core.queries.child_file import reached_changes, waiting_of_family
from core.queries.close_names import close_names
from core.queries.families import CHILD_ORDERS, HOUSEHOLD_ORDERS, find_children, find_households
from core.queries.mails import mails_to
from core.queries.office import find_tasks
from core.queries.reach import reached_children, reached_households
from core.rights import Reach, Right
from core.views.access import agent_required
from core.views.listing import exported, number_in, ordered, page_of, searched
from tenants.context import town_timezone

SHORT = 8  # rows of the small tables
NOTES = 4
FOUND = 20  # of each kind, on the page of results
COLUMNS = ("N°", "Enfant", "N° de dossier", "Établissement", "Activité", "Période", "Créée le", "Du", "Au", "Montant", "État")  # fmt: skip


@agent_required(right=Right.CONFIGURE)
@require_safe
def agent_organise(request: HttpRequest) -> HttpResponse:
    """What the desk prepares a few times a year, rather than every day."""
    return render(request, "agent/organise.html")


@agent_required(right=Right.READ, scoped=True)
@require_safe
def agent_search(request: HttpRequest) -> HttpResponse:
    """Name, number of a file, address, number of a reservation or of an invoice, reference of a payment: one box.

    A single result opens at once.
    """
    search = searched(request.GET)
    if not search:
        return redirect("agent_families")
    reach = request.reach
    families = find_households(search).filter(reached_households(reach))
    pupils = find_children(search).filter(reached_children(reach))
    households = list(families.order_by(*HOUSEHOLD_ORDERS["nom"])[:FOUND])
    children = list(pupils.order_by(*CHILD_ORDERS["nom"])[:FOUND])
    booked = Reservation.objects.filter(activities_within(reach, "period__activity"))
    reservation = booked.filter(pk=int(search)).first() if is_number(search) else None
    books = within(request.rights.reach(Right.ACCOUNTS), "regie")
    payments = list(payments_numbered(search).filter(books)[:FOUND])
    invoices = list(invoices_numbered(search).filter(books)[:FOUND])
    found = (households, children, reservation, payments, invoices)
    if len(payments) == 1 and not (households or children or reservation or invoices):
        return redirect("agent_payment", payments[0].pk)
    if reservation and not households:
        return redirect("agent_reservation", reservation.pk)
    if len(households) == 1 and not reservation:
        return redirect("agent_family", households[0].pk)
    context = {
        "search_query": search,
        "households": households,
        "children": children,
        "reservation": reservation,
        "payments": payments,
        "invoices": invoices,
        "limit": FOUND,
        "close": close_names(search) if reach.everywhere and not any(found) else [],
    }
    return render(request, "agent/search.html", context)


@agent_required(right=Right.READ, scoped=True)
@require_safe
def agent_family(request: HttpRequest, pk: int) -> HttpResponse:
    household = get_object_or_404(Household, reached_households(request.reach), pk=pk)
    if household.merged_into_id:
        messages.info(request, f"Le dossier {household.number} a été réuni dans celui-ci.")
        return redirect("agent_family", household.merged_into_id)
    reach, today = request.reach, clock.today(town_timezone())
    reservations = find_reservations().filter(activities_within(reach, "period__activity"))
    context = {
        "household": household,
        "whole": reach.everywhere,
        "changes": waiting_of_family(household).filter(reached_changes(reach)),
        "guardians": household.guardians.select_related("user"),
        "guardian_roles": GuardianRole.choices,
        "children": children_in_file(household, today=today).filter(reached_children(reach)),
        "bookable": _reached_pupils(household, request.rights.reach(Right.BOOK)),
        "writes": not reach.everywhere and _is_reached(household, request.rights.reach(Right.MESSAGE)),
        "coming": coming_days(household, reach, today=today),
        "history": history(household, reach),
        "reservations": reservations.filter(household=household).order_by("-pk")[:SHORT],
        "absences": (),
        "merges": (),
    }
    if reach.everywhere:
        context |= _whole_file(household, request.rights.reach(Right.ACCOUNTS), today)
    return render(request, "agent/family.html", context)


def _reached_pupils(household: Household, reach: Reach) -> set[int]:
    """Keys of its children whom a right reaches."""
    if not reach:
        return set()
    return set(household.children.filter(reached_children(reach)).values_list("pk", flat=True))


def _is_reached(household: Household, reach: Reach) -> bool:
    return bool(reach) and Household.objects.filter(reached_households(reach), pk=household.pk).exists()


def _whole_file(household: Household, books: Reach, today: date) -> dict[str, object]:
    """What is not of one school nor of one activity: for those whose rights hold on the whole town. ``books``: whose
    money they may read."""
    ticked = list(household.priorities.values_list("criterion", flat=True))
    now = clock.now()
    folders = family_folders(household, now=now)
    owed = accounts(household, books, on=today)
    payments = find_payments().filter(within(books, "regie"), household=household)
    return {
        "priorities": FamilyPrioritiesForm(initial={"criteres": ticked}),
        "folders": folders,
        "glance": glance(household, accounts=owed, folders=folders, now=now, today=today),
        "enrolment": FamilyEnrolForm(initial={"debut": today}),
        "notes": household.notes.select_related("by")[:NOTES],
        "tasks": find_tasks(today=today).filter(household=household),
        "mails": mails_to(_addresses(household))[:SHORT],
        "merges": household.merges.select_related("gone", "by"),
        "absences": latest_absences(household),
        "accounts": owed,
        "payments": payments.order_by("-created_at", "-pk")[:SHORT],
    }


@agent_required(right=Right.READ, scoped=True)
@require_safe
def agent_reservations(request: HttpRequest) -> HttpResponse:
    search, state = searched(request.GET), request.GET.get("etat", "")
    chosen = {
        "establishment": number_in(request.GET, "etablissement"),
        "period": number_in(request.GET, "periode"),
        "state": state if state in ReservationState.values else "",
    }
    found = find_reservations(search, **chosen).filter(activities_within(request.reach, "period__activity"))
    rows = ordered(found, request.GET, RESERVATION_ORDERS, default="-numero")
    if file := exported(request.GET, name="reservations", columns=COLUMNS, rows=rows, cells=_row):
        return file
    context = {
        "page": page_of(rows, request.GET),
        "search": search,
        "chosen": chosen,
        "establishments": Establishment.objects.filter(
            activities__in=Activity.objects.filter(activities_within(request.reach))
        ).distinct(),
        "periods": Period.objects.filter(activities_within(request.reach, "activity")).select_related(
            "activity__establishment"
        ),
        "states": ReservationState.choices,
    }
    return render(request, "agent/reservations.html", context)


@agent_required(right=Right.READ, scoped=True)
@require_safe
def agent_reservation(request: HttpRequest, pk: int) -> HttpResponse:
    rows = Reservation.objects.select_related(
        "child", "household", "created_by", "period__activity__establishment"
    )
    reached = activities_within(request.reach, "period__activity")
    reservation = get_object_or_404(with_lines(rows), reached, pk=pk)
    lines = list(reservation.lines.all())
    context = {
        "reservation": reservation,
        "books": covers(request.rights.reach(Right.BOOK), reservation.period.activity),
        "full_name": full_name(reservation.period),
        "lines": lines,
        "estimate": estimate_lines(asked(lines)),
        "history": reservation.events.select_related("by"),
        "items": reservation.payment_items.select_related("payment"),
        "used": used_facts(asked(lines)),
        "facts": facts_in_words(FamilyFacts().of(reservation.child, reservation.first_date)),
    }
    return render(request, "agent/reservation.html", context)


def _row(reservation: Reservation) -> tuple[object, ...]:
    period = reservation.period
    return (
        reservation.display_number,
        reservation.child,
        reservation.household.number,
        period.activity.establishment,
        period.activity,
        period,
        reservation.created_at,
        reservation.first_date,
        reservation.last_date,
        reservation.total,
        reservation.get_state_display(),
    )


def _addresses(household: Household) -> set[str]:
    """Where the portail writes to a family: its guardians' addresses, and those of their accounts."""
    found = household.guardians.values_list("email", "user__email")
    return {address for pair in found for address in pair if address}
