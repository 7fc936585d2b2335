"""Telling families that a paper they need for what they book goes out of date, in time to send another one."""

from collections import defaultdict
from datetime import datetime, timedelta

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.urls import reverse

from booking.queries.family_file import Asked, asked_of
from booking.queries.offer import periods
from core.enums import DocumentState, NotificationKind
from core.models import Child, FamilyDocument, User
from core.notification_links import stop_path
from core.queries.notifications import readers
from core.services.outbox import Letter, write_mails
from tenants.context import town_timezone, town_url

LONGEST = timedelta(days=120)  # of DocumentKind.reminder_days


def remind_documents(*, now: datetime) -> int:
    """Write once to the accounts that want it, the kind's own number of days before. Returns how many mails are new.

    Only for a paper that a running or coming period asks of them, and when no other was sent since. As many queries
    for one family as for a thousand.
    """
    today = now.astimezone(town_timezone()).date()
    ending = [
        document
        for document in _ending().filter(
            kind__reminder_days__gt=0, valid_until__range=(today, today + LONGEST)
        )
        if document.valid_until
        and document.valid_until - today <= timedelta(days=document.kind.reminder_days)
    ]
    if not ending:
        return 0
    households = {one.household_id for one in ending}
    children: dict[int, list[Child]] = defaultdict(list)
    for child in Child.objects.filter(household__in=households).select_related("school"):
        children[child.household_id].append(child)
    for document in ending:  # a child of shared custody has papers in both its households
        if document.child and document.child.household_id != document.household_id:
            children[document.household_id].append(document.child)
    running = list(periods().filter(end__gte=today, file_conditions__isnull=False))
    asked = {household: asked_of(own, running) for household, own in children.items()}
    accounts: dict[int, list[User]] = defaultdict(list)
    for user in readers(households, NotificationKind.DOCUMENT):
        accounts[user.guardian.household_id].append(user)
    host = town_url("")
    letters = [
        _letter(document, user, host)
        for document in ending
        if _is_asked(document, asked.get(document.household_id, {}))
        for user in accounts[document.household_id]
    ]
    return write_mails(letters=letters, now=now) if letters else 0


def _ending() -> QuerySet[FamilyDocument]:
    """Accepted papers that end one day, with neither a longer one nor one to read beside them."""
    beside = FamilyDocument.objects.filter(
        Q(state=DocumentState.RECEIVED)
        | Q(state=DocumentState.ACCEPTED)
        & (Q(valid_until__isnull=True) | Q(valid_until__gt=OuterRef("valid_until"))),
        Q(child=OuterRef("child")) | Q(child__isnull=True, household=OuterRef("household")),
        kind=OuterRef("kind"),
    )
    return FamilyDocument.objects.filter(
        ~Exists(beside), state=DocumentState.ACCEPTED, valid_until__isnull=False
    ).select_related("kind", "child__school")


def _is_asked(document: FamilyDocument, asked: Asked) -> bool:
    return (document.kind.code, document.child_id) in asked


def _letter(document: FamilyDocument, user: User, host: str) -> Letter:
    return Letter(
        to=user.email,
        template="document_expiring",
        context={"document": document, "link": host + reverse("family_documents")},
        dedupe_key=f"document:{document.pk}:expires:{document.valid_until}:{user.pk}",
        unsubscribe_url=host + stop_path(user, NotificationKind.DOCUMENT),
    )
