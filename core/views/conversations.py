"""« Mes messages »: what a family and the office write to each other."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from core import clock
from core.abouts import About, find_about
from core.errors import DomainError
from core.forms.conversations import AskForm, MessageForm
from core.models import Conversation, MessageFile
from core.queries.conversations import conversations_of, read_up_to
from core.services.conversations import ask_the_office, read_by_family, write_as_family
from core.views.access import family_required, own_children
from core.views.files import paper_answer
from core.views.listing import page_of
from core.views.message_forms import attached, keep_attached, message_form
from core.views.resume import refilled


@family_required
@require_safe
def conversations(request: HttpRequest) -> HttpResponse:
    rows = conversations_of(request.user.guardian.household)
    return render(request, "conversations/list.html", {"page": page_of(rows, request.GET)})


@refilled
@family_required
@require_http_methods(["GET", "POST"])
def conversation_new(request: HttpRequest) -> HttpResponse:
    """``a-propos``: « facture:12 », from the page of what the question is about."""
    household, children = request.user.guardian.household, own_children(request)
    key = request.GET.get("a-propos", "")
    about = find_about(key, household)
    if key and about is None:
        raise Http404
    initial = {"subject": request.GET.get("sujet"), "child": request.GET.get("enfant")}
    form = message_form(AskForm, request, children=children, initial=initial)
    if form.is_valid():
        data = form.cleaned_data
        opened = ask_the_office(
            household=household,
            subject=data.get("subject"),
            child=data.get("child"),
            about=about,
            body=data["body"],
            files=attached(form),
            by=request.user,
            nonce=data["nonce"],
            now=clock.now(),
        )
        messages.success(
            request, _("Votre message est envoyé. Vous recevrez un courriel dès que le service répond.")
        )
        return redirect("conversation", opened.pk)
    if form.is_bound:
        keep_attached(form, request)
    return render(request, "conversations/new.html", {"form": form, "about": about})


@refilled
@family_required
@require_http_methods(["GET", "POST"])
def conversation(request: HttpRequest, pk: int) -> HttpResponse:
    household = request.user.guardian.household
    shown = get_object_or_404(conversations_of(household).select_related("subject", "child"), pk=pk)
    form = message_form(MessageForm, request)
    if form.is_valid():
        data = form.cleaned_data
        try:
            write_as_family(
                conversation=shown,
                body=data["body"],
                files=attached(form),
                by=request.user,
                nonce=data["nonce"],
                now=clock.now(),
            )
        except DomainError as refusal:
            form.add_error(None, refusal.message)
        else:
            messages.success(request, _("Votre message est envoyé."))
            return redirect("conversation", pk)
    if form.is_bound:
        keep_attached(form, request)
    read_by_family(conversation=shown, now=clock.now())
    context = {
        "conversation": shown,
        "thread": read_up_to(shown, for_family=True),
        "about": about_of(shown),
        "form": form,
    }
    return render(request, "conversations/thread.html", context)


@family_required
@require_safe
def conversation_file(request: HttpRequest, pk: int) -> HttpResponse:
    household = request.user.guardian.household
    mine = MessageFile.objects.filter(message__conversation__household=household)
    return message_file(get_object_or_404(mine, pk=pk))


def message_file(file: MessageFile) -> HttpResponse:
    return paper_answer(file.file, file.name.rpartition(".")[0] or "document")


def about_of(conversation: Conversation) -> About | None:
    """What the conversation is about, when it is still there."""
    if not conversation.about or conversation.household is None:
        return None
    return find_about(conversation.about, conversation.household)
