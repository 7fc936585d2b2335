"""Who reads a group message, and what became of it for each."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import Count, Q, QuerySet

from core.audiences import Audience, households_in
from core.enums import MailingNature, MailState, NotificationKind
from core.guardian_roles import GuardianRole
from core.models import Guardian, Household, Mailing, MailingRecipient, NotificationChoice, User
from core.sms import international


@dataclass(frozen=True, kw_only=True)
class Reader:
    """An address, and the account that may stop such messages (only accounts receive what may be stopped).

    ``sms_to``: the international number of an account that asked for short messages, for what is of the service.
    """

    household_id: int
    name: str
    email: str
    user: User | None
    sms_to: str = ""


@dataclass(frozen=True, kw_only=True)
class Readership:
    """Who a message would go to today, and whom it would not reach: who has no address, who wants no information,
    and who has no account from which to say so."""

    readers: Sequence[Reader]
    unreachable: Sequence[Household]
    declined: int
    without_account: int

    @property
    def families(self) -> int:
        return len({reader.household_id for reader in self.readers})

    @property
    def texted(self) -> int:
        """How many also get a short message, where the town sends any."""
        return sum(1 for reader in self.readers if reader.sms_to)


def readership(audiences: Sequence[Audience], nature: MailingNature, *, on: date) -> Readership:
    """Every guardian of these families, payer or not, but not who only picks the children up; an address that several share is written to once."""
    ids = households_in(audiences, on=on)
    declined_by = set(
        NotificationChoice.objects.filter(kind=NotificationKind.NEWS, wanted=False).values_list(
            "user_id", flat=True
        )
    )
    readers: dict[str, Reader] = {}
    declined = without_account = 0
    is_news = nature == MailingNature.NEWS
    guardians = Guardian.objects.filter(household__in=ids).exclude(role=GuardianRole.PICKUP)
    for guardian in guardians.select_related("user").order_by("pk"):
        user = _account(guardian)
        email = user.email if user else guardian.email
        if not email or email.lower() in readers:
            continue
        if is_news and user is None:
            without_account += 1
        elif is_news and user and user.pk in declined_by:
            declined += 1
        else:
            readers[email.lower()] = Reader(
                household_id=guardian.household_id,
                name=str(guardian),
                email=email,
                user=user,
                sms_to="" if is_news else _mobile(guardian, user),
            )
    with_address = Q(guardians__email__gt="") | Q(guardians__user__is_active=True)
    unreachable = Household.objects.filter(pk__in=ids).exclude(
        pk__in=Household.objects.filter(with_address).values("pk")
    )
    return Readership(
        readers=sorted(readers.values(), key=lambda reader: reader.name),
        unreachable=list(unreachable),
        declined=declined,
        without_account=without_account,
    )


def mailings() -> QuerySet[Mailing]:
    """With ``recipient_count``, and how many of their mails ``failed`` for good. One query."""
    failed = Q(recipients__mail__state=MailState.FAILED)
    counted = Mailing.objects.annotate(
        recipient_count=Count("recipients"), failed=Count("recipients", filter=failed)
    )
    return counted.select_related("written_by").order_by("-written_at", "-pk")


def delivery(mailing: Mailing) -> QuerySet[MailingRecipient]:
    return mailing.recipients.select_related("mail", "household")


def _mobile(guardian: Guardian, user: User | None) -> str:
    return (international(guardian.phone) or "") if user and user.sms_reminders else ""


def _account(guardian: Guardian) -> User | None:
    """An account in use; a link of activation is no mailbox that was proved."""
    user = guardian.user
    return user if user and user.is_active and user.is_activated else None
