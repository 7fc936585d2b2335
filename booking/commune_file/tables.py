"""The offer as a town's file writes it: activities, periods, slots and stages."""

from datetime import date, datetime
from typing import Annotated, Any, ClassVar, Literal, Self

from pydantic import (
    BeforeValidator,
    Field,
    PlainValidator,
    StringConstraints,
    model_validator,
)

from booking.commune_file.places import GroupTable, PrioritiesTable, StaffingTable
from booking.commune_file.values import Levels
from booking.rules.absence import AbsencePolicy, describe_absences
from booking.rules.cutoffs import CutoffRule, Verb, describe
from booking.rules.eligibility import Public
from booking.rules.family_file import FileConditions
from booking.rules.late import LateEffect, describe_late
from booking.rules.minimum import Minimum, describe_minimum
from booking.rules.values import ClockTime, LocalMoment
from booking.rules.week_choice import WeekRules, slots_named
from core.commune_file.problems import fault, suggestion
from core.commune_file.values import Code, FileModel, Line, Shown, Text, Titles, reference
from core.words import NBSP

YEARS = "{annees}"
"""Stands for « 2022-2023 » in the code and the name of a period that returns every school year."""

WeekdayWord = Literal["lun", "mar", "mer", "jeu", "ven", "sam", "dim"]
WEEKDAY_WORDS: tuple[WeekdayWord, ...] = ("lun", "mar", "mer", "jeu", "ven", "sam", "dim")

PeriodCode = Annotated[
    str, StringConstraints(pattern=r"^[a-z0-9]+(-([a-z0-9]+|\{annees\}))*$", max_length=80)
]


def _in_week_order(days: Any) -> Any:
    """As written, unless it is not a list of known days: the list's own check says so."""
    if isinstance(days, list) and set(map(str, days)) <= set(WEEKDAY_WORDS):
        return [day for day in WEEKDAY_WORDS if day in days]
    return days


def read_school_date(value: Any) -> date | str:
    if isinstance(value, date) and not isinstance(value, datetime):
        return value
    if isinstance(value, str):
        day, _, month = value.partition("/")
        try:
            date(2000, int(month), int(day))  # a leap year: « 29/02 » exists
        except ValueError:
            pass
        else:
            return f"{int(day):02d}/{int(month):02d}"
    raise fault(
        f"«{NBSP}{value}{NBSP}» n’est pas une date{NBSP}; écrivez 2023-07-07, ou « 07/07 » chaque année"
    )


SchoolDate = Annotated[date | str, PlainValidator(read_school_date)]
Booking = Annotated[CutoffRule, Shown(lambda rule: str(describe(rule)))]
Cancelling = Annotated[CutoffRule, Shown(lambda rule: str(describe(rule, Verb.CANCEL)))]
Late = Annotated[LateEffect | None, Shown(describe_late)]
Absences = Annotated[AbsencePolicy | None, Shown(lambda policy: " ; ".join(describe_absences(policy)))]
Least = Annotated[Minimum | None, Shown(describe_minimum)]


class StageTable(FileModel):
    noun: ClassVar[str] = "stade"
    ordered: ClassVar[bool] = True

    code: Code = Field(description="Identifiant du stade, unique dans l’accueil.")
    name: Annotated[Line, Field(max_length=80)] = Field(
        alias="libelle", description="Titre de la colonne du planning : « REPAS ENFANT 3.30 »."
    )
    cutoff: Booking = Field(
        alias="delai",
        description="Délai de réservation à ce stade (voir algorithms/delais.md) ; le suivant s’ouvre ensuite.",
    )
    levels: Levels = Field(
        frozenset(), alias="niveaux", description="Classes ou écoles admises à ce stade ; vide : toutes."
    )
    tariff: Annotated[str, reference("tarif", "tarifs")] | None = Field(
        None, alias="tarif", description="Tarif ; sans lui, aucun prix n’est annoncé."
    )
    late: Late = Field(
        None,
        alias="retard",
        description="Ce que réserver à ce stade change : prix, majoration, accord d’un agent (voir "
        "algorithms/retards-absences.md).",
    )


class SlotTable(FileModel):
    noun: ClassVar[str] = "accueil"
    ordered: ClassVar[bool] = True

    code: Code = Field(description="Identifiant de l’accueil, unique dans la période.")
    name: Annotated[Line, Field(max_length=80)] = Field(alias="libelle", description="Nom de l’accueil.")
    starts: ClockTime = Field(alias="debut", description="Heure de début, à l’heure de la commune.")
    ends: ClockTime = Field(alias="fin", description="Heure de fin.")
    capacity: int | None = Field(
        None, alias="places", ge=0, description="Places par jour ; sans cette clé, pas de limite."
    )
    groups: list[GroupTable] = Field(
        [],
        alias="groupes",
        description="Places partagées par âge ou par classe ; un enfant est du premier groupe qui le prend, sinon il "
        "ne compte que dans `places`.",
    )
    staffing: StaffingTable | None = Field(
        None,
        alias="encadrement",
        description="Adultes présents et enfants par adulte : alerte des jours où il en manque.",
    )
    stages: list[StageTable] = Field(
        alias="stades", min_length=1, description="Stades de réservation, du premier au dernier."
    )

    @model_validator(mode="after")
    def _order(self) -> Self:
        if self.ends <= self.starts:
            raise fault("la fin précède le début", "fin")
        return self


class PeriodTable(FileModel):
    noun: ClassVar[str] = "période"

    code: PeriodCode = Field(description="Identifiant de la période, unique dans le fichier.")
    name: Line = Field(alias="nom", description="Nom affiché : « Cantine 2022-2023 ».")
    school_year: Literal["courante"] | None = Field(
        None,
        alias="annee_scolaire",
        description="`courante` : la période revient chaque année scolaire ; celle de l’année en cours est créée, "
        "et dès juin celle de la suivante. `code` et `nom` contiennent alors `{annees}`.",
    )
    start: SchoolDate = Field(
        alias="debut", description="Premier jour : une date, ou « 01/09 » pour chaque année scolaire."
    )
    end: SchoolDate = Field(alias="fin", description="Dernier jour, compris ; de la même forme que `debut`.")
    weekdays: Annotated[list[WeekdayWord], BeforeValidator(_in_week_order)] = Field(
        alias="jours", min_length=1, description="Jours d’ouverture."
    )
    in_school_holidays: Literal["ferme", "seulement", "ouvert"] = Field(
        "ferme",
        alias="vacances",
        description="Pendant les vacances scolaires. Un jour férié est toujours fermé.",
    )
    levels: Levels = Field(
        frozenset(), alias="niveaux", description="Classes ou écoles admises ; vide : toutes."
    )
    mode: Literal["immediate", "demande"] = Field(
        "immediate", alias="mode", description="`immediate` : réservé aussitôt ; `demande` : un agent décide."
    )
    payment: Literal["panier", "facture", "gratuit"] = Field(
        "facture",
        alias="paiement",
        description="`panier` : payé à la réservation ; `facture` : plus tard ; `gratuit`.",
    )
    view: Literal["mois", "semaine"] = Field(
        "mois", alias="presentation", description="Ce que le planning montre à la fois."
    )
    opens_at: LocalMoment | None = Field(None, alias="ouverture", description="Ouverture des réservations.")
    closes_at: LocalMoment | None = Field(None, alias="cloture", description="Clôture des réservations.")
    cancel_rule: Cancelling = Field(
        alias="annulation", description="Délai d’annulation par la famille (voir algorithms/delais.md)."
    )
    cancel_help: Text = Field(
        "", alias="aide_annulation", description="Ce qu’elle lit quand elle ne le peut plus."
    )
    shows_places: bool = Field(False, alias="places_affichees", description="Montre les places restantes.")
    waiting_list: Literal["automatique", "agent"] | None = Field(
        None,
        alias="liste_attente",
        description="Qui propose une place libérée d’un jour complet : `automatique`, à la famille suivante, ou "
        "`agent` ; sans cette clé, pas de liste.",
    )
    offer_minutes: int = Field(
        1440,
        alias="minutes_proposition",
        ge=5,
        le=20160,
        description="Temps pendant lequel une place proposée est gardée, en minutes.",
    )
    audience: Public | None = Field(
        None,
        alias="public",
        description="À qui elle s’adresse en plus de `niveaux` : `ages` (au premier jour), `residences`, "
        "`establishments`, et `opens`, l’ouverture propre à certaines résidences.",
    )
    week: WeekRules | None = Field(
        None,
        alias="semaine",
        description="Jours par semaine, forfaits, accueils liés ou qui s’excluent, semaines composées.",
    )
    file_conditions: FileConditions | None = Field(
        None,
        alias="dossier",
        description="Ce qu’il faut pour réserver : `documents` et `consents` (codes de `[[documents]]` et de "
        "`[[reglements]]`), `max_overdue` (impayés tolérés, en euros), `child_file` (dossier de l’enfant et "
        "informations de la famille complets), "
        "`quotient_known`, `used_this_year`.",
    )
    absences: Absences = Field(
        None,
        alias="absences",
        description="Ce qui reste dû d’une absence, et ce qui en dispense (voir algorithms/retards-absences.md).",
    )
    unbooked: Late = Field(
        None,
        alias="non_reserve",
        description="Ce que coûte un enfant venu sans réservation, à partir du tarif du premier stade.",
    )
    priorities: PrioritiesTable | None = Field(
        None, alias="priorites", description="Points de chaque critère pour l’ordre des demandes."
    )
    minimum: Least = Field(
        None,
        alias="minimum",
        description="Effectif sous lequel l’accueil peut être annulé : `children`, `resident_percent`.",
    )
    refund: Literal["agent", "avoir", "liste", "aucun"] = Field(
        "agent",
        alias="remboursement",
        description="Un jour payé ou facturé, annulé à temps : `avoir` sur le compte, `liste` à rembourser par la "
        "régie, `aucun`, ou un `agent` décide.",
    )
    slots: list[SlotTable] = Field(alias="accueils", min_length=1, description="Les colonnes du planning.")

    @property
    def dates(self) -> tuple[date, date]:
        """First and last day. A period that returns every year must be written out first."""
        assert isinstance(self.start, date)
        assert isinstance(self.end, date)
        return self.start, self.end

    @model_validator(mode="after")
    def _dates(self) -> Self:
        returns = self.school_year is not None
        for key, value in (("debut", self.start), ("fin", self.end)):
            if isinstance(value, str) != returns:
                wanted = (
                    '"jour/mois", par exemple "07/07"'
                    if returns
                    else "une date entière, par exemple 2023-07-07"
                )
                raise fault(f"écrivez {wanted}", key)
        for key, text in (("code", self.code), ("nom", self.name)):
            if (YEARS in text) != returns:
                raise fault(
                    f"{YEARS} manque" if returns else f'{YEARS} demande annee_scolaire = "courante"', key
                )
        if not returns and self.dates[1] < self.dates[0]:
            raise fault("la fin précède le début", "fin")
        if self.opens_at and self.closes_at and self.closes_at < self.opens_at:
            raise fault("la clôture précède l’ouverture", "cloture")
        return self

    @model_validator(mode="after")
    def _waiting_list(self) -> Self:
        if self.waiting_list == "automatique" and self.mode == "demande":
            raise fault(
                "dans une période à la demande, c’est un agent qui propose les places : écrivez « agent »",
                "liste_attente",
            )
        return self

    @model_validator(mode="after")
    def _known_facts(self) -> Self:
        """A condition on what the portal does not keep yet would stop every family."""
        if self.file_conditions and self.file_conditions.member:
            raise fault("le portail ne connaît pas encore les adhésions (member)", "dossier")
        return self

    @model_validator(mode="after")
    def _week_slots(self) -> Self:
        codes = {slot.code for slot in self.slots}
        for code in sorted(slots_named(self.week) - codes) if self.week else ():
            raise fault(f"accueil inconnu de cette période : « {code} »{suggestion(code, codes)}", "semaine")
        return self

    @model_validator(mode="after")
    def _prices(self) -> Self:
        for slot_rank, slot in enumerate(self.slots):
            for stage_rank, stage in enumerate(slot.stages):
                if self.payment == "panier" and stage.tariff is None:
                    at = ("accueils", slot_rank, "stades", stage_rank)
                    raise fault("un tarif est nécessaire quand la réservation se paie au panier", *at)
        return self


class ActivityTable(FileModel):
    noun: ClassVar[str] = "activité"
    ordered: ClassVar[bool] = True

    code: Code = Field(description="Identifiant de l’activité.")
    name: Line = Field(alias="nom", description="Nom affiché : « RESTAURATION ».")
    establishment: Annotated[str, reference("établissement", "etablissements")] = Field(
        alias="etablissement", description="Où elle a lieu."
    )
    regie: Annotated[str, reference("régie", "regies")] | None = Field(
        None, alias="regie", description="Qui l’encaisse."
    )
    for_pupils: bool = Field(
        True, alias="eleves_seulement", description="Réservée aux élèves de l’établissement."
    )
    needs_enrolment: bool = Field(
        False,
        alias="inscription_prealable",
        description="Le service inscrit l’enfant avant toute réservation.",
    )
    periods: list[PeriodTable] = Field([], alias="periodes", description="Les périodes de réservation.")

    @property
    def title(self) -> str:
        return f"{self.name} ({self.establishment})"

    def title_in(self, titles: Titles) -> str:
        return f"{self.name} ({titles.get(('etablissements', self.establishment), self.establishment)})"
