"""What an agent does with a campaign before it is issued: open, correct line by line, compute again, give up."""

import uuid
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from datetime import date, datetime
from decimal import Decimal

from billing.enums import CAMPAIGN_MOVES, CampaignState
from billing.errors import CampaignStateError, CampaignTermsError
from billing.models import Campaign, Charge, Draft, DraftLine, Regie
from billing.queries.campaigns import refresh_totals
from billing.services.charges import post_charges, void_charges
from core.audit_acts import AuditAct
from core.jobs import enqueue
from core.locks import lock_rows, locking_transaction
from core.models import Household, User
from core.money import round_euros
from core.services.audit import record
from core.words import plural

JOB = "billing.tasks.run_campaign"
ONE_OFF_GROUP = "Divers"


def open_campaign(
    *,
    regie: Regie,
    label: str,
    first_date: date,
    last_date: date,
    groups: Sequence[str] = (),
    corrective: bool = False,
    issued_on: date,
    published_on: date,
    due_on: date,
    by: User | None,
    now: datetime,
) -> Campaign:
    """Begin a campaign; its draft is computed by a job. Raises CampaignTermsError."""
    if first_date > last_date:
        raise CampaignTermsError("Le dernier jour à facturer précède le premier.")
    if not issued_on <= published_on <= due_on:
        raise CampaignTermsError("Les dates doivent se suivre : facture, publication, échéance.")
    with locking_transaction():
        campaign = Campaign.objects.create(
            regie=regie,
            label=label,
            first_date=first_date,
            last_date=last_date,
            groups=list(groups),
            corrective=corrective,
            minimum=regie.invoice_minimum,
            issued_on=issued_on,
            published_on=published_on,
            due_on=due_on,
            created_at=now,
            created_by=by,
        )
        enqueue(JOB, campaign.pk)
    return campaign


def recompute(*, campaign: Campaign) -> None:
    """Look for what is to be invoiced once more. Lines that were dropped or added stay so. Raises CampaignStateError."""
    with _changing(campaign, CampaignState.COMPUTING) as locked:
        DraftLine.objects.filter(draft__campaign=locked, dropped_at__isnull=True).exclude(
            charge__source__startswith=_one_off_prefix(locked)
        ).delete()
        locked.drafts.filter(lines__isnull=True).delete()
        locked.anomalies.all().delete()
        locked.done = locked.total = locked.rated_until = 0
        enqueue(JOB, locked.pk)


def begin_issue(*, campaign: Campaign, by: User | None, now: datetime) -> None:
    """Let the job give numbers. From here the campaign can only be finished. Raises CampaignStateError."""
    with _changing(campaign, CampaignState.ISSUING) as locked:
        locked.done, locked.total = 0, locked.drafts.count()
        locked.issued_by, locked.issued_at = by, now
        record(act=AuditAct.INVOICED, by=by, now=now, on=locked, note=plural(locked.total, "facture"))
        enqueue(JOB, locked.pk)


def cancel_campaign(*, campaign: Campaign, by: User, now: datetime) -> None:
    """Give a draft up. Its lines are free again; those that were written for it are voided. Raises CampaignStateError."""
    with _changing(campaign, CampaignState.CANCELLED) as locked:
        written = Charge.objects.filter(source__startswith=_one_off_prefix(locked))
        void_charges(
            sources=list(written.values_list("source", flat=True)), reason="Campagne abandonnée.", now=now
        )
        record(act=AuditAct.INVOICED, by=by, now=now, on=locked, note="Campagne abandonnée")


def drop_lines(*, draft: Draft, line_ids: Collection[int], reason: str, by: User, now: datetime) -> int:
    """Leave lines out of this campaign, to be invoiced later. Returns how many. Raises CampaignStateError."""
    with _draft_of(draft) as campaign:
        count = draft.lines.filter(pk__in=line_ids, dropped_at__isnull=True).update(
            dropped_at=now, dropped_by=by, drop_reason=reason
        )
        refresh_totals([draft.pk], campaign.minimum)
    return count


def restore_lines(*, draft: Draft, line_ids: Collection[int]) -> int:
    """Take dropped lines back. Returns how many. Raises CampaignStateError."""
    with _draft_of(draft) as campaign:
        count = draft.lines.filter(pk__in=line_ids, dropped_at__isnull=False).update(
            dropped_at=None, dropped_by=None, drop_reason=""
        )
        refresh_totals([draft.pk], campaign.minimum)
    return count


def add_line(
    *,
    campaign: Campaign,
    household: Household,
    label: str,
    quantity: Decimal,
    unit_price: Decimal,
    on: date,
    by: User,
    now: datetime,
) -> Draft:
    """Write a line of its own for one household; a negative price gives back. Raises CampaignStateError."""
    with _draft_of_campaign(campaign) as locked:
        draft, _ = Draft.objects.get_or_create(campaign=locked, household=household)
        (charge,) = post_charges(
            [
                Charge(
                    regie_id=locked.regie_id,
                    household=household,
                    source=f"{_one_off_prefix(locked)}{uuid.uuid4()}",
                    service_date=on,
                    group_label=ONE_OFF_GROUP,
                    label=label,
                    quantity=quantity,
                    unit_price=unit_price,
                    amount=round_euros(quantity * unit_price),
                    reasons=[f"Ligne ajoutée par {by.name}"],
                    created_at=now,
                )
            ]
        )
        DraftLine.objects.create(draft=draft, charge=charge)
        refresh_totals([draft.pk], locked.minimum)
    return draft


def _one_off_prefix(campaign: Campaign) -> str:
    return f"billing.campaign:{campaign.pk}:"


@contextmanager
def _changing(campaign: Campaign, to_state: CampaignState) -> Iterator[Campaign]:
    """The campaign, locked, moved and saved at the end of the block."""
    with locking_transaction():
        (locked,) = lock_rows(Campaign.objects.filter(pk=campaign.pk))
        if to_state not in CAMPAIGN_MOVES[CampaignState(locked.state)]:
            raise CampaignStateError
        locked.state = to_state
        yield locked
        locked.save()


@contextmanager
def _draft_of_campaign(campaign: Campaign) -> Iterator[Campaign]:
    with locking_transaction():
        (locked,) = lock_rows(Campaign.objects.filter(pk=campaign.pk))
        if locked.state != CampaignState.DRAFT:
            raise CampaignStateError
        yield locked


@contextmanager
def _draft_of(draft: Draft) -> Iterator[Campaign]:
    with _draft_of_campaign(Campaign(pk=draft.campaign_id)) as campaign:
        yield campaign
