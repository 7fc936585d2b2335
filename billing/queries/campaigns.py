"""What a campaign may invoice, and what it makes of each household."""

from collections.abc import Collection
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Count, Exists, OuterRef, Q, QuerySet, Sum

from billing.enums import OPEN_CAMPAIGNS, Outcome
from billing.models import Campaign, Charge, Draft, DraftLine, Regie
from core.bulk import update_rows
from core.money import ZERO


def uninvoiced(regie: Regie) -> QuerySet[Charge]:
    return Charge.objects.filter(regie=regie, voided_at__isnull=True, invoice_line__isnull=True)


def carried() -> QuerySet[DraftLine]:
    """Lines that a campaign left for the next invoice, because their household's total was too small."""
    return DraftLine.objects.filter(
        draft__outcome=Outcome.CARRIED, draft__closed_at__isnull=False, dropped_at__isnull=True
    )


def eligible(campaign: Campaign) -> QuerySet[Charge]:
    """Charges that a campaign takes: those of its days and services, what was carried over to it, and whatever
    corrects an earlier invoice. What another open campaign proposes is left to it."""
    elsewhere = DraftLine.objects.filter(
        charge=OuterRef("pk"),
        dropped_at__isnull=True,
        draft__closed_at__isnull=True,
        draft__campaign__state__in=OPEN_CAMPAIGNS,
    ).exclude(draft__campaign=campaign)
    invoiced_too = Charge.objects.filter(corrects=OuterRef("corrects"), invoice_line__isnull=False)
    corrects = Q(corrects__invoice_line__isnull=False) | Q(Exists(invoiced_too))
    wanted = corrects
    if not campaign.corrective:
        own = Q(service_date__range=(campaign.first_date, campaign.last_date))
        if campaign.groups:
            own &= Q(group_label__in=campaign.groups)
        wanted = Q(wanted, own, Q(Exists(carried().filter(charge=OuterRef("pk")))), _connector=Q.OR)
    return uninvoiced(campaign.regie).filter(wanted).exclude(Exists(elsewhere))


def standing_lines() -> QuerySet[DraftLine]:
    """Lines that would be invoiced now."""
    return DraftLine.objects.filter(
        dropped_at__isnull=True, charge__voided_at__isnull=True, charge__invoice_line__isnull=True
    )


def refresh_totals(drafts: Collection[int], minimum: Decimal) -> None:
    """Make drafts say what their lines say, in two statements."""
    lines = standing_lines().filter(draft__in=drafts).order_by()
    sums = dict(lines.values("draft").annotate(sum=Sum("charge__amount")).values_list("draft", "sum"))
    rows = [
        Draft(pk=pk, total=sums.get(pk, ZERO), outcome=outcome_of(sums.get(pk), minimum)) for pk in drafts
    ]
    update_rows(rows, ["total", "outcome"])


def outcome_of(total: Decimal | None, minimum: Decimal) -> Outcome:
    """What becomes of a household's total in euros; None: it has no line."""
    if total is None:
        return Outcome.NOTHING
    if total < 0:
        return Outcome.CREDIT
    return Outcome.CARRIED if 0 < total < minimum else Outcome.INVOICE


def campaign_figures(campaign: Campaign) -> dict[str, tuple[int, Decimal]]:
    """Households and euros by outcome."""
    rows = campaign.drafts.order_by().values("outcome").annotate(count=Count("pk"), sum=Sum("total"))
    found = {row["outcome"]: (row["count"], row["sum"]) for row in rows}
    return {outcome.value: found.get(outcome.value, (0, ZERO)) for outcome in Outcome}


@dataclass(frozen=True, kw_only=True)
class Waiting:
    """What a service of a régie has to invoice, whatever the day: lines and euros."""

    regie_id: int
    label: str
    count: int
    amount: Decimal


def waiting_services(regies: Collection[Regie]) -> list[Waiting]:
    """In the order of their names, in one query."""
    charges = Charge.objects.filter(regie__in=regies, voided_at__isnull=True, invoice_line__isnull=True)
    rows = charges.order_by("group_label").values_list("regie", "group_label")
    return [
        Waiting(regie_id=regie, label=label, count=count, amount=amount)
        for regie, label, count, amount in rows.annotate(count=Count("pk"), sum=Sum("amount"))
    ]
