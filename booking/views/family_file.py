"""« Mes documents et autorisations »: a family sees what is missing, sends papers, answers règlements."""

from typing import TypeVar

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from booking.forms_documents import AnswerForm, DocumentForm
from booking.queries.family_file import family_folders
from core import clock
from core.errors import DomainError
from core.models import Child, DocumentKind, FamilyDocument, Regulation
from core.queries.documents import family_papers, versions_on
from core.services.documents import hand_in_document
from core.services.regulations import answer_regulation
from core.views.access import family_required, own_child
from core.views.files import paper_answer
from core.words import NBSP
from tenants.context import town_timezone

Paper = TypeVar("Paper", DocumentKind, Regulation)


@family_required
@require_safe
def family_documents(request: HttpRequest) -> HttpResponse:
    folders = family_folders(request.user.guardian.household, now=clock.now())
    return render(
        request,
        "booking/papers/list.html",
        {"folders": folders, "wanted": any(folder.is_wanted for folder in folders)},
    )


@family_required
@require_http_methods(["GET", "POST"])
def family_document_send(request: HttpRequest, code: str, child_id: int) -> HttpResponse:
    """One paper, for one child or for the family (0)."""
    child = _child(request, child_id)
    kind = _about(get_object_or_404(DocumentKind, code=code), child)
    form = DocumentForm(*((request.POST, request.FILES) if request.method == "POST" else ()))
    if request.method == "POST" and form.is_valid():
        try:
            hand_in_document(
                kind=kind,
                household=request.user.guardian.household,
                child=child,
                file=form.cleaned_data["fichier"],
                by=request.user,
                now=clock.now(),
            )
        except DomainError as error:
            form.add_error(None, error.message)
        else:
            messages.success(
                request,
                f"«{NBSP}{kind.name}{NBSP}» est bien reçu. Un agent va le vérifier, vous serez prévenu de sa réponse."
                if not kind.counts_on_receipt
                else f"«{NBSP}{kind.name}{NBSP}» est bien reçu. Vous pouvez réserver dès maintenant{NBSP}; un agent le vérifiera.",
            )
            return redirect("family_documents")
    return render(request, "booking/papers/send.html", {"kind": kind, "child": child, "form": form})


@family_required
@require_safe
def family_document_file(request: HttpRequest, pk: int) -> HttpResponse:
    mine = FamilyDocument.objects.filter(household=request.user.guardian.household)
    document = get_object_or_404(mine.select_related("kind"), pk=pk)
    return paper_answer(document.file, document.kind.code)


@family_required
@require_http_methods(["GET", "POST"])
def regulation(request: HttpRequest, code: str, child_id: int) -> HttpResponse:
    """A text to read, and to answer for one child or for the family (0)."""
    now, household = clock.now(), request.user.guardian.household
    child = _child(request, child_id)
    text = _about(get_object_or_404(Regulation, code=code), child)
    today = now.astimezone(town_timezone()).date()
    version = next(iter(versions_on(today, [text])), None)
    if version is None:
        raise Http404
    if request.method == "POST":
        form = AnswerForm(request.POST)
        if form.is_valid() and form.cleaned_data["version"] == version.number:
            try:
                answer_regulation(
                    version=version,
                    household=household,
                    child=child,
                    agrees=form.agrees,
                    by=request.user,
                    now=now,
                )
            except DomainError as error:
                messages.error(request, error.message)
            else:
                messages.success(request, f"Votre réponse à «{NBSP}{text.name}{NBSP}» est enregistrée.")
                return redirect("family_documents")
        else:
            messages.error(
                request, "Une nouvelle version vient d’être publiée : relisez-la avant de répondre."
            )
    papers = family_papers([household.pk], on=today, documents=(), consents=[code])
    context = {
        "regulation": text,
        "version": version,
        "child": child,
        "answer": papers.last_answer(version, child, household.pk),
        "agreed": papers.agreed(code, child, household.pk),
    }
    return render(request, "booking/papers/regulation.html", context)


def _child(request: HttpRequest, child_id: int) -> Child | None:
    return own_child(request, child_id) if child_id else None


def _about(paper: Paper, child: Child | None) -> Paper:
    """The paper, when it is asked for a child or for a family as the address says."""
    if paper.is_about_child != (child is not None):
        raise Http404
    return paper
