"""What a family's file may hold: the fields of a child, of the home and of its adults, the parts of each, and how a
value reads in French.

A value is a list of entries, each a mapping of part → text (dates in ISO form); no entry: nothing was said.
A diet is a choice of meal, never a religion nor a reason.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Self

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop

from core.levels import Level

Value = list[dict[str, str]]
# What the town itself offers as answers, by the key of the part: code → name.
Choices = Mapping[str, Mapping[str, str]]

USUAL_MEAL = "habituel"
# Lists of the kitchen say it in French; a family reads it in its language (core.queries.child_file).
USUAL_MEAL_NAME = gettext_noop("Repas habituel")


class DossierField(TextChoices):
    MEAL = "meal", _("Repas à la cantine")
    ALLERGIES = "allergies", _("Allergies")
    PAI = "pai", _("Projet d’accueil individualisé (PAI)")
    CONDUCT = "conduct", _("Traitement et conduite à tenir")
    DOCTOR = "doctor", _("Médecin traitant")
    VACCINATIONS = "vaccinations", _("Vaccinations")
    INSURANCE = "insurance", _("Assurance")
    IMAGE = "image", _("Droit à l’image")
    PICKUPS = "pickups", _("Personnes autorisées à venir chercher l’enfant")
    SWIMMING = "swimming", _("Natation")
    NOTES = "notes", _("Ce qu’il faut savoir")
    ADDRESS = "address", _("Adresse du foyer")
    NAMES = "names", _("Prénom et nom")
    PHONE = "phone", _("Téléphone")
    CHILD_NAMES = "child_names", _("Prénom et nom de l’enfant")
    BIRTH = "birth", _("Date de naissance")
    SCHOOLING = "schooling", _("École et classe")


class FileGroup(TextChoices):
    """The parts of a child's page, and of its address; then what is said of the home, and of one of its adults."""

    IDENTITY = "etat-civil", _("État civil et école")
    MEAL = "repas", _("Repas")
    HEALTH = "sante", _("Santé")
    PEOPLE = "autorisations", _("Assurance et autorisations")
    LIFE = "vie", _("À savoir")
    HOME = "foyer", _("Adresse du foyer")
    ADULT = "responsable", _("Nom et téléphone")


FAMILY_GROUPS = (FileGroup.HOME, FileGroup.ADULT)
CHILD_GROUPS = tuple(group for group in FileGroup if group not in FAMILY_GROUPS)


class Access(TextChoices):
    """What a family may do with a field."""

    HIDDEN = "hidden", "Masqué"
    SHOWN = "shown", "Visible"
    EDITABLE = "editable", "Modifiable"
    MANDATORY = "mandatory", "Obligatoire"


class FileChangeState(TextChoices):
    PENDING = "pending", _("En attente du service")
    APPLIED = "applied", _("Enregistré")
    REFUSED = "refused", _("Refusé")
    REPLACED = "replaced", _("Remplacé")


class MealKind(TextChoices):
    """What the kitchen and the price see of a choice of meal."""

    SERVED = "served", "Repas servi à tous"
    PAI_SPECIAL = "pai_special", "Repas adapté (PAI)"
    PAI_OWN = "pai_own", "Repas fourni par la famille (PAI)"


class PartKind(StrEnum):
    LINE = "line"
    TEXT = "text"
    DATE = "date"
    PHONE = "phone"
    POSTCODE = "postcode"
    CHOICE = "choice"
    # Its answer is the token of a photograph that core.services.pickup_photos keeps.
    PHOTO = "photo"


@dataclass(frozen=True, kw_only=True)
class Part:
    """One question of a field. ``lead`` comes before its answer in a sentence.

    ``required``: asked as soon as the entry says anything. ``needed_by``: the part and the answer that make it so.
    ``length``: the characters that a line may have. ``is_birth``: a date that a child can be born on. A choice without
    ``choices`` is one of the town's.
    """

    key: str
    label: str
    kind: PartKind = PartKind.LINE
    choices: tuple[tuple[str, str], ...] = ()
    required: bool = False
    needed_by: tuple[str, str] | None = None
    lead: str = ""
    help: str = ""
    length: int = 120
    is_birth: bool = False


@dataclass(frozen=True, kw_only=True)
class Shape:
    """``most``: how many entries a value may have. ``is_health``: kept apart, encrypted, each reading logged.

    ``on_row``: its parts are columns of the very row it is said of, which agents correct as well. ``is_needed``: never
    empty, whatever the town says. ``is_weighed``: decides on groups, prices and what may be booked, so that an agent
    always reads it first. ``glue`` stands between its parts in a sentence.
    """

    group: FileGroup
    parts: tuple[Part, ...]
    most: int = 1
    is_health: bool = False
    on_row: bool = False
    is_needed: bool = False
    is_weighed: bool = False
    glue: str = " – "


YES, NO = "yes", "no"
_SEVERAL = 4


_NAMES = (
    Part(key="first_name", label=_("Prénom"), required=True, length=80),
    Part(key="last_name", label=_("Nom"), required=True, length=80),
)


def _text(label: str, *, help: str = "") -> tuple[Part]:  # noqa: A002
    return (Part(key="text", label=label, kind=PartKind.TEXT, required=True, help=help),)


SHAPES: Mapping[DossierField, Shape] = {
    DossierField.MEAL: Shape(
        group=FileGroup.MEAL,
        parts=(Part(key="meal", label=_("Repas à la cantine"), kind=PartKind.CHOICE, required=True),),
    ),
    DossierField.ALLERGIES: Shape(
        group=FileGroup.HEALTH,
        is_health=True,
        parts=(
            Part(
                key="known",
                label=_("Votre enfant a-t-il une allergie ?"),
                kind=PartKind.CHOICE,
                choices=((NO, _("Aucune allergie connue")), (YES, _("Oui"))),
                required=True,
            ),
            Part(
                key="text",
                label=_("À quoi, et quelle réaction"),
                kind=PartKind.TEXT,
                needed_by=("known", YES),
            ),
        ),
    ),
    DossierField.PAI: Shape(
        group=FileGroup.HEALTH,
        is_health=True,
        parts=(
            Part(
                key="known",
                label=_("Un PAI est-il signé ?"),
                kind=PartKind.CHOICE,
                choices=((NO, _("Pas de PAI")), (YES, _("PAI signé"))),
                required=True,
                help=_("Un projet d’accueil individualisé (PAI) est écrit avec le médecin scolaire."),
            ),
            Part(key="from", label=_("À partir du"), kind=PartKind.DATE, lead=_("du ")),
            Part(key="until", label=_("Jusqu’au"), kind=PartKind.DATE, lead=_("au ")),
        ),
    ),
    DossierField.CONDUCT: Shape(
        group=FileGroup.HEALTH,
        is_health=True,
        parts=_text(_("Traitement, et ce qu’il faut faire en cas de crise")),
    ),
    DossierField.DOCTOR: Shape(
        group=FileGroup.HEALTH,
        is_health=True,
        parts=(
            Part(key="name", label=_("Nom du médecin traitant"), required=True),
            Part(key="phone", label=_("Téléphone du médecin"), kind=PartKind.PHONE),
        ),
    ),
    DossierField.VACCINATIONS: Shape(
        group=FileGroup.HEALTH,
        is_health=True,
        parts=(
            Part(
                key="done",
                label=_("Vaccinations obligatoires à jour"),
                kind=PartKind.CHOICE,
                choices=((YES, _("À jour")), (NO, _("Pas à jour"))),
                required=True,
            ),
            Part(key="last", label=_("Dernier rappel"), kind=PartKind.DATE, lead=_("dernier rappel le ")),
        ),
    ),
    DossierField.INSURANCE: Shape(
        group=FileGroup.PEOPLE,
        parts=(
            Part(key="company", label=_("Assureur"), required=True),
            Part(key="number", label=_("N° de contrat"), lead=_("contrat ")),
            Part(key="until", label=_("Valable jusqu’au"), kind=PartKind.DATE, lead=_("jusqu’au ")),
        ),
    ),
    DossierField.IMAGE: Shape(
        group=FileGroup.PEOPLE,
        parts=(
            Part(
                key="given",
                label=_("La commune peut-elle publier des photos de votre enfant ?"),
                kind=PartKind.CHOICE,
                choices=((YES, _("Oui")), (NO, _("Non"))),
                required=True,
            ),
        ),
    ),
    DossierField.PICKUPS: Shape(
        group=FileGroup.PEOPLE,
        most=_SEVERAL,
        parts=(
            Part(key="name", label=_("Prénom et nom"), required=True),
            Part(
                key="link", label=_("Lien avec l’enfant"), help=_("Par exemple « grand-mère », « voisin ».")
            ),
            Part(key="phone", label=_("Téléphone"), kind=PartKind.PHONE, required=True),
            Part(
                key="photo",
                label=_("Photo"),
                kind=PartKind.PHOTO,
                help=_("Facultative : l’équipe reconnaît la personne. JPEG ou PNG, avec son accord."),
            ),
        ),
    ),
    DossierField.SWIMMING: Shape(
        group=FileGroup.LIFE,
        parts=(
            Part(
                key="swims",
                label=_("Votre enfant sait-il nager ?"),
                kind=PartKind.CHOICE,
                choices=((YES, _("Sait nager")), (NO, _("Ne sait pas nager"))),
                required=True,
            ),
        ),
    ),
    DossierField.NOTES: Shape(
        group=FileGroup.LIFE,
        parts=_text(
            _("Ce que l’équipe doit savoir"), help=_("Rien qui touche à la santé : elle a sa propre page.")
        ),
    ),
    DossierField.ADDRESS: Shape(
        group=FileGroup.HOME,
        on_row=True,
        glue=", ",
        parts=(
            Part(key="address", label=_("Numéro et rue"), required=True),
            Part(key="postcode", label=_("Code postal"), kind=PartKind.POSTCODE, required=True),
            Part(key="city", label=_("Ville"), required=True, length=100),
        ),
    ),
    DossierField.NAMES: Shape(
        group=FileGroup.ADULT,
        on_row=True,
        is_needed=True,
        glue=" ",
        parts=_NAMES,
    ),
    DossierField.PHONE: Shape(
        group=FileGroup.ADULT,
        on_row=True,
        parts=(Part(key="phone", label=_("Téléphone"), kind=PartKind.PHONE, required=True),),
    ),
    DossierField.CHILD_NAMES: Shape(
        group=FileGroup.IDENTITY,
        on_row=True,
        is_needed=True,
        glue=" ",
        parts=_NAMES,
    ),
    DossierField.BIRTH: Shape(
        group=FileGroup.IDENTITY,
        on_row=True,
        is_needed=True,
        is_weighed=True,
        parts=(
            Part(
                key="birth_date",
                label=_("Date de naissance"),
                kind=PartKind.DATE,
                required=True,
                is_birth=True,
            ),
        ),
    ),
    DossierField.SCHOOLING: Shape(
        group=FileGroup.IDENTITY,
        on_row=True,
        is_weighed=True,
        parts=(
            Part(key="school", label=_("École"), kind=PartKind.CHOICE, required=True),
            Part(
                key="level",
                label=_("Niveau"),
                kind=PartKind.CHOICE,
                choices=tuple(Level.choices()),
                required=True,
            ),
            Part(
                key="class_name",
                label=_("Classe"),
                length=60,
                help=_("Le nom que lui donne l’école, si vous le connaissez."),
            ),
        ),
    ),
}

CHILD_FIELDS = tuple(field for field, shape in SHAPES.items() if shape.group in CHILD_GROUPS)
FAMILY_FIELDS = tuple(field for field, shape in SHAPES.items() if shape.group in FAMILY_GROUPS)

PHOTO_FIELDS = frozenset(
    field for field, shape in SHAPES.items() if any(part.kind == PartKind.PHOTO for part in shape.parts)
)
HEALTH_FIELDS = frozenset(field for field, shape in SHAPES.items() if shape.is_health)
WEIGHED_FIELDS = frozenset(field for field, shape in SHAPES.items() if shape.is_weighed)
ROW_FIELDS = frozenset(field for field, shape in SHAPES.items() if shape.on_row)
CLEAR_FIELDS = frozenset(CHILD_FIELDS) - HEALTH_FIELDS - ROW_FIELDS - {DossierField.MEAL}


@dataclass(frozen=True, slots=True)
class Policy:
    """``is_checked``: what a family writes waits for an agent."""

    access: Access
    is_checked: bool

    @property
    def is_visible(self) -> bool:
        return self.access != Access.HIDDEN

    @property
    def is_editable(self) -> bool:
        return self.access in {Access.EDITABLE, Access.MANDATORY}

    @property
    def counts_at_once(self) -> bool:
        return self.is_editable and not self.is_checked

    @property
    def is_mandatory(self) -> bool:
        return self.access == Access.MANDATORY


# An allergy or a telephone is known at once. A meal or a PAI commits the kitchen, an address the prices, a name the
# invoices, an age or a class all of it: an agent reads them first.
_CHECKED = frozenset(
    {
        DossierField.MEAL,
        DossierField.PAI,
        DossierField.ADDRESS,
        DossierField.NAMES,
        DossierField.CHILD_NAMES,
        DossierField.BIRTH,
        DossierField.SCHOOLING,
    }
)
DEFAULT_POLICIES: Mapping[DossierField, Policy] = {
    field: Policy(Access.EDITABLE, is_checked=field in _CHECKED) for field in SHAPES
}


def fields_of(group: FileGroup) -> list[DossierField]:
    return [field for field, shape in SHAPES.items() if shape.group == group]


class FileLine(str):
    """One entry in words, and the token of the photograph that goes with it (empty: none)."""

    __slots__ = ("photo",)
    photo: str

    def __new__(cls, words: str, photo: str = "") -> Self:
        line = super().__new__(cls, words)
        line.photo = photo
        return line


def in_words(field: DossierField, value: Value, *, choices: Choices) -> list[FileLine]:
    """One line an entry."""
    return [
        FileLine(SHAPES[field].glue.join(_entry_words(field, entry, choices)), photo_of(field, entry))
        for entry in value
    ]


def photo_of(field: DossierField, entry: Mapping[str, str]) -> str:
    return next((entry.get(part.key, "") for part in SHAPES[field].parts if part.kind == PartKind.PHOTO), "")


def photos_in(field: DossierField, value: Value) -> set[str]:
    """The tokens of the photographs that a value names."""
    return {token for entry in value if (token := photo_of(field, entry))}


def _entry_words(field: DossierField, entry: Mapping[str, str], choices: Choices) -> Sequence[str]:
    words = []
    for part in SHAPES[field].parts:
        answer = entry.get(part.key, "")
        if not answer:
            continue
        if part.kind == PartKind.DATE:
            answer = f"{date.fromisoformat(answer):%d/%m/%Y}"
        elif part.kind == PartKind.CHOICE:
            named = dict(part.choices) or choices.get(part.key, {})
            answer = named.get(answer, answer)
        elif part.kind == PartKind.PHOTO:
            continue
        words.append(f"{part.lead}{answer}")
    return words
