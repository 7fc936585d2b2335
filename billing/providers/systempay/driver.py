"""The Systempay driver: a signed form to the platform's page, and signed messages back.

What became of an attempt is told by a message whose signature, shop and mode are the account's own; everything else is
a rumour. A shop that gives its REST password (rest.py) may also be asked, and asked to give money back.
"""

from collections.abc import Mapping
from datetime import UTC, datetime

from billing.providers.base import (
    Callback,
    Capabilities,
    ConfigField,
    Hint,
    Mode,
    Outcome,
    OutcomeState,
    PaymentOrder,
    PostForm,
    ProviderError,
    Started,
)
from billing.providers.systempay import rest, rules
from billing.providers.systempay.signature import is_signed, sign

REFERENCE_FIELD = "vads_ext_info_reference"
REST_HELP = (
    "Facultatif ; back-office, Paramétrage, Boutique, Clés d’API REST. Avec lui, le portail vérifie un paiement et "
    "rembourse. Non éprouvé sur la vraie plateforme."
)


class Systempay:
    """Besides its fields, a configuration may carry ``page_url`` and ``rest_url`` (a simulator, another door of the
    platform). ``has_lookup`` is false: a signed message is believed, whether or not the shop can be asked."""

    code = "systempay"
    label = "Systempay / PayZen (Lyra)"
    capabilities = Capabilities(
        min_cents=rules.MIN_CENTS,
        max_cents=rules.MAX_CENTS,
        needs_email=False,
        has_lookup=False,
        has_refund=True,
        signed_callback=True,
        modes=frozenset(rules.CTX_MODE),
    )
    config_fields = (
        ConfigField(
            name="site_id",
            label="Identifiant de la boutique",
            help="8 chiffres, dans le back-office : Paramétrage, Boutique, Clés.",
            pattern=rules.SITE_ID.pattern,
        ),
        ConfigField(
            name="plateforme",
            label="Plateforme",
            help="« systempay » ou « payzen ».",
            pattern="|".join(rules.PAGES),
            required=False,
            choices=(("systempay", "Systempay"), ("payzen", "PayZen")),
        ),
        ConfigField(
            name="key_test",
            label="Clé de test",
            help="La clé du formulaire, pas celle de l’API REST.",
            pattern=rules.KEY.pattern,
            secret=True,
        ),
        ConfigField(
            name="key_production",
            label="Clé de production",
            help="La clé du formulaire, pas celle de l’API REST.",
            pattern=rules.KEY.pattern,
            secret=True,
            required=False,
        ),
        ConfigField(
            name="rest_test",
            label="Mot de passe REST de test",
            help=REST_HELP,
            pattern=rules.KEY_REST.pattern,
            secret=True,
            required=False,
        ),
        ConfigField(
            name="rest_production",
            label="Mot de passe REST de production",
            help=REST_HELP,
            pattern=rules.KEY_REST.pattern,
            secret=True,
            required=False,
        ),
    )

    def check_config(self, config: Mapping[str, str], mode: Mode) -> tuple[str, ...]:
        self._check_shape(config, mode)
        if not rest.password(config, mode):
            return (f"Boutique {self.merchant(config)}",)
        rest.check_password(config, mode)
        return (f"Boutique {self.merchant(config)}", "service REST reconnu")

    def _check_shape(self, config: Mapping[str, str], mode: Mode) -> None:
        if not rules.SITE_ID.fullmatch(self.merchant(config)):
            raise ProviderError(
                "L’identifiant de la boutique doit avoir 8 chiffres.", code="vads_site_id", permanent=True
            )
        if mode not in rules.CTX_MODE:
            raise ProviderError(
                "Systempay n’a qu’un mode de test et un mode de production.",
                code="vads_ctx_mode",
                permanent=True,
            )
        if not rules.KEY.fullmatch(_key(config, mode)):
            raise ProviderError(
                f"La clé du mode « {mode.value} » manque ou n’a pas la bonne forme.",
                code="signature",
                permanent=True,
            )

    def start(self, config: Mapping[str, str], mode: Mode, order: PaymentOrder) -> Started:
        self._check_shape(config, mode)
        rules.check_order(order)
        at = datetime.now(UTC)
        fields = self._form(config, mode, order, at)
        page = config.get("page_url") or rules.PAGES[config.get("plateforme") or "systempay"]
        return Started(
            provider_ref=order.reference,
            next_step=PostForm(url=page, fields=fields | {"signature": sign(fields, _key(config, mode))}),
            usable_until=at + rules.PAGE_OPENS_WITHIN,
        )

    def read_callback(self, config: Mapping[str, str], mode: Mode, callback: Callback) -> Hint | None:
        params = callback.params
        reference = params.get("vads_order_id") or params.get(REFERENCE_FIELD) or ""
        if not rules.REFERENCE.fullmatch(reference):
            return None
        ours = params.get("vads_site_id") == self.merchant(config)
        right_mode = mode in rules.CTX_MODE and params.get("vads_ctx_mode") == rules.CTX_MODE[mode]
        if not (ours and right_mode and is_signed(params, _key(config, mode))):
            return Hint(provider_ref=reference)
        return Hint(provider_ref=reference, verified=True, outcome=_outcome(reference, params))

    def lookup(
        self, config: Mapping[str, str], mode: Mode, provider_ref: str, *, now: datetime, started_at: datetime
    ) -> Outcome:
        """A shop without a REST password is not asked: its silence is all there is."""
        if rest.password(config, mode):
            found = rest.transactions_of(config, mode, provider_ref)
            debits = [one for one in found if one.get("operationType") == "DEBIT"]
            if debits:
                # An order may have been refused before it was paid.
                paid = [one for one in debits if one.get("status") == "PAID"]
                return rest.outcome(provider_ref, (paid or debits)[-1])
        gone = now - started_at >= rules.SILENCE_MEANS_GONE_AFTER
        return Outcome(
            state=OutcomeState.EXPIRED if gone else OutcomeState.WAITING,
            provider_ref=provider_ref,
            message="Aucun message de la plateforme.",
        )

    def can_refund(self, config: Mapping[str, str], mode: Mode) -> bool:
        return bool(rest.password(config, mode))

    def refund(
        self,
        config: Mapping[str, str],
        mode: Mode,
        *,
        reference: str,
        transaction_id: str,
        amount_cents: int,
        key: str,
        known: frozenset[str],
    ) -> str:
        """The platform knows no key: a credit of this amount that the portal does not know is the one it asked for."""
        for one in rest.transactions_of(config, mode, reference):
            same = one.get("operationType") == "CREDIT" and one.get("amount") == amount_cents
            if same and one.get("status") in ("PAID", "RUNNING") and one.get("uuid") not in known:
                return str(one["uuid"])
        return rest.refund(
            config, mode, transaction_id=transaction_id, amount_cents=amount_cents, comment=key
        )

    def merchant(self, config: Mapping[str, str]) -> str:
        return config.get("site_id", "")

    def _form(
        self, config: Mapping[str, str], mode: Mode, order: PaymentOrder, at: datetime
    ) -> dict[str, str]:
        return {
            "vads_version": "V2",
            "vads_page_action": "PAYMENT",
            "vads_action_mode": "INTERACTIVE",
            "vads_payment_config": "SINGLE",
            "vads_capture_delay": "0",
            "vads_validation_mode": "0",
            "vads_language": "fr",
            "vads_site_id": self.merchant(config),
            "vads_ctx_mode": rules.CTX_MODE[mode],
            "vads_trans_id": rules.transaction_number(order.serial),
            "vads_trans_date": rules.timestamp(at),
            "vads_amount": str(order.amount_cents),
            "vads_currency": rules.EURO,
            "vads_order_id": order.reference,
            REFERENCE_FIELD: order.reference,
            "vads_order_info": order.label,
            "vads_cust_email": order.email,
            "vads_url_return": order.return_url,
            # By POST, the message stays out of addresses, hence out of histories and of servers' logs.
            "vads_return_mode": "POST",
        }


def _key(config: Mapping[str, str], mode: Mode) -> str:
    return config.get("key_production" if mode == Mode.PRODUCTION else "key_test", "")


def _outcome(reference: str, params: Mapping[str, str]) -> Outcome:
    status = params.get("vads_trans_status", "")
    state, words = _meaning(status, params.get("vads_operation_type", ""))
    brand, amount = params.get("vads_card_brand", ""), params.get("vads_amount", "")
    currency = params.get("vads_currency", "")
    created = params.get("vads_effective_creation_date") or params.get("vads_trans_date", "")
    return Outcome(
        state=state,
        provider_ref=reference,
        reference=params.get(REFERENCE_FIELD) or reference,
        amount_cents=int(amount) if amount.isascii() and amount.isdigit() and len(amount) <= 12 else None,
        currency=rules.CURRENCIES.get(currency, currency),
        mode=rules.MODES.get(params.get("vads_ctx_mode", "")),
        merchant=params.get("vads_site_id"),
        method=rules.METHODS.get(brand, brand),
        transaction_id=params.get("vads_trans_uuid", ""),
        at=rules.read_timestamp(created),
        code=status,
        message=words,
        raw={name: params[f"vads_{name}"] for name in rules.KEPT if f"vads_{name}" in params},
    )


def _meaning(status: str, operation: str) -> tuple[OutcomeState, str]:
    """What a status says of the payment. An unheard-of one settles nothing: it waits, for the staff to see."""
    unknown = (OutcomeState.WAITING, "Message sans effet sur le paiement.")
    state, words = rules.STATUSES.get(status, unknown)
    if operation == "DEBIT" or (not operation and state != OutcomeState.PAID):
        return state, words  # an abandonment makes no transaction, hence has no operation
    if operation == "CREDIT" and state == OutcomeState.PAID:
        return OutcomeState.REFUNDED, "Remboursé dans le back-office."
    return unknown
