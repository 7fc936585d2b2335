"""Three invented families on whom a tariff is tried before it is saved, and what a tariff is in a few words."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from billing.pricing.facts import PricingFacts, Scheme, UnitPrice
from billing.pricing.means import Flat
from billing.pricing.rules import Shape
from billing.pricing.shape import held
from billing.pricing.situations import situations
from core.levels import Level
from core.money import format_euros

FAMILIES = (
    (
        "De la commune, quotient 400, deux enfants",
        PricingFacts(
            quotient=Decimal(400),
            scheme=Scheme.CAF,
            resident=True,
            registered=2,
            children=2,
            level=Level.CP,
            age=6,
        ),
    ),
    (
        "De la commune, sans justificatif, trois enfants",
        PricingFacts(resident=True, registered=3, children=3, level=Level.CM2, age=10),
    ),
    (
        "Hors commune, quotient 1 200, un enfant",
        PricingFacts(quotient=Decimal(1200), scheme=Scheme.CAF, level=Level.MS, age=4),
    ),
)


@dataclass(frozen=True, kw_only=True)
class Trial:
    """What a family would pay for one unit, and pays today when there is a rule to compare with."""

    family: str
    price: UnitPrice
    before: Decimal | None


def try_on_families(rule: Shape, *, before: Shape | None) -> list[Trial]:
    return _tried(FAMILIES, rule, before)


def try_situations(rule: Shape, *, before: Shape | None) -> list[Trial]:
    """What the first family would pay in each case that the rule tells apart."""
    return _tried(situations(rule, FAMILIES[0][1]), rule, before)


def _tried(cases: Iterable[tuple[str, PricingFacts]], rule: Shape, before: Shape | None) -> list[Trial]:
    return [
        Trial(family=name, price=rule.price(facts), before=before.price(facts).amount if before else None)
        for name, facts in cases
    ]


_NAMES = {
    "flat": "un seul prix",
    "brackets": "tranches de quotient",
    "effort_rate": "taux d’effort",
    "interpolation": "prix continu selon le quotient",
    "cost_share": "part du coût réel",
    "by_residence": "commune et hors commune",
    "outside_surcharge": "majoration hors commune",
    "by_level": "selon la classe",
    "by_age": "selon l’âge",
    "by_siblings": "selon la fratrie",
    "sibling_discount": "réduction de fratrie",
    "by_case": "selon le cas",
    "supplement": "avec supplément",
    "bounded": "avec plancher ou plafond",
    "aided": "aides déduites",
    "membership": "adhésion annuelle",
    "started_units": "temps commencé",
    "duration_table": "table de durées",
    "forfait": "forfait",
    "pack": "carnet",
    "steps": "prix par nombre",
    "volume_discount": "remise de volume",
    "from_nth": "à partir de la énième fois",
}


def rule_in_words(rule: Shape) -> str:
    """« 3,30 € », « commune et hors commune, tranches de quotient », with « estimation » where the price comes later."""
    if isinstance(rule, Flat):
        return format_euros(rule.amount)
    names = list(dict.fromkeys(_shapes(rule)))
    text = ", ".join(_NAMES.get(name, name) for name in names if name != "flat" or len(names) == 1)
    return f"{text} (estimation avant la facture)" if rule.settled.notice else text


def _shapes(rule: Shape) -> Iterable[str]:
    """The types of a rule and of those it holds, outermost first."""
    return (str(getattr(shape, "type", "")) for shape in held(rule))
