"""The link of a mail that offers a place: it proves who clicks, for this offer of this town and no other."""

from django.core import signing

from booking.models import WaitingEntry
from tenants.context import current_commune

_SALT = "booking.waiting_offer"


def offer_token(entry: WaitingEntry) -> str:
    """Of an entry that has, or had, an offer. It does not expire by itself: the offer does."""
    return signing.dumps(_facts(entry), salt=_SALT)


def offered_entry(token: str) -> WaitingEntry | None:
    """The entry of a link whose offer is the entry's latest one; None for any other text."""
    try:
        _, pk, _ = facts = signing.loads(token, salt=_SALT)
    except (signing.BadSignature, ValueError, TypeError):
        return None
    entry = (
        WaitingEntry.objects.filter(pk=pk, offered_at__isnull=False)
        .select_related("child__school", "joined_by", "reservation")
        .first()
    )
    return entry if entry and _facts(entry) == facts else None


def _facts(entry: WaitingEntry) -> list:
    assert entry.offered_at is not None
    return [current_commune().slug, entry.pk, int(entry.offered_at.timestamp())]
