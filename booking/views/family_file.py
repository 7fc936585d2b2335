"""« Mes documents et autorisations »: a family sees what is missing, sends papers, answers règlements."""

from typing import TypedDict, TypeVar

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from booking.forms_documents import AnswerForm, DocumentForm
from booking.queries.family_file import family_folders
from core import clock
from core.errors import DomainError
from core.models import Child, DocumentKind, DocumentPage, DraftPage, Household, Regulation
from core.papers import MOST_PAGES
from core.queries.documents import draft_pages, family_papers, versions_on
from core.services.document_pages import drop_pages, keep_pages
from core.services.documents import hand_in_document
from core.services.regulations import answer_regulation
from core.views.access import family_required, own_child
from core.views.files import paper_answer
from core.views.listing import number_in
from tenants.context import town_timezone

Paper = TypeVar("Paper", DocumentKind, Regulation)


class _Paper(TypedDict):
    kind: DocumentKind
    household: Household
    child: Child | None


@family_required
@require_safe
def family_documents(request: HttpRequest) -> HttpResponse:
    folders = family_folders(request.user.guardian.household, now=clock.now())
    return render(
        request,
        "booking/papers/list.html",
        {
            "folders": folders,
            "wanted": any(folder.is_wanted for folder in folders),
            "awaited": any(folder.awaited for folder in folders),
        },
    )


@family_required
@require_http_methods(["GET", "POST"])
def family_document_send(request: HttpRequest, code: str, child_id: int) -> HttpResponse:
    """One paper, for one child or for the family (0): its pages are added, taken back, then sent together."""
    child = _child(request, child_id)
    kind = _about(get_object_or_404(DocumentKind, code=code), child)
    paper: _Paper = {"kind": kind, "household": request.user.guardian.household, "child": child}
    if (page := number_in(request.POST, "retirer")) is not None:
        drop_pages(draft_pages(**paper).filter(pk=page))
        return redirect(request.path)
    form = DocumentForm(
        *((request.POST, request.FILES) if request.method == "POST" else ()),
        known=draft_pages(**paper).count(),
    )
    if request.method == "POST":
        is_good = form.is_valid()
        keep_pages(**paper, files=form.pages, by=request.user, now=clock.now())
        if is_good and form.adds:
            return redirect(request.path)
        if is_good and _hand_in(request, paper, form):
            return redirect("family_documents")
    context = {"kind": kind, "child": child, "form": form, "pages": draft_pages(**paper), "most": MOST_PAGES}
    return render(request, "booking/papers/send.html", context)


def _hand_in(request: HttpRequest, paper: _Paper, form: DocumentForm) -> bool:
    try:
        hand_in_document(**paper, by=request.user, now=clock.now())
    except DomainError as error:
        form.add_error(None, error.message)
        return False
    kind = paper["kind"]
    if kind.counts_on_receipt:
        text = _("« %(name)s » est bien reçu. Vous pouvez réserver dès maintenant ; un agent le vérifiera.")
    else:
        text = _("« %(name)s » est bien reçu. Un agent va le vérifier, vous serez prévenu de sa réponse.")
    messages.success(request, text % {"name": kind.name})
    return True


@family_required
@require_safe
def family_document_file(request: HttpRequest, pk: int, page: int) -> HttpResponse:
    mine = DocumentPage.objects.filter(document__household=request.user.guardian.household)
    found = get_object_or_404(mine.select_related("document__kind"), document=pk, position=page)
    return page_answer(found)


@family_required
@require_safe
def family_document_draft(request: HttpRequest, pk: int) -> HttpResponse:
    mine = DraftPage.objects.filter(household=request.user.guardian.household)
    draft = get_object_or_404(mine.select_related("kind"), pk=pk)
    return paper_answer(draft.file, draft.kind.code)


def page_answer(page: DocumentPage) -> HttpResponse:
    """``document`` and its kind are read already."""
    return paper_answer(page.file, f"{page.document.kind.code}-{page.document_id}-{page.position}")


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
                messages.success(
                    request, _("Votre réponse à « %(name)s » est enregistrée.") % {"name": text.name}
                )
                return redirect("family_documents")
        else:
            messages.error(
                request, _("Une nouvelle version vient d’être publiée : relisez-la avant de répondre.")
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
