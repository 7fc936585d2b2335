"""What the Trésor is told of a handover, apart from the form it takes. Values in, bytes out: no ORM here."""

import csv
import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from io import StringIO


@dataclass(frozen=True, kw_only=True)
class Debtor:
    file_number: str
    first_name: str
    last_name: str
    address: str
    postcode: str
    city: str


@dataclass(frozen=True, kw_only=True)
class DebtInvoice:
    """``left`` (euros) is what is asked for: what was not paid when it was handed over."""

    reference: str
    issued_on: date
    due_on: date | None
    total: Decimal
    left: Decimal


@dataclass(frozen=True, kw_only=True)
class Debt:
    """One payer's invoices: one piece of the file."""

    debtor: Debtor
    invoices: tuple[DebtInvoice, ...]

    @property
    def left(self) -> Decimal:
        return sum((invoice.left for invoice in self.invoices), Decimal(0))


@dataclass(frozen=True, kw_only=True)
class Issuer:
    """The codes of the town and of its till at the Trésor."""

    siret: str
    post: str
    town_code: str
    budget_code: str
    product_code: str


@dataclass(frozen=True, kw_only=True)
class TreasuryFile:
    """``issuer`` is None as long as nobody entered the town's codes."""

    town: str
    regie: str
    year: int
    number: int
    on: date
    issuer: Issuer | None
    debts: tuple[Debt, ...]


@dataclass(frozen=True, kw_only=True)
class TreasuryExport:
    """One form of the file. ``proven``: checked against the receiver's own schema."""

    code: str
    label: str
    extension: str
    content_type: str
    proven: bool
    needs_issuer: bool
    render: Callable[[TreasuryFile], bytes]


COLUMNS = ("bordereau", "date", "regie", "dossier", "nom", "prenom", "adresse", "code_postal", "ville", "facture", "emise_le", "echeance", "total", "reste_du")  # fmt: skip


def pivot_csv(file: TreasuryFile) -> bytes:
    """One line an invoice; semicolons, ISO dates, amounts with a point: made for programs (docs/regie.md)."""
    out = StringIO()
    writer = csv.writer(out, delimiter=";", lineterminator="\n")
    writer.writerow(COLUMNS)
    for debt in file.debts:
        who = debt.debtor
        for one in debt.invoices:
            writer.writerow(
                [
                    f"{file.year}-{file.number:05d}",
                    file.on,
                    file.regie,
                    who.file_number,
                    who.last_name,
                    who.first_name,
                    who.address,
                    who.postcode,
                    who.city,
                    one.reference,
                    one.issued_on,
                    one.due_on or "",
                    one.total,
                    one.left,
                ]
            )
    return out.getvalue().encode()


def pivot_json(file: TreasuryFile) -> bytes:
    """The same, by payer; amounts are strings, so that no cent is lost on the way."""
    content = {
        "version": 1,
        "commune": file.town,
        "regie": file.regie,
        "bordereau": f"{file.year}-{file.number:05d}",
        "date": file.on.isoformat(),
        "dettes": [
            {
                "dossier": debt.debtor.file_number,
                "nom": debt.debtor.last_name,
                "prenom": debt.debtor.first_name,
                "adresse": debt.debtor.address,
                "code_postal": debt.debtor.postcode,
                "ville": debt.debtor.city,
                "reste_du": str(debt.left),
                "factures": [
                    {
                        "numero": one.reference,
                        "emise_le": one.issued_on.isoformat(),
                        "echeance": one.due_on.isoformat() if one.due_on else None,
                        "total": str(one.total),
                        "reste_du": str(one.left),
                    }
                    for one in debt.invoices
                ],
            }
            for debt in file.debts
        ],
    }
    return json.dumps(content, ensure_ascii=False, indent=1).encode()
