"""Forgetting a family: names, addresses, health and papers go; what the books must keep has no name any more."""

from collections.abc import Sequence
from datetime import date, datetime

import structlog
from django.db.models import Q, QuerySet

from core.audit_acts import AuditAct
from core.enums import DataRequestKind, DataRequestState
from core.errors import DomainError
from core.locks import lock_ids, locking_transaction
from core.models import (
    Child,
    ChildFact,
    ChildMeal,
    Conversation,
    Custody,
    DataRequest,
    DraftPage,
    FamilyDocument,
    FamilyRegistration,
    FileChange,
    HealthRecord,
    Household,
    MailingRecipient,
    MessageFile,
    OutgoingMail,
    User,
)
from core.privacy import erase_elsewhere, erasure_obstacles
from core.services.audit import record
from core.services.document_pages import forget_drafts
from core.services.documents import forget_pages
from core.services.files import forget_replaced
from core.services.outbox import write_mail
from core.services.own_data import close, to_answer
from core.services.pickup_photos import forget_all_photos
from tenants.context import town_timezone

log = structlog.get_logger(__name__)

FORGOTTEN = "Effacé"


class ErasureError(DomainError):
    code = "erasure"


def answer_erasure(*, request: DataRequest, by: User, now: datetime) -> None:
    """Do what an erasure request asks, and tell who asked, at the address it had. Raises ErasureError with all that
    must be settled before."""
    if request.kind != DataRequestKind.ERASURE:
        raise ErasureError("Cette demande n’est pas une demande d’effacement.")
    with locking_transaction():
        locked = to_answer(request)
        write_mail(to=locked.asked_by.email, template="data_erased", context={"asked": locked}, now=now)
        erase_household(household=locked.household, now=now)
        locked.message = ""
        close(locked, state=DataRequestState.DONE, answer="Données effacées.", by=by, now=now)
        erased = Household.objects.get(pk=locked.household_id)  # by the name that is left
        record(act=AuditAct.FAMILY_ERASED, by=by, now=now, on=erased, note="À la demande de la famille")
    log.info("household_erased", household=locked.household_id, by=by.pk)


def erase_household(*, household: Household, now: datetime) -> None:
    """Forget the people of a file, inside the caller's transaction. Invoices, payments and entries keep their numbers,
    their amounts and, on the document as it was issued, the name the law wants. Raises ErasureError."""
    lock_ids(Household.objects.filter(pk=household.pk))
    if (
        Custody.objects.filter(Q(child__household=household) | Q(second=household))
        .filter(_runs(now))
        .exists()
    ):
        raise ErasureError("Un enfant est en garde partagée : terminez d’abord le partage.")
    if found := erasure_obstacles(household, now=now):
        raise ErasureError(" ".join(found))
    children = list(household.children.values_list("pk", flat=True))
    _forget_mails(household, now)
    erase_elsewhere(household, children)
    forget_all_photos(children)
    for model in (ChildFact, ChildMeal, HealthRecord, FileChange):
        model._default_manager.filter(child__in=children).delete()
    FileChange.objects.filter(Q(household=household) | Q(guardian__household=household)).delete()
    _forget_papers(FamilyDocument.objects.filter(Q(household=household) | Q(child__in=children)))
    forget_drafts(DraftPage.objects.filter(Q(household=household) | Q(child__in=children)))
    FamilyRegistration.objects.filter(household=household).delete()
    household.notes.all().delete()
    household.tasks.all().delete()
    _forget_words(household)
    for child in Child.objects.filter(pk__in=children):
        child.first_name, child.last_name, child.class_name, child.school = (
            "Enfant",
            FORGOTTEN.lower(),
            "",
            None,
        )
        child.birth_date = date(child.birth_date.year, 1, 1)  # the age, for what is counted by it
        child.save()
    for guardian in household.guardians.select_related("user"):
        if guardian.user:
            _close_account(guardian.user)
        guardian.user, guardian.first_name, guardian.last_name = None, "Responsable", FORGOTTEN.lower()
        guardian.email = guardian.phone = ""
        guardian.save()
    Household.objects.filter(pk=household.pk).update(
        name=f"{FORGOTTEN} {household.number}", address="", postcode="", city="", erased_at=now
    )


def _runs(now: datetime) -> Q:
    today = now.astimezone(town_timezone()).date()
    return Q(valid_until=None) | Q(valid_until__gte=today)


def _close_account(user: User) -> None:
    user.email, user.name, user.is_active = f"efface-{user.pk}@portail.invalid", FORGOTTEN, False
    user.set_unusable_password()
    user.save()


def _forget_words(household: Household) -> None:
    """What was written to the office and to them, with its attachments and archives."""
    for file in MessageFile.objects.filter(message__conversation__household=household):
        forget_replaced(file, None)
    Conversation.objects.filter(household=household).delete()
    MailingRecipient.objects.filter(household=household).delete()
    for request in DataRequest.objects.filter(household=household).exclude(file=""):
        forget_replaced(request, None)
    DataRequest.objects.filter(household=household).update(message="", file="")


def _forget_mails(household: Household, now: datetime) -> None:
    """What was written to them, but for what is on its way: the last mail tells them that it is done."""
    addresses = household.guardians.values_list("email", "user__email")
    wanted = Q(pk=None)
    for address in {address for pair in addresses for address in pair if address}:
        wanted |= Q(to__iexact=address)
    OutgoingMail.objects.filter(wanted, created_at__lt=now).delete()


def _forget_papers(papers: QuerySet[FamilyDocument]) -> None:
    rows: Sequence[FamilyDocument] = list(papers)
    forget_pages(rows)
    papers.model._default_manager.filter(pk__in=[row.pk for row in rows]).delete()
