"""Reading a provider's statement, and settling its differences with the portal."""

import csv
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal, InvalidOperation

from django.db import transaction

from billing.errors import StatementError
from billing.models import ProviderStatement, Regie, SettledDifference, StatementLine
from core.models import User
from core.money import CENT

COLUMNS = ("date", "reference", "montant")  # and « autorisation », which may be left out
LONGEST = 20_000  # lines
TOLD = 10  # wrong lines, in one answer
_DATES = ("%d/%m/%Y", "%Y-%m-%d")


@transaction.atomic
def read_statement(
    *, regie: Regie, first_day: date, last_day: date, filename: str, content: bytes, by: User, now: datetime
) -> ProviderStatement:
    """Keep the lines of a CSV file of pivot columns (docs/regie.md), all or none. Raises StatementError, naming each
    line that is wrong."""
    statement = ProviderStatement.objects.create(
        regie=regie, first_day=first_day, last_day=last_day, filename=filename[:120], at=now, by=by
    )
    lines: list[StatementLine] = []
    wrong: list[str] = []
    for rank, row in enumerate(_rows(content), start=2):
        try:
            lines.append(_line(statement, rank, row))
        except StatementError as error:
            wrong.append(str(error.message))
    if wrong:
        more = [f"… et {len(wrong) - TOLD} autres lignes."] if len(wrong) > TOLD else []
        raise StatementError(" ".join([*wrong[:TOLD], *more]))
    if not lines:
        raise StatementError("Ce fichier n’a aucune ligne.")
    StatementLine.objects.bulk_create(lines)
    return statement


def settle_difference(
    *, statement: ProviderStatement, reference: str, note: str, by: User, now: datetime
) -> SettledDifference:
    """Say why a reference differs. The first explanation holds: the database keeps it as it is."""
    settled, _ = SettledDifference.objects.get_or_create(
        statement=statement, reference=reference, defaults={"note": note, "at": now, "by": by}
    )
    return settled


def _rows(content: bytes) -> Sequence[Mapping[str, str]]:
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = content.decode("cp1252", errors="replace")
    head = text.partition("\n")[0]
    rows = csv.DictReader(text.splitlines(), delimiter=";" if ";" in head else ",")
    names = [name.strip().lower() for name in rows.fieldnames or []]
    if missing := [name for name in COLUMNS if name not in names]:
        raise StatementError(f"Il manque des colonnes en première ligne : {', '.join(missing)}.")
    rows.fieldnames = names
    found = list(rows)
    if len(found) > LONGEST:
        raise StatementError(f"Ce fichier a plus de {LONGEST} lignes : coupez-le en plusieurs.")
    return found


def _line(statement: ProviderStatement, rank: int, row: Mapping[str, str]) -> StatementLine:
    reference = (row["reference"] or "").strip()
    if not reference or len(reference) > 40:
        raise StatementError(f"Ligne {rank} : il manque la référence du paiement.")
    return StatementLine(
        statement=statement,
        on=_date(row["date"] or "", rank),
        reference=reference,
        amount=_amount(row["montant"] or "", rank),
        transaction_id=(row.get("autorisation") or "").strip()[:60],
    )


def _date(text: str, rank: int) -> date:
    for form in _DATES:
        try:
            return datetime.strptime(text.strip(), form).date()  # noqa: DTZ007  a civil date
        except ValueError:
            continue
    raise StatementError(f"Ligne {rank} : « {text} » n’est pas une date (JJ/MM/AAAA).")


def _amount(text: str, rank: int) -> Decimal:
    plain = (
        text.replace("\u202f", "").replace("\xa0", "").replace(" ", "").removesuffix("€").replace(",", ".")
    )
    try:
        amount = Decimal(plain)
    except InvalidOperation:
        amount = Decimal("NaN")
    if not amount.is_finite() or amount != amount.quantize(CENT) or abs(amount) >= 10**8:
        raise StatementError(f"Ligne {rank} : « {text} » n’est pas un montant en euros.")
    return amount
