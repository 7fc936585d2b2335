"""What is kept too long: proposed once a month, named one by one, and erased only when an agent agrees."""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog
from django.db import transaction
from django.db.models import Q, QuerySet

from core.audit_acts import AuditAct
from core.child_file import HEALTH_FIELDS
from core.enums import MailState, RetentionKind, RetentionState
from core.errors import DomainError
from core.locks import lock_rows, locking_transaction
from core.models import (
    Conversation,
    FileChange,
    HealthRecord,
    Household,
    OutgoingMail,
    RetentionProposal,
    User,
)
from core.privacy import active_households
from core.services.audit import record
from core.services.erasure import ErasureError, erase_household, forget_conversations
from core.words import plural

log = structlog.get_logger(__name__)

MAILS_KEPT = timedelta(days=90)
HEALTH_KEPT = timedelta(days=365)
VISITORS_KEPT = timedelta(days=365)
FAMILIES_KEPT = timedelta(days=3 * 365)
LONGEST = 2000  # rows of one proposal; the next one takes the others


class RetentionError(DomainError):
    code = "retention"


@dataclass(frozen=True, kw_only=True)
class Rule:
    """``over``: rows whose time is over; ``erase`` returns how many went."""

    why: str
    over: Callable[[datetime], QuerySet]
    named: Callable[[QuerySet], list[tuple[int, str]]]
    erase: Callable[[Collection[int], datetime], int]


def propose(*, now: datetime) -> int:
    """Draw up what no proposal awaits an answer for. Returns how many proposals were made."""
    waiting = set(
        RetentionProposal.objects.filter(state=RetentionState.PROPOSED).values_list("kind", flat=True)
    )
    made = 0
    for kind, rule in RULES.items():
        rows = [] if kind in waiting else rule.named(rule.over(now)[:LONGEST])
        if rows:
            RetentionProposal.objects.create(kind=kind, rows=rows, prepared_at=now)
            made += 1
    return made


def apply_proposal(*, proposal: RetentionProposal, spared: Collection[int], by: User, now: datetime) -> int:
    """Erase what was proposed but for ``spared``, and what came back to life since. Returns how many rows went."""
    with locking_transaction():
        locked = _to_decide(proposal)
        rule = RULES[RetentionKind(locked.kind)]
        proposed = {pk for pk, _ in locked.rows} - set(spared)
        still = [pk for pk, _ in rule.named(rule.over(now).filter(pk__in=proposed))]
        locked.erased = rule.erase(still, now)
        _decide(locked, RetentionState.APPLIED, by=by, now=now)
    log.info("retention_applied", proposal=locked.pk, kind=locked.kind, erased=locked.erased, by=by.pk)
    return locked.erased


def keep_proposal(*, proposal: RetentionProposal, by: User, now: datetime) -> None:
    with locking_transaction():
        _decide(_to_decide(proposal), RetentionState.KEPT, by=by, now=now)


def _to_decide(proposal: RetentionProposal) -> RetentionProposal:
    locked = lock_rows(RetentionProposal.objects.filter(pk=proposal.pk))[0]
    if locked.state != RetentionState.PROPOSED:
        raise RetentionError("Cette proposition est déjà décidée.")
    return locked


def _decide(proposal: RetentionProposal, state: RetentionState, *, by: User, now: datetime) -> None:
    proposal.state, proposal.decided_by, proposal.decided_at = state, by, now
    proposal.rows = [(pk, "") for pk, _ in proposal.rows]  # the list itself must not keep the names
    proposal.save()
    note = f"{proposal.get_state_display()}, {plural(proposal.erased, 'effacement')}"
    record(act=AuditAct.RETENTION, by=by, now=now, on=proposal, note=note)


def _mails_over(now: datetime) -> QuerySet[OutgoingMail]:
    written = OutgoingMail.objects.exclude(state=MailState.PENDING).exclude(text="")
    return written.filter(created_at__lt=now - MAILS_KEPT).order_by("pk")


def _erase_mails(keys: Collection[int], _now: datetime) -> int:
    return OutgoingMail.objects.filter(pk__in=keys).update(text="", html="")


def _quiet(since: datetime) -> QuerySet[Household]:
    """Files of which nobody has signed in, booked or been invoiced since a moment."""
    return (
        Household.objects.filter(created_at__lt=since, merged_into=None, erased_at=None)
        .exclude(guardians__user__last_login__gte=since)
        .exclude(pk__in=active_households(since))
        .order_by("number")
    )


def _health_over(now: datetime) -> QuerySet[HealthRecord]:
    quiet = _quiet(now - HEALTH_KEPT)
    left = Q(child__school=None, child__household__in=quiet)
    return HealthRecord.objects.filter(left).select_related("child__household").order_by("pk")


def _erase_health(keys: Collection[int], _now: datetime) -> int:
    """And what families asked to change of it, which told it too."""
    FileChange.objects.filter(child__in=keys, field__in=HEALTH_FIELDS).delete()
    return HealthRecord.objects.filter(pk__in=keys).delete()[0]


def _families_over(now: datetime) -> QuerySet[Household]:
    return _quiet(now - FAMILIES_KEPT)


def _erase_families(keys: Collection[int], now: datetime) -> int:
    """Those that still owe or are owed something stay: the next proposal names them again."""
    gone = 0
    for household in Household.objects.filter(pk__in=keys).order_by("pk"):
        try:
            with transaction.atomic():
                erase_household(household=household, now=now)
        except ErasureError as error:
            log.info("erasure_put_off", household=household.pk, why=error.message)
        else:
            gone += 1
    return gone


def _visitors_over(now: datetime) -> QuerySet[Conversation]:
    written = Conversation.objects.filter(household=None, last_message_at__lt=now - VISITORS_KEPT)
    return written.order_by("last_message_at", "pk")


def _erase_visitors(keys: Collection[int], _now: datetime) -> int:
    return forget_conversations(Conversation.objects.filter(pk__in=keys))


RULES: dict[RetentionKind, Rule] = {
    RetentionKind.MAILS: Rule(
        why="90 jours après l’envoi : l’objet, la date et l’état restent, le texte s’efface.",
        over=_mails_over,
        named=lambda rows: [(row.pk, f"{row.subject} – {row.to}") for row in rows],
        erase=_erase_mails,
    ),
    RetentionKind.HEALTH: Rule(
        why="Un an après la dernière activité d’un enfant qui n’est plus dans une école de la commune.",
        over=_health_over,
        named=lambda rows: [(row.pk, f"{row.child} – dossier {row.child.household.number}") for row in rows],
        erase=_erase_health,
    ),
    RetentionKind.FAMILIES: Rule(
        why="Trois ans sans connexion, réservation ni facture : le dossier perd ses noms, les comptes restent.",
        over=_families_over,
        named=lambda rows: [(row.pk, str(row)) for row in rows],
        erase=_erase_families,
    ),
    RetentionKind.VISITORS: Rule(
        why="Un an après le dernier message de qui a écrit sans avoir de compte.",
        over=_visitors_over,
        named=lambda rows: [(row.pk, f"{row.who} – {row.title}") for row in rows],
        erase=_erase_visitors,
    ),
}
