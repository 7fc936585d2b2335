"""Families of the demo who have signed a mandate: what a campaign issues to them is announced as a debit."""

from datetime import timedelta

from billing.models import DebitAccount, Mandate
from billing.services.mandates import prepare_mandate, sign_mandate, text_to_sign
from core.clock import frozen, now
from core.models import Guardian

# Made for examples: no bank has this account.
IBAN = "FR7630006000011234567890189"
SIGNERS = 3
SIGNED_BEFORE = timedelta(days=50)


def write_mandates() -> None:
    """The first payers who were invoiced nothing yet sign at the first régie that collects. Written once."""
    account = DebitAccount.objects.select_related("regie").order_by("regie__position").first()
    if account is None or Mandate.objects.exists():
        return
    payers = Guardian.objects.filter(
        user__isnull=False, is_payer=True, household__charges__regie=account.regie, household__invoices=None
    )
    for payer in payers.select_related("user", "household").order_by("household", "pk").distinct()[:SIGNERS]:
        with frozen(now() - SIGNED_BEFORE) as signed:
            draft = prepare_mandate(
                regie=account.regie,
                household=payer.household,
                holder=str(payer),
                iban=IBAN,
                bic="",
                by=payer.user,
                now=signed,
            )
            sign_mandate(mandate=draft, text=text_to_sign(draft), by=payer.user, now=signed)
