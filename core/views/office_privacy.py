"""« Données personnelles »: what families ask, before its deadline, and what is kept too long."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_safe

from core import clock
from core.enums import DataRequestKind, DataRequestState, RetentionKind, RetentionState
from core.errors import DomainError
from core.forms.privacy import DataAnswerForm, RetentionForm
from core.models import DataRequest, RetentionProposal
from core.privacy import erasure_obstacles
from core.retention_words import KEPT_AT_DESK
from core.rights import Right
from core.services.erasure import answer_erasure
from core.services.own_data import answer_request
from core.services.retention import RULES, apply_proposal, keep_proposal
from core.views.access import agent_required
from core.views.listing import exported, page_of
from tenants.context import town_timezone

COLUMNS = ("Demandée le", "Dossier", "Demande", "Avant le", "État", "Traitée le")


@agent_required(right=Right.FAMILY)
@require_safe
def agent_privacy(request: HttpRequest) -> HttpResponse:
    state = request.GET.get("etat", "")
    state = state if state in DataRequestState.values else DataRequestState.OPEN
    rows = DataRequest.objects.filter(state=state).select_related("household", "asked_by")
    if answer := exported(request.GET, name="demandes-donnees", columns=COLUMNS, rows=rows, cells=_row):
        return answer
    context = {
        "page": page_of(rows, request.GET),
        "state": state,
        "states": DataRequestState.choices,
        "today": clock.today(town_timezone()),
        "proposals": RetentionProposal.objects.filter(state=RetentionState.PROPOSED),
        "past": RetentionProposal.objects.exclude(state=RetentionState.PROPOSED).select_related("decided_by")[
            :10
        ],
        "kept": KEPT_AT_DESK,
    }
    return render(request, "agent/privacy.html", context)


@agent_required(right=Right.FAMILY)
def agent_privacy_request(request: HttpRequest, pk: int) -> HttpResponse:
    asked = get_object_or_404(
        DataRequest.objects.select_related("household", "asked_by", "decided_by"), pk=pk
    )
    act = request.POST.get("decision", "") if request.method == "POST" else ""
    form = DataAnswerForm(request.POST if act in {"faite", "refuser"} else None)
    try:
        if act == "effacer":
            answer_erasure(request=asked, by=request.user, now=clock.now())
            messages.success(request, "Les données de la famille sont effacées ; les comptes restent justes.")
            return redirect("agent_privacy")
        if act and form.is_valid():
            state = DataRequestState.DONE if act == "faite" else DataRequestState.REFUSED
            answer_request(
                request=asked,
                state=state,
                answer=form.cleaned_data["answer"],
                by=request.user,
                now=clock.now(),
            )
            messages.success(request, "La réponse part par courriel.")
            return redirect("agent_privacy")
    except DomainError as refusal:
        messages.error(request, refusal.message)
    erases = asked.kind == DataRequestKind.ERASURE
    is_open = asked.state == DataRequestState.OPEN
    context = {
        "asked": asked,
        "form": form,
        "is_open": is_open,
        "erases": erases,
        "obstacles": erasure_obstacles(asked.household, now=clock.now()) if erases and is_open else [],
        "kept": KEPT_AT_DESK,
    }
    return render(request, "agent/privacy_request.html", context)


@agent_required(right=Right.CONFIGURE)
def agent_privacy_retention(request: HttpRequest, pk: int) -> HttpResponse:
    proposal = get_object_or_404(RetentionProposal, pk=pk, state=RetentionState.PROPOSED)
    form = RetentionForm(request.POST if request.method == "POST" else None, proposal=proposal)
    if request.method == "POST" and form.is_valid():
        try:
            if "garder" in request.POST:
                keep_proposal(proposal=proposal, by=request.user, now=clock.now())
                messages.success(request, "Rien n’est effacé : la prochaine liste viendra dans un mois.")
            else:
                erased = apply_proposal(
                    proposal=proposal, spared=form.spared, by=request.user, now=clock.now()
                )
                messages.success(request, f"C’est fait : {erased} effacés.")
        except DomainError as refusal:
            messages.error(request, refusal.message)
        return redirect("agent_privacy")
    context = {"proposal": proposal, "form": form, "why": RULES[RetentionKind(proposal.kind)].why}
    return render(request, "agent/privacy_retention.html", context)


def _row(asked: DataRequest) -> tuple[object, ...]:
    return (
        asked.asked_at,
        asked.household.number,
        asked.get_kind_display(),
        asked.due_on,
        asked.get_state_display(),
        asked.decided_at,
    )
