"""The office's inbox: read, answered, handed to a colleague, closed."""

from uuid import uuid4

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from core import clock
from core.enums import ConversationState
from core.errors import DomainError
from core.forms.conversations import AnswerForm, FollowForm, WriteForm, subjects
from core.models import Conversation, Household, MessageFile, User
from core.queries.conversations import (
    ORDERS,
    TO_ANSWER,
    inbox,
    kept_files,
    reached_conversations,
    read_up_to,
    ready_answers,
    waiting_for_the_office,
)
from core.queries.face import face
from core.queries.reach import reached_households
from core.rights import Right
from core.services.conversations import answer, follow, note, set_state, write_to_family
from core.views.access import agent_required
from core.views.conversations import about_of, message_file
from core.views.listing import exported, number_in, ordered, page_of, searched
from core.views.message_forms import attached, keep_attached, message_form
from core.views.resume import refilled
from core.words import NBSP


@agent_required(right=Right.MESSAGE, scoped=True)
@require_safe
def agent_conversations(request: HttpRequest) -> HttpResponse:
    state = request.GET.get("etat", TO_ANSWER)
    search, subject, follower = (
        searched(request.GET),
        number_in(request.GET, "sujet"),
        number_in(request.GET, "suivie"),
    )
    reached = reached_conversations(request.reach, request.user)
    found = inbox(state=state, subject=subject, follower=follower, text=search).filter(reached)
    rows = ordered(found, request.GET, ORDERS, default="-recent")
    columns = ("Dernier message", "Objet", "Famille ou visiteur", "Sujet", "État", "Suivie par")
    if answer_file := exported(request.GET, name="messages", columns=columns, rows=rows, cells=_row):
        return answer_file
    context = {
        "page": page_of(rows, request.GET),
        "tabs": [(TO_ANSWER, "À répondre"), *ConversationState.choices, ("tous", "Tous")],
        "state": state,
        "search": search,
        "subjects": subjects(),
        "agents": User.objects.agents().filter(is_active=True).order_by("name"),
        "chosen": {"subject": subject, "follower": follower},
        "waiting": waiting_for_the_office().filter(reached).count(),
    }
    return render(request, "agent/conversations/list.html", context)


@refilled
@agent_required(right=Right.MESSAGE, scoped=True)
@require_http_methods(["GET", "POST"])
def agent_conversation(request: HttpRequest, pk: int) -> HttpResponse:
    shown, town = _conversation(request, pk), face().town
    models = ready_answers(shown, agent=request.user, service=town.service_name, phone=town.phone)
    if request.method == "POST" and "modele" in request.POST:
        form = _filled_in(request, [text for _, text in models])
    else:
        form = message_form(AnswerForm, request)
    if form.is_valid():
        try:
            said = _write(request, shown, form)
        except DomainError as refusal:
            form.add_error(None, refusal.message)
        else:
            messages.success(request, said)
            return redirect("agent_conversation", pk)
    if form.is_bound:
        keep_attached(form, request)
    context = {
        "conversation": shown,
        "thread": read_up_to(shown, for_family=False),
        "about": about_of(shown),
        "form": form,
        "follow": FollowForm(initial={"assignee": shown.assignee_id, "subject": shown.subject_id}),
        "ready_answers": models,
    }
    return render(request, "agent/conversations/thread.html", context)


@agent_required(right=Right.MESSAGE, scoped=True)
@require_POST
def agent_conversation_follow(request: HttpRequest, pk: int) -> HttpResponse:
    """Hand it to a colleague or to another service."""
    shown = _conversation(request, pk)
    form = FollowForm(request.POST, initial={"assignee": shown.assignee_id})
    if form.is_valid():
        follow(conversation=shown, **form.cleaned_data)
        who = form.cleaned_data["assignee"]
        messages.success(
            request,
            f"La conversation est suivie par {who}." if who else "La conversation n’est suivie par personne.",
        )
    else:
        messages.error(request, "Choisissez un agent qui lit les messages, et un sujet de la liste.")
    # What an agent of one school was handed may no longer be theirs once handed on.
    if not _reached(request).filter(pk=pk).exists():
        return redirect("agent_conversations")
    return redirect("agent_conversation", pk)


@agent_required(right=Right.MESSAGE, scoped=True)
@require_POST
def agent_conversation_state(request: HttpRequest, pk: int) -> HttpResponse:
    """Close without an answer, or take up again."""
    shown = _conversation(request, pk)
    state = ConversationState.OPEN if shown.is_closed else ConversationState.CLOSED
    try:
        set_state(conversation=shown, state=state, by=request.user, now=clock.now())
    except DomainError as refusal:
        messages.error(request, refusal.message)
    else:
        messages.success(request, f"«{NBSP}{shown}{NBSP}»{NBSP}: {state.label.lower()}.")
    return redirect("agent_conversation", pk)


@agent_required(right=Right.MESSAGE, scoped=True)
@require_safe
def agent_conversation_file(request: HttpRequest, pk: int) -> HttpResponse:
    return message_file(get_object_or_404(MessageFile, message__conversation__in=_reached(request), pk=pk))


@refilled
@agent_required(right=Right.MESSAGE, scoped=True)
@require_http_methods(["GET", "POST"])
def agent_conversation_new(request: HttpRequest, household_id: int) -> HttpResponse:
    household = get_object_or_404(Household, reached_households(request.reach), pk=household_id)
    form = message_form(WriteForm, request)
    if form.is_valid():
        data = form.cleaned_data
        opened = write_to_family(
            household=household,
            subject=data["subject"],
            title=data["title"],
            body=data["body"],
            files=attached(form),
            by=request.user,
            nonce=data["nonce"],
            now=clock.now(),
        )
        messages.success(request, f"Le message part vers la famille {household.name}.")
        return redirect("agent_conversation", opened.pk)
    if form.is_bound:
        keep_attached(form, request)
    return render(request, "agent/conversations/new.html", {"form": form, "household": household})


def _reached(request: HttpRequest) -> QuerySet[Conversation]:
    return Conversation.objects.filter(reached_conversations(request.reach, request.user))


def _conversation(request: HttpRequest, pk: int) -> Conversation:
    rows = _reached(request).select_related("subject", "household", "child", "assignee")
    return get_object_or_404(rows, pk=pk)


def _filled_in(request: HttpRequest, texts: list[str]) -> AnswerForm:
    """Without scripts, a canned answer chosen comes back under what was already written, beside the files kept."""
    chosen = number_in(request.POST, "modele") or 0
    text = texts[chosen - 1] if 0 < chosen <= len(texts) else ""
    written = request.POST.get("body", "").rstrip()
    nonce = request.POST.get("nonce", "")
    kept = [
        one for one in kept_files(nonce, by=request.user) if str(one.pk) in request.POST.getlist("garder")
    ]
    body = "\n\n".join(part for part in (written, text) if part)
    return AnswerForm(initial={"body": body, "nonce": nonce or uuid4()}, kept=kept)


def _write(request: HttpRequest, conversation: Conversation, form: AnswerForm) -> str:
    """Returns what to say to the agent."""
    data = form.cleaned_data
    if data["act"] == "note":
        note(
            conversation=conversation,
            body=data["body"],
            by=request.user,
            nonce=data["nonce"],
            now=clock.now(),
        )
        return "La note est gardée. La famille ne la voit pas."
    closes = data["act"] == "repondre-clore"
    answer(
        conversation=conversation,
        body=data["body"],
        files=attached(form),
        closes=closes,
        by=request.user,
        nonce=data["nonce"],
        now=clock.now(),
    )
    done = "La réponse part par courriel"
    return f"{done}, et la conversation est close." if closes else f"{done}."


def _row(conversation: Conversation) -> tuple[object, ...]:
    return (
        conversation.last_message_at,
        conversation.title,
        conversation.who,
        conversation.subject or "",
        conversation.get_state_display(),
        conversation.assignee or "",
    )
