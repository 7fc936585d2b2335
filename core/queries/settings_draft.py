"""The settings as agents prepare them: the town's file with the changes that are not published yet."""

import tomllib
from copy import deepcopy
from dataclasses import dataclass
from decimal import Decimal

from core.commune_file.objects import Data, Edit, Names, edit, find
from core.commune_file.problems import Fault
from core.commune_file.reading import Reading, read_data
from core.commune_file.report import CommuneFileError, Report
from core.commune_file.services import town_data
from core.commune_file.writing import toml_text
from core.models import SettingsChange
from tenants.context import Commune

SEPARATOR = "/"

_HEADING = ("Configuration de la commune, telle que l’écrivent ses réglages.",)


@dataclass(frozen=True, kw_only=True)
class Draft:
    """``base``: the town as it is. ``data``: as it will be once the changes are published."""

    base: Data
    data: Data
    changes: list[SettingsChange]

    def state_of(self, names: Names) -> str:
        """What the draft does to an object: « nouveau », « modifié », « retiré » or nothing."""
        before, after = find(self.base, names), find(self.data, names)
        if after is None:
            return "retiré" if before is not None else ""
        if before is None:
            return "nouveau"
        return "modifié" if before != after else ""

    def word_of(self, change: SettingsChange) -> str:
        """What a change does: « création », « modification », « suppression », « ordre »."""
        names = tuple(change.path.split(SEPARATOR))
        if change.act == SettingsChange.Act.SET and len(names) % 2 == 0 and find(self.base, names) is None:
            return "création"
        return change.get_act_display()


def load_draft(commune: Commune) -> Draft:
    base = town_data(commune)
    changes = list(SettingsChange.objects.select_related("by"))
    data = deepcopy(base)
    for change in sorted(changes, key=_rank):
        edit(data, edit_of(change))
    return Draft(base=base, data=data, changes=changes)


def _rank(change: SettingsChange) -> tuple[bool, int, int]:
    """What holds an object before the object, and the order of a list once it is complete."""
    return change.act == SettingsChange.Act.ORDER, change.path.count(SEPARATOR), change.pk


def edit_of(change: SettingsChange) -> Edit:
    values = tomllib.loads(change.values, parse_float=Decimal)
    names = tuple(change.path.split(SEPARATOR))
    if change.act == SettingsChange.Act.ORDER:
        return Edit(names=names, order=tuple(values["ordre"]))
    return Edit(
        names=names,
        values=values,
        dropped=tuple(change.dropped),
        removes=change.act == SettingsChange.Act.REMOVE,
    )


def faults_of_draft(draft: Draft) -> tuple[Fault, ...]:
    """What is wrong in the draft, by its place in the data; its examples apart."""
    return read_data(draft.data).faults


def draft_text(draft: Draft) -> str:
    """The draft as a file. Raises CommuneFileError when something is wrong in it."""
    reading: Reading = read_data(draft.data)
    if reading.problems:
        raise CommuneFileError(Report(name="réglages", problems=reading.problems))
    return toml_text(reading.file.values, heading=_HEADING)
