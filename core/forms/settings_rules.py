"""Forms over the rules of the town's file: first what kind of rule, then its own fields."""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django import forms
from pydantic import TypeAdapter, ValidationError

from core.commune_file.objects import Data, Names
from core.commune_file.problems import french


class RuleForm(forms.Form):
    """One kind of rule."""

    def __init__(
        self, data: Any = None, *, draft: Data, names: Names, rule: Data | None, **kwargs: Any
    ) -> None:
        self.draft, self.names = draft, names
        initial = self.initial_of(rule) if rule else None
        super().__init__(data, initial=initial or {}, **kwargs)
        self.prepare()

    def prepare(self) -> None:
        """Give the fields their choices."""

    @classmethod
    def initial_of(cls, rule: Data) -> Data | None:
        """The fields that would write the rule again; None when this form cannot say all of it."""
        raise NotImplementedError

    def rule(self) -> Data | None:
        """The rule of valid fields; None for no rule at all."""
        raise NotImplementedError


class NoRuleForm(RuleForm):
    @classmethod
    def initial_of(cls, rule: Data) -> Data | None:  # noqa: ARG003 - a rule is not « no rule »
        return None

    def rule(self) -> None:
        return None


class WrittenRuleForm(RuleForm):
    """Any rule, as the file writes it."""

    texte = forms.CharField(
        label="La règle, en JSON",
        max_length=8000,
        widget=forms.Textarea(attrs={"rows": 10, "spellcheck": "false"}),
        help_text="Comme dans le fichier de la commune ; les clés sont dans sa documentation.",
    )

    @classmethod
    def initial_of(cls, rule: Data) -> Data | None:
        return {"texte": json.dumps(rule, indent=2, ensure_ascii=False, default=str)}

    def clean_texte(self) -> Data:
        try:
            rule = json.loads(self.cleaned_data["texte"])
        except ValueError:
            raise forms.ValidationError(
                "Ce n’est pas du JSON : vérifiez les accolades et les guillemets."
            ) from None
        if not isinstance(rule, dict):
            raise forms.ValidationError("Une règle s’écrit entre accolades.")
        return rule

    def rule(self) -> Data | None:
        return dict(self.cleaned_data["texte"])


def is_blank(value: Any) -> bool:
    """Whether a field says nothing; zero says something."""
    return value is None or value is False or value in ("", [])


NONE, WRITTEN = "aucune", "ecrite"


@dataclass(frozen=True, kw_only=True)
class RuleEditor:
    """A key whose value is a rule. ``kinds``: name in the address → (label, form), the simplest first.

    ``words`` says a rule in sentences; ``dates`` what it gives on the next days: (day, sentence).
    """

    key: str
    title: str
    about: str
    adapter: TypeAdapter[Any]
    kinds: Mapping[str, tuple[str, type[RuleForm]]]
    words: Callable[[Any, Data], Sequence[str]]
    none: str = "Aucune."
    dates: Callable[[Any, Data, Names], Sequence[tuple[str, str]]] | None = None

    def kind_of(self, rule: Data | None) -> str:
        """The first kind whose form can say the rule."""
        if rule is None:
            return next(iter(self.kinds))
        for name, (_, form) in self.kinds.items():
            if form.initial_of(rule) is not None:
                return name
        return WRITTEN

    def read(self, rule: Data) -> Any:
        """The value of a rule. Raises pydantic's ValidationError."""
        return self.adapter.validate_python(rule)

    def written(self, rule: Data) -> Data:
        """A rule as the file writes it. Raises pydantic's ValidationError."""
        return dict(self.adapter.dump_python(self.read(rule), exclude_unset=True))

    def sentences(self, rule: Data | None, draft: Data) -> Sequence[str]:
        return [self.none] if rule is None else self.words(self.read(rule), draft)


def told(error: ValidationError) -> list[str]:
    """What pydantic refuses in a rule, in French sentences."""
    found = []
    for detail in error.errors(include_url=False):
        sentence = french(detail)
        found.append(f"{sentence[:1].upper()}{sentence[1:]}.")
    return list(dict.fromkeys(found))
