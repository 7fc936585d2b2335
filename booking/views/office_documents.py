"""« Documents »: what families sent and agents read, one after the other; and papers shown at the desk."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from booking.forms_documents import DecisionForm, DeskDocumentForm
from booking.models import Activity
from booking.queries.office_documents import DOCUMENT_ORDERS, find_documents, next_to_read
from booking.queries.reach import within
from booking.views.family_file import page_answer
from core import clock
from core.enums import DocumentState
from core.errors import DomainError
from core.models import DocumentKind, DocumentPage, FamilyDocument, Household
from core.queries.reach import reached_files
from core.rights import Right
from core.services.documents import accept_document, proposed_last_day, record_document, refuse_document
from core.views.access import agent_required
from core.views.files import is_photo
from core.views.listing import exported, number_in, ordered, page_of, searched
from core.words import NBSP
from tenants.context import town_timezone

EVERY = "tous"
COLUMNS = (
    "Document",
    "Enfant",
    "N° de dossier",
    "Dossier",
    "Reçu le",
    "État",
    "Valable jusqu’au",
    "Décidé par",
)


@agent_required(right=Right.READ, scoped=True)
@require_safe
def agent_documents(request: HttpRequest) -> HttpResponse:
    """The queue: papers to read first, the oldest at the top."""
    search, state = searched(request.GET), request.GET.get("etat", DocumentState.RECEIVED)
    kind, activity = number_in(request.GET, "nature"), number_in(request.GET, "activite")
    rows = find_documents(
        search,
        kind=kind,
        activity=Activity.objects.filter(pk=activity).first() if activity else None,
        state=state,
    ).filter(reached_files(request.reach))
    rows = ordered(rows, request.GET, DOCUMENT_ORDERS, default="recu")
    if file := exported(request.GET, name="documents", columns=COLUMNS, rows=rows, cells=_row):
        return file
    context = {
        "page": page_of(rows, request.GET),
        "search": search,
        "state": state if state in DocumentState.values else EVERY,
        "states": [*DocumentState.choices, (EVERY, "Tous")],
        "kinds": DocumentKind.objects.all(),
        "activities": Activity.objects.filter(within(request.reach)).select_related("establishment"),
        "chosen": {"kind": kind, "activity": activity},
    }
    return render(request, "agent/documents.html", context)


@agent_required(right=Right.DECIDE, scoped=True)
@require_http_methods(["GET", "POST"])
def agent_document(request: HttpRequest, pk: int) -> HttpResponse:
    """One paper, beside what an agent decides of it; the next one then opens."""
    documents = find_documents().filter(reached_files(request.reach))
    document = get_object_or_404(documents, pk=pk)
    if request.method == "POST":
        form = DecisionForm(request.POST, kind=document.kind)
        if form.is_valid():
            try:
                _decide(document, form, request)
            except DomainError as error:
                unexplained = not form.accepts and not form.cleaned_data["motif"]
                form.add_error("motif" if unexplained else None, error.message)
            else:
                following = next_to_read(document, documents)
                return redirect("agent_document", following.pk) if following else redirect("agent_documents")
    else:
        received = document.sent_at.astimezone(town_timezone()).date()
        form = DecisionForm(kind=document.kind, initial={"au": proposed_last_day(document.kind, received)})
    context = {
        "document": document,
        "form": form,
        "awaits": document.state == DocumentState.RECEIVED,
        "pages": [(page, is_photo(page.file)) for page in document.pages.all()],
        "others": documents.filter(
            kind=document.kind_id, household=document.household_id, child=document.child_id
        ).exclude(pk=pk),
        "following": next_to_read(document, documents),
    }
    return render(request, "agent/document.html", context)


def _decide(document: FamilyDocument, form: DecisionForm, request: HttpRequest) -> None:
    name = f"«{NBSP}{document.kind.name}{NBSP}» de {document.child or document.household.name}"
    if form.accepts:
        accept_document(
            document=document,
            issued_on=form.cleaned_data["du"],
            valid_until=form.cleaned_data["au"],
            by=request.user,
            now=clock.now(),
        )
        messages.success(request, f"{name} est accepté.")
    else:
        refuse_document(
            document=document, reason=form.cleaned_data["motif"], by=request.user, now=clock.now()
        )
        messages.success(request, f"{name} est refusé. La famille est prévenue par courriel.")


@agent_required(right=Right.DECIDE, scoped=True)
@require_safe
def agent_document_file(request: HttpRequest, pk: int, page: int) -> HttpResponse:
    pages = DocumentPage.objects.select_related("document__kind")
    reached = reached_files(request.reach, "document__child", "document__household")
    return page_answer(get_object_or_404(pages, reached, document=pk, position=page))


@agent_required(right=Right.FAMILY)
@require_http_methods(["GET", "POST"])
def agent_document_add(request: HttpRequest, household_id: int) -> HttpResponse:
    """A paper that the family shows at the desk: no file, accepted at once."""
    household = get_object_or_404(Household, pk=household_id)
    form = DeskDocumentForm(request.POST if request.method == "POST" else None, household=household)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            document = record_document(
                kind=data["quoi"],
                household=household,
                child=data["enfant"],
                issued_on=data["du"],
                valid_until=data["au"],
                by=request.user,
                now=clock.now(),
            )
        except DomainError as error:
            form.add_error(None, error.message)
        else:
            messages.success(request, f"«{NBSP}{document.kind.name}{NBSP}» est enregistré.")
            return redirect("agent_family", household.pk)
    return render(request, "agent/document_add.html", {"household": household, "form": form})


def _row(document: FamilyDocument) -> tuple[object, ...]:
    return (
        document.kind,
        document.child,
        document.household.number,
        document.household.name,
        document.sent_at,
        document.get_state_display(),
        document.valid_until,
        document.decided_by,
    )
