"""Messages between families and the office. Whoever waits is told by a mail that holds the text and a link.

A message carries a ``nonce`` made with its form: sent twice, it is written once and nobody is told twice.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from core.abouts import About, find_about
from core.audit_acts import AuditAct
from core.enums import CONVERSATION_MOVES, ConversationState, MessageSide
from core.errors import DomainError
from core.languages import in_french
from core.locks import lock_rows, locking_transaction
from core.models import (
    Child,
    CommuneSettings,
    ContactSubject,
    Conversation,
    ConversationMessage,
    Household,
    MessageFile,
    User,
)
from core.queries.conversations import forget_shown
from core.queries.notifications import account_holders
from core.services.audit import record
from core.services.message_files import NOTHING, Attached, join_files, unwrite_files, written_files
from core.services.outbox import Letter, write_mails
from core.states import check_move
from tenants.context import town_url


class ConversationError(DomainError):
    code = "conversation"


def ask_the_office(
    *,
    household: Household,
    subject: ContactSubject | None,
    child: Child | None,
    about: About | None,
    body: str,
    files: Attached = NOTHING,
    by: User,
    nonce: UUID,
    now: datetime,
) -> Conversation:
    """A family opens a conversation. The same ``nonce`` again gives the same conversation."""
    with in_french():  # the office reads this title
        title = _title(subject, about and find_about(about.key, household))
    conversation = Conversation(
        subject=subject,
        title=title,
        household=household,
        child=child,
        about=about.key if about else "",
        opened_at=now,
        last_message_at=now,
        family_read_at=now,
    )
    first = Words(side=MessageSide.FAMILY, name=by.name, by=by, body=body, files=files, nonce=nonce)
    return _begin(conversation, first, _tell_the_service, now=now)


def ask_as_visitor(
    *,
    subject: ContactSubject | None,
    name: str,
    email: str,
    phone: str,
    message: str,
    nonce: UUID,
    now: datetime,
) -> Conversation:
    """A message of somebody without an account. The answer goes to the address given, and ends there."""
    conversation = Conversation(
        subject=subject,
        title=_title(subject, None),
        visitor_name=name,
        visitor_email=email,
        visitor_phone=phone,
        opened_at=now,
        last_message_at=now,
    )
    first = Words(side=MessageSide.FAMILY, name=name, body=message, nonce=nonce)
    return _begin(conversation, first, _tell_the_service, now=now)


def write_to_family(
    *,
    household: Household,
    subject: ContactSubject | None,
    title: str,
    body: str,
    files: Attached = NOTHING,
    by: User,
    nonce: UUID,
    now: datetime,
) -> Conversation:
    """An agent opens a conversation with a family; it then waits for the family."""
    conversation = Conversation(
        subject=subject,
        title=title,
        household=household,
        state=ConversationState.WAITING,
        assignee=by,
        opened_at=now,
        last_message_at=now,
        answered_at=now,
    )
    first = Words(side=MessageSide.OFFICE, name=by.name, by=by, body=body, files=files, nonce=nonce)
    return _begin(conversation, first, _tell_the_family, now=now)


def write_as_family(
    *, conversation: Conversation, body: str, files: Attached = NOTHING, by: User, nonce: UUID, now: datetime
) -> None:
    """A family goes on; a conversation that waited for it, or was closed, is open again."""

    def reopen(held: Conversation) -> None:
        if held.state in {ConversationState.WAITING, ConversationState.CLOSED}:
            _move(held, ConversationState.OPEN)
        held.family_read_at = now

    words = Words(side=MessageSide.FAMILY, name=by.name, by=by, body=body, files=files, nonce=nonce)
    _go_on(conversation, words, reopen, _tell_the_service, now=now)


def answer(
    *,
    conversation: Conversation,
    body: str,
    files: Attached = NOTHING,
    closes: bool,
    by: User,
    nonce: UUID,
    now: datetime,
) -> None:
    """The office answers; the conversation then waits for the family, or is closed. Whoever answers first follows it."""

    def wait_for_the_family(held: Conversation) -> None:
        wanted = ConversationState.CLOSED if closes else ConversationState.WAITING
        if held.state != wanted:
            _move(held, wanted)
            if closes:
                _write_down(held, by=by, now=now)
        held.assignee = held.assignee or by
        held.answered_at = now

    words = Words(side=MessageSide.OFFICE, name=by.name, by=by, body=body, files=files, nonce=nonce)
    _go_on(conversation, words, wait_for_the_family, _tell_the_family, now=now)


def note(*, conversation: Conversation, body: str, by: User, nonce: UUID, now: datetime) -> None:
    """Words for colleagues only: neither the family nor the state of the conversation knows of them."""
    ConversationMessage.objects.get_or_create(
        nonce=nonce,
        defaults={
            "conversation": conversation,
            "side": MessageSide.NOTE,
            "author": by,
            "author_name": by.name,
            "body": body,
            "at": now,
        },
    )


def follow(*, conversation: Conversation, assignee: User | None, subject: ContactSubject | None) -> None:
    """Say who follows a conversation, and under which subject (hence which service) it is."""
    Conversation.objects.filter(pk=conversation.pk).update(assignee=assignee, subject=subject)


def set_state(*, conversation: Conversation, state: ConversationState, by: User, now: datetime) -> None:
    """Close, or take up again, without a word to the family. Raises ForbiddenMoveError."""
    with locking_transaction():
        held = _held(conversation)
        if held.state != state:
            _move(held, state)
            held.save(update_fields=["state"])
            _write_down(held, by=by, now=now)
            transaction.on_commit(forget_shown)


def read_by_family(*, conversation: Conversation, now: datetime) -> None:
    if conversation.is_unread:
        Conversation.objects.filter(pk=conversation.pk).update(family_read_at=now)


@dataclass(frozen=True, kw_only=True)
class Words:
    """A message to be written."""

    side: MessageSide
    name: str
    by: User | None = None
    body: str
    files: Attached = NOTHING
    nonce: UUID


Tell = Callable[[Conversation, Words, datetime], None]


def _begin(conversation: Conversation, words: Words, tell: Tell, *, now: datetime) -> Conversation:
    if known := _known(words.nonce):
        return known.conversation
    written = _written(words, now)
    try:
        with transaction.atomic():
            conversation.save()
            _send(conversation, words, written, tell, now)
    except IntegrityError:
        known = _known(words.nonce)
        if known is None:
            raise
        unwrite_files(written)  # the same form, sent twice at the same moment
        return known.conversation
    return conversation


def _go_on(
    conversation: Conversation,
    words: Words,
    change: Callable[[Conversation], None],
    tell: Tell,
    *,
    now: datetime,
) -> None:
    written = _written(words, now)
    with locking_transaction():
        held = _held(conversation)
        if _known(words.nonce):
            unwrite_files(written)
            return
        change(held)
        held.last_message_at = now
        held.save()
        _send(held, words, written, tell, now)


def _written(words: Words, now: datetime) -> list[MessageFile]:
    return written_files(nonce=words.nonce, files=words.files.sent, by=words.by, now=now)


def _send(
    conversation: Conversation, words: Words, written: list[MessageFile], tell: Tell, now: datetime
) -> None:
    message = ConversationMessage.objects.create(
        conversation=conversation,
        side=words.side,
        author=words.by,
        author_name=words.name,
        body=words.body,
        at=now,
        nonce=words.nonce,
    )
    join_files(message=message, written=written, kept=words.files.kept)
    transaction.on_commit(forget_shown)
    tell(conversation, words, now)


def _known(nonce: UUID) -> ConversationMessage | None:
    return ConversationMessage.objects.filter(nonce=nonce).select_related("conversation").first()


def _held(conversation: Conversation) -> Conversation:
    rows = Conversation.objects.select_related("subject", "household").filter(pk=conversation.pk)
    found = lock_rows(rows)
    if not found:
        raise ConversationError(_("Cette conversation n’existe plus."))
    return found[0]


def _move(conversation: Conversation, state: ConversationState) -> None:
    check_move(CONVERSATION_MOVES, ConversationState(conversation.state), state)
    conversation.state = state


def _write_down(conversation: Conversation, *, by: User, now: datetime) -> None:
    """An agent closed it, or took it up again: the thread itself does not say who."""
    record(act=AuditAct.CONVERSATION, by=by, now=now, on=conversation, note=conversation.get_state_display())


def _title(subject: ContactSubject | None, about: About | None) -> str:
    parts = [subject.label if subject else "", about.label if about else ""]
    return " – ".join(part for part in parts if part) or "Message"


def _tell_the_service(conversation: Conversation, words: Words, now: datetime) -> None:
    """To the subject's own address, the town's without one; a town without any reads its inbox."""
    email = conversation.subject.email if conversation.subject else ""
    email = email or CommuneSettings.objects.values_list("email", flat=True).first() or ""
    if not email:
        return
    letter = Letter(
        to=email,
        template="contact",
        context={
            "conversation": conversation,
            "message": words.body,
            "link": town_url(reverse("agent_conversation", args=[conversation.pk])),
        },
        dedupe_key=f"contact:{words.nonce}",
    )
    write_mails(letters=[letter], now=now)


def _tell_the_family(conversation: Conversation, words: Words, now: datetime) -> None:
    if conversation.household_id is None:
        addresses, link = [conversation.visitor_email], ""
    else:
        addresses = [user.email for user in account_holders([conversation.household_id])]
        link = town_url(reverse("conversation", args=[conversation.pk]))
    letters = [
        Letter(
            to=address,
            template="conversation_answer",
            context={
                "conversation": conversation,
                "message": words.body,
                "link": link,
                "contact": town_url(reverse("contact")),
            },
            dedupe_key=f"conversation:{words.nonce}:{rank}",
        )
        for rank, address in enumerate(addresses)
    ]
    write_mails(letters=letters, now=now)
