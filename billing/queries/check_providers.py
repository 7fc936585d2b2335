"""What must be true of money that came from payment providers."""

from collections.abc import Callable, Iterable, Iterator

from django.db.models import F, Q

from billing.enums import SETTLED_PAYMENTS, Means
from billing.models import Payment, Refund
from billing.providers.registry import DRIVERS, HISTORICAL


def _modes() -> Iterator[str]:
    """Test money is never counted by an account in production, nor the other way round."""
    received = Payment.objects.filter(means=Means.ONLINE, state__in=SETTLED_PAYMENTS)
    wrong = received.annotate(meant=F("account__mode")).exclude(mode=F("meant"))
    for payment in wrong.order_by("pk"):
        yield f"Paiement {payment} : reçu en mode {payment.mode} par un compte en mode {payment.meant}."


def _providers() -> Iterator[str]:
    known = [*DRIVERS, *HISTORICAL]
    for payment in Payment.objects.filter(means=Means.ONLINE).exclude(account__driver__in=known):
        yield f"Paiement {payment} : son prestataire n’est plus connu du portail."


def _given_back() -> Iterator[str]:
    """What a provider gave back, it had received."""
    returned = Refund.objects.exclude(provider_ref="").filter(
        Q(amount__gt=F("payment__amount")) | ~Q(payment__means=Means.ONLINE)
    )
    for refund in returned.select_related("charge", "payment", "credit_note").order_by("pk"):
        yield f"{refund} : rendu par un prestataire qui n’avait pas reçu cette somme."


PROVIDER_CHECKS: dict[str, Callable[[], Iterable[str]]] = {
    "modes des comptes": _modes,
    "prestataires": _providers,
    "remboursements des prestataires": _given_back,
}
