"""Writing a batch of debits for the bank: ISO 20022 pain.008, CORE scheme, euros.

Values in, bytes out: the same batch gives the same file. One ``PmtInf`` a sequence type. ``sepaxml`` was not used
to write: it reads the machine's clock, invents identifiers and cannot say that an account has changed.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from itertools import groupby
from unicodedata import normalize

from lxml import etree

from core.money import ZERO

Parent = etree._Element


class Schema(StrEnum):
    """Versions that French banks take; the régie's accountant says which."""

    V2 = "pain.008.001.02"
    V8 = "pain.008.001.08"


@dataclass(frozen=True, slots=True, kw_only=True)
class Creditor:
    name: str
    ics: str
    iban: str
    bic: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Collection:
    """One debit. ``amount`` in euros; ``reference`` comes back in every answer of the bank; ``account_changed``: the
    mandate's account is not the one of the last collection."""

    reference: str
    amount: Decimal
    sequence: str
    rum: str
    signed_on: date
    holder: str
    iban: str
    label: str
    bic: str = ""
    account_changed: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Remittance:
    """What the bank is given at once. ``created_at`` is written as given: convert to the town's zone first."""

    schema: Schema
    creditor: Creditor
    message_id: str
    created_at: datetime
    collect_on: date
    collections: Sequence[Collection]


def write_pain008(remittance: Remittance) -> bytes:
    document = etree.Element("Document", nsmap={None: f"urn:iso:std:iso:20022:tech:xsd:{remittance.schema}"})
    root = _add(document, "CstmrDrctDbtInitn")
    header = _add(root, "GrpHdr")
    _add(header, "MsgId", remittance.message_id)
    _add(header, "CreDtTm", remittance.created_at.replace(tzinfo=None).isoformat(timespec="seconds"))
    _count(header, remittance.collections)
    initiator = _add(header, "InitgPty")
    _add(initiator, "Nm", sepa_text(remittance.creditor.name, 70))
    _add(initiator, "Id/OrgId/Othr/Id", remittance.creditor.ics)
    for sequence, rows in _by_sequence(remittance.collections):
        group = _group(root, remittance, sequence, rows)
        for row in rows:
            _collection(group, remittance.schema, row)
    return etree.tostring(document, xml_declaration=True, encoding="UTF-8")


def sepa_text(text: str, length: int) -> str:
    """Text in the only characters that every bank takes, cut to a length."""
    plain = normalize("NFKD", text.translate(_SPELT)).encode("ascii", "ignore").decode()
    return "".join(sign if sign.isalnum() or sign in _ALLOWED else " " for sign in plain)[:length].strip()


_ALLOWED = " /-?:().,'+"
_SPELT = str.maketrans(
    {"œ": "oe", "Œ": "OE", "æ": "ae", "Æ": "AE", "ß": "ss", "’": "'", "–": "-", "—": "-", "°": "o", "&": "et"}
)


def _by_sequence(collections: Sequence[Collection]) -> Iterator[tuple[str, list[Collection]]]:
    ordered = sorted(collections, key=lambda one: (one.sequence, one.reference))
    for sequence, rows in groupby(ordered, key=lambda one: one.sequence):
        yield sequence, list(rows)


def _add(parent: Parent, name: str, text: str | None = None) -> Parent:
    """A child of ``parent``; ``name`` may be a path (« Id/OrgId/Othr »), of which the last element is returned."""
    for step in name.split("/"):
        parent = etree.SubElement(parent, step)
    parent.text = text
    return parent


def _count(parent: Parent, rows: Sequence[Collection]) -> None:
    _add(parent, "NbOfTxs", str(len(rows)))
    _add(parent, "CtrlSum", f"{sum((row.amount for row in rows), ZERO):.2f}")


def _group(root: Parent, remittance: Remittance, sequence: str, rows: Sequence[Collection]) -> Parent:
    creditor = remittance.creditor
    group = _add(root, "PmtInf")
    _add(group, "PmtInfId", f"{remittance.message_id}-{sequence}")
    _add(group, "PmtMtd", "DD")
    _add(group, "BtchBookg", "true")
    _count(group, rows)
    kind = _add(group, "PmtTpInf")
    _add(kind, "SvcLvl/Cd", "SEPA")
    _add(kind, "LclInstrm/Cd", "CORE")
    _add(kind, "SeqTp", sequence)
    _add(group, "ReqdColltnDt", remittance.collect_on.isoformat())
    _add(group, "Cdtr/Nm", sepa_text(creditor.name, 70))
    _add(group, "CdtrAcct/Id/IBAN", creditor.iban)
    _agent(group, "CdtrAgt", remittance.schema, creditor.bic)
    _add(group, "ChrgBr", "SLEV")
    scheme = _add(group, "CdtrSchmeId/Id/PrvtId/Othr")
    _add(scheme, "Id", creditor.ics)
    _add(scheme, "SchmeNm/Prtry", "SEPA")
    return group


def _collection(group: Parent, schema: Schema, row: Collection) -> None:
    debit = _add(group, "DrctDbtTxInf")
    _add(debit, "PmtId/EndToEndId", row.reference)
    _add(debit, "InstdAmt", f"{row.amount:.2f}").set("Ccy", "EUR")
    mandate = _add(debit, "DrctDbtTx/MndtRltdInf")
    _add(mandate, "MndtId", row.rum)
    _add(mandate, "DtOfSgntr", row.signed_on.isoformat())
    if row.account_changed:
        _add(mandate, "AmdmntInd", "true")
        # « Same Mandate, New Debtor Account », of the same bank or of another.
        _add(mandate, "AmdmntInfDtls/OrgnlDbtrAcct/Id/Othr/Id", "SMNDA")
    _agent(debit, "DbtrAgt", schema, row.bic)
    _add(debit, "Dbtr/Nm", sepa_text(row.holder, 70))
    _add(debit, "DbtrAcct/Id/IBAN", row.iban)
    _add(debit, "RmtInf/Ustrd", sepa_text(row.label, 140))


def _agent(parent: Parent, name: str, schema: Schema, bic: str) -> None:
    bank = _add(parent, f"{name}/FinInstnId")
    if bic:
        _add(bank, "BIC" if schema == Schema.V2 else "BICFI", bic)
    else:
        _add(bank, "Othr/Id", "NOTPROVIDED")
