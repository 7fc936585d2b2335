"""The platform's fields: what it accepts, and the meaning of what it says."""

import re
from datetime import UTC, datetime, timedelta

from billing.providers.base import Mode, OutcomeState, PaymentOrder, ProviderError

# Banks rent the same platform under their own name; only the address of the page differs.
PAGES = {
    "systempay": "https://paiement.systempay.fr/vads-payment/",
    "payzen": "https://secure.payzen.eu/vads-payment/",
}

MIN_CENTS = 1
MAX_CENTS = 99_999_999_99  # vads_amount has 12 digits; an acquirer's contract sets a lower bound of its own

CTX_MODE = {Mode.TEST: "TEST", Mode.PRODUCTION: "PRODUCTION"}
MODES = {word: mode for mode, word in CTX_MODE.items()}

# Long enough for a slow reader, short enough for the day of vads_trans_date to be the right one.
PAGE_OPENS_WITHIN = timedelta(minutes=15)
# The page lives for minutes and an announcement that fails is repeated for hours: later, nothing is hoped for.
SILENCE_MEANS_GONE_AFTER = timedelta(hours=24)

CURRENCIES = {"978": "EUR"}
EURO = "978"
SITE_ID = re.compile(r"[0-9]{8}")
KEY = re.compile(r"[0-9A-Za-z]{16,128}")
KEY_REST = re.compile(r"[0-9A-Za-z_]{16,128}")
REFERENCE = re.compile(r"[0-9A-Za-z]{6,30}")
TIMESTAMP = re.compile(r"[0-9]{14}")

CARD = "carte bancaire"
METHODS = {
    **dict.fromkeys(("CB", "VISA", "VISA_ELECTRON", "VPAY", "MASTERCARD", "MAESTRO", "E-CARTEBLEUE"), CARD),
    "SDD": "prélèvement",
    "ANCV": "chèques-vacances",
}

# vads_trans_status → what it means for a payment (a DEBIT), words for the staff
STATUSES = {
    "AUTHORISED": (OutcomeState.PAID, "Autorisé, remis en banque sous peu."),
    "CAPTURED": (OutcomeState.PAID, "Remis en banque."),
    "AUTHORISED_TO_VALIDATE": (OutcomeState.WAITING, "À valider dans le back-office."),
    "WAITING_AUTHORISATION": (OutcomeState.WAITING, "En attente d’autorisation."),
    "WAITING_AUTHORISATION_TO_VALIDATE": (OutcomeState.WAITING, "À valider, en attente d’autorisation."),
    "UNDER_VERIFICATION": (OutcomeState.WAITING, "En cours de vérification."),
    "INITIAL": (OutcomeState.WAITING, "En cours."),
    "SUSPENDED": (OutcomeState.WAITING, "Suspendu."),
    "ABANDONED": (OutcomeState.CANCELLED, "Abandonné par l’usager."),
    "REFUSED": (OutcomeState.REFUSED, "Refusé par la banque."),
    "NOT_CREATED": (OutcomeState.EXPIRED, "Transaction non créée."),
    "CANCELLED": (OutcomeState.REVERSED, "Annulé dans le back-office."),
    "EXPIRED": (OutcomeState.REVERSED, "Expiré avant la remise en banque."),
    "CAPTURE_FAILED": (OutcomeState.REVERSED, "La remise en banque a échoué."),
}
# What may be kept of a message: no name, no address, no card number.
KEPT = (
    "amount", "currency", "site_id", "ctx_mode", "trans_date", "trans_id", "trans_uuid", "trans_status",
    "operation_type", "url_check_src", "result", "auth_result", "extra_result", "auth_number", "card_brand",
    "threeds_status", "effective_creation_date", "sequence_number",
)  # fmt: skip


def transaction_number(serial: int) -> str:
    """``vads_trans_id``: 6 characters, not twice a day for one shop. The back office keeps those that begin with 9,
    and other software of the town, if any, counts in figures: ours begin with a letter."""
    digits = "0123456789abcdefghijklmnopqrstuvwxyz"
    rest = serial % 36**5
    figures = ""
    for _ in range(5):
        rest, digit = divmod(rest, 36)
        figures = digits[digit] + figures
    return f"p{figures}"


def check_order(order: PaymentOrder) -> None:
    """Raises a permanent ProviderError for an order that the platform would refuse."""
    if not MIN_CENTS <= order.amount_cents <= MAX_CENTS:
        raise ProviderError("Montant hors des limites de Systempay.", code="vads_amount", permanent=True)
    if not REFERENCE.fullmatch(order.reference):
        raise ProviderError("Référence de paiement mal formée.", code="vads_order_id", permanent=True)


def timestamp(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y%m%d%H%M%S")


def read_timestamp(text: str) -> datetime | None:
    """The aware instant of ``YYYYMMDDHHMMSS`` in UTC; None for anything else."""
    if not TIMESTAMP.fullmatch(text):
        return None
    try:
        return datetime.strptime(text, "%Y%m%d%H%M%S").replace(tzinfo=UTC)
    except ValueError:
        return None
