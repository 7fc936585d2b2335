"""Turning drafts into documents: numbers, frozen copies, lines. The campaign is locked by the caller."""

from collections.abc import Collection, Sequence
from datetime import datetime
from decimal import Decimal

from django.db.models import Exists, F, OuterRef, Sum, Window
from django.db.models.expressions import Combinable
from django.db.models.functions import RowNumber

from billing.enums import CreditUse, DocumentKind, Outcome
from billing.models import Campaign, Charge, Draft, DraftLine, Invoice, InvoiceLine
from billing.queries.campaigns import carried, refresh_totals, standing_lines
from billing.queries.credits import households_with_credit
from billing.services.credit_use import use_credit
from billing.services.invoices import issuer_text, recipient_text
from billing.services.sequences import take_numbers
from core.bulk import insert_rows, insert_select, update_rows
from core.locks import lock_ids
from core.models import CommuneSettings, Guardian
from core.money import ZERO, format_euros

# Numbers are taken in this order: two campaigns of one régie then wait for each other, never in a circle.
KINDS = {DocumentKind.CREDIT: Outcome.CREDIT, DocumentKind.INVOICE: Outcome.INVOICE}


def issue_drafts(*, campaign: Campaign, drafts: Sequence[Draft], now: datetime) -> None:
    """Issue these drafts and close them. What was cancelled or invoiced since they were computed is left out."""
    ids = [draft.pk for draft in drafts]
    proposed = DraftLine.objects.filter(draft__in=ids, dropped_at__isnull=True)
    lock_ids(Charge.objects.filter(pk__in=proposed.values("charge")))
    refresh_totals(ids, campaign.minimum)
    fresh = list(Draft.objects.filter(pk__in=ids).select_related("household").order_by("pk"))
    notes = _notes(campaign, fresh)
    payers = _payers(fresh)
    issuer = issuer_text(CommuneSettings.objects.get())
    for kind, outcome in KINDS.items():
        chosen = [draft for draft in fresh if draft.outcome == outcome]
        if not chosen:
            continue
        first = take_numbers(regie=campaign.regie, kind=kind, year=campaign.issued_on.year, count=len(chosen))
        invoices = [
            Invoice(
                kind=kind,
                regie=campaign.regie,
                household=draft.household,
                year=campaign.issued_on.year,
                number=number,
                issued_on=campaign.issued_on,
                issued_at=now,
                published_on=campaign.published_on,
                due_on=campaign.due_on,
                regie_name=campaign.regie.name,
                issuer=issuer,
                recipient=recipient_text(draft.household, payers.get(draft.household_id)),
                legal_mention=campaign.regie.legal_mention,
                note=notes[draft.pk],
                total=draft.total,
            )
            for number, draft in enumerate(chosen, start=first)
        ]
        insert_rows(invoices)
        for draft, invoice in zip(chosen, invoices, strict=True):
            draft.invoice = invoice
    for draft in fresh:
        draft.closed_at = now
    update_rows(fresh, ["invoice", "closed_at"])
    _copy_lines(ids)


def _copy_lines(draft_ids: Collection[int]) -> None:
    rank = Window(
        RowNumber(),
        partition_by=F("draft"),
        order_by=[F("charge__child").asc(nulls_last=True), F("charge__service_date"), F("charge")],
    )
    copied = ("service_date", "group_label", "label", "quantity", "unit_price", "amount")
    values: dict[str, Combinable] = {name: F(f"charge__{name}") for name in copied}
    insert_select(
        InvoiceLine,
        values | {"invoice_id": F("draft__invoice"), "charge_id": F("charge"), "position": rank},
        standing_lines().filter(draft__in=draft_ids, draft__invoice__isnull=False).order_by(),
    )


def _payers(drafts: Sequence[Draft]) -> dict[int, Guardian]:
    """Whose name the document bears: the first payer of each household, else its first adult."""
    homes = [draft.household_id for draft in drafts]
    found: dict[int, Guardian] = {}
    for guardian in Guardian.objects.filter(household__in=homes).order_by("-is_payer", "pk"):
        found.setdefault(guardian.household_id, guardian)
    return found


def _notes(campaign: Campaign, drafts: Sequence[Draft]) -> dict[int, str]:
    """What each document says of money that comes from before, or stays for later."""
    sums = _carried_sums(drafts)
    uses_first = campaign.regie.credit_use == CreditUse.FIRST
    kept = (
        "il sera déduit de vos prochaines factures." if uses_first else "demandez au service de l’utiliser."
    )
    notes = {}
    for draft in drafts:
        late = sums.get(draft.pk, ZERO)
        parts = []
        if late:
            parts.append(
                f"Dont {format_euros(late)} reportés de la facturation précédente, dont le total était trop petit."
            )
        if draft.outcome == Outcome.CREDIT:
            parts.append(f"Cet avoir est gardé à votre compte : {kept}")
        notes[draft.pk] = "\n".join(parts)
    return notes


def _carried_sums(drafts: Sequence[Draft]) -> dict[int, Decimal]:
    """Euros that come from an earlier campaign, by draft. Most households were never left with too little."""
    homes = {draft.household_id for draft in drafts}
    left = Draft.objects.filter(household__in=homes, outcome=Outcome.CARRIED, closed_at__isnull=False)
    once = set(left.order_by().values_list("household", flat=True))
    concerned = [draft.pk for draft in drafts if draft.household_id in once]
    if not concerned:
        return {}
    earlier = carried().filter(charge=OuterRef("charge")).exclude(draft=OuterRef("draft"))
    lines = standing_lines().filter(Exists(earlier), draft__in=concerned).order_by()
    return dict(lines.values("draft").annotate(sum=Sum("charge__amount")).values_list("draft", "sum"))


def use_credits(*, campaign: Campaign, now: datetime) -> None:
    """Take what households have in credit off their new invoices, when the régie does so. Done twice, once only."""
    if campaign.regie.credit_use != CreditUse.FIRST:
        return
    issued = Invoice.objects.filter(draft__campaign=campaign, kind=DocumentKind.INVOICE)
    homes = issued.values_list("household", flat=True)
    for invoice in issued.filter(household__in=households_with_credit(campaign.regie, homes)).order_by("pk"):
        use_credit(invoice=invoice, now=now)
