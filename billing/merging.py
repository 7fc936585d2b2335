"""What billing says when two files of one family are united: see core.merging."""

from collections.abc import Iterable

from django.db.models import Q

from billing.debits.states import MandateState
from billing.enums import OPEN_PAYMENTS, CampaignState
from billing.models import Campaign, Charge, Draft, Invoice, Mandate, Payment, Quotient
from core.merging import (
    Key,
    Rank,
    Reunion,
    keep_the_others,
    leave_the_others,
    move_plainly,
    register_lock,
    register_mover,
    register_obstacles,
    register_words,
)
from core.services.household_merges import UNITED
from core.words import NBSP


def register() -> None:
    register_lock(Rank.PAYMENT, lambda reunion: Payment.objects.filter(household__in=reunion.households))
    register_lock(Rank.MANDATE, lambda reunion: Mandate.objects.filter(household__in=reunion.households))
    register_lock(Rank.CHARGE, lambda reunion: Charge.objects.filter(household=reunion.gone))
    register_lock(Rank.INVOICE, lambda reunion: Invoice.objects.filter(household=reunion.gone))
    register_words(
        {
            "billing.Anomaly": "anomalies de facturation",
            "billing.Charge": "prestations facturées ou à facturer",
            "billing.ChildFacts": "situations d’enfants pour les tarifs",
            "billing.FundConsent": "accords pour demander le quotient à la CAF",
            "billing.HandoverItem": "factures remises au Trésor",
            "billing.JournalEntry": "écritures de la régie",
            "billing.Quotient": "quotients familiaux",
        }
    )
    register_obstacles("billing.money", _money_on_its_way)
    register_mover("billing.Mandate.household", keep_the_others("regie", among=Q(state=MandateState.DRAFT)))
    # An issued project says what its campaign did for a file: with two of one campaign, the second one stays there.
    register_mover("billing.Draft.household", leave_the_others("campaign"))
    register_mover("billing.ChildFacts.child", keep_the_others())
    register_mover("billing.Quotient.household", _move_quotients)


def _money_on_its_way(reunion: Reunion) -> Iterable[str]:
    if Payment.objects.filter(household__in=reunion.households, state__in=OPEN_PAYMENTS).exists():
        yield "Un paiement est en cours dans l’un des deux dossiers : attendez qu’il aboutisse."
    running = Draft.objects.filter(household__in=reunion.households, closed_at=None)
    for campaign in (
        Campaign.objects.filter(drafts__in=running).exclude(state=CampaignState.ISSUED).distinct()
    ):
        yield f"La facturation «{NBSP}{campaign}{NBSP}» contient l’un des deux dossiers : terminez-la, ou retirez-la."
    active = Mandate.objects.filter(state=MandateState.ACTIVE).select_related("regie")
    tills = set(active.filter(household=reunion.kept).values_list("regie", flat=True))
    for mandate in active.filter(household=reunion.gone, regie__in=tills):
        yield f"Les deux dossiers ont un mandat de prélèvement ({mandate.regie}) : révoquez l’un des deux."


def _move_quotients(key: Key, reunion: Reunion) -> None:
    """On a day that both files tell of, the kept one's holds."""
    standing = Quotient.objects.standing()
    for quotient in standing.filter(household=reunion.gone):
        double = standing.filter(
            household=reunion.kept,
            basis=quotient.basis,
            valid_from__lte=quotient.valid_until,
            valid_until__gte=quotient.valid_from,
        )
        if double.exists():
            quotient.withdrawn_at, quotient.withdrawn_by = reunion.now, reunion.by
            quotient.withdrawn_reason = UNITED
            quotient.save()
    move_plainly(key, reunion)
