"""What PayFiP accepts, checked before asking it, and the meaning of what it answers.

A refusal carries the code PayFiP itself would have answered.
"""

import re
import unicodedata
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from billing.providers.base import Mode, OutcomeState, PaymentOrder, ProviderError

MIN_CENTS = 100
MAX_CENTS = 99_999_99
LABEL_LENGTH = 100
URL_LENGTH = 249

PAGE_OPENS_WITHIN = timedelta(minutes=15)
# P1 is also the answer for an operation PayFiP has not taken in yet; later it means « cleaned up ».
UNKNOWN_MEANS_GONE_AFTER = timedelta(minutes=30)
# P5 means « in progress » as well as « never finished »: a result is no longer hoped for after this.
SILENCE_MEANS_GONE_AFTER = timedelta(days=7)

SAISIE = {Mode.TEST: "T", Mode.ACTIVATION: "X", Mode.PRODUCTION: "W"}
MODES = {letter: mode for mode, letter in SAISIE.items()}

CARD = "carte bancaire"
DIRECT_DEBIT = "prélèvement unique"
# resultrans → state, means of payment, words for the staff
RESULTS = {
    "P": (OutcomeState.PAID, CARD, "Payé par carte bancaire."),
    "V": (OutcomeState.BANK_PENDING, DIRECT_DEBIT, "Prélèvement accepté, en attente de la banque."),
    "A": (OutcomeState.CANCELLED, "", "Paiement abandonné par l’usager."),
    "R": (OutcomeState.REFUSED, CARD, "Carte bancaire refusée."),
    "Z": (OutcomeState.REFUSED, DIRECT_DEBIT, "Prélèvement refusé."),
}

PARIS = ZoneInfo("Europe/Paris")

NUMCLI = re.compile(r"[0-9]{6}")
REFERENCE = re.compile(r"[A-Za-z0-9]{6,30}")
EMAIL = re.compile(r"[!-?A-~]+@[!-?A-~]+\.[!-?A-~]+")  # printable ASCII, a single @, a dotted domain
WORD_BREAKS = re.compile(r"[\s'’ʼ‘`\-‐‑‒–—_/\\]+")


def normalise_label(text: str) -> str:
    """Letters, digits and single spaces, 100 at most: all that PayFiP's « objet » takes.

    Accents fall, dashes and apostrophes part words, the slashes of a date vanish.
    """
    text = text.replace("œ", "oe").replace("Œ", "OE").replace("æ", "ae").replace("Æ", "AE")
    text = unicodedata.normalize("NFKD", text)
    text = re.sub(r"(?<=[0-9])/(?=[0-9])", "", text)
    text = WORD_BREAKS.sub(" ", text)
    text = re.sub(r"[^A-Za-z0-9 ]", "", text)
    return " ".join(text.split())[:LABEL_LENGTH].rstrip()


def check_numcli(numcli: str) -> None:
    """Raises a permanent ProviderError unless it is a régie's client number."""
    if not NUMCLI.fullmatch(numcli):
        raise _refusal("T1", "Le numéro client PayFiP de la régie (NUMCLI) doit avoir 6 chiffres.")


def check_order(order: PaymentOrder) -> None:
    """Raises a permanent ProviderError for an order that PayFiP would refuse."""
    if order.amount_cents < MIN_CENTS:
        raise _refusal("M3", "PayFiP n’accepte pas de paiement inférieur à 1,00 €.")
    if order.amount_cents > MAX_CENTS:
        raise _refusal("M5", "PayFiP n’accepte pas de paiement supérieur à 99 999,99 €.")
    if not REFERENCE.fullmatch(order.reference):
        raise _refusal("R3", "La référence de la dette doit avoir de 6 à 30 lettres ou chiffres.")
    if not order.email:
        raise _refusal("A1", "PayFiP exige une adresse électronique pour y envoyer le ticket de paiement.")
    if not (6 <= len(order.email) <= 80 and EMAIL.fullmatch(order.email)):
        raise _refusal("A2", "PayFiP n’accepte pas cette adresse électronique (de 6 à 80 caractères).")
    _check_url("N1", "de notification", order.notification_url)
    _check_url("D1", "de retour", order.return_url)


def paris_time(dattrans: str | None, heurtrans: str | None) -> datetime | None:
    """PayFiP's ``DDMMYYYY`` and ``HHMM``, read in Paris; None when one is missing or no date."""
    stamp = f"{dattrans}{heurtrans}"
    if not re.fullmatch(r"[0-9]{12}", stamp):
        return None
    try:
        return datetime.strptime(stamp, "%d%m%Y%H%M").replace(tzinfo=PARIS)
    except ValueError:
        return None


def _check_url(code: str, which: str, url: str) -> None:
    if not url.startswith(("https://", "http://")) or len(url) > URL_LENGTH:
        raise _refusal(code, f"L’adresse {which} doit être une adresse web de moins de 250 caractères.")


def _refusal(code: str, message: str) -> ProviderError:
    return ProviderError(message, code=code, permanent=True)
