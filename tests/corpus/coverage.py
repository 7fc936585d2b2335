"""How many towns' rules are expressed, and the part of docs/corpus.md that says so.

`python -m tests.corpus.coverage` writes that part.
"""

from collections.abc import Iterator

from tests.corpus.reading import TownRules, expressed, priced, published

# The towns that publish neither a rule of booking nor a price: what they say, and what the portal makes of it.
NEITHER = {
    "Beauvallon": (
        "Le paiement seulement : facture mensuelle envoyée par le Trésor public.",
        "Rien à exprimer pour réserver.",
    ),
    "Champanges": (
        "Des tickets achetés d’avance, un ticket par réservation, ceux qui restent perdus.",
        "**Non exprimé** : le portail vend des jours, il ne garde pas de tickets à placer ensuite.",
    ),
    "Biot": (
        "Le paiement seulement : prélèvements, CESU, une facture par domaine.",
        "Rien à exprimer pour réserver.",
    ),
    "Béziers": ("Rien : une plainte de familles sur les connexions.", "Rien à exprimer."),
}
NOT_EXPRESSED = ("Champanges",)
# Of the towns that publish prices only: what goes with a price and is not expressed.
PRICES_IN_PART = {
    "Saussay": (
        "BL_refund_unit_price",
        "Un repas manqué est rendu à un prix à part (3,85 €) : le portail rend le prix payé, ou une part de ce prix.",
    ),
    "Loon-Plage (centre socioculturel)": (
        "TF_membership",
        "L’adhésion a son prix, mais le portail ne la garde pas et ne l’exige pas pour réserver.",
    ),
}


def covered_towns() -> tuple[list[str], list[str], list[str]]:
    """The towns whose published rules are all expressed, those that lack some, those that publish none."""
    whole, part, silent = [], [], []
    for town in published().values():
        gaps = expressed()[town.town].not_covered if town.needs else frozenset()
        (silent if not town.needs else part if gaps else whole).append(town.town)
    return whole, part, silent


def page() -> str:
    return "\n".join(_lines()) + "\n"


def _lines() -> Iterator[str]:
    whole, part, silent = covered_towns()
    rules = [(town, rule) for town in _towns() for rule in town.rules]
    examples = sum(len(rule.get("examples", ())) for _, rule in rules)
    yield f"- {len(published())} communes et services lus."
    yield f"- {len(whole)} dont toutes les règles publiées sur ces sujets sont exprimées."
    yield f"- {len(part)} dont une partie ne l’est pas encore (tableau ci-dessous)."
    prices = [name for name in silent if name in priced()]
    yield f"- {len(silent)} qui ne publient rien sur ces sujets, dont {len(prices)} publient des prix, écrits en tarifs :"
    yield f"  {', '.join(prices)} ; et {len(NEITHER)} ni l’un ni l’autre : {', '.join(NEITHER)}."
    yield (
        f"- Sur les {len(published())}, donc : {len(whole) + len(prices) - len(PRICES_IN_PART)} exprimées en entier sur les "
        f"délais, annulations, retards et absences ({len(whole)}) ou, à défaut, sur les prix "
        f"({len(prices) - len(PRICES_IN_PART)}) ; {len(part) + len(PRICES_IN_PART)} en partie ; "
        f"{len(NOT_EXPRESSED)} pas du tout ({', '.join(NOT_EXPRESSED)}) ; "
        f"{len(NEITHER) - len(NOT_EXPRESSED)} n’ont rien publié à exprimer."
    )
    yield f"- {len(rules)} règles, {examples} exemples calculés."
    yield ""
    yield "### Ce qui n’est pas exprimé"
    yield ""
    yield "| Commune | Formes | Pourquoi |"
    yield "|---|---|---|"
    for town in _towns():
        for gap in town.missing:
            yield f"| {town.town} | {', '.join(f'`{shape}`' for shape in gap['shapes'])} | {gap['reason']} |"
    for name, (shape, reason) in PRICES_IN_PART.items():
        yield f"| {name} | `{shape}` | {reason} |"
    yield ""
    yield "### Les communes qui ne publient ni règle de réservation ni prix"
    yield ""
    yield "| Commune | Ce qu’elle publie | Dans le portail |"
    yield "|---|---|---|"
    for town_name, (said, made) in NEITHER.items():
        yield f"| {town_name} | {said} | {made} |"
    yield ""
    yield "### Ce que nous avons supposé"
    yield ""
    yield "| Commune | Règle | Supposition |"
    yield "|---|---|---|"
    for town, rule in rules:
        if "assumes" in rule:
            yield f"| {town.town} | {rule['for']} | {rule['assumes']} |"


def _towns() -> list[TownRules]:
    """In the order of the published list."""
    return [expressed()[name] for name in published() if name in expressed()]


if __name__ == "__main__":
    print(page(), end="")  # noqa: T201 - the command's answer
