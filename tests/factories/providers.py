"""One bench a provider: its simulator, an account there, and how to bring a payment to each end.

What is tried on one bench is tried on all of them (``BENCHES``): a new provider is a driver, a simulator and a bench.
"""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any, Self

from billing.models import Payment, ProviderAccount, Regie
from billing.providers.base import Callback, Driver, Mode, OutcomeState, PostForm, Started
from billing.providers.payfip.driver import PayFiP
from billing.providers.stripe.driver import Stripe
from billing.providers.systempay.driver import Systempay
from infra.sandbox.payfip.server import SandboxServer
from infra.sandbox.payfip.simulator import Behaviour as PayFiPBehaviour
from infra.sandbox.stripe.server import StripeServer
from infra.sandbox.stripe.simulator import ACCOUNTS
from infra.sandbox.stripe.simulator import Behaviour as StripeBehaviour
from infra.sandbox.systempay.server import SystempayServer
from infra.sandbox.systempay.simulator import Behaviour as SystempayBehaviour
from tests.factories.world import town_settings

DEAD_URL = "http://127.0.0.1:9"


class Bench:
    """``ends``: what the payer or the bank can make of a payment; ``then_paid``: those that money may still follow.

    ``fields`` are the public part of an account, ``secrets`` the rest, ``where`` the simulator's address as the
    driver's configuration has it, ``settings`` as the installation's settings do.
    """

    code: str
    driver: Driver
    ends: tuple[OutcomeState, ...]
    then_paid: OutcomeState
    fields: Mapping[str, str]
    secrets: Mapping[str, str] = {}
    other_fields: Mapping[str, str]
    other_secrets: Mapping[str, str] = {}
    server: Any

    def __init__(self, *, now: Callable[[], datetime] = lambda: datetime.now(UTC)) -> None:
        self.now = now

    def __enter__(self) -> Self:
        self.server = self.serve().__enter__()
        self.simulator = self.server.simulator
        return self

    def __exit__(self, *exc: object) -> None:
        self.server.__exit__(*exc)

    @property
    def config(self) -> dict[str, str]:
        return {**self.where(), **self.fields, **self.secrets}

    @property
    def other_config(self) -> dict[str, str]:
        return {**self.where(), **self.other_fields, **self.other_secrets}

    @property
    def refunding_config(self) -> dict[str, str]:
        """What it takes to be asked for money back, where that is more than to be paid."""
        return self.config

    @property
    def unreachable_config(self) -> dict[str, str]:
        return self.config | dict.fromkeys(self.where(), DEAD_URL)

    def regie(self, *, mode: Mode = Mode.TEST, code: str = "regie", prefix: str = "REG") -> Regie:
        town_settings()
        regie = Regie.objects.create(code=code, name=f"Régie {code}", block_title=code.upper(), prefix=prefix)
        account = ProviderAccount(regie=regie, driver=self.code, mode=mode, config=dict(self.fields))
        account.secrets = dict(self.secrets)
        account.save()
        return regie

    def end(self, attempt: Started | Payment, state: OutcomeState) -> None:
        """The payer or the bank does what leads to ``state``."""
        self.visit(attempt)
        self.decide(attempt.provider_ref, state)

    def visit(self, attempt: Started | Payment) -> None:
        """The payer opens the page, where that is needed for the provider to know the attempt."""

    def serve(self) -> Any:
        raise NotImplementedError

    def where(self) -> dict[str, str]:
        raise NotImplementedError

    def point(self, settings: Any) -> None:
        """Make the installation use this simulator."""
        raise NotImplementedError

    def decide(self, provider_ref: str, state: OutcomeState) -> None:
        raise NotImplementedError

    def notification(self, provider_ref: str) -> Callback:
        """What the provider announces of the attempt as it is now."""
        raise NotImplementedError

    def forged(self, provider_ref: str) -> Callback:
        """The same, by somebody who is not the provider, saying that it is paid."""
        raise NotImplementedError

    def charge(self, provider_ref: str, cents: int) -> None:
        """Make the provider say another amount than was asked for."""
        raise NotImplementedError

    def banks(self, provider_ref: str) -> None:
        """What is paid goes to the bank, where that comes later."""

    def breaks_down(self, down: bool = True) -> None:
        raise NotImplementedError


class PayFiPBench(Bench):
    code = "payfip"
    driver = PayFiP(timeout_seconds=5)
    results = {
        OutcomeState.PAID: "P",
        OutcomeState.BANK_PENDING: "V",
        OutcomeState.CANCELLED: "A",
        OutcomeState.REFUSED: "R",
    }
    ends = tuple(results)
    then_paid = OutcomeState.CANCELLED
    fields = {"numcli": "090909"}
    other_fields = {"numcli": "090910"}

    def serve(self) -> SandboxServer:
        server = SandboxServer(now=self.now)
        server.simulator.behaviour = PayFiPBehaviour(drop_notifications=True)
        return server

    def where(self) -> dict[str, str]:
        return {"service_url": self.server.service_url, "page_url": self.server.page_url}

    def point(self, settings: Any) -> None:
        settings.PAYFIP_SERVICE_URL, settings.PAYFIP_PAGE_URL = self.server.service_url, self.server.page_url

    def decide(self, provider_ref: str, state: OutcomeState) -> None:
        self.simulator.decide(provider_ref, self.results[state], again=True)

    def notification(self, provider_ref: str) -> Callback:
        return Callback({"idop": provider_ref})

    def forged(self, provider_ref: str) -> Callback:
        return Callback({"idop": provider_ref, "resultrans": "P", "montant": "2640"})

    def charge(self, provider_ref: str, cents: int) -> None:
        with self.simulator.store.change(provider_ref) as operation:
            operation.montant = str(cents)

    def breaks_down(self, down: bool = True) -> None:
        self.simulator.behaviour = PayFiPBehaviour(drop_notifications=True, down=down)


class SystempayBench(Bench):
    code = "systempay"
    driver = Systempay()
    statuses = {
        OutcomeState.PAID: "AUTHORISED",
        OutcomeState.REFUSED: "REFUSED",
        OutcomeState.CANCELLED: "ABANDONED",
        OutcomeState.REVERSED: "CANCELLED",
    }
    ends = tuple(statuses)
    then_paid = OutcomeState.CANCELLED
    fields = {"site_id": "12345678"}
    secrets = {"key_test": "1122334455667788", "key_production": "8877665544332211"}
    other_fields = {"site_id": "12345679"}
    other_secrets = {"key_test": "1234567890abcdef"}

    @property
    def refunding_config(self) -> dict[str, str]:
        return self.config | {"rest_url": self.server.url, "rest_test": "testpassword_balaruc0000"}

    def serve(self) -> SystempayServer:
        return SystempayServer()  # its forms carry the real time

    def where(self) -> dict[str, str]:
        return {"page_url": self.server.page_url}

    def point(self, settings: Any) -> None:
        settings.SYSTEMPAY_PAGE_URL, settings.SYSTEMPAY_REST_URL = self.server.page_url, self.server.url

    def visit(self, attempt: Started | Payment) -> None:
        if isinstance(attempt, Payment):
            self.simulator.open(attempt.page_fields)
        elif isinstance(attempt.next_step, PostForm):
            self.simulator.open(dict(attempt.next_step.fields))

    def decide(self, provider_ref: str, state: OutcomeState) -> None:
        self.simulator.decide(provider_ref, self.statuses[state], again=True)

    def notification(self, provider_ref: str) -> Callback:
        return Callback(self.simulator.message(provider_ref, source="PAY"))

    def forged(self, provider_ref: str) -> Callback:
        return Callback(
            {
                "vads_order_id": provider_ref,
                "vads_site_id": "12345678",
                "vads_ctx_mode": "TEST",
                "vads_trans_status": "AUTHORISED",
                "vads_operation_type": "DEBIT",
                "vads_amount": "2640",
                "signature": "AAAA",
            }
        )

    def charge(self, provider_ref: str, cents: int) -> None:
        self.simulator.get(provider_ref).fields["vads_amount"] = str(cents)

    def banks(self, provider_ref: str) -> None:
        self.simulator.move(provider_ref, "CAPTURED", source="BATCH_AUTO")

    def breaks_down(self, down: bool = True) -> None:
        self.simulator.behaviour = SystempayBehaviour(down=down)


class StripeBench(Bench):
    code = "stripe"
    driver = Stripe(timeout_seconds=5)
    decisions = {
        OutcomeState.PAID: "paid",
        OutcomeState.BANK_PENDING: "debit",
        OutcomeState.REFUSED: "debit_failed",
        OutcomeState.EXPIRED: "expired",
    }
    ends = tuple(decisions)
    then_paid = OutcomeState.BANK_PENDING
    fields = {"account": "acct_bellegardemdj01"}
    secrets = {
        "key_test": ACCOUNTS["acct_bellegardemdj01"].key_test,
        "webhook_test": ACCOUNTS["acct_bellegardemdj01"].webhook_test,
        "key_production": ACCOUNTS["acct_bellegardemdj01"].key_live,
        "webhook_production": ACCOUNTS["acct_bellegardemdj01"].webhook_live,
    }
    other_fields = {"account": "acct_connectee00002", "connect": "oui"}
    other_secrets = {
        "key_test": "sk_test_plateforme00000000",
        "webhook_test": ACCOUNTS["acct_connectee00002"].webhook_test,
    }

    def serve(self) -> StripeServer:
        return StripeServer(now=self.now)

    def where(self) -> dict[str, str]:
        return {"api_url": self.server.url}

    def point(self, settings: Any) -> None:
        settings.STRIPE_API_URL = self.server.url

    def decide(self, provider_ref: str, state: OutcomeState) -> None:
        self.simulator.decide(provider_ref, self.decisions[state], again=True)

    def notification(self, provider_ref: str) -> Callback:
        session = self.simulator.get(provider_ref)
        kind = "expired" if session.status == "expired" else "completed"
        return self.event(provider_ref, f"checkout.session.{kind}", self.simulator.session_object(session))

    def event(self, provider_ref: str, kind: str, thing: Mapping[str, Any]) -> Callback:
        body, proof = self.simulator.message(self.simulator.get(provider_ref), kind, thing)
        return Callback(body=body, headers={"stripe-signature": proof})

    def forged(self, provider_ref: str) -> Callback:
        truth = self.notification(provider_ref)
        return Callback(body=truth.body.replace(b'"unpaid"', b'"paid"') + b" ", headers=truth.headers)

    def charge(self, provider_ref: str, cents: int) -> None:
        self.simulator.get(provider_ref).cents = cents

    def breaks_down(self, down: bool = True) -> None:
        self.simulator.behaviour = StripeBehaviour(down=down)


BENCHES = {bench.code: bench for bench in (PayFiPBench, SystempayBench, StripeBench)}
