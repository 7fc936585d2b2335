"""The facts of a price as an agent reads them: what is known, and what is not."""

from collections.abc import Mapping
from typing import Any

from billing.pricing.facts import Meal, PricingFacts, Regularity, Scheme, Tie
from billing.pricing.frozen import thaw
from billing.pricing.shape import plain
from core.levels import Level
from core.words import and_list, plural

UNKNOWN = "inconnu, tarif le plus élevé"
_SCHEMES = {Scheme.CAF: "CAF", Scheme.MSA: "MSA", Scheme.NONE: "aucune caisse"}
_TIES = {
    Tie.WORKS_HERE: "un parent travaille dans la commune",
    Tie.PARTNER_TOWN: "commune partenaire",
    Tie.SPECIAL_CLASS: "classe spécialisée",
}
_MEALS = {
    Meal.SERVED: "servi à tous",
    Meal.PAI_SPECIAL: "adapté (PAI)",
    Meal.PAI_OWN: "fourni par la famille (PAI)",
    Meal.NONE: "aucun",
}
_FREQUENCIES = {Regularity.REGULAR: "régulière", Regularity.OCCASIONAL: "occasionnelle"}


def frozen_in_words(frozen: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Facts kept with a price (billing.pricing.frozen); empty when it depended on none."""
    return facts_in_words(thaw(frozen)) if frozen else []


def facts_in_words(facts: PricingFacts) -> list[tuple[str, str]]:
    """Name and value of each fact that the town may have; the means that no grid here reads are left out."""
    told = [
        ("Quotient familial", plain(facts.quotient) or UNKNOWN),
        ("Caisse", _SCHEMES[facts.scheme] if facts.scheme else "inconnue"),
        ("Réside", "dans la commune" if facts.resident else _outside(facts.ties)),
        ("Rang dans la fratrie", f"{facts.sibling_rank} sur {facts.registered}"),
        ("À charge", plural(facts.children, "enfant")),
        ("Âge", plural(facts.age, "an") if facts.age is not None else "inconnu"),
        ("Niveau", _level(facts.level)),
        ("Repas", _MEALS[facts.meal]),
        ("Fréquence", _FREQUENCIES[facts.regularity] if facts.regularity else "non précisée"),
    ]
    if facts.own_quotient is not None:
        told.append(("Quotient de la commune", plain(facts.own_quotient)))
    if facts.yearly_income is not None:
        told.append(("Revenus annuels", f"{plain(facts.yearly_income)} €"))
    return told


def _outside(ties: frozenset[Tie]) -> str:
    return f"hors commune ({and_list([_TIES[tie] for tie in sorted(ties)])})" if ties else "hors commune"


def _level(level: Level | None) -> str:
    return level.label if level else "inconnu"
