"""Where what the journal names is shown: an explicit registry, each application naming the pages of its own objects.

The journal keeps the kind of an object (its model's name in French) and its number. An object that is gone has no page.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import Model
from django.urls import reverse

Named = tuple[str, int]
"""The kind of an object, and its number."""


@dataclass(frozen=True, kw_only=True)
class _Shown:
    model: type[Model]
    page: Callable[[Any], str]
    related: tuple[str, ...]


_shown: dict[str, _Shown] = {}


def register(model: type[Model], page: Callable[[Any], str], *related: str) -> None:
    """``page``: the path that shows one object, "" when none does; ``related``: what it reads beside the object."""
    _shown[str(model._meta.verbose_name)] = _Shown(model=model, page=page, related=related)


def at(page: str) -> Callable[[Model], str]:
    """The page of a URL name that takes the object's own key."""
    return lambda row: reverse(page, args=[row.pk])


def kinds() -> list[str]:
    """The kinds of objects that have a page, as the journal writes them."""
    return sorted(_shown)


def pages_of(named: Iterable[Named]) -> dict[Named, str]:
    """The pages of objects that are still there. One query a kind."""
    wanted: dict[str, set[int]] = defaultdict(set)
    for kind, number in named:
        if kind in _shown:
            wanted[kind].add(number)
    found: dict[Named, str] = {}
    for kind, numbers in wanted.items():
        shown = _shown[kind]
        rows = shown.model._default_manager.select_related(*shown.related).in_bulk(numbers)
        found.update(((kind, number), page) for number, row in rows.items() if (page := shown.page(row)))
    return found
