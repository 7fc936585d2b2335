from django.utils.translation import gettext_lazy as _

from core.errors import DomainError


class NoProviderError(DomainError):
    code = "no_provider"
    message = _("Le paiement en ligne n’est pas ouvert pour cette régie. Adressez-vous au service.")


class AmountNotPayableError(DomainError):
    code = "amount_not_payable"


class ProviderUnavailableError(DomainError):
    code = "provider_unavailable"
    message = _(
        "Le service de paiement ne répond pas pour l’instant. Rien n’a été débité et rien n’est perdu : "
        "réessayez dans quelques minutes."
    )


class ProviderRefusedError(DomainError):
    code = "provider_refused"


class NothingToPayError(DomainError):
    code = "nothing_to_pay"
    message = _("Ces factures sont déjà réglées.")


class AmountChangedError(DomainError):
    code = "amount_changed"
    message = _("Le reste à payer de ces factures vient de changer. Vérifiez-le avant de payer.")


class PartPaymentError(DomainError):
    """A part that the régie does not take. The sentence says why, and what it takes."""

    code = "part_payment"


class InvoicePaymentInProgressError(DomainError):
    code = "payment_in_progress"
    message = _("Un paiement est déjà en cours pour une de ces factures.")

    def __init__(self, payment_id: int) -> None:
        self.payment_id = payment_id
        super().__init__()


class FundUnansweredError(DomainError):
    code = "fund_unanswered"


class TariffVersionError(DomainError):
    code = "tariff_version"


class QuotientDatesError(DomainError):
    code = "quotient_dates"
    message = "Le dernier jour d’un quotient vient après le premier."


class CampaignStateError(DomainError):
    code = "campaign_state"
    message = "Cette campagne a changé d’état entre-temps : relisez-la avant de continuer."


class CampaignTermsError(DomainError):
    code = "campaign_terms"


class NoCreditError(DomainError):
    code = "no_credit"
    message = "Il n’y a plus d’avoir de ce montant pour ce dossier à cette régie."


class CounterError(DomainError):
    """Money that the counter may not take, or an act on it that comes too late. The sentence says which."""

    code = "counter"


class BooksError(DomainError):
    """An act that the books of a régie do not allow any more, or not yet. The sentence says which."""

    code = "books"


class RefundNotPossibleError(DomainError):
    code = "refund_not_possible"
    message = "Ce remboursement ne peut pas se faire par le prestataire : rendez l’argent d’une autre façon."


class RefundDateError(DomainError):
    code = "refund_date"
    message = "La date du virement doit être entre la demande de remboursement et aujourd’hui."


class StatementError(DomainError):
    """A provider's statement that cannot be read. The sentence says which line, and why."""

    code = "statement"
