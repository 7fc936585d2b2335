"""What a bank's file of rejects says, line by line, and what the portal would make of each. Writes nothing."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum

from billing.debits.reasons import reason_of
from billing.debits.returns import Returned, UnreadableReturnError, read_returns
from billing.debits.states import DEBIT_MOVES, DebitState
from billing.errors_debits import BankFileError
from billing.models import Debit, DebitBatch, DebitReject
from billing.queries.debits import known_batch
from core.money import format_euros


class Fate(StrEnum):
    RECORD = "À enregistrer"
    KNOWN = "Déjà enregistré"
    UNKNOWN = "Inconnu du portail"
    ODD = "À regarder"


@dataclass(frozen=True, kw_only=True)
class ReturnLine:
    """``why``: one French sentence for what will not be recorded. Euros; None where the bank is silent."""

    reference: str
    code: str
    amount: Decimal | None
    on: date
    debit: Debit | None
    fate: Fate
    why: str = ""

    @property
    def reason(self) -> str:
        return f"{self.code} – {reason_of(self.code).label}" if self.code else "–"

    @property
    def ends_mandate(self) -> bool:
        return reason_of(self.code).ends_mandate


@dataclass(frozen=True, kw_only=True)
class ReturnPlan:
    """``refused``: batches that the bank refused as a whole; ``unknown_batches``: those that are none of ours."""

    lines: Sequence[ReturnLine]
    refused: Sequence[DebitBatch]
    unknown_batches: Sequence[str]

    @property
    def to_record(self) -> list[ReturnLine]:
        return [line for line in self.lines if line.fate == Fate.RECORD]

    @property
    def does_something(self) -> bool:
        return bool(self.to_record or self.refused)


def plan_returns(*, content: bytes, today: date) -> ReturnPlan:
    """``today`` dates what the bank does not date. A constant number of queries. Raises BankFileError."""
    try:
        answer = read_returns(content)
    except UnreadableReturnError as error:
        raise BankFileError(str(error)) from error
    batches = {message: known_batch(message) for message in answer.refused_messages}
    return ReturnPlan(
        lines=list(_lines(answer.returned, today)),
        refused=[batch for batch in batches.values() if batch],
        unknown_batches=[message for message, batch in batches.items() if batch is None],
    )


def _lines(returned: Sequence[Returned], today: date) -> Iterator[ReturnLine]:
    rows = Debit.objects.filter(reference__in=[line.reference for line in returned])
    debits = {one.reference: one for one in rows.select_related("invoice__household", "batch")}
    seen: set[str] = set()
    for line in returned:
        debit = debits.get(line.reference)
        fate, why = (
            (Fate.KNOWN, "Deux fois dans ce fichier.") if line.reference in seen else _fate(line, debit)
        )
        seen.add(line.reference)
        yield ReturnLine(
            reference=line.reference,
            code=line.code,
            amount=line.amount,
            on=line.on or today,
            debit=debit,
            fate=fate,
            why=why,
        )


def _fate(line: Returned, debit: Debit | None) -> tuple[Fate, str]:
    if debit is None:
        return Fate.UNKNOWN, "Aucun prélèvement du portail n’a cette référence."
    if debit.state == DebitState.REJECTED:
        return Fate.KNOWN, ""
    if DebitState.REJECTED not in DEBIT_MOVES[DebitState(debit.state)]:
        return Fate.ODD, "La banque n’a pas été saisie de ce prélèvement."
    if line.amount is not None and line.amount != debit.amount:
        told, asked = format_euros(line.amount), format_euros(debit.amount)
        return Fate.ODD, f"La banque dit {told}, le prélèvement est de {asked}."
    if not DebitReject.is_code(line.code):
        return Fate.ODD, f"La banque donne le motif « {line.code} », inconnu."
    return Fate.RECORD, ""
