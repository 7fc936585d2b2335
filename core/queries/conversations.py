"""Conversations as the office's inbox and a family's page list them."""

from collections.abc import Mapping
from typing import cast
from uuid import UUID

from django.core.cache import cache
from django.db.models import F, Q, QuerySet

from core.enums import ConversationState, MessageSide
from core.models import (
    CannedAnswer,
    Conversation,
    ConversationMessage,
    Household,
    MessageFile,
    User,
)
from core.queries.families import households_named
from core.queries.plain_text import plain
from core.queries.reach import reached_files
from core.rights import Reach

ORDERS: Mapping[str, tuple[str, ...]] = {
    "recent": ("last_message_at", "pk"),
    "ouvert": ("opened_at", "pk"),
    "objet": ("title", "pk"),
}
_SHOWN = "conversations_waiting"  # the cache adds the town
# The filter of what the office has something to do about.
TO_ANSWER = "a-repondre"
# What the words of a canned answer may hold, and where each comes from.
VARIABLES: Mapping[str, str] = {
    "famille": "le nom du dossier, ou du visiteur",
    "enfant": "le prénom de l’enfant, s’il y en a un",
    "objet": "l’objet de la conversation",
    "agent": "votre nom",
    "service": "le service",
    "telephone": "le téléphone du service",
}


def inbox(
    *, state: str = "", subject: int | None = None, follower: int | None = None, text: str = ""
) -> QuerySet[Conversation]:
    """``state``: one of the states, or ``TO_ANSWER`` for those that the office has something to do about.

    One query. ``text`` is looked for in titles, messages, notes, families and visitors.
    """
    rows = Conversation.objects.select_related("subject", "household", "assignee")
    if state == TO_ANSWER:
        rows = rows.filter(state__in=ConversationState.to_answer())
    elif state in ConversationState.values:
        rows = rows.filter(state=state)
    if subject:
        rows = rows.filter(subject=subject)
    if follower is not None:
        rows = rows.filter(assignee=follower or None)
    for word in map(plain, text.split()):
        said = ConversationMessage.objects.filter(body__plain__contains=word).values("conversation")
        rows = rows.filter(
            Q(title__plain__contains=word)
            | Q(visitor_name__plain__contains=word)
            | Q(visitor_email__plain__contains=word)
            | Q(household__in=households_named(word))
            | Q(pk__in=said)
        )
    return rows


def reached_conversations(reach: Reach, agent: User) -> Q:
    """What an agent's rights reach: about a child or a family of theirs, or handed to them by a colleague."""
    return Q() if reach.everywhere else reached_files(reach) | Q(assignee=agent)


def waiting_for_the_office() -> QuerySet[Conversation]:
    """Those that somebody must answer."""
    return Conversation.objects.filter(state__in=ConversationState.to_answer())


def shown_in_menu(reach: Reach, agent: User) -> int:
    """How many an agent sees of them: every page of the desk tells it. That of the whole town is at most half a minute old
    (``forget_shown`` after a change); one query for anybody else."""
    if reach.everywhere:
        return cast(int, cache.get_or_set(_SHOWN, waiting_for_the_office().count, 30))
    return waiting_for_the_office().filter(reached_conversations(reach, agent)).count()


def forget_shown() -> None:
    cache.delete(_SHOWN)


def conversations_of(household: Household) -> QuerySet[Conversation]:
    return Conversation.objects.filter(household=household)


def unread_answers(household_id: int) -> int:
    """How many conversations hold an answer that the family has not read. One query."""
    unread = Q(family_read_at__isnull=True) | Q(family_read_at__lt=F("answered_at"))
    return Conversation.objects.filter(unread, household=household_id, answered_at__isnull=False).count()


def read_up_to(conversation: Conversation, *, for_family: bool) -> QuerySet[ConversationMessage]:
    """The thread from its beginning, with its files; notes are the office's own. Two queries."""
    rows = conversation.messages.prefetch_related("files")
    return rows.exclude(side=MessageSide.NOTE) if for_family else rows


def kept_files(nonce: str, *, by: User) -> list[MessageFile]:
    """What an earlier try of the message of this ``nonce``, as its form sent it, left to be sent. At most one query."""
    try:
        known = UUID(nonce)
    except ValueError:
        return []
    return list(MessageFile.objects.filter(message=None, nonce=known, by=by))


def ready_answers(
    conversation: Conversation, *, agent: User, service: str, phone: str
) -> list[tuple[str, str]]:
    """The town's canned answers with their variables filled in, as (label, text)."""
    values = {
        "famille": conversation.who,
        "enfant": conversation.child.first_name if conversation.child else "",
        "objet": conversation.title,
        "agent": agent.name,
        "service": (conversation.subject.service if conversation.subject else "") or service,
        "telephone": phone,
    }
    return [(one.label, _filled(one.body, values)) for one in CannedAnswer.objects.filter(is_draft=False)]


def _filled(text: str, values: Mapping[str, str]) -> str:
    for name, value in values.items():
        text = text.replace(f"{{{name}}}", value)
    return text
