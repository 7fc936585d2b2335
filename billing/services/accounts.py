"""A régie's account at its provider: the driver and everything it needs to be called, and how it is set."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings

from billing.errors import NoProviderError
from billing.models import ProviderAccount, Regie
from billing.providers.base import Driver, Mode, ProviderError
from billing.providers.registry import get_driver
from core.audit_acts import AuditAct
from core.locks import lock_ids, locking_transaction
from core.models import User
from core.services.audit import record

# Addresses belong to the installation, not to a town: a demo points them at the simulators.
INSTALLATION_CONFIG = {
    "payfip": lambda: {"service_url": settings.PAYFIP_SERVICE_URL, "page_url": settings.PAYFIP_PAGE_URL},
    "stripe": lambda: {"api_url": settings.STRIPE_API_URL},
    "systempay": lambda: {"page_url": settings.SYSTEMPAY_PAGE_URL, "rest_url": settings.SYSTEMPAY_REST_URL},
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
    account = current_account(regie)
    if account is None:
        raise NoProviderError
    return open_account(account)


def current_account(regie: Regie) -> ProviderAccount | None:
    return regie.accounts.filter(closed_at__isnull=True).first()


def set_account(
    *,
    regie: Regie,
    driver: str,
    mode: Mode,
    config: Mapping[str, str],
    secrets: Mapping[str, str],
    by: User | None,
    now: datetime,
) -> ProviderAccount:
    """Make this the régie's account. ``secrets``: those that are new; the others stay as they are.

    Payments keep the account they were made with: one that has served is closed when something other than its
    secrets changes, and another one opened.
    """
    with locking_transaction():
        lock_ids(Regie.objects.filter(pk=regie.pk))
        before = current_account(regie)
        same_provider = before is not None and before.driver == driver
        kept = before if before and same_provider and (before.mode, before.config) == (mode, config) else None
        account = kept or ProviderAccount(regie=regie, driver=driver, mode=mode, config=dict(config))
        if before and same_provider:
            account.secrets = before.secrets | dict(secrets)
            account.secrets_dates = before.secrets_dates | dict.fromkeys(secrets, now.isoformat())
        else:
            account.secrets = dict(secrets)
            account.secrets_dates = dict.fromkeys(secrets, now.isoformat())
        account.set_at, account.set_by = now, by
        account.labels, account.checked_at, account.check_error = [], None, ""
        if before and not kept:
            _retire(before, now)
        account.save()
        if by:  # a town's file that is applied is written down as a whole
            note = f"{driver}, {mode}" + (" (secrets changés)" if secrets else "")
            record(act=AuditAct.ACCOUNT_SET, by=by, now=now, on=regie, note=note)
    return account


def close_account(*, regie: Regie, by: User | None, now: datetime) -> None:
    """The régie takes no money online any more."""
    with locking_transaction():
        lock_ids(Regie.objects.filter(pk=regie.pk))
        account = current_account(regie)
        if account:
            _retire(account, now)
            if by:
                record(act=AuditAct.ACCOUNT_SET, by=by, now=now, on=regie, note="Paiement en ligne fermé")


def check_account(*, account: ProviderAccount, now: datetime) -> ProviderAccount:
    """Ask the provider whether it knows this account, and keep what it says. Talks to the network: no transaction."""
    opened = open_account(account)
    try:
        labels, refusal = opened.driver.check_config(opened.config, opened.mode), ""
    except ProviderError as error:
        labels, refusal = (), f"{error.code} : {error.message}"
    account.labels, account.checked_at, account.check_error = list(labels), now, refusal[:300]
    account.save(update_fields=["labels", "checked_at", "check_error"])
    return account


def _retire(account: ProviderAccount, now: datetime) -> None:
    if account.payment_set.exists():
        account.closed_at = account.closed_at or now
        account.save(update_fields=["closed_at"])
    else:
        account.delete()
