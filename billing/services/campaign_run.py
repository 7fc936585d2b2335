"""The long part of a campaign, done by a job in short transactions: computing the draft, then giving numbers.

A batch is done entirely or not at all, with the campaign locked: the job may be killed anywhere, started again, or
run twice at once, and nothing is missing nor written twice.
"""

from collections.abc import Iterable
from datetime import datetime

from django.db.models import F, Q, QuerySet, Value

from billing.campaign_checks import Finding, findings
from billing.enums import AnomalyKind, CampaignState, Outcome
from billing.models import Anomaly, Campaign, Draft, DraftLine
from billing.queries.campaigns import eligible, refresh_totals
from billing.services.campaign_issue import issue_drafts, use_credits
from billing.services.rating import rate_next
from core.bulk import insert_select
from core.locks import lock_rows, locking_transaction
from core.models import Guardian, Household
from core.money import ZERO, format_euros

BATCH = 500


def run_campaign(*, campaign_id: int, now: datetime) -> None:
    """Do all that is left to do of a campaign that is being computed or issued; nothing of any other."""
    while _step(campaign_id, now):
        pass


def unfinished_campaigns() -> list[int]:
    running = Campaign.objects.filter(state__in=[CampaignState.COMPUTING, CampaignState.ISSUING])
    return list(running.order_by("pk").values_list("pk", flat=True))


def _step(campaign_id: int, now: datetime) -> bool:
    """One short transaction. False when nothing is left to do."""
    with locking_transaction():
        (campaign,) = lock_rows(Campaign.objects.filter(pk=campaign_id).select_related("regie"))
        if campaign.state == CampaignState.COMPUTING:
            return _compute(campaign, now)
        if campaign.state != CampaignState.ISSUING:
            return False
        drafts = list(campaign.drafts.filter(closed_at__isnull=True).order_by("pk")[:BATCH])
        if drafts:
            issue_drafts(campaign=campaign, drafts=drafts, now=now)
            campaign.done = F("done") + len(drafts)
            campaign.save(update_fields=["done"])
            return True
    use_credits(campaign=campaign, now=now)
    Campaign.objects.filter(pk=campaign_id, state=CampaignState.ISSUING).update(state=CampaignState.ISSUED)
    return False


def _compute(campaign: Campaign, now: datetime) -> bool:
    """The prices that waited for this campaign first, some households at a time; then the households to invoice, all
    at once; then their lines, some households at a time."""
    if not campaign.total and not campaign.corrective and rate_next(campaign=campaign, now=now):
        campaign.save(update_fields=["rated_until"])
        return True
    if not campaign.total:
        _find_households(campaign)
        campaign.total = campaign.drafts.count()
    batch = list(
        campaign.drafts.order_by("pk").values_list("pk", flat=True)[campaign.done : campaign.done + BATCH]
    )
    if batch:
        charges = eligible(campaign).filter(household__drafts__in=batch)
        _propose(charges)
        refresh_totals(batch, campaign.minimum)
        campaign.done += len(batch)
    else:
        _look_for_anomalies(campaign)
        campaign.state = CampaignState.DRAFT
    campaign.save(update_fields=["state", "done", "total"])
    return bool(batch)


def _find_households(campaign: Campaign) -> None:
    homes = eligible(campaign).order_by().values("household")
    insert_select(
        Draft,
        {
            "campaign_id": Value(campaign.pk),
            "household_id": F("pk"),
            "total": Value(ZERO),
            "outcome": Value(Outcome.NOTHING.value),
        },
        Household.objects.filter(pk__in=homes).order_by("name", "number"),
    )


def _propose(charges: QuerySet) -> None:
    insert_select(
        DraftLine,
        {"draft_id": F("household__drafts"), "charge_id": F("pk"), "drop_reason": Value("")},
        charges.order_by("pk"),
    )


def _look_for_anomalies(campaign: Campaign) -> None:
    found = [*_own_findings(campaign), *findings(campaign.regie, campaign.first_date, campaign.last_date)]
    Anomaly.objects.bulk_create(
        Anomaly(campaign=campaign, kind=one.kind, household_id=one.household_id, detail=one.detail[:250])
        for one in found
    )


def _own_findings(campaign: Campaign) -> Iterable[Finding]:
    homes = Household.objects.filter(drafts__campaign=campaign, drafts__lines__isnull=False).distinct()
    payer = Q(guardians__is_payer=True)
    for household in homes.exclude(payer):
        yield Finding(
            kind=AnomalyKind.NO_PAYER,
            detail="Aucun responsable n’est payeur : la facture portera le nom du dossier.",
            household_id=household.pk,
        )
    reached = Guardian.objects.filter(is_payer=True).exclude(email="", user=None)
    for household in homes.filter(payer).exclude(pk__in=reached.values("household")):
        yield Finding(
            kind=AnomalyKind.NO_EMAIL,
            detail="Le payeur n’a pas d’adresse électronique : la facture est à lui envoyer par courrier.",
            household_id=household.pk,
        )
    for draft in campaign.drafts.filter(outcome=Outcome.CREDIT):
        yield Finding(
            kind=AnomalyKind.NEGATIVE,
            detail=f"Le total est de {format_euros(draft.total)} : un avoir sera émis.",
            household_id=draft.household_id,
        )
    unproven = campaign.drafts.filter(lines__charge__reasons__icontains="sans justificatif").distinct()
    for draft in unproven:
        yield Finding(
            kind=AnomalyKind.NO_PROOF,
            detail="Des lignes sont au prix des familles qui n’ont donné aucun justificatif.",
            household_id=draft.household_id,
        )
