"""What an agent does with announced debits, and what families are told of theirs."""

from collections.abc import Sequence
from datetime import datetime

from django.urls import reverse

from billing.debits.states import DebitState
from billing.errors_debits import DebitStateError
from billing.models import Debit
from billing.services.campaign_mails import mail_address, payers_by_household
from billing.services.mandates import drop_rows
from core.audit_acts import AuditAct
from core.locks import lock_rows, locking_transaction
from core.models import User
from core.services.audit import record
from core.services.outbox import Letter, write_mails
from core.words import plural
from tenants.context import town_url


def exclude_debits(*, debits: Sequence[Debit], reason: str, by: User, now: datetime) -> int:
    """Give up announced debits, on an agent's word; the families are told, and pay otherwise. Returns how many.

    Raises DebitStateError when one of them is no longer only announced.
    """
    with locking_transaction():
        chosen = Debit.objects.filter(pk__in=[debit.pk for debit in debits])
        locked = lock_rows(chosen.select_related("invoice__regie", "mandate"))
        if any(debit.state != DebitState.PLANNED for debit in locked):
            raise DebitStateError
        drop_rows(locked, reason=reason, by=by, now=now)
        tell_payers(locked, template="debit_dropped", now=now, reason=reason)
        note = f"{plural(len(locked), 'prélèvement abandonné', 'prélèvements abandonnés')} : {reason}"
        record(act=AuditAct.DEBITS, by=by, now=now, note=note)
    return len(locked)


def tell_payers(debits: Sequence[Debit], *, template: str, now: datetime, **context: object) -> None:
    """One letter a debit and payer, once."""
    payers = payers_by_household(debit.invoice.household_id for debit in debits)
    letters = [
        Letter(
            to=mail_address(guardian),
            template=template,
            context={
                "debit": debit,
                "invoice": debit.invoice,
                "mandate": debit.mandate,
                "link": town_url(reverse("regie_block", args=[debit.invoice.regie.code])),
                **context,
            },
            dedupe_key=f"debit:{debit.pk}:{template}:{guardian.pk}",
        )
        for debit in debits
        for guardian in payers.get(debit.invoice.household_id, [])
    ]
    if letters:
        write_mails(letters=letters, now=now)
