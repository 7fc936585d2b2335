"""On a family's page, what agents keep for themselves: notes, and tasks for a day."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from core import clock
from core.forms.family_notes import FamilyTaskForm, NoteForm
from core.models import FamilyNote, Household
from core.rights import Right
from core.services.family_notes import open_family_task, pin_note, remove_note, write_note
from core.views.access import agent_required
from core.views.listing import page_of


@agent_required(right=Right.FAMILY)
@require_http_methods(["GET", "HEAD", "POST"])
def agent_family_notes(request: HttpRequest, pk: int) -> HttpResponse:
    """All the notes of a family, the pinned ones first, and the next one to write."""
    household = get_object_or_404(Household, pk=pk, merged_into=None)
    form = NoteForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        write_note(household=household, **form.cleaned_data, by=request.user, now=clock.now())
        messages.success(request, "La note est gardée.")
        return redirect("agent_family_notes", pk)
    notes = page_of(household.notes.select_related("by"), request.GET)
    return render(request, "agent/family_notes.html", {"household": household, "form": form, "page": notes})


@agent_required(right=Right.FAMILY)
@require_POST
def agent_family_note(request: HttpRequest, pk: int) -> HttpResponse:
    """« Épingler », « Ne plus épingler » or « Retirer »."""
    note = get_object_or_404(FamilyNote.objects.select_related("household", "by"), pk=pk)
    if "retirer" in request.POST:
        remove_note(note=note, by=request.user, now=clock.now())
        messages.success(request, "La note est retirée.")
    else:
        pin_note(note=note, is_pinned="epingler" in request.POST)
    return redirect("agent_family_notes", note.household_id)


@agent_required(right=Right.TASKS)
@require_http_methods(["GET", "HEAD", "POST"])
def agent_family_task(request: HttpRequest, pk: int) -> HttpResponse:
    household = get_object_or_404(Household, pk=pk, merged_into=None)
    form = FamilyTaskForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        task = open_family_task(household=household, **form.cleaned_data, by=request.user, now=clock.now())
        messages.success(request, f"« {task.title} » est dans les tâches, jusqu’à ce qu’elle soit faite.")
        return redirect("agent_family", pk)
    return render(request, "agent/family_task.html", {"household": household, "form": form})
