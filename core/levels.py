"""School levels and their groups. `Level.choices()` and `LevelGroup.choices()` suit a Django field."""

from collections.abc import Collection
from enum import StrEnum

from django.utils.translation import gettext, gettext_lazy

from core.words import and_list


class LevelGroup(StrEnum):
    MATERNELLE = "maternelle"
    ELEMENTAIRE = "elementaire"
    COLLEGE = "college"
    LYCEE = "lycee"

    @property
    def label(self) -> str:
        return _GROUP_LABELS[self]

    @property
    def levels(self) -> tuple["Level", ...]:
        """The levels of the group, youngest first."""
        return tuple(level for level in Level if level.group is self)

    @classmethod
    def choices(cls) -> list[tuple[str, str]]:
        return [(group.value, group.label) for group in cls]


class Level(StrEnum):
    """The class a child is in, youngest first. A child who is not at school has no level."""

    TPS = "TPS"
    PS = "PS"
    MS = "MS"
    GS = "GS"
    CP = "CP"
    CE1 = "CE1"
    CE2 = "CE2"
    CM1 = "CM1"
    CM2 = "CM2"
    SIXIEME = "6E"
    CINQUIEME = "5E"
    QUATRIEME = "4E"
    TROISIEME = "3E"
    SECONDE = "2DE"
    PREMIERE = "1RE"
    TERMINALE = "TLE"

    @property
    def label(self) -> str:
        return _LABELS.get(self, self.value)

    @property
    def group(self) -> LevelGroup:
        return _GROUPS[self]

    @classmethod
    def choices(cls) -> list[tuple[str, str]]:
        return [(level.value, level.label) for level in cls]


_LABELS = {
    Level.TPS: "Toute petite section",
    Level.PS: "Petite section",
    Level.MS: "Moyenne section",
    Level.GS: "Grande section",
    Level.SIXIEME: "6e",
    Level.CINQUIEME: "5e",
    Level.QUATRIEME: "4e",
    Level.TROISIEME: "3e",
    Level.SECONDE: "2de",
    Level.PREMIERE: "1re",
    Level.TERMINALE: "Terminale",
}

_GROUP_LABELS = {
    LevelGroup.MATERNELLE: "École maternelle",
    LevelGroup.ELEMENTAIRE: "École élémentaire",
    LevelGroup.COLLEGE: "Collège",
    LevelGroup.LYCEE: "Lycée",
}

_PUPILS_OF = {
    LevelGroup.MATERNELLE: gettext_lazy("de l’école maternelle"),
    LevelGroup.ELEMENTAIRE: gettext_lazy("de l’école élémentaire"),
    LevelGroup.COLLEGE: gettext_lazy("du collège"),
    LevelGroup.LYCEE: gettext_lazy("du lycée"),
}

_GROUPS = (
    dict.fromkeys((Level.TPS, Level.PS, Level.MS, Level.GS), LevelGroup.MATERNELLE)
    | dict.fromkeys((Level.CP, Level.CE1, Level.CE2, Level.CM1, Level.CM2), LevelGroup.ELEMENTAIRE)
    | dict.fromkeys(
        (Level.SIXIEME, Level.CINQUIEME, Level.QUATRIEME, Level.TROISIEME),
        LevelGroup.COLLEGE,
    )
    | dict.fromkeys((Level.SECONDE, Level.PREMIERE, Level.TERMINALE), LevelGroup.LYCEE)
)

# « de Terminale » is said as it is labelled; « de Grande section » is said « de GS ».
_SPOKEN = frozenset(LevelGroup.COLLEGE.levels + LevelGroup.LYCEE.levels)

# Most écoles maternelles have no TPS class: PS to GS already reads « l’école maternelle ».
_OPTIONAL = frozenset({Level.TPS})


def next_level(level: Level) -> Level | None:
    """The level of the next school year; None after the last one."""
    levels = list(Level)
    following = levels.index(level) + 1
    return levels[following] if following < len(levels) else None


def pupils_of(levels: Collection[Level]) -> str:
    """Who these levels are, in the active language: « les élèves de l’école élémentaire », « les élèves de GS et du collège »."""
    parts: list[str] = []
    for group in LevelGroup:
        wanted = [level for level in group.levels if level in levels]
        if set(group.levels) - _OPTIONAL <= set(wanted):
            parts.append(str(_PUPILS_OF[group]))
        else:
            named = (level.label if level in _SPOKEN else level.value for level in wanted)
            parts.extend(gettext("de %(level)s") % {"level": name} for name in named)
    return gettext("les élèves %(classes)s") % {"classes": and_list(parts)}
