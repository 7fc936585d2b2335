"""The PayFiP driver: opens an attempt, sends the payer to the DGFiP's page, asks for the result.

PayFiP gives no proof with its notification nor with the browser's return: both are hints, and only
``lookup`` says whether a debt is paid.
"""

import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from urllib.parse import urlencode

from billing.providers.base import (
    Callback,
    Capabilities,
    ConfigField,
    Hint,
    Mode,
    Outcome,
    OutcomeState,
    PaymentOrder,
    ProviderError,
    Redirect,
    Started,
)
from billing.providers.payfip import rules, soap

SERVICE_URL = "https://www.payfip.gouv.fr/tpa/services/securite"
PAGE_URL = "https://www.payfip.gouv.fr/tpa/paiementws.web"

# A UUID today; left open a little, since nothing promises that it stays one.
OPERATION_ID = re.compile(r"[0-9A-Za-z-]{8,64}")


class PayFiP:
    """Besides its fields, a configuration may carry ``service_url`` and ``page_url`` (another PayFiP host)."""

    code = "payfip"
    label = "PayFiP (DGFiP)"
    capabilities = Capabilities(
        min_cents=rules.MIN_CENTS,
        max_cents=rules.MAX_CENTS,
        needs_email=True,
        has_lookup=True,
        has_refund=False,
        signed_callback=False,
        tells_rejections=False,
    )
    config_fields = (
        ConfigField(
            name="numcli",
            label="Numéro client PayFiP (NUMCLI)",
            help="6 chiffres, un par régie, donné par la DGFiP dans le formulaire d’adhésion.",
            pattern=rules.NUMCLI.pattern,
        ),
    )

    def __init__(self, *, timeout_seconds: float = 15.0) -> None:
        self.timeout_seconds = timeout_seconds

    def check_config(self, config: Mapping[str, str], mode: Mode) -> tuple[str, ...]:  # noqa: ARG002 - one service for all modes
        rules.check_numcli(self.merchant(config))
        reply = self._call(config, "recupererDetailClient", {"numCli": self.merchant(config)})
        labels = (reply.get(f"libelleN{level}", "") for level in (1, 2, 3))
        return tuple(label for label in labels if label)

    def start(self, config: Mapping[str, str], mode: Mode, order: PaymentOrder) -> Started:
        rules.check_numcli(self.merchant(config))
        rules.check_order(order)
        asked_at = datetime.now(UTC)
        reply = self._call(config, "creerPaiementSecurise", self._creation(config, mode, order))
        operation_id = reply.get("idOp", "")
        if not OPERATION_ID.fullmatch(operation_id):
            raise ProviderError("PayFiP n’a pas donné de numéro d’opération.", code="idOp", permanent=False)
        page = config.get("page_url") or PAGE_URL
        return Started(
            provider_ref=operation_id,
            next_step=Redirect(url=f"{page}?{urlencode({'idop': operation_id})}"),
            usable_until=asked_at + rules.PAGE_OPENS_WITHIN,
        )

    def read_callback(
        self,
        config: Mapping[str, str],  # noqa: ARG002 - nothing is signed
        mode: Mode,  # noqa: ARG002
        callback: Callback,
    ) -> Hint | None:
        operation_id = callback.params.get("idop") or callback.params.get("idOp") or ""
        return Hint(provider_ref=operation_id) if OPERATION_ID.fullmatch(operation_id) else None

    def lookup(
        self,
        config: Mapping[str, str],
        mode: Mode,  # noqa: ARG002 - the answer says its own mode
        provider_ref: str,
        *,
        now: datetime,
        started_at: datetime,
    ) -> Outcome:
        try:
            reply = self._call(config, "recupererDetailPaiementSecurise", {"idOp": provider_ref})
        except ProviderError as error:
            return self._silence(error, provider_ref, age=now - started_at)
        if reply.get("idOp") != provider_ref:
            raise ProviderError("PayFiP répond pour une autre opération.", code="idOp", permanent=False)
        return self._outcome(provider_ref, reply)

    def merchant(self, config: Mapping[str, str]) -> str:
        return config.get("numcli", "")

    def _call(
        self, config: Mapping[str, str], operation: str, arguments: Mapping[str, str]
    ) -> dict[str, str]:
        url = config.get("service_url") or SERVICE_URL
        return soap.call(url, operation, arguments, timeout_seconds=self.timeout_seconds)

    def _creation(self, config: Mapping[str, str], mode: Mode, order: PaymentOrder) -> dict[str, str]:
        fields = {
            "exer": f"{order.year:04}",
            "mel": order.email,
            "montant": str(order.amount_cents),
            "numcli": self.merchant(config),
            "objet": rules.normalise_label(order.label),
            "refdet": order.reference,
            "saisie": rules.SAISIE[mode],
            "urlnotif": order.notification_url,
            "urlredirect": order.return_url,
        }
        return {name: value for name, value in fields.items() if value}

    def _silence(self, error: ProviderError, provider_ref: str, *, age: timedelta) -> Outcome:
        """What « unknown » (P1) and « no result » (P5) mean at the age of an attempt; other errors go on."""
        gone_after = {"P1": rules.UNKNOWN_MEANS_GONE_AFTER, "P5": rules.SILENCE_MEANS_GONE_AFTER}
        if error.code not in gone_after:
            raise error
        state = OutcomeState.EXPIRED if age >= gone_after[error.code] else OutcomeState.WAITING
        return Outcome(
            state=state,
            provider_ref=provider_ref,
            code=error.code,
            message=error.message,
            raw={"code": error.code, "libelle": error.message},
        )

    def _outcome(self, provider_ref: str, reply: Mapping[str, str]) -> Outcome:
        code = reply.get("resultrans", "")
        # An unheard-of result settles nothing: it stays open, under PayFiP's own code, for the staff to see.
        state, method, message = rules.RESULTS.get(
            code, (OutcomeState.WAITING, "", f"Résultat PayFiP inconnu : « {code} ».")
        )
        amount = reply.get("montant", "")
        return Outcome(
            state=state,
            provider_ref=provider_ref,
            reference=reply.get("refdet") or None,
            amount_cents=int(amount) if re.fullmatch(r"[0-9]{1,11}", amount) else None,
            mode=rules.MODES.get(reply.get("saisie", "")),
            merchant=reply.get("numcli") or None,
            method=method,
            transaction_id=reply.get("numauto", ""),
            at=rules.paris_time(reply.get("dattrans"), reply.get("heurtrans")),
            code=code,
            message=message,
            raw={name: value for name, value in reply.items() if name != "mel"},
        )
