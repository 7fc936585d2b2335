"""Mails that spare a family a missed cut-off, a lost draft or a lapsed basket. Each is written once, by day, to whom
wants it; nothing depends on them.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta, tzinfo

from django.urls import reverse

from booking.models import BookingDraft, Reservation
from booking.queries.reminders import (
    Closing,
    forgotten,
    is_daytime,
    lapsing_baskets,
    near_closings,
    reminder_moment,
)
from booking.services.drafts import draft_wishes
from core.enums import NotificationKind
from core.models import Child, CommuneSettings, User
from core.notification_links import stop_path
from core.queries.notifications import readers
from core.queries.texting import sms_number
from core.services.outbox import Letter, write_mails
from tenants.context import town_timezone, town_url

# A basket that was given less time than this is no surprise; the others are told of it these hours before.
LONG_HOLD = timedelta(hours=6)
BASKET_HOURS = 12


@dataclass(frozen=True, kw_only=True)
class Reminded:
    """One child and one activity in a mail."""

    child: Child
    activity: str
    days: Collection[date]


def send_reminders(*, now: datetime) -> int:
    """Write the reminders that are due, between 8:00 and 20:00 of the town. Returns how many mails are new.

    Its number of queries does not depend on the number of families.
    """
    tz = town_timezone()
    if not is_daytime(now, tz):
        return 0
    letters = list(_basket_letters(now, tz))
    hours = CommuneSettings.objects.values_list("reminder_hours", flat=True).get()
    if hours and (closings := near_closings(hours=hours, now=now, tz=tz)):
        drafted = _drafted(closings)
        letters += _letters(drafted, NotificationKind.DRAFT, "reminder_draft", tz)
        begun = {(child.pk, one.opening.pk) for child, one in drafted}
        missed = [
            (child, one)
            for child, one in forgotten(closings, now=now, today=now.astimezone(tz).date())
            if (child.pk, one.opening.pk) not in begun
        ]
        letters += _letters(missed, NotificationKind.CUTOFF, "reminder_cutoff", tz)
    return write_mails(letters=letters, now=now)


def _drafted(closings: Iterable[Closing]) -> list[tuple[Child, Closing]]:
    """What families ticked, have not confirmed, and will soon be too late to confirm."""
    near = {(one.opening.pk, one.stage.pk): one for one in closings}
    drafts = BookingDraft.objects.filter(period__in={one.period.pk for one in near.values()}).select_related(
        "child"
    )
    return [
        (_as_seen_at_home(draft), near[wish])
        for draft in drafts.order_by("child__first_name", "pk")
        for wish in draft_wishes(draft).items()
        if wish in near
    ]


def _as_seen_at_home(draft: BookingDraft) -> Child:
    """The child of the home that ticked; not to be saved (core.queries.custody)."""
    draft.child.household_id = draft.household_id
    return draft.child


def _letters(
    found: Iterable[tuple[Child, Closing]], kind: NotificationKind, template: str, tz: tzinfo
) -> list[Letter]:
    """One mail a family and last moment, whatever the number of children and activities."""
    by_family: dict[tuple[int, datetime], dict[tuple[int, int], list[tuple[Child, Closing]]]] = defaultdict(
        lambda: defaultdict(list)
    )
    for child, one in found:
        by_family[child.household_id, one.last][child.pk, one.period.activity_id].append((child, one))
    accounts = _accounts({household for household, _ in by_family}, kind)
    host = town_url("")
    return [
        Letter(
            to=user.email,
            template=template,
            context={
                "last": last.astimezone(tz),
                "children": [_reminded(group) for group in groups.values()],
                "link": host + reverse("booking_child"),
            },
            dedupe_key=f"reminder:{kind}:{user.pk}:{last:%Y%m%d%H%M}",
            unsubscribe_url=host + stop_path(user, kind),
            sms_to=_number(user),
        )
        for (household, last), groups in by_family.items()
        for user in accounts[household]
    ]


def _accounts(households: set[int], kind: NotificationKind) -> dict[int, list[User]]:
    found: dict[int, list[User]] = defaultdict(list)
    for user in readers(households, kind):
        found[user.guardian.household_id].append(user)
    return found


def _number(user: User) -> str:
    return (sms_number(user) or "") if user.sms_reminders else ""


def _reminded(group: list[tuple[Child, Closing]]) -> Reminded:
    child, first = group[0]
    return Reminded(
        child=child,
        activity=first.period.activity.name,
        days={one.opening.date for _, one in group},
    )


def _basket_letters(now: datetime, tz: tzinfo) -> Iterable[Letter]:
    near: dict[int, list[Reservation]] = defaultdict(list)
    for reservation in lapsing_baskets(now=now, at_least=LONG_HOLD):
        if (
            reservation.pay_before
            and reminder_moment(reservation.pay_before, hours=BASKET_HOURS, tz=tz) <= now
        ):
            near[reservation.household_id].append(reservation)
    accounts = _accounts(set(near), NotificationKind.BASKET)
    host = town_url("")
    for household, reservations in near.items():
        first = reservations[0].pay_before
        assert first is not None
        for user in accounts[household]:
            yield Letter(
                to=user.email,
                template="reminder_basket",
                context={
                    "last": first.astimezone(tz),
                    "reservations": reservations,
                    "link": host + reverse("cart"),
                },
                dedupe_key=f"reminder:basket:{user.pk}:{first:%Y%m%d%H%M}",
                unsubscribe_url=host + stop_path(user, NotificationKind.BASKET),
                sms_to=_number(user),
            )
