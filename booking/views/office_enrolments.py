"""« Inscriptions »: who may book an activity, and enrolling a school, a level or a class at once."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST, require_safe

from booking.forms_enrolments import EndForm, EnrolForm, FamilyEnrolForm
from booking.models import Activity, Enrolment
from booking.queries.enrolments import (
    ORDERS,
    booked_after,
    enrolment_activities,
    enrolments_of,
    with_enrolment,
)
from booking.services.enrolments import end_enrolments, enrol_children
from core import clock
from core.enums import EstablishmentKind
from core.levels import Level
from core.models import Child, Establishment, Household
from core.queries.families import CHILD_ORDERS, class_names, find_children
from core.rights import Right
from core.views.access import agent_required
from core.views.listing import exported, number_in, ordered, page_of, searched
from core.words import plural
from tenants.context import town_timezone

MOST = 400  # children proposed at once: a large school


@agent_required(right=Right.READ)
@require_safe
def agent_enrolments(request: HttpRequest) -> HttpResponse:
    activities = enrolment_activities(today=clock.today(town_timezone()))
    return render(request, "agent/enrolments.html", {"activities": activities})


@agent_required(right=Right.READ)
@require_safe
def agent_enrolment_activity(request: HttpRequest, pk: int) -> HttpResponse:
    activity = get_object_or_404(Activity.objects.select_related("establishment"), pk=pk)
    search, over = searched(request.GET), request.GET.get("etat") == "finies"
    today = clock.today(town_timezone())
    found = enrolments_of(activity, today=today, text=search, over=over)
    rows = ordered(found, request.GET, ORDERS, default="nom")
    columns = ("Nom", "Prénom", "Né(e) le", "École", "Niveau", "Classe", "N° de dossier", "Du", "Au")
    name = f"inscriptions-{activity.code}"
    if file := exported(request.GET, name=name, columns=columns, rows=rows, cells=_row):
        return file
    context = {
        "activity": activity,
        "page": page_of(rows, request.GET),
        "search": search,
        "over": over,
        "form": EndForm(initial={"dernier_jour": today}),
    }
    return render(request, "agent/enrolment_activity.html", context)


@agent_required(right=Right.BOOK)
@require_POST
def agent_enrolment_end(request: HttpRequest, pk: int) -> HttpResponse:
    activity = get_object_or_404(Activity, pk=pk)
    form = EndForm(request.POST)
    if not form.is_valid() or not form.cleaned_data["inscriptions"]:
        messages.error(request, "Rien n’est changé : cochez des enfants et donnez leur dernier jour.")
        return redirect("agent_enrolment_activity", pk)
    chosen, last_day = form.cleaned_data["inscriptions"], form.cleaned_data["dernier_jour"]
    children = Child.objects.filter(enrolments__in=chosen)
    booked = booked_after(activity, children=children, day=last_day)
    count = end_enrolments(
        activity=activity, enrolment_ids=chosen, last_day=last_day, by=request.user, now=clock.now()
    )
    messages.success(
        request,
        f"{plural(count, 'inscription se termine', 'inscriptions se terminent')} le {last_day:%d/%m/%Y}.",
    )
    if booked:
        messages.warning(
            request,
            f"{plural(booked, 'enfant a', 'enfants ont')} des réservations après ce jour : elles restent, "
            "annulez-les si besoin.",
        )
    return redirect("agent_enrolment_activity", pk)


@agent_required(right=Right.BOOK)
def agent_enrolment_add(request: HttpRequest, pk: int) -> HttpResponse:
    """Choose a school, a level, a class: the children are shown, ticked unless already enrolled, then enrolled."""
    activity = get_object_or_404(Activity.objects.select_related("establishment"), pk=pk)
    today = clock.today(town_timezone())
    form = EnrolForm(request.POST or None, initial={"debut": today})
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        count = enrol_children(
            activity=activity,
            child_ids=Child.objects.filter(pk__in=data["enfants"]).values_list("pk", flat=True),
            valid_from=data["debut"],
            valid_until=data["fin"],
            by=request.user,
            now=clock.now(),
        )
        messages.success(request, f"{plural(count, 'enfant inscrit', 'enfants inscrits')}.")
        return redirect("agent_enrolment_activity", pk)
    chosen = _chosen(request.GET)
    asked = any(chosen.values())
    children = find_children(**chosen).order_by(*CHILD_ORDERS["ecole"]) if asked else Child.objects.none()
    context = {
        "activity": activity,
        "form": form,
        "chosen": chosen,
        "asked": asked,
        "children": with_enrolment(children, activity, on=today)[:MOST],
        "most": MOST,
        "schools": Establishment.objects.filter(kind__in=EstablishmentKind.schools()),
        "levels": Level.choices(),
        "classes": class_names(),
    }
    return render(request, "agent/enrolment_add.html", context)


@agent_required(right=Right.BOOK)
@require_POST
def agent_family_enrol(request: HttpRequest, pk: int) -> HttpResponse:
    """From a family's page: some of its children, one activity."""
    household = get_object_or_404(Household, pk=pk, merged_into=None)
    form = FamilyEnrolForm(request.POST)
    if not form.is_valid():
        for error in (one for errors in form.errors.values() for one in errors):
            messages.error(request, error)
        return redirect("agent_family", pk)
    data = form.cleaned_data
    mine = household.children.filter(pk__in=data["enfants"]).values_list("pk", flat=True)
    count = enrol_children(
        activity=data["activite"],
        child_ids=mine,
        valid_from=data["debut"],
        valid_until=data["fin"],
        by=request.user,
        now=clock.now(),
    )
    if count:
        said = plural(count, "enfant inscrit", "enfants inscrits")
        messages.success(request, f"{data['activite']} : {said}.")
    else:
        messages.info(request, f"{data['activite']} : déjà inscrit, rien ne change.")
    return redirect("agent_family", pk)


def _chosen(query: QueryDict) -> dict:
    return {
        "text": searched(query),
        "school": number_in(query, "ecole"),
        "level": query.get("niveau", "") if query.get("niveau", "") in set(Level) else "",
        "class_name": query.get("classe", "")[:60],
    }


def _row(enrolment: Enrolment) -> tuple[object, ...]:
    child = enrolment.child
    return (
        child.last_name,
        child.first_name,
        child.birth_date,
        child.school,
        child.get_level_display(),
        child.class_name,
        child.household.number,
        enrolment.valid_from,
        enrolment.valid_until,
    )
