"""Reading what the bank sends back: pain.002 (rejects before the debit) and camt.054 (returns after it).

Whatever the version: elements are read by their local names. Nothing outside of the file is ever fetched.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation

from lxml import etree

Node = etree._Element

LONGEST = 20_000_000  # bytes
REJECTED = "RJCT"


class UnreadableReturnError(ValueError):
    """One French sentence: why the file is none that the portal reads."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Returned:
    """One debit that was not, or will not be, paid. ``amount`` in euros and ``on`` are None where the bank is silent."""

    reference: str
    code: str
    amount: Decimal | None
    on: date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class BankAnswer:
    """``refused_messages``: the batches that the bank refused as a whole, by their message identifier."""

    returned: list[Returned]
    refused_messages: list[str]


def read_returns(content: bytes) -> BankAnswer:
    """Raises UnreadableReturnError."""
    root = _parsed(content)
    body = {etree.QName(node).localname: node for node in root}
    if "CstmrPmtStsRpt" in body:
        report = body["CstmrPmtStsRpt"]
        return BankAnswer(returned=list(_rejects(report)), refused_messages=list(_refusals(report)))
    for name in ("BkToCstmrDbtCdtNtfctn", "BkToCstmrStmt"):
        if name in body:
            return BankAnswer(returned=list(_returns(body[name])), refused_messages=[])
    raise UnreadableReturnError("Ce fichier n’est ni un pain.002 ni un camt.054 (ou camt.053).")


def _parsed(content: bytes) -> Node:
    if len(content) > LONGEST:
        raise UnreadableReturnError("Ce fichier est trop gros.")
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False)
    try:
        root = etree.fromstring(content, parser)
    except etree.XMLSyntaxError as error:
        raise UnreadableReturnError("Ce fichier n’est pas du XML lisible.") from error
    if root.getroottree().docinfo.doctype:
        raise UnreadableReturnError("Ce fichier contient une DTD : aucune banque n’en met.")
    return root


def _rejects(report: Node) -> Iterator[Returned]:
    for node in report.iterfind(".//{*}TxInfAndSts"):
        if _text(node, "TxSts") in {REJECTED, ""}:
            yield Returned(
                reference=_text(node, "OrgnlEndToEndId"),
                code=_text(node, "StsRsnInf/{*}Rsn/{*}Cd") or _text(node, "StsRsnInf/{*}Rsn/{*}Prtry"),
                amount=_amount(node, "OrgnlTxRef/{*}Amt/{*}InstdAmt"),
                on=None,
            )


def _refusals(report: Node) -> Iterator[str]:
    """A batch refused as a whole has no line of its own."""
    for group in report.iterfind("{*}OrgnlGrpInfAndSts"):
        if _text(group, "GrpSts") == REJECTED and report.find(".//{*}TxInfAndSts") is None:
            yield _text(group, "OrgnlMsgId")


def _returns(report: Node) -> Iterator[Returned]:
    for entry in report.iterfind(".//{*}Ntry"):
        for node in entry.iterfind("{*}NtryDtls/{*}TxDtls"):
            code = _text(node, "RtrInf/{*}Rsn/{*}Cd") or _text(node, "RtrInf/{*}Rsn/{*}Prtry")
            if code:
                yield Returned(
                    reference=_text(node, "Refs/{*}EndToEndId"),
                    code=code,
                    amount=_amount(node, "AmtDtls/{*}InstdAmt/{*}Amt") or _amount(node, "Amt"),
                    on=_day(entry, "BookgDt/{*}Dt"),
                )


def _text(node: Node, path: str) -> str:
    return (node.findtext(f"{{*}}{path}") or "").strip()


def _amount(node: Node, path: str) -> Decimal | None:
    try:
        return Decimal(_text(node, path))
    except InvalidOperation:
        return None


def _day(node: Node, path: str) -> date | None:
    try:
        return date.fromisoformat(_text(node, path)[:10])
    except ValueError:
        return None
