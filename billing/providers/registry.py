"""The known providers: code → driver class, imported on first use."""

from functools import cache
from importlib import import_module

from billing.providers.base import Driver
from billing.providers.historical import Historical

# Those that a régie may choose.
DRIVERS = {
    "payfip": "billing.providers.payfip.driver.PayFiP",
    "stripe": "billing.providers.stripe.driver.Stripe",
    "systempay": "billing.providers.systempay.driver.Systempay",
}
# Those that only old payments still name.
HISTORICAL = {"payline": "PAYLINE"}


class UnknownProviderError(LookupError):
    """No driver answers to this code."""


@cache
def get_driver(code: str) -> Driver:
    """The driver of a provider. Drivers are stateless, so one instance serves everybody."""
    if code in HISTORICAL:
        return Historical(code, HISTORICAL[code])
    if code not in DRIVERS:
        known = ", ".join(sorted(DRIVERS))
        raise UnknownProviderError(f"Prestataire de paiement inconnu : « {code} ». Connus : {known}.")
    module, name = DRIVERS[code].rsplit(".", 1)
    return getattr(import_module(module), name)()
