"""What was written to families and whether it left. Never what a mail says: some hold a link or a password."""

from collections.abc import Collection, Mapping

from django.db.models import Q, QuerySet

from core.enums import MailState
from core.models import OutgoingMail
from core.queries.plain_text import plain

MAIL_ORDERS: Mapping[str, tuple[str, ...]] = {
    "ecrit": ("created_at", "pk"),
    "destinataire": ("to", "-created_at", "pk"),
    "objet": ("subject", "-created_at", "pk"),
}


def find_mails(text: str = "", *, state: str = "") -> QuerySet[OutgoingMail]:
    """Mails whose address or subject holds every word, without their text. One query."""
    rows = OutgoingMail.objects.defer("text", "html")
    if state:
        rows = rows.filter(state=state)
    for word in map(plain, text.split()):
        rows = rows.filter(Q(to__plain__contains=word) | Q(subject__plain__contains=word))
    return rows


def mails_to(addresses: Collection[str]) -> QuerySet[OutgoingMail]:
    """The mails of some addresses, the latest first, without their text."""
    wanted = Q(pk=None)
    for address in {address.lower() for address in addresses if address}:
        wanted |= Q(to__iexact=address)
    return OutgoingMail.objects.filter(wanted).defer("text", "html")


def failed_mails() -> int:
    return OutgoingMail.objects.filter(state=MailState.FAILED).count()
