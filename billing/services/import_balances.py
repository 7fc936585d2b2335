"""Opening balances: what households owed, or had paid too much, in the software before. Each is a line to invoice, that
the next campaign of the régie takes: a credit is taken off what follows."""

from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import ClassVar

from billing.models import Charge, Regie
from billing.queries.opening_balances import opening_source, opening_totals
from billing.services.charges import post_charges, void_charges
from billing.services.import_quotients import HOUSEHOLD_FIELDS
from core.imports import fields
from core.imports.base import ImportKind, Line, Plan, Progress, Trace, UndoRefusedError
from core.imports.fields import Field
from core.models import Household, User
from core.money import format_euros
from core.queries.import_matches import load_town
from core.queries.plain_text import plain
from core.rights import Right
from core.services.import_trace import made

CHUNK = 500
GROUP = "Reprise de solde"
_UNDONE = "Import annulé"

FIELDS = (
    *HOUSEHOLD_FIELDS,
    Field(key="regie", label="Régie", read=fields.text(120), names=("code régie", "budget"), example="cantine", help="Inutile quand la commune n’en a qu’une."),
    Field(key="amount", label="Solde", read=fields.euros, names=("montant", "reste dû", "solde dû", "dû"), required=True, example="26,40", help="Positif\u00a0: la famille doit. Négatif\u00a0: elle a payé d’avance."),
    Field(key="on", label="Date du solde", read=fields.day, names=("date", "arrêté au", "au"), example="31/08/2026"),
    Field(key="label", label="Désignation", read=fields.text(120), names=("libellé", "objet"), example="Solde de l’ancien logiciel"),
)  # fmt: skip


class BalanceImport(ImportKind):
    code: ClassVar[str] = "soldes"
    label: ClassVar[str] = "Soldes de départ"
    help: ClassVar[str] = (
        "Ce que chaque famille devait, ou avait d’avance, à une régie. La prochaine facturation le reprend."
    )
    right: ClassVar[Right] = Right.INVOICE
    fields: ClassVar[Sequence[Field]] = FIELDS

    def plan(self, lines: Sequence[Line], *, today: date) -> Plan:
        return _BalancePlan(lines, today=today)

    def undo(self, traces: Sequence[Trace], *, import_id: int, by: User, now: datetime) -> None:  # noqa: ARG002
        sources = [after["source"] for _, _, _, after in traces]
        taken = Charge.objects.filter(source__in=sources, invoice_line__isnull=False).select_related(
            "household"
        )
        if names := sorted({str(one.household) for one in taken[:5]}):
            raise UndoRefusedError([f"{', '.join(names)}\u00a0: leur solde est déjà sur une facture."])
        if void_charges(sources=sources, reason=_UNDONE, now=now) != len(sources):
            raise UndoRefusedError(["Des lignes ont été annulées ou corrigées depuis."])


class _BalancePlan(Plan):
    def __init__(self, lines: Sequence[Line], *, today: date) -> None:
        super().__init__(lines)
        self.today, self.town = today, load_town()
        self.regies = list(Regie.objects.all())
        self.known = opening_totals()
        self.seen: dict[tuple[int, int], int] = {}
        self.posted: list[tuple[Line, Charge]] = []
        for line in self.lines:
            self._read(line)

    def write(self, *, import_id: int, by: User, now: datetime, progress: Progress) -> None:  # noqa: ARG002
        for start in range(0, len(self.posted), CHUNK):
            chunk = self.posted[start : start + CHUNK]
            for line, charge in chunk:
                charge.source, charge.created_at = opening_source(import_id, line.number), now
                charge.reasons = [f"Repris de l’ancien logiciel (import n° {import_id})"]
            stored = {charge.source: charge for charge in post_charges([charge for _, charge in chunk])}
            for line, charge in chunk:
                label, key, _, _ = made(stored[charge.source])
                line.trace.append((label, key, None, {"source": charge.source}))
            progress(start + len(chunk))

    def _read(self, line: Line) -> None:
        household, regie = self.town.household_of(line.values), self._regie(line.values.get("regie", ""))
        line.errors.extend(found for found in (household, regie) if isinstance(found, str))
        if not isinstance(household, Household) or not isinstance(regie, Regie):
            return
        line.title = f"{household} – {regie}"
        owner = household.pk, regie.pk
        if owner in self.seen:
            line.errors.append(f"Ce dossier est déjà à la ligne {self.seen[owner]} pour cette régie.")
        self.seen.setdefault(owner, line.number)
        if owner in self.known:
            line.errors.append(
                f"Le solde de départ de ce dossier est déjà repris dans cette régie ({format_euros(self.known[owner])})."
            )
        if line.errors or not line.values["amount"]:
            return
        line.is_new = True
        line.changes.append((GROUP, "", format_euros(line.values["amount"])))
        self.posted.append((line, self._charge(line, household, regie)))

    def _charge(self, line: Line, household: Household, regie: Regie) -> Charge:
        amount, on = line.values["amount"], line.values.get("on", self.today)
        return Charge(
            regie=regie,
            household=household,
            service_date=on,
            group_label=GROUP,
            label=line.values.get("label") or f"Solde au {on:%d/%m/%Y}",
            quantity=Decimal(1),
            unit_price=amount,
            amount=amount,
        )

    def _regie(self, named: str) -> Regie | str:
        if not named and len(self.regies) == 1:
            return self.regies[0]
        found = [one for one in self.regies if plain(named) in (plain(one.code), plain(one.name))]
        if len(found) == 1:
            return found[0]
        codes = ", ".join(one.code for one in self.regies)
        asked = f"Régie\u00a0: «\u00a0{named}\u00a0» n’existe pas" if named else "Régie\u00a0: il manque"
        return f"{asked} ({codes})."
