from core.errors import DomainError


class NoProviderError(DomainError):
    code = "no_provider"
    message = "Le paiement en ligne n’est pas ouvert pour cette régie. Adressez-vous au service."


class AmountNotPayableError(DomainError):
    code = "amount_not_payable"


class ProviderUnavailableError(DomainError):
    code = "provider_unavailable"
    message = (
        "Le service de paiement ne répond pas pour l’instant. Rien n’a été débité et votre panier est conservé : "
        "réessayez dans quelques minutes."
    )


class ProviderRefusedError(DomainError):
    code = "provider_refused"
