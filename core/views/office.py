"""The desk's lists: families, children, tasks."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST, require_safe

from core import clock
from core.enums import EstablishmentKind
from core.levels import Level
from core.models import Child, Establishment, Household, StaffTask
from core.queries.child_file import find_changes, reached_changes
from core.queries.families import CHILD_ORDERS, HOUSEHOLD_ORDERS, class_names, find_children, find_households
from core.queries.office import find_tasks, reached_tasks
from core.queries.reach import reached_children, reached_households
from core.rights import Right
from core.services.office import close_task
from core.views.access import agent_required
from core.views.listing import exported, number_in, ordered, page_of, searched
from tenants.context import town_timezone

FAMILY_COLUMNS = ("N° de dossier", "Nom", "Adresse", "Code postal", "Ville", "Responsables", "Courriels", "Téléphones", "Enfants")  # fmt: skip
CHILD_COLUMNS = ("Nom", "Prénom", "Né(e) le", "École", "Niveau", "Classe", "N° de dossier")
TASK_COLUMNS = ("Nature", "Tâche", "Détail", "N° de dossier", "Pour le", "Confiée à", "Créée le", "Faite le", "Par")  # fmt: skip


@agent_required(right=Right.READ, scoped=True)
@require_safe
def agent_families(request: HttpRequest) -> HttpResponse:
    search = searched(request.GET)
    found = find_households(search).filter(reached_households(request.reach))
    rows = ordered(found, request.GET, HOUSEHOLD_ORDERS, default="nom")
    if file := exported(request.GET, name="familles", columns=FAMILY_COLUMNS, rows=rows, cells=_family_row):
        return file
    return render(
        request,
        "agent/families.html",
        {"page": page_of(rows, request.GET), "search_query": search, "whole": request.reach.everywhere},
    )


@agent_required(right=Right.READ, scoped=True)
@require_safe
def agent_children(request: HttpRequest) -> HttpResponse:
    search = searched(request.GET)
    school, level, class_name = (
        number_in(request.GET, "ecole"),
        request.GET.get("niveau", ""),
        request.GET.get("classe", ""),
    )
    found = find_children(search, school=school, level=level, class_name=class_name)
    found = found.filter(reached_children(request.reach))
    rows = ordered(found, request.GET, CHILD_ORDERS, default="nom")
    if file := exported(request.GET, name="enfants", columns=CHILD_COLUMNS, rows=rows, cells=_child_row):
        return file
    context = {
        "page": page_of(rows, request.GET),
        "search": search,
        "whole": request.reach.everywhere,
        "schools": Establishment.objects.filter(kind__in=EstablishmentKind.schools()),
        "levels": Level.choices(),
        "classes": class_names(),
        "pending_changes": find_changes().filter(reached_changes(request.reach)).count(),
        "chosen": {"school": school, "level": level, "class_name": class_name},
    }
    return render(request, "agent/children.html", context)


@agent_required(right=Right.TASKS)
@require_safe
def agent_tasks(request: HttpRequest) -> HttpResponse:
    done = request.GET.get("etat") == "faites"
    mine = request.GET.get("a") == "moi"
    reached = reached_tasks(request.rights.reach(Right.ACCOUNTS), request.user)
    rows = find_tasks(today=clock.today(town_timezone()), done=done).filter(reached)
    if mine:
        rows = rows.filter(assignee=request.user)
    if file := exported(request.GET, name="taches", columns=TASK_COLUMNS, rows=rows, cells=_task_row):
        return file
    return render(
        request, "agent/tasks.html", {"page": page_of(rows, request.GET), "done": done, "mine": mine}
    )


@agent_required(right=Right.TASKS)
@require_POST
def agent_task_done(request: HttpRequest, pk: int) -> HttpResponse:
    task = get_object_or_404(StaffTask, pk=pk)
    close_task(task=task, by=request.user, now=clock.now())
    messages.success(request, f"« {task.title} » est rangée dans les tâches faites.")
    return (
        redirect("agent_family", task.household_id) if "famille" in request.POST else redirect("agent_tasks")
    )


def _family_row(household: Household) -> tuple[object, ...]:
    guardians = list(household.guardians.all())
    return (
        household.number,
        household.name,
        household.address,
        household.postcode,
        household.city,
        ", ".join(map(str, guardians)),
        ", ".join(guardian.email for guardian in guardians if guardian.email),
        ", ".join(guardian.phone for guardian in guardians if guardian.phone),
        household.children_count,
    )


def _child_row(child: Child) -> tuple[object, ...]:
    return (
        child.last_name,
        child.first_name,
        child.birth_date,
        child.school,
        child.get_level_display(),
        child.class_name,
        child.household.number,
    )


def _task_row(task: StaffTask) -> tuple[object, ...]:
    return (
        task.get_kind_display(),
        task.title,
        task.body,
        task.household.number if task.household else "",
        task.due_on,
        task.assignee,
        task.created_at,
        task.done_at,
        task.done_by,
    )
