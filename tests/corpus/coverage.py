"""How many towns' rules are expressed, and the part of docs/corpus.md that says so.

`python -m tests.corpus.coverage` writes that part.
"""

from collections.abc import Iterator

from tests.corpus.reading import TownRules, expressed, published


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
    yield f"- {len(silent)} qui ne publient rien sur ces sujets : {', '.join(silent)}."
    yield f"- {len(rules)} règles, {examples} exemples calculés."
    yield ""
    yield "### Ce qui n’est pas exprimé"
    yield ""
    yield "| Commune | Formes | Pourquoi |"
    yield "|---|---|---|"
    for town in _towns():
        for gap in town.missing:
            yield f"| {town.town} | {', '.join(f'`{shape}`' for shape in gap['shapes'])} | {gap['reason']} |"
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
