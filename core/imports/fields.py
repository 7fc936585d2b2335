"""The columns that an import knows, and how a cell is read. Values only: no database."""

import re
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal, InvalidOperation

from django.core.exceptions import ValidationError
from django.core.validators import validate_email

from core.levels import Level
from core.money import CENT
from core.phones import readable_phone
from core.queries.plain_text import plain
from core.words import NBSP

_DATE_SHAPES = ("%d/%m/%Y", "%Y-%m-%d", "%d-%m-%Y", "%d.%m.%Y", "%d/%m/%y")
_YES = {"oui", "o", "vrai", "true", "1", "x"}
_NO = {"non", "n", "faux", "false", "0"}
# As the national roll (ONDE) and older software write them.
_LONG_LEVELS = {
    "toute petite section": Level.TPS,
    "petite section": Level.PS,
    "moyenne section": Level.MS,
    "grande section": Level.GS,
    "cours preparatoire": Level.CP,
    "cours elementaire 1ere annee": Level.CE1,
    "cours elementaire 2eme annee": Level.CE2,
    "cours moyen 1ere annee": Level.CM1,
    "cours moyen 2eme annee": Level.CM2,
    "sixieme": Level.SIXIEME,
    "cinquieme": Level.CINQUIEME,
    "quatrieme": Level.QUATRIEME,
    "troisieme": Level.TROISIEME,
}


@dataclass(frozen=True, kw_only=True)
class Field:
    """A column. ``read`` turns a cell that is not blank into a value, or raises ValueError with a French sentence.

    ``names``: other headings under which files have it. ``required``: no line can do without it.
    """

    key: str
    label: str
    read: Callable[[str], object]
    names: tuple[str, ...] = ()
    required: bool = False
    example: str = ""
    help: str = ""


def text(length: int) -> Callable[[str], str]:
    def read(cell: str) -> str:
        cell = " ".join(cell.split())
        if len(cell) > length:
            raise ValueError(f"plus de {length} caractères")
        return cell

    return read


def day(cell: str) -> date:
    for shape in _DATE_SHAPES:
        try:
            return datetime.strptime(cell, shape).date()  # noqa: DTZ007 - a civil date
        except ValueError:
            continue
    raise ValueError(f"« {cell} » n’est pas une date (31/12/2026)")


def past_day(cell: str) -> date:
    """A birth date: two figures of a year are of this century or the last, never to come."""
    read = day(cell)
    if not 1900 < read.year < 2100:
        raise ValueError(f"« {cell} » n’est pas une date de naissance")
    return read


def email(cell: str) -> str:
    try:
        validate_email(cell)
    except ValidationError:
        raise ValueError(f"« {cell} » n’est pas une adresse mail") from None
    return cell.lower()


def phone(cell: str) -> str:
    # Spreadsheets take the first zero away.
    number = readable_phone(f"0{cell}" if re.fullmatch(r"[1-9]\d{8}", cell) else cell)
    if number is None:
        raise ValueError(f"« {cell} » n’est pas un numéro de téléphone")
    return number


def postcode(cell: str) -> str:
    code = cell.replace(" ", "").zfill(5)
    if not (code.isdecimal() and len(code) == 5):
        raise ValueError(f"« {cell} » n’est pas un code postal")
    return code


def yes_no(cell: str) -> bool:
    word = plain(cell)
    if word not in _YES | _NO:
        raise ValueError(f"« {cell} »{NBSP}: écrivez oui ou non")
    return word in _YES


def level(cell: str) -> str:
    word = plain(cell)
    known = {plain(one.value): one for one in Level} | {plain(one.label): one for one in Level} | _LONG_LEVELS
    if word not in known:
        raise ValueError(f"« {cell} » n’est pas un niveau (PS, CP, CM2, 6E…)")
    return known[word].value


def level_of_class(name: str) -> str:
    """The level that the name of a class says: « CE2 B » is a CE2. Nothing for « Les Papillons », nor for « CE1/CE2 »."""
    said = set()
    for word in re.findall(r"\w+", name):
        with suppress(ValueError):
            said.add(level(word))
    return said.pop() if len(said) == 1 else ""


def euros(cell: str) -> Decimal:
    """Euros, with a sign: « 1 234,50 € », « -12,30 »."""
    bare = re.sub(r"[\s€]", "", cell).replace("\u2212", "-").replace(",", ".")
    try:
        amount = Decimal(bare)
    except InvalidOperation:
        raise ValueError(f"« {cell} » n’est pas un montant") from None
    if not amount.is_finite() or abs(amount) >= 10**7:
        raise ValueError(f"« {cell} » n’est pas un montant")
    if amount != amount.quantize(CENT):
        raise ValueError(f"« {cell} » a plus de deux décimales")
    return amount.quantize(CENT)


def count(cell: str) -> int:
    if not (cell.isdecimal() and len(cell) < 4):
        raise ValueError(f"« {cell} » n’est pas un nombre")
    return int(cell)
