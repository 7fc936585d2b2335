"""IBAN, BIC and ICS: their shape and their keys, checked by python-stdnum."""

from django.utils.translation import gettext
from stdnum import bic as bic_numbers
from stdnum import iban as iban_numbers
from stdnum.eu import at_02
from stdnum.exceptions import ValidationError

# Countries whose banks take SEPA debits in euros (list of the European Payments Council), by the head of an IBAN.
_COUNTRIES = """
AD AL AT BE BG CH CY CZ DE DK EE ES FI FR GB GI GR HR HU IE IS IT LI LT LU LV MC MD ME MK MT NL NO PL PT RO RS SE SI
SK SM VA
"""
SEPA_COUNTRIES = frozenset(_COUNTRIES.split())


class AccountNumberError(ValueError):
    """One sentence that says what is wrong."""


def read_iban(text: str) -> str:
    """An IBAN as people type it, without its blanks. Raises AccountNumberError."""
    try:
        found = iban_numbers.validate(text)
    except ValidationError as error:
        raise AccountNumberError(
            gettext(
                "Cet IBAN n’est pas exact : recopiez-le tel qu’il est sur votre relevé d’identité bancaire."
            )
        ) from error
    if found[:2] not in SEPA_COUNTRIES:
        raise AccountNumberError(gettext("Ce compte est hors de la zone SEPA : il ne peut pas être prélevé."))
    return found


def read_bic(text: str) -> str:
    """A BIC of 8 or 11 characters, or nothing. Raises AccountNumberError."""
    if not text.strip():
        return ""
    try:
        return bic_numbers.validate(text)
    except ValidationError as error:
        raise AccountNumberError(gettext("Ce BIC n’est pas exact : 8 ou 11 lettres et chiffres.")) from error


def read_ics(text: str) -> str:
    """An « identifiant créancier SEPA ». Raises AccountNumberError."""
    try:
        return at_02.validate(text)
    except ValidationError as error:
        raise AccountNumberError(
            "Cet ICS n’est pas exact : la Banque de France l’attribue, par exemple FR72ZZZ123456."
        ) from error


def masked_iban(country: str, last4: str) -> str:
    """What may be shown of an account: « FR•• •••• 0189 »."""
    return f"{country}•• •••• {last4}"


def spaced_iban(iban: str) -> str:
    """« FR76 3000 6000 … », as on a bank's own papers."""
    return iban_numbers.format(iban)
