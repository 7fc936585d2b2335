"""The screens over the objects of the town's file: each application registers its own, from its ``settings_screens``."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.module_loading import autodiscover_modules

from core.commune_file.objects import Data, Names, handle, kind_of, spoken
from core.forms.settings import TableForm
from core.forms.settings_rules import RuleEditor


def name_of(item: Mapping[str, Any]) -> str:
    """What people call an object."""
    keys = ("nom", "libelle", "titre", "motif")
    return spoken(str(next((item[key] for key in keys if key in item), handle(item))))


@dataclass(frozen=True, kw_only=True)
class Screen:
    """One kind of object. ``name`` is what people call it, ``note`` says it in one line; ``summary`` says the whole list,
    on the home page."""

    kind: Names
    title: str
    about: str
    new: str
    form: type[TableForm]
    icon: str = "settings"
    name: Callable[[Mapping[str, Any]], str] = name_of
    note: Callable[[Mapping[str, Any], Data], str] = lambda item, draft: ""  # noqa: ARG005
    summary: Callable[[Data], str] | None = None
    rules: tuple[RuleEditor, ...] = ()
    lacks: str = ""
    """What to say when a list that an object must have is empty."""
    is_single: bool = False
    can_add: bool = True
    is_ordered: bool = True
    copies: bool = False
    """Whether an object may be copied for the next year."""
    draws_mail: bool = False
    """Whether an object is a mail, that an agent sees and sends to oneself before keeping its words."""
    elsewhere: tuple[tuple[str, str], ...] = ()
    """(URL name, label) of the screens where the rest of it is set."""

    @property
    def key(self) -> str:
        return self.kind[-1]


_screens: dict[Names, Screen] = {}


def register(*screens: Screen) -> None:
    """In the order of the home page."""
    _screens.update((screen.kind, screen) for screen in screens)


def home_screens() -> list[Screen]:
    _load()
    return [screen for screen in _screens.values() if len(screen.kind) == 1]


def screen_of(names: Names) -> Screen | None:
    _load()
    return _screens.get(kind_of(names))


def inner_screens(screen: Screen) -> Sequence[Screen]:
    """The screens of the lists that its objects hold."""
    return [one for one in _screens.values() if one.kind[:-1] == screen.kind]


def _load() -> None:
    autodiscover_modules("settings_screens")
