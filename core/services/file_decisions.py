"""How a change that a family asked for ends: closed, and told to who asked."""

from collections.abc import Mapping
from datetime import datetime

from django.urls import reverse

from core.child_file import DossierField, FileChangeState, Value
from core.locks import lock_rows
from core.models import FileChange, User
from core.models.child_file import Owner
from core.services.outbox import write_mail
from tenants.context import town_url


def close_change(change: FileChange, state: FileChangeState, *, by: User, now: datetime) -> None:
    change.state, change.decided_at, change.decided_by = state, now, by
    change.save()


def overtake_changes(*, owner: Owner, written: Mapping[DossierField, Value], by: User, now: datetime) -> None:
    """The desk has written these fields itself: what waits for them waits no more, and who asked is told. What says the
    very same is accepted. In the caller's transaction, which holds ``owner``."""
    waiting = FileChange.of(owner).filter(state=FileChangeState.PENDING, field__in=list(written))
    for change in lock_rows(waiting.select_related("by", "child")):
        same = change.after == written[DossierField(change.field)]
        close_change(change, FileChangeState.APPLIED if same else FileChangeState.REPLACED, by=by, now=now)
        tell_decided(change, now)


def tell_decided(change: FileChange, now: datetime) -> None:
    """The mail names the field, never its value: health does not travel by mail."""
    page = reverse("child_file", args=[change.child_id]) if change.child_id else reverse("account_info")
    write_mail(
        to=change.by.email,
        template="child_file_decided",
        context={
            "change": change,
            "child": change.child,
            "is_replaced": change.state == FileChangeState.REPLACED,
            "link": town_url(page),
        },
        now=now,
        dedupe_key=f"child-file:{change.pk}:decided",
    )
