"""A régie's account at its provider: the driver and everything it needs to be called."""

from dataclasses import dataclass

from django.conf import settings

from billing.errors import NoProviderError
from billing.models import ProviderAccount, Regie
from billing.providers.base import Driver, Mode
from billing.providers.registry import get_driver

# Addresses belong to the installation, not to a town: a demo points them at the simulators.
INSTALLATION_CONFIG = {
    "payfip": lambda: {"service_url": settings.PAYFIP_SERVICE_URL, "page_url": settings.PAYFIP_PAGE_URL},
    "stripe": lambda: {"api_url": settings.STRIPE_API_URL},
    "systempay": lambda: {"page_url": settings.SYSTEMPAY_PAGE_URL},
}


@dataclass(frozen=True, kw_only=True)
class OpenAccount:
    account: ProviderAccount
    driver: Driver
    config: dict[str, str]

    @property
    def mode(self) -> Mode:
        return Mode(self.account.mode)


def open_account(account: ProviderAccount) -> OpenAccount:
    extra = INSTALLATION_CONFIG.get(account.driver, dict)()
    return OpenAccount(
        account=account, driver=get_driver(account.driver), config=extra | account.config | account.secrets
    )


def account_of(regie: Regie) -> OpenAccount:
    """The account with which a régie takes money now. Raises NoProviderError."""
    account = regie.accounts.filter(closed_at__isnull=True).first()
    if account is None:
        raise NoProviderError
    return open_account(account)
