"""« Passage d’année »: prepared, checked school by school, corrected, applied, taken back."""

from datetime import date

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST, require_safe

from core import clock
from core.enums import YearMove
from core.errors import DomainError
from core.forms.years import LineForm, PlanForm, YearForm
from core.models import YearChange, YearChangeLine
from core.queries.year_changes import LINE_ORDERS, lines_of, school_summaries
from core.rights import Right
from core.services.year_changes import (
    Moved,
    apply_year,
    correct_line,
    plan_year,
    prepare_year,
    undo_year,
    unplan_year,
)
from core.views.access import agent_required
from core.views.listing import exported, number_in, ordered, page_of, searched
from core.words import long_date, plural
from tenants.context import town_timezone

JUNE, SEPTEMBER = 6, 9
LINE_COLUMNS = ("Nom", "Prénom", "École", "Niveau", "Classe", "École ensuite", "Niveau ensuite", "Classe ensuite", "Passage")  # fmt: skip


@agent_required(right=Right.FAMILY)
def agent_year(request: HttpRequest) -> HttpResponse:
    today = clock.today(town_timezone())
    # From June the next school year is prepared; before, the one that should have been.
    coming = today.year if today.month >= JUNE else today.year - 1
    form = YearForm(request.POST or None, initial={"annee": coming})
    if request.method == "POST" and form.is_valid():
        try:
            change = prepare_year(year=form.cleaned_data["annee"], by=request.user, now=clock.now())
        except DomainError as error:
            messages.error(request, error.message)
        else:
            return redirect("agent_year_change", change.pk)
    changes = YearChange.objects.select_related("prepared_by", "planned_by", "applied_by", "undone_by")
    return render(request, "agent/year.html", {"form": form, "changes": changes})


@agent_required(right=Right.FAMILY)
@require_safe
def agent_year_change(request: HttpRequest, pk: int) -> HttpResponse:
    change = _change(pk)
    return _show(request, change, PlanForm(initial={"jour": change.planned_for or _back_to_school(change)}))


def _change(pk: int) -> YearChange:
    people = ("planned_by", "applied_by", "undone_by")
    return get_object_or_404(YearChange.objects.select_related(*people), pk=pk)


def _back_to_school(change: YearChange) -> date:
    return date(change.year, SEPTEMBER, 1)


def _show(request: HttpRequest, change: YearChange, plan: PlanForm) -> HttpResponse:
    chosen = {"school": number_in(request.GET, "ecole"), "move": request.GET.get("passage", "")}
    search = searched(request.GET)
    rows = ordered(lines_of(change, text=search, **chosen), request.GET, LINE_ORDERS, default="avant")
    if file := exported(
        request.GET, name=f"passage-{change.year}", columns=LINE_COLUMNS, rows=rows, cells=_line_row
    ):
        return file
    context = {
        "change": change,
        "plan": plan,
        "schools": school_summaries(change),
        "moves": YearMove.choices,
        "page": page_of(rows, request.GET),
        "chosen": chosen,
        "search": search,
    }
    return render(request, "agent/year_change.html", context)


@agent_required(right=Right.FAMILY)
def agent_year_line(request: HttpRequest, pk: int) -> HttpResponse:
    rows = YearChangeLine.objects.select_related("child", "change", "school_before", "school_after")
    line = get_object_or_404(rows, pk=pk)
    form = LineForm(request.POST or None, line=line)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            correct_line(line=line, level=form.level, school=data["ecole"], class_name=data["classe"])
        except DomainError as error:
            form.add_error(None, error.message)
        else:
            messages.success(request, f"{line.child} : {line.get_move_display().lower()}.")
            return redirect("agent_year_change", line.change_id)
    return render(request, "agent/year_line.html", {"line": line, "form": form})


@agent_required(right=Right.CONFIGURE)
@require_POST
def agent_year_plan(request: HttpRequest, pk: int) -> HttpResponse:
    change, form = _change(pk), PlanForm(request.POST)
    if not form.is_valid():
        return _show(request, change, form)
    day = form.cleaned_data["jour"]
    try:
        plan_year(
            change=change,
            day=day,
            by=request.user,
            today=clock.today(town_timezone()),
            now=clock.now(),
        )
    except DomainError as error:
        form.add_error("jour", error.message)
        return _show(request, change, form)
    messages.success(request, f"Le passage en {change} s’appliquera tout seul le {long_date(day)}.")
    return redirect("agent_year_change", pk)


@agent_required(right=Right.CONFIGURE)
@require_POST
def agent_year_unplan(request: HttpRequest, pk: int) -> HttpResponse:
    change = _change(pk)
    try:
        unplan_year(change=change, by=request.user, now=clock.now())
    except DomainError as error:
        messages.error(request, error.message)
    else:
        messages.success(request, "Il ne s’appliquera plus tout seul.")
    return redirect("agent_year_change", pk)


@agent_required(right=Right.CONFIGURE)
@require_POST
def agent_year_apply(request: HttpRequest, pk: int) -> HttpResponse:
    change = get_object_or_404(YearChange, pk=pk)
    try:
        _tell(request, apply_year(change=change, by=request.user, now=clock.now()), "changé de classe")
    except DomainError as error:
        messages.error(request, error.message)
    return redirect("agent_year_change", pk)


@agent_required(right=Right.CONFIGURE)
@require_POST
def agent_year_undo(request: HttpRequest, pk: int) -> HttpResponse:
    change = get_object_or_404(YearChange, pk=pk)
    try:
        _tell(request, undo_year(change=change, by=request.user, now=clock.now()), "retrouvé leur classe")
    except DomainError as error:
        messages.error(request, error.message)
    return redirect("agent_year")


def _tell(request: HttpRequest, moved: Moved, what: str) -> None:
    messages.success(request, f"Enfants qui ont {what} : {moved.children}.")
    if moved.skipped:
        messages.warning(
            request,
            f"{plural(moved.skipped, 'enfant laissé tel quel', 'enfants laissés tels quels')} (classe changée entre-temps).",
        )


def _line_row(line: YearChangeLine) -> tuple[object, ...]:
    return (
        line.child.last_name,
        line.child.first_name,
        line.school_before,
        line.get_level_before_display(),
        line.class_before,
        line.school_after,
        line.get_level_after_display(),
        line.class_after,
        line.get_move_display(),
    )
