"""The checks PayFiP makes on the fields of a new payment, and those of the card form."""

import re
from datetime import date

from infra.sandbox.payfip.faults import Fault

REFUSED_CARD = "4000000000000002"
EXAMPLE_CARD = "4111111111111111"

MIN_CENTS = 100
MAX_CENTS = 99_999_99
MAX_URL = 249


def check_numcli(numcli: str, known: dict[str, tuple[str, ...]]) -> None:
    if not re.fullmatch(r"[0-9]{6}", numcli):
        raise Fault("T1")
    if numcli not in known:
        raise Fault("T2")


def check_creation(fields: dict[str, str], known: dict[str, tuple[str, ...]]) -> None:
    """Raises Fault with the code of the first field PayFiP would refuse."""
    check_numcli(fields.get("numcli", ""), known)
    _expect("S1", r"[TXW]", fields.get("saisie", ""))
    _expect("M1", r"[0-9]{1,11}", fields.get("montant", ""))
    if int(fields["montant"]) < MIN_CENTS:
        raise Fault("M3")
    if int(fields["montant"]) > MAX_CENTS:
        raise Fault("M5")
    _expect("R3", r"[A-Za-z0-9]{6,30}", fields.get("refdet", ""))
    _expect("O1", r"[A-Za-z0-9 ]{0,100}", fields.get("objet", ""))
    if not fields.get("mel"):
        raise Fault("A1")
    _expect("A2", r"(?=.{6,80}$)[^@\s]+@[^@\s]+\.[^@\s]+", fields["mel"])
    _expect("N1", rf"(?=.{{1,{MAX_URL}}}$)https?://\S+", fields.get("urlnotif", ""))
    _expect("D1", rf"(?=.{{1,{MAX_URL}}}$)https?://\S+", fields.get("urlredirect", ""))


def card_errors(form: dict[str, str], *, today: date) -> dict[str, str]:
    """The French message of each wrong field of the card form."""
    errors = {}
    if not is_card_number(card_number(form)):
        errors["numero"] = f"Saisissez un numéro de carte valide, par exemple {grouped(EXAMPLE_CARD)}."
    month, year = form.get("mois", ""), form.get("annee", "")
    if not re.fullmatch(r"(0[1-9]|1[0-2])", month) or not re.fullmatch(r"[0-9]{4}", year):
        errors["expire"] = "Choisissez le mois et l’année d’expiration."
    elif (int(year), int(month)) < (today.year, today.month):
        errors["expire"] = "Cette carte a expiré : choisissez une date à venir."
    if not re.fullmatch(r"[0-9]{3,4}", form.get("cryptogramme", "").strip()):
        errors["cryptogramme"] = "Saisissez les 3 chiffres inscrits au dos de la carte."
    return errors


def card_number(form: dict[str, str]) -> str:
    return re.sub(r"[\s.-]", "", form.get("numero", ""))


def grouped(number: str) -> str:
    """A card number as it is printed, by groups of four."""
    return "\N{NO-BREAK SPACE}".join(number[start : start + 4] for start in range(0, len(number), 4))


def is_card_number(number: str) -> bool:
    """13 to 19 digits whose Luhn key is right."""
    if not re.fullmatch(r"[0-9]{13,19}", number):
        return False
    digits = [int(digit) for digit in reversed(number)]
    doubled = (sum(divmod(2 * digit, 10)) for digit in digits[1::2])
    return (sum(digits[::2]) + sum(doubled)) % 10 == 0


def _expect(code: str, pattern: str, value: str) -> None:
    if not re.fullmatch(pattern, value):
        raise Fault(code)
