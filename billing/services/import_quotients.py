"""Quotients by file: a proof a household, that counts from the date the town chose unless the file brings its own."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, ClassVar

from billing.models import Quotient
from billing.quotients import Effect, Fund, MeansBasis, QuotientSource, Validity, effect_date, last_day
from billing.services.quotients import REPLACED, quotient_settings
from core.bulk import insert_rows
from core.imports import fields
from core.imports.base import ImportKind, Line, Plan, Progress, Trace, UndoRefusedError
from core.imports.fields import Field
from core.locks import lock_ids
from core.models import Household, User
from core.money import ZERO
from core.queries.import_matches import load_town
from core.queries.plain_text import plain
from core.rights import Right
from core.services.import_trace import changed, made, save_changed

CHUNK = 500
_UNDONE = "Import annulé"
_FUNDS = {plain(str(fund.label)): fund for fund in Fund} | {fund.value: fund for fund in Fund}


def _fund(cell: str) -> str:
    if plain(cell) not in _FUNDS:
        raise ValueError(f"« {cell} » n’est pas une caisse (CAF, MSA)")
    return _FUNDS[plain(cell)].value


HOUSEHOLD_FIELDS = (
    Field(key="number", label="N° de dossier", read=fields.text(12), names=("dossier", "code famille", "n° famille", "référence"), example="F00120"),
    Field(key="email", label="Mail d’un responsable", read=fields.email, names=("mail", "courriel", "email", "adresse mail"), example="", help="Quand le fichier n’a pas le n° de dossier."),
    Field(key="last", label="Nom d’un responsable", read=fields.text(80), names=("nom", "nom responsable", "nom allocataire")),
    Field(key="first", label="Prénom d’un responsable", read=fields.text(80), names=("prénom", "prénom responsable", "prénom allocataire")),
)  # fmt: skip
FIELDS = (
    *HOUSEHOLD_FIELDS,
    Field(key="value", label="Quotient", read=fields.euros, names=("qf", "quotient familial", "valeur", "montant qf"), required=True, example="742"),
    Field(key="valid_from", label="À partir du", read=fields.day, names=("date début", "début", "valable à partir du", "du"), example="01/09/2026", help="Vide\u00a0: la date que la commune a choisie dans ses réglages."),
    Field(key="valid_until", label="Jusqu’au", read=fields.day, names=("date fin", "fin", "valable jusqu’au", "au"), example="31/08/2027"),
    Field(key="fund", label="Caisse", read=_fund, names=("caf ou msa", "organisme"), example="CAF"),
    Field(key="children", label="Enfants à charge", read=fields.count, names=("nombre d’enfants", "nb enfants"), example="2"),
    Field(key="reference", label="Justificatif", read=fields.text(200), names=("n° allocataire", "allocataire", "matricule"), example="Allocataire 1234567"),
)  # fmt: skip


class QuotientImport(ImportKind):
    code: ClassVar[str] = "quotients"
    label: ClassVar[str] = "Quotients familiaux"
    help: ClassVar[str] = (
        "Un quotient par dossier. Celui d’avant s’arrête la veille ; ce qui est déjà réservé ou facturé garde son prix."
    )
    right: ClassVar[Right] = Right.FAMILY
    fields: ClassVar[Sequence[Field]] = FIELDS

    def plan(self, lines: Sequence[Line], *, today: date) -> Plan:
        return _QuotientPlan(lines, today=today)

    def undo(self, traces: Sequence[Trace], *, import_id: int, by: User, now: datetime) -> None:  # noqa: ARG002
        """What was recorded is withdrawn, never erased; what it had replaced counts again."""
        own = [key for _, key, before, _ in traces if before is None]
        others = {key: before for _, key, before, _ in traces if before is not None}
        rows = Quotient.objects.in_bulk([*own, *others])
        lock_ids(Household.objects.filter(pk__in={one.household_id for one in rows.values()}))
        later = (
            Quotient.objects.standing()
            .filter(household__in={rows[key].household_id for key in own}, pk__gt=max(own, default=0))
            .select_related("household")
        )
        touched = sorted({str(one.household) for one in later})
        if touched or any(rows[key].withdrawn_at for key in own):
            named = ", ".join(touched[:5]) or "certains dossiers"
            raise UndoRefusedError([f"{named}\u00a0: leur quotient a été revu depuis."])
        Quotient.objects.filter(pk__in=own).update(
            withdrawn_at=now, withdrawn_by=by, withdrawn_reason=_UNDONE
        )
        for key, before in others.items():
            for column, value in (before or {}).items():
                setattr(rows[key], column, value)
        save_changed([rows[key] for key in others], {key: before or {} for key, before in others.items()})


@dataclass(kw_only=True)
class _Recorded:
    line: Line
    new: Quotient
    standing: list[Quotient]  # of the household, in the order of their dates


class _QuotientPlan(Plan):
    def __init__(self, lines: Sequence[Line], *, today: date) -> None:
        super().__init__(lines)
        self.today, self.town, self.rules = today, load_town(), quotient_settings()
        self.standing: dict[int, list[Quotient]] = defaultdict(list)
        rows = Quotient.objects.standing().filter(basis=MeansBasis.QUOTIENT).order_by("valid_from")
        for one in rows:
            self.standing[one.household_id].append(one)
        self.seen: dict[int, int] = {}
        self.recorded = [found for line in self.lines if (found := self._read(line))]

    def write(self, *, import_id: int, by: User, now: datetime, progress: Progress) -> None:
        lock_ids(Household.objects.filter(pk__in=[one.new.household_id for one in self.recorded]))
        for start in range(0, len(self.recorded), CHUNK):
            chunk = self.recorded[start : start + CHUNK]
            self._make_room(chunk, by=by, now=now)
            for one in chunk:
                one.new.recorded_at, one.new.recorded_by = now, by
                one.new.proof = one.new.proof or f"Import n° {import_id}"
            insert_rows([one.new for one in chunk])
            for one in chunk:
                one.line.trace.append(made(one.new))
            progress(start + len(chunk))

    def _read(self, line: Line) -> _Recorded | None:
        household = self.town.household_of(line.values)
        if isinstance(household, str):
            line.errors.append(household)
            return None
        line.title = str(household)
        if household.pk in self.seen:
            line.errors.append(f"Ce dossier est déjà à la ligne {self.seen[household.pk]}.")
        self.seen.setdefault(household.pk, line.number)
        if line.errors:
            return None
        standing = self.standing[household.pk]
        new = self._quotient(household, line.values, standing)
        if new.value < ZERO:
            line.errors.append("Quotient\u00a0: il ne peut pas être négatif.")
        if new.valid_until < new.valid_from:
            line.errors.append("La fin précède le début.")
        same = next((one for one in standing if one.valid_from == new.valid_from), None)
        if line.errors or (same and same.value == new.value and same.valid_until == new.valid_until):
            return None
        self._tell(line, new, standing)
        return _Recorded(line=line, new=new, standing=standing)

    def _quotient(
        self, household: Household, values: dict[str, Any], standing: Sequence[Quotient]
    ) -> Quotient:
        is_first = not any(one.valid_from <= self.today <= one.valid_until for one in standing)
        first = values.get("valid_from") or effect_date(
            Effect(self.rules.effect), received_on=self.today, is_first=is_first
        )
        return Quotient(
            household=household,
            basis=MeansBasis.QUOTIENT,
            value=values["value"],
            fund=values.get("fund", ""),
            children=values.get("children"),
            valid_from=first,
            valid_until=values.get("valid_until") or last_day(Validity(self.rules.validity), first),
            source=QuotientSource.DOCUMENT,
            proof=values.get("reference", ""),
            received_on=self.today,
        )

    def _tell(self, line: Line, new: Quotient, standing: Sequence[Quotient]) -> None:
        touched = [one for one in standing if one.valid_until >= new.valid_from]
        line.is_new = not touched
        before = ", ".join(_words(one) for one in touched)
        line.changes.append(("Quotient", before, _words(new)))

    def _make_room(self, recorded: Sequence[_Recorded], *, by: User, now: datetime) -> None:
        """As services.quotients does for one: the proof before ends the day before, those that begin later go."""
        rows, changes = [], {}
        for one in recorded:
            for old in one.standing:
                if old.valid_until < one.new.valid_from:
                    continue
                if old.valid_from < one.new.valid_from:
                    before: dict[str, Any] = {"valid_until": old.valid_until}
                    old.valid_until = one.new.valid_from - timedelta(days=1)
                else:
                    before = {"withdrawn_at": None, "withdrawn_by_id": None, "withdrawn_reason": ""}
                    old.withdrawn_at, old.withdrawn_by, old.withdrawn_reason = now, by, REPLACED
                rows.append(old)
                changes[old.pk] = before
                one.line.trace.append(changed(old, before))
        save_changed(rows, changes)


def _words(one: Quotient) -> str:
    value = f"{one.value:.2f}".replace(".", ",").removesuffix(",00")
    return f"{value} (du {one.valid_from:%d/%m/%Y} au {one.valid_until:%d/%m/%Y})"
