"""What becomes of a paper: a family hands it in, an agent accepts or refuses it, its file goes when it is of no more use."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta

import structlog
from django.core.files.base import File
from django.core.files.storage import default_storage
from django.db import IntegrityError
from django.db.models import Exists, OuterRef, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from core.enums import DocumentState, DocumentValidity, NotificationKind
from core.errors import BusyError, DomainError
from core.locks import lock_rows, locking_transaction
from core.models import Child, DocumentKind, DocumentPage, DraftPage, FamilyDocument, Household, User
from core.notification_links import stop_path
from core.papers import MOST_PAGES, last_day
from core.queries.calendar import town_calendar
from core.queries.documents import draft_pages
from core.queries.notifications import account_holders, readers
from core.services.files import forget_replaced
from core.services.outbox import Letter, write_mails
from core.words import NBSP, long_date
from tenants.context import town_timezone, town_url

log = structlog.get_logger(__name__)

# The file of a refused paper: long enough for the family to ask why. Of one that is out of date: the year's disputes.
REFUSED_KEPT = timedelta(days=30)
EXPIRED_KEPT = timedelta(days=365)


class DocumentError(DomainError):
    code = "document"


def hand_in_document(
    *,
    kind: DocumentKind,
    household: Household,
    child: Child | None,
    files: Sequence[File] = (),
    by: User,
    now: datetime,
) -> FamilyDocument:
    """Send for an agent to read, as one paper, the pages that wait for it (core.services.document_pages), then ``files``;
    what was sent before and nobody has read goes.

    Raises DocumentError for no page or too many, BusyError when the other guardian sends it at the same moment.
    """
    _require_owner(kind, household, child)
    document = FamilyDocument(kind=kind, household=household, child=child, sent_at=now, sent_by=by)
    stored = [_stored(file) for file in files]
    waiting = FamilyDocument.objects.filter(
        kind=kind, household=household, child=child, state=DocumentState.RECEIVED
    )
    try:
        with locking_transaction():
            drafts = lock_rows(draft_pages(kind=kind, household=household, child=child))
            names = [draft.file.name for draft in drafts] + stored
            if not 1 <= len(names) <= MOST_PAGES:
                raise DocumentError(f"Un document a une page au moins, {MOST_PAGES} au plus.")
            for replaced in lock_rows(waiting):
                forget_pages([replaced])
                replaced.delete()
            document.save()
            DocumentPage.objects.bulk_create(
                DocumentPage(document=document, position=position, file=name)
                for position, name in enumerate(names, 1)
            )
            DraftPage.objects.filter(pk__in=[draft.pk for draft in drafts]).delete()
    except (IntegrityError, DomainError) as error:
        for name in stored:
            default_storage.delete(name)
        if isinstance(error, DomainError):
            raise
        raise BusyError(_("L’autre responsable vient d’envoyer ce document. Rechargez la page.")) from error
    return document


def _stored(file: File) -> str:
    page = DocumentPage()
    page.file.save(file.name or "document", file, save=False)
    return page.file.name or ""


def record_document(
    *,
    kind: DocumentKind,
    household: Household,
    child: Child | None,
    issued_on: date | None,
    valid_until: date | None,
    by: User,
    now: datetime,
) -> FamilyDocument:
    """A paper that an agent has seen at the desk: accepted at once, without a file. Raises DocumentError."""
    _require_owner(kind, household, child)
    document = FamilyDocument(kind=kind, household=household, child=child, sent_at=now, sent_by=by)
    _accept(document, issued_on=issued_on, valid_until=valid_until, by=by, now=now)
    document.save()
    return document


def accept_document(
    *,
    document: FamilyDocument,
    issued_on: date | None,
    valid_until: date | None,
    by: User,
    now: datetime,
) -> FamilyDocument:
    """Accept a paper, as the agent reads it, and tell the family if it wants to know.

    Without ``valid_until`` the kind's own rule gives it. Raises DocumentError: decided already, too old, no date
    where the paper's own is needed, out of date already.
    """
    with locking_transaction():
        locked = _to_decide(document)
        _accept(locked, issued_on=issued_on, valid_until=valid_until, by=by, now=now)
        locked.save()
        wanted = readers([locked.household_id], NotificationKind.DOCUMENT)
        _tell(locked, "document_accepted", wanted, now=now, may_stop=True)
    return locked


def refuse_document(*, document: FamilyDocument, reason: str, by: User, now: datetime) -> FamilyDocument:
    """Refuse a paper and tell the family why, whatever it chose to receive. Raises DocumentError."""
    reason = reason.strip()
    if not reason:
        raise DocumentError("Donnez le motif du refus : la famille le lira.")
    with locking_transaction():
        locked = _to_decide(document)
        locked.state, locked.reason = DocumentState.REFUSED, reason
        locked.decided_at, locked.decided_by = now, by
        locked.save()
        _tell(locked, "document_refused", account_holders([locked.household_id]), now=now, may_stop=False)
    return locked


def proposed_last_day(kind: DocumentKind, start: date) -> date | None:
    """Until when a paper of this kind is good from ``start``, by the town's rule; None: for ever, or to be read on it."""
    calendar = town_calendar(start, start)
    validity = DocumentValidity(kind.validity)
    return last_day(validity, months=kind.months, start=start, school_year=calendar.school_year)


def forget_old_files(*, now: datetime) -> int:
    """Erase the files nobody needs any more; what was decided stays. Returns how many."""
    today = now.astimezone(town_timezone()).date()
    useless = Q(state=DocumentState.REFUSED, decided_at__lt=now - REFUSED_KEPT) | Q(
        state=DocumentState.ACCEPTED, valid_until__lt=today - EXPIRED_KEPT
    )
    pages = DocumentPage.objects.filter(document=OuterRef("pk"))
    with locking_transaction():
        rows = lock_rows(FamilyDocument.objects.filter(useless, Exists(pages)))
        forget_pages(rows)
    return len(rows)


def forget_pages(documents: Sequence[FamilyDocument]) -> None:
    """Erase the pages of these papers, their files once that is committed."""
    pages = DocumentPage.objects.filter(document__in=documents)
    for page in pages:
        forget_replaced(page, None)
    pages.delete()


def _require_owner(kind: DocumentKind, household: Household, child: Child | None) -> None:
    if kind.is_about_child != (child is not None) or (child and child.household_id != household.pk):
        raise DocumentError(_("Ce document n’est pas demandé pour cette personne."))


def _to_decide(document: FamilyDocument) -> FamilyDocument:
    rows = FamilyDocument.objects.filter(pk=document.pk).select_related("kind", "child", "household")
    found = lock_rows(rows)
    if not found:
        raise DocumentError("La famille vient d’envoyer un autre fichier à la place de celui-ci.")
    if found[0].state != DocumentState.RECEIVED:
        raise DocumentError("Ce document est déjà décidé.")
    return found[0]


def _accept(
    document: FamilyDocument, *, issued_on: date | None, valid_until: date | None, by: User, now: datetime
) -> None:
    kind, tz = document.kind, town_timezone()
    today, received = now.astimezone(tz).date(), document.sent_at.astimezone(tz).date()
    if issued_on and issued_on > today:
        raise DocumentError("La date du document est dans le futur.")
    if kind.max_age_days is not None:
        if issued_on is None:
            raise DocumentError("Indiquez la date écrite sur le document.")
        if issued_on < received - timedelta(days=kind.max_age_days):
            raise DocumentError(
                f"Ce document a plus de {kind.max_age_days} jours{NBSP}: demandez-en un plus récent."
            )
    if valid_until is None:
        if kind.validity == DocumentValidity.READ:
            raise DocumentError("Indiquez jusqu’à quand il est valable.")
        starts_at_issue = kind.validity == DocumentValidity.MONTHS and issued_on
        valid_until = proposed_last_day(kind, issued_on if starts_at_issue and issued_on else received)
    if valid_until and valid_until < today:
        raise DocumentError(f"Ce document n’est plus valable depuis le {long_date(valid_until)}.")
    document.state, document.issued_on, document.valid_until = DocumentState.ACCEPTED, issued_on, valid_until
    document.decided_at, document.decided_by = now, by


def _tell(
    document: FamilyDocument, template: str, users: Iterable[User], *, now: datetime, may_stop: bool
) -> None:
    host = town_url("")
    letters = [
        Letter(
            to=user.email,
            template=template,
            context={"document": document, "link": host + reverse("family_documents")},
            dedupe_key=f"{template}:{document.pk}:{user.pk}",
            unsubscribe_url=host + stop_path(user, NotificationKind.DOCUMENT) if may_stop else "",
        )
        for user in users
    ]
    write_mails(letters=letters, now=now)
