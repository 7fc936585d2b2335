"""The cases that a tariff tells apart, for one invented family: so many minutes, the nth time, a meal, an age…"""

from calendar import monthrange
from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import date
from functools import singledispatch
from typing import Any

from billing.pricing.changes import Membership, Supplement, YearDay
from billing.pricing.choices import ByAge, ByCase, ByResidence, case_words, tie_words
from billing.pricing.durations import DurationTable, StartedUnits
from billing.pricing.facts import Position, Positions, PricingFacts, Span
from billing.pricing.shape import Shape, held
from billing.pricing.volumes import Forfait, FromNth, Pack, Steps, VolumeDiscount, nth_in
from core.words import NBSP, plural

MOST = 12

Situation = tuple[str, PricingFacts]


def situations(rule: Shape, family: PricingFacts) -> list[Situation]:
    """In words and in facts, the first ``MOST``; empty when the price looks at nothing but the family."""
    found: dict[str, PricingFacts] = {}
    for shape in held(rule):
        for words, facts in _of(shape, family):
            found.setdefault(words, facts)
    return list(found.items())[:MOST]


@singledispatch
def _of(shape: Shape, family: PricingFacts) -> Iterable[Situation]:  # noqa: ARG001 - the signature of each shape
    """The cases of one shape, those of its parts aside."""
    return ()


@_of.register
def _started(shape: StartedUnits, family: PricingFacts) -> Iterable[Situation]:
    return _times(shape.measure, [10, shape.unit + shape.grace + 1, 4 * shape.unit], family)


@_of.register
def _durations(shape: DurationTable, family: PricingFacts) -> Iterable[Situation]:
    limits = [case.up_to for case in shape.cases if case.up_to]
    return _times(shape.measure, [*limits, max(limits, default=0) + 1], family)


@_of.register
def _forfait(shape: Forfait, family: PricingFacts) -> Iterable[Situation]:
    return _ranks(shape.per, [1, 2, *([shape.included + 1] if shape.included else [])], family)


@_of.register
def _pack(shape: Pack, family: PricingFacts) -> Iterable[Situation]:
    return _ranks(shape.per, [1, 2, shape.size + 1], family)


@_of.register
def _steps(shape: Steps, family: PricingFacts) -> Iterable[Situation]:
    return _ranks(shape.per, range(1, len(shape.totals) + 2), family)


@_of.register
def _volume(shape: VolumeDiscount, family: PricingFacts) -> Iterable[Situation]:
    return _ranks(shape.per, [1, *(step.start for step in shape.steps)], family)


@_of.register
def _from_nth(shape: FromNth, family: PricingFacts) -> Iterable[Situation]:
    return _ranks(shape.per, [1, shape.time], family)


@_of.register
def _by_age(shape: ByAge, family: PricingFacts) -> Iterable[Situation]:
    limits = [case.under for case in shape.cases if case.under]
    for age in sorted({*(limit - 1 for limit in limits), max(limits, default=0)}):
        yield f"Enfant de {plural(age, 'an')}", replace(family, age=age)


@_of.register
def _by_case(shape: ByCase, family: PricingFacts) -> Iterable[Situation]:
    for word in shape.cases:
        yield case_words(shape.fact, word), _with(family, {shape.fact: word})


@_of.register
def _by_residence(shape: ByResidence, family: PricingFacts) -> Iterable[Situation]:
    for tie in [*shape.as_resident, *shape.ties]:
        outside = replace(family, resident=False, ties=frozenset({tie}))
        yield f"Hors commune, au titre {tie_words(tie)}", outside


@_of.register
def _supplement(shape: Supplement, family: PricingFacts) -> Iterable[Situation]:
    if shape.option:
        option = frozenset({shape.option})
        yield f"Avec l’option «{NBSP}{shape.option}{NBSP}»", replace(family, options=option)


@_of.register
def _membership(shape: Membership, family: PricingFacts) -> Iterable[Situation]:
    if shape.reduced:
        start = shape.reduced.start
        yield f"Inscription le {start.words()}", replace(family, day=_some_year(start))


def _some_year(day: YearDay) -> date:
    """The day in a leap year; the last of its month when the month is shorter."""
    return date(2000, day.month, min(day.day, monthrange(2000, day.month)[1]))


def _with(family: PricingFacts, known: dict[str, Any]) -> PricingFacts:
    return replace(family, **known)


def _times(measure: str, minutes: Iterable[int], family: PricingFacts) -> Iterator[Situation]:
    what = "de présence" if measure == "minutes" else "de retard"
    for count in sorted(set(minutes)):
        yield f"{count}{NBSP}min {what}", _with(family, {measure: count})


def _ranks(span: Span, ranks: Iterable[int], family: PricingFacts) -> Iterator[Situation]:
    for rank in sorted(set(ranks)):
        positions = Positions(**{span: Position(rank, rank)})
        yield nth_in(span, rank), replace(family, positions=positions)
