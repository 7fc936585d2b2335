"""A means of payment that took money once and is offered no more: old payments keep its name, nothing starts."""

from collections.abc import Mapping
from datetime import datetime

from billing.providers.base import (
    Callback,
    Capabilities,
    ConfigField,
    Hint,
    Mode,
    Outcome,
    PaymentOrder,
    ProviderError,
    Started,
)


class Historical:
    capabilities = Capabilities(
        min_cents=1,
        max_cents=0,  # no amount fits
        needs_email=False,
        has_lookup=False,
        has_refund=False,
        signed_callback=False,
        modes=frozenset(),
    )
    config_fields: tuple[ConfigField, ...] = ()

    def __init__(self, code: str, label: str) -> None:
        self.code = code
        self.label = label

    def check_config(self, config: Mapping[str, str], mode: Mode) -> tuple[str, ...]:  # noqa: ARG002
        raise self._closed()

    def start(self, config: Mapping[str, str], mode: Mode, order: PaymentOrder) -> Started:  # noqa: ARG002
        raise self._closed()

    def read_callback(
        self,
        config: Mapping[str, str],  # noqa: ARG002
        mode: Mode,  # noqa: ARG002
        callback: Callback,  # noqa: ARG002
    ) -> Hint | None:
        return None

    def lookup(
        self,
        config: Mapping[str, str],  # noqa: ARG002
        mode: Mode,  # noqa: ARG002
        provider_ref: str,  # noqa: ARG002
        *,
        now: datetime,  # noqa: ARG002
        started_at: datetime,  # noqa: ARG002
    ) -> Outcome:
        raise self._closed()

    def merchant(self, config: Mapping[str, str]) -> str:  # noqa: ARG002
        return ""

    def _closed(self) -> ProviderError:
        return ProviderError(f"{self.label} n’est plus proposé.", code="closed", permanent=True)
