"""The screens over the offer: activities, their periods, the slots and the stages of each."""

from collections.abc import Mapping
from typing import Any

from pydantic import TypeAdapter

from booking.commune_file.tables import WEEKDAY_WORDS
from booking.forms_places import StaffingForm
from booking.forms_settings import ActivityForm, GroupForm, PeriodForm, SlotForm, StageForm
from booking.forms_settings_cutoffs import CUTOFF_KINDS
from booking.forms_settings_rules import (
    LATE_KINDS,
    AbsencesForm,
    ConditionsForm,
    MinimumForm,
    PublicForm,
    WeekForm,
    optional,
)
from booking.queries.rule_dates import next_dates
from booking.rules.absence import AbsencePolicy, describe_absences
from booking.rules.cutoffs import CUTOFF_RULE, Verb, describe
from booking.rules.eligibility import Public, families_of
from booking.rules.family_file import FileConditions, describe_file
from booking.rules.late import LATE_EFFECT, describe_late
from booking.rules.minimum import Minimum, describe_minimum
from booking.rules.week_choice import WeekRules, describe_week
from core.commune_file.objects import Data, items
from core.forms.settings import choices_of
from core.forms.settings_rules import RuleEditor
from core.settings_registry import Elsewhere, Screen, register, register_elsewhere
from core.words import NBSP, WEEKDAYS, and_list, plural


def _conditions(rule: FileConditions, draft: Data) -> list[str]:
    return describe_file(rule, dict(choices_of(draft, "documents") + choices_of(draft, "reglements")))


def _public(rule: Public, draft: Data) -> list[str]:
    places = dict(choices_of(draft, "etablissements"))
    found = [f"Enfants {rule.ages.words}"] if rule.ages else []
    if rule.residences:
        found.append(f"Pour {families_of(rule.residences)}")
    if rule.establishments:
        found.append(
            f"Élèves de {and_list([places.get(code, code) for code in sorted(rule.establishments)])}"
        )
    return found + [
        f"Réservations ouvertes le {one.at:%d/%m/%Y à %H:%M} pour {families_of(one.residences)}"
        for one in rule.opens
    ]


class _Named(dict[str, str]):
    """A slot by its code, for want of the names of one period."""

    def __missing__(self, code: str) -> str:
        return code


CUTOFF = RuleEditor(
    key="delai",
    title="Délai de réservation",
    about="Jusqu’à quand on réserve à ce stade ; le stade suivant s’ouvre ensuite.",
    adapter=CUTOFF_RULE,
    kinds=CUTOFF_KINDS,
    words=lambda rule, draft: [str(describe(rule))],  # noqa: ARG005
    dates=next_dates,
)
LATE = RuleEditor(
    key="retard",
    title="Ce que change ce stade",
    about="Le prix part du tarif de ce stade.",
    adapter=LATE_EFFECT,
    kinds=LATE_KINDS,
    words=lambda rule, draft: [describe_late(rule)],  # noqa: ARG005
    none="Rien de particulier : le prix de son tarif.",
)
PERIOD_RULES = (
    RuleEditor(
        key="annulation",
        title="Délai d’annulation",
        about="Jusqu’à quand une famille annule.",
        adapter=CUTOFF_RULE,
        kinds=CUTOFF_KINDS,
        words=lambda rule, draft: [str(describe(rule, Verb.CANCEL))],  # noqa: ARG005
        dates=next_dates,
    ),
    RuleEditor(
        key="dossier",
        title="Conditions",
        about="Ce que le dossier doit porter avant de réserver.",
        adapter=TypeAdapter(FileConditions),
        kinds=optional("Des conditions", ConditionsForm),
        words=_conditions,
    ),
    RuleEditor(
        key="public",
        title="Public",
        about="À qui la période s’adresse, en plus des classes.",
        adapter=TypeAdapter(Public),
        kinds=optional("Âges et familles", PublicForm),
        words=_public,
        none="Tous les enfants des classes admises.",
    ),
    RuleEditor(
        key="absences",
        title="Absences",
        about="Ce qui reste dû d’une absence, et ce qui en dispense.",
        adapter=TypeAdapter(AbsencePolicy),
        kinds=optional("Des règles d’absence", AbsencesForm),
        words=lambda rule, draft: describe_absences(rule),  # noqa: ARG005
        none="Aucune règle : les familles ne signalent pas d’absence.",
    ),
    RuleEditor(
        key="non_reserve",
        title="Venu sans réservation",
        about="Ce que coûte un enfant pointé sans réservation, à partir du tarif du premier stade.",
        adapter=LATE_EFFECT,
        kinds=LATE_KINDS,
        words=lambda rule, draft: [describe_late(rule)],  # noqa: ARG005
        none="Le prix du premier stade.",
    ),
    RuleEditor(
        key="semaine",
        title="Semaine",
        about="Combien de jours par semaine.",
        adapter=TypeAdapter(WeekRules),
        kinds=optional("Un nombre de jours", WeekForm),
        words=lambda rule, draft: describe_week(rule, _Named()),  # noqa: ARG005
    ),
    RuleEditor(
        key="minimum",
        title="Effectif minimum",
        about="Sous cet effectif, l’accueil peut être annulé.",
        adapter=TypeAdapter(Minimum),
        kinds=optional("Un effectif", MinimumForm),
        words=lambda rule, draft: [describe_minimum(rule)],  # noqa: ARG005
    ),
)


def _activity(item: Mapping[str, Any], draft: Data) -> str:
    place = dict(choices_of(draft, "etablissements")).get(item.get("etablissement", ""), "")
    return f"{place}, {plural(len(item.get('periodes', ())), 'période')}"


def _period(item: Mapping[str, Any], draft: Data) -> str:  # noqa: ARG001
    days = and_list([WEEKDAYS[WEEKDAY_WORDS.index(day)] for day in item.get("jours", ())])
    if item.get("annee_scolaire"):
        return f"Chaque année du {item['debut']} au {item['fin']}, {days}"
    return f"Du {item['debut']:%d/%m/%Y} au {item['fin']:%d/%m/%Y}, {days}"


def _slot(item: Mapping[str, Any], draft: Data) -> str:  # noqa: ARG001
    places = f"{NBSP}; {plural(item['places'], 'place')}" if "places" in item else ""
    return f"{item.get('debut')} – {item.get('fin')}{places}{NBSP}; {plural(len(item.get('stades', ())), 'stade')}"


def _stage(item: Mapping[str, Any], draft: Data) -> str:
    tariffs = dict(choices_of(draft, "tarifs", "libelle"))
    price = tariffs.get(item.get("tarif", ""), "sans prix annoncé")
    return f"{CUTOFF.sentences(item.get('delai'), draft)[0]} Tarif{NBSP}: {price}"


def _offer(draft: Data) -> str:
    activities = items(draft, ("activites",))
    periods = sum(len(one.get("periodes", ())) for one in activities)
    return f"{plural(len(activities), 'activité')}, {plural(periods, 'période')}"


register(
    Screen(
        kind=("activites",),
        title="Activités",
        about="Ce que les familles réservent : périodes, accueils, délais, prix.",
        new="Nouvelle activité",
        form=ActivityForm,
        icon="calendar",
        note=_activity,
        summary=_offer,
    ),
    Screen(
        kind=("activites", "periodes"),
        title="Périodes",
        about="Des dates, des jours, une façon de réserver et de payer.",
        new="Nouvelle période",
        form=PeriodForm,
        note=_period,
        rules=PERIOD_RULES,
        copies=True,
        elsewhere=(("agent_places", "Places et encadrement"), ("agent_priorities", "Priorités")),
        is_ordered=False,
    ),
    Screen(
        kind=("activites", "periodes", "accueils"),
        title="Accueils",
        about="Les colonnes du planning : un repas, un matin, une demi-journée.",
        new="Nouvel accueil",
        form=SlotForm,
        note=_slot,
        lacks="Une période a besoin d’au moins un accueil.",
    ),
    Screen(
        kind=("activites", "periodes", "accueils", "stades"),
        title="Stades",
        about="À l’heure, puis en retard : chacun son délai et son prix. Le suivant s’ouvre quand le précédent se ferme.",
        new="Nouveau stade",
        form=StageForm,
        note=_stage,
        rules=(CUTOFF, LATE),
        lacks="Un accueil a besoin d’au moins un stade.",
    ),
    Screen(
        kind=("activites", "periodes", "accueils", "groupes"),
        title="Groupes",
        about="Des places partagées par âge ou par classe.",
        new="Nouveau groupe",
        form=GroupForm,
        note=lambda item, draft: plural(item["places"], "place") if "places" in item else "Sans limite",  # noqa: ARG005
    ),
)

register_elsewhere(
    Elsewhere(
        kind=("activites", "periodes", "accueils", "encadrement"),
        form=StaffingForm,
        columns={"adults": "adultes", "under_six": "moins_de_six", "six_and_over": "six_et_plus"},
    ),
)
