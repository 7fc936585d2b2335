"""Forgetting a family: names, addresses, health and papers go; what the books must keep has no name any more."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime

import structlog
from django.db.models import Q, QuerySet, Value
from django.db.models.functions import Concat

from core.audit_acts import AuditAct
from core.enums import DataRequestKind, DataRequestState, RetentionKind, RetentionState
from core.errors import DomainError
from core.locks import locking_transaction
from core.merging import owned_keys
from core.models import (
    Child,
    ChildFact,
    ChildMeal,
    Conversation,
    ConversationMessage,
    Custody,
    DataRequest,
    DraftPage,
    FamilyDocument,
    FamilyRegistration,
    FileChange,
    HealthRecord,
    Household,
    HouseholdMerge,
    MailingRecipient,
    MessageFile,
    OutgoingMail,
    OutgoingSms,
    RetentionProposal,
    User,
)
from core.privacy import FORGOTTEN, erase_elsewhere, erasure_obstacles
from core.services.audit import record
from core.services.document_pages import forget_drafts
from core.services.documents import forget_pages
from core.services.files import forget_replaced
from core.services.outbox import write_mail
from core.services.own_data import close, to_answer
from core.services.pickup_photos import forget_all_photos
from core.services.sessions import forget_sessions
from core.sms import international
from tenants.context import town_timezone

log = structlog.get_logger(__name__)


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
    # Stronger than the other locks of a file: what is being written for it (a reservation, an invoice) is waited for, then
    # seen among the obstacles.
    Household.objects.select_for_update().get(pk=household.pk)
    if (
        Custody.objects.filter(Q(child__household=household) | Q(second=household))
        .filter(_runs(now))
        .exists()
    ):
        raise ErasureError("Un enfant est en garde partagée : terminez d’abord le partage.")
    if found := erasure_obstacles(household, now=now):
        raise ErasureError(" ".join(found))
    children = list(household.children.values_list("pk", flat=True))
    accounts = [*User.objects.filter(guardian__household=household), *_former_accounts(household, children)]
    _forget_proposals({RetentionKind.FAMILIES: [household.pk], RetentionKind.HEALTH: children})
    addresses = {account.email for account in accounts} | set(
        household.guardians.values_list("email", flat=True)
    )
    _forget_conversations(household, addresses)
    _forget_mails(household, addresses, now)
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
    Custody.objects.filter(child__in=children).update(proof="")
    HouseholdMerge.objects.filter(kept=household).delete()
    _forget_requests(household)
    for child in Child.objects.filter(pk__in=children):
        child.first_name, child.last_name, child.class_name, child.school = (
            "Enfant",
            FORGOTTEN.lower(),
            "",
            None,
        )
        child.birth_date = date(child.birth_date.year, 1, 1)  # the age, for what is counted by it
        child.save()
    for account in accounts:
        _forget_account(account)
    for guardian in household.guardians.all():
        guardian.user, guardian.first_name, guardian.last_name = None, "Responsable", FORGOTTEN.lower()
        guardian.email = guardian.phone = ""
        guardian.save()
    # The files that were united with it still bear the name and the address they had.
    Household.objects.filter(Q(pk=household.pk) | Q(merged_into=household)).update(
        name=Concat(Value(f"{FORGOTTEN} "), "number"), address="", postcode="", city="", erased_at=now
    )


def _runs(now: datetime) -> Q:
    today = now.astimezone(town_timezone()).date()
    return Q(valid_until=None) | Q(valid_until__gte=today)


def _former_accounts(household: Household, children: Sequence[int]) -> QuerySet[User]:
    """Those that were closed before (an adult who left the file, a double): what they signed is all that leads to them."""
    signed = Q(pk=None)
    for owner, keys in ((Household, [household.pk]), (Child, children)):
        for key in owned_keys(owner):
            rows = key.model._default_manager.filter(**{f"{key.attname}__in": keys}).order_by()
            for column in key.model._meta.local_fields:
                if column.related_model is User:
                    signed |= Q(pk__in=rows.values(column.attname))
    return User.objects.families().filter(signed, guardian=None, is_active=False)


def _forget_account(user: User) -> None:
    forget_sessions(user.sessions.all())
    user.email, user.name, user.is_active = f"efface-{user.pk}@portail.invalid", FORGOTTEN, False
    user.set_unusable_password()
    user.save()


def _forget_proposals(gone: Mapping[str, Collection[int]]) -> None:
    """A list that waits for an agent's answer names people too."""
    for proposal in RetentionProposal.objects.filter(kind__in=gone, state=RetentionState.PROPOSED):
        proposal.rows = [(pk, FORGOTTEN if pk in gone[proposal.kind] else name) for pk, name in proposal.rows]
        proposal.save(update_fields=["rows"])


def _forget_conversations(household: Household, addresses: Collection[str]) -> None:
    """What was written to the office and by it, and what one of them asked as a visitor, before there was an account."""
    forget_conversations(
        Conversation.objects.filter(Q(household=household) | _one_of("visitor_email", addresses))
    )


def forget_conversations(rows: QuerySet[Conversation]) -> int:
    """Erase these threads, the files that were joined to them and the mails that told them to a service; inside the
    caller's transaction. Returns how many."""
    conversations = list(rows.values_list("pk", flat=True))
    for file in MessageFile.objects.filter(message__conversation__in=conversations):
        forget_replaced(file, None)
    nonces = ConversationMessage.objects.filter(conversation__in=conversations).values_list(
        "nonce", flat=True
    )
    OutgoingMail.objects.filter(dedupe_key__in=[f"contact:{nonce}" for nonce in nonces]).delete()
    Conversation.objects.filter(pk__in=conversations).delete()
    return len(conversations)


def _forget_requests(household: Household) -> None:
    MailingRecipient.objects.filter(household=household).delete()
    asked = DataRequest.objects.filter(household=household)
    for request in asked.exclude(file=""):
        forget_replaced(request, None)
    asked.update(message="", file="")
    asked.exclude(answer="").update(answer=FORGOTTEN)


def _forget_mails(household: Household, addresses: Collection[str], now: datetime) -> None:
    """What was written to them, but for what is on its way: the last mail tells them that it is done."""
    OutgoingMail.objects.filter(_one_of("to", addresses), created_at__lt=now).delete()
    phones = [international(phone) for phone in household.guardians.values_list("phone", flat=True)]
    OutgoingSms.objects.filter(to__in=[phone for phone in phones if phone]).delete()


def _one_of(column: str, addresses: Collection[str]) -> Q:
    wanted = Q(pk=None)
    for address in filter(None, addresses):
        wanted |= Q(**{f"{column}__iexact": address})
    return wanted


def _forget_papers(papers: QuerySet[FamilyDocument]) -> None:
    rows: Sequence[FamilyDocument] = list(papers)
    forget_pages(rows)
    papers.model._default_manager.filter(pk__in=[row.pk for row in rows]).delete()
