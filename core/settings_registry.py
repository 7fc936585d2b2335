"""The screens over the objects of the town's file: each application registers its own, from its ``settings_screens``."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django import forms
from django.utils.module_loading import autodiscover_modules

from core.commune_file.keys import key_of
from core.commune_file.objects import Data, Names, handle, kind_of, model_of, spoken
from core.commune_file.telling import Said, Side, register_tongue
from core.forms.settings import TableForm, words_of
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

    def said(
        self, names: Names, keys: Collection[str], before: Side, after: Side
    ) -> Mapping[str, list[Said]]:
        """What changes of an object, in the labels of its form and the sentences of its rules
        (``core.commune_file.telling.Tongue``)."""
        rules = {rule.key: rule for rule in self.rules}
        old, new = (
            self.form(table=side.table, draft=side.file, names=names, is_new=True) for side in (before, after)
        )
        found = {}
        for key in keys:
            if rule := rules.get(key):
                was, is_now = (
                    " ".join(rule.sentences(side.table.get(key), side.file)) for side in (before, after)
                )
                found[key] = [Said(rule.title, was, is_now)]
            elif lines := new.said(key):
                pairs = zip(old.said(key), lines, strict=True)
                changed = [Said(label, was, is_now) for (_, was), (label, is_now) in pairs if was != is_now]
                found[key] = changed or [Said(label, words, words) for label, words in lines]
        return found


@dataclass(frozen=True, kw_only=True)
class Elsewhere:
    """The words of what another screen edits, aside from the draft. ``form``: the one of that screen, or what makes
    it for an object; ``columns``: attribute of the table → field of the form, where they differ."""

    kind: Names
    form: type[forms.BaseForm] | Callable[[Data], forms.BaseForm]
    columns: Mapping[str, str] = field(default_factory=dict)
    values: Mapping[Any, str] = field(default_factory=dict)
    """Word of the file → value of the form, where they differ."""
    name: Callable[[Mapping[str, Any]], str] = name_of

    def _fields(self, table: Data) -> Mapping[str, forms.Field]:
        return self.form.base_fields if isinstance(self.form, type) else self.form(table).fields

    def said(
        self,
        names: Names,  # noqa: ARG002 - one form for all
        keys: Collection[str],
        before: Side,
        after: Side,
    ) -> Mapping[str, list[Said]]:
        fields, tables = self._fields(after.table), model_of(self.kind).model_fields
        attributes = {key_of(name, info): name for name, info in tables.items()}
        found = {}
        for key in keys:
            attribute = attributes.get(key, key)
            if shown := fields.get(self.columns.get(attribute, attribute)):
                usual = tables[attribute].get_default() if attribute in tables else None
                was, is_now = (self._words(shown, side.table.get(key, usual)) for side in (before, after))
                found[key] = [Said(str(shown.label), was, is_now)]
        return found

    def _words(self, shown: forms.Field, value: Any) -> str:
        is_word = isinstance(value, str)
        return words_of(shown, self.values.get(value, value) if is_word else value)


_screens: dict[Names, Screen] = {}


def register(*screens: Screen) -> None:
    """In the order of the home page."""
    for screen in screens:
        _screens[screen.kind] = screen
        register_tongue(screen.kind, screen)


def register_elsewhere(*words: Elsewhere) -> None:
    for one in words:
        register_tongue(one.kind, one)


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
