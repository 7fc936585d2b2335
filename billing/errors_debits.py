"""Refusals about mandates and direct debits."""

from django.utils.translation import gettext_lazy as _

from core.errors import DomainError


class NoDebitAccountError(DomainError):
    code = "no_debit_account"
    message = _("Cette régie ne propose pas le prélèvement automatique.")


class MandateStateError(DomainError):
    code = "mandate_state"
    message = _("Ce mandat a changé entre-temps : relisez la page avant de continuer.")


class BatchStateError(DomainError):
    code = "batch_state"
    message = "Cette remise a changé d’état entre-temps : relisez-la avant de continuer."


class CollectionDateError(DomainError):
    code = "collection_date"


class NothingToCollectError(DomainError):
    code = "nothing_to_collect"
    message = "Aucun prélèvement annoncé n’est à faire à cette date."


class DebitStateError(DomainError):
    code = "debit_state"
    message = "Ce prélèvement a changé d’état entre-temps : relisez la remise."


class RejectError(DomainError):
    code = "reject"


class BankFileError(DomainError):
    code = "bank_file"
