"""« À faire », at the top of « Mon compte »: what waits for the family, what runs out first standing first."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.urls import reverse
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from billing.queries.ledger import RegieSummary
from booking.enums import AbsenceState
from booking.models import WaitingEntry
from booking.offer_links import offer_token
from booking.queries.absences import absences_of
from booking.queries.carts import awaiting_payment
from booking.queries.family_file import family_folders
from core.models import Child, Household
from core.money import format_euros
from core.queries.conversations import unread_answers
from core.words import short_date, short_moment


@dataclass(frozen=True, kw_only=True)
class Awaited:
    """One thing to do. ``icon``: a symbol of the sprite; ``note``: until when, or about what; may be empty."""

    icon: str
    title: str
    url: str
    note: str = ""


def awaited(
    household: Household,
    *,
    accounts: Sequence[RegieSummary],
    unfinished: Sequence[Child],
    family_unfinished: bool,
    now: datetime,
) -> list[Awaited]:
    """What a manager of the file may do now. ``unfinished``: the children whose file lacks something that the town
    wants; ``family_unfinished``: the file itself does. Ten queries at most, whatever there is to do.
    """
    return [
        *_offers(household, now),
        *_basket(household, now),
        *_proofs(household, now),
        *_answers(household),
        *_papers(household, now),
        *([_unfinished_family()] if family_unfinished else []),
        *(_unfinished(child) for child in unfinished),
        *(_account(account) for account in accounts if account.payable_count and not account.has_mandate),
    ]


def _offers(household: Household, now: datetime) -> Iterator[Awaited]:
    offers = WaitingEntry.objects.offered(now).filter(child__household=household)
    for entry in offers.select_related("child", "opening__slot").order_by("offer_until", "pk"):
        assert entry.offer_until is not None  # an offer has a term
        yield Awaited(
            icon="bell",
            title=_("Une place est proposée à %(name)s") % {"name": entry.child.first_name},
            note=_("%(day)s, %(slot)s : répondez avant %(until)s")
            % {
                "day": short_date(entry.opening.date),
                "slot": entry.opening.slot.label,
                "until": short_moment(localtime(entry.offer_until)),
            },
            url=reverse("waiting_offer", args=[offer_token(entry)]),
        )


def _basket(household: Household, now: datetime) -> Iterator[Awaited]:
    terms = [row.pay_before for row in awaiting_payment(household, now=now) if row.pay_before]
    if terms:
        yield Awaited(
            icon="basket",
            title=ngettext(
                "%(count)s réservation à valider et à payer",
                "%(count)s réservations à valider et à payer",
                len(terms),
            )
            % {"count": len(terms)},
            note=_("avant %(until)s") % {"until": short_moment(localtime(min(terms)))},
            url=reverse("cart"),
        )


def _proofs(household: Household, now: datetime) -> Iterator[Awaited]:
    for report in absences_of(household).filter(state=AbsenceState.AWAITING, proof_at=None):
        if report.proof_until is None or report.proof_until >= now:
            yield Awaited(
                icon="document",
                title=_("Un justificatif d’absence à remettre pour %(name)s")
                % {"name": report.child.first_name},
                note=_("avant %(until)s") % {"until": short_moment(localtime(report.proof_until))}
                if report.proof_until
                else "",
                url=reverse("absence_detail", args=[report.pk]),
            )


def _answers(household: Household) -> Iterator[Awaited]:
    if count := unread_answers(household.pk):
        yield Awaited(
            icon="mail",
            title=ngettext(
                "%(count)s nouvelle réponse du service", "%(count)s nouvelles réponses du service", count
            )
            % {"count": count},
            url=reverse("conversations"),
        )


def _papers(household: Household, now: datetime) -> Iterator[Awaited]:
    names = [name for folder in family_folders(household, now=now) for name in folder.awaited]
    if names:
        yield Awaited(
            icon="document",
            title=ngettext(
                "%(count)s document ou autorisation à donner",
                "%(count)s documents ou autorisations à donner",
                len(names),
            )
            % {"count": len(names)},
            note=", ".join(dict.fromkeys(names)),
            url=reverse("family_documents"),
        )


def _unfinished_family() -> Awaited:
    return Awaited(
        icon="family",
        title=_("À compléter : les informations de la famille"),
        url=reverse("account_info"),
    )


def _unfinished(child: Child) -> Awaited:
    return Awaited(
        icon="child",
        title=_("À compléter : le dossier de %(name)s") % {"name": child.first_name},
        url=reverse("child_file", args=[child.pk]),
    )


def _account(account: RegieSummary) -> Awaited:
    return Awaited(
        icon="euro",
        title=_("%(amount)s à payer") % {"amount": format_euros(account.due - account.treasury)},
        note=account.regie.block_title,
        url=reverse("regie_block", args=[account.regie.code]),
    )
