"""The base of every table of a town's file, and the small values that its keys hold.

A model is the file as it is written: French keys are the aliases of English attributes, and a value is the word
that an agent writes. What the database calls it is the business of each section.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Annotated, Any, ClassVar, Self

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    GetCoreSchemaHandler,
    StringConstraints,
    ValidationInfo,
)
from pydantic_core import CoreSchema, core_schema

from core.commune_file.problems import fault, suggestion

Titles = Mapping[tuple[str, str], str]
"""The titles of the objects of a file: (section, what names the object) → its title."""


class FileModel(BaseModel):
    """A table of the file. Strict, no unknown key; attributes are read by their French aliases only."""

    model_config = ConfigDict(frozen=True, strict=True, extra="forbid", serialize_by_alias=True)

    noun: ClassVar[str] = ""
    """What an agent calls it: « période »."""

    ordered: ClassVar[bool] = False
    """Whether the order of such tables in the file is the one of the screens."""

    @property
    def identity(self) -> object:
        """What makes two versions of a table the same object: its code."""
        return getattr(self, "code", None)

    @property
    def title(self) -> str:
        """How it is named in a list of changes."""
        return str(getattr(self, "name", self.identity or ""))

    def title_in(self, titles: Titles) -> str:  # noqa: ARG002 - most titles stand alone
        """Its title where the objects it refers to are known, to be called by their own titles."""
        return self.title

    @property
    def handle(self) -> str:
        """What tells it from the others of its list, as ``core.commune_file.objects.handle`` reads it in the file."""
        return str(self.identity)

    @property
    def full_name(self) -> str:
        return f"{self.noun} {self.title}".strip()

    @classmethod
    def of(cls, **values: Any) -> Self:
        """A table built from the database, by the names of its attributes."""
        return cls.model_validate(values, by_name=True, by_alias=False)


@dataclass(frozen=True, slots=True)
class Shown:
    """Put on a field whose value has better words than its TOML: how to say it."""

    words: Callable[[Any], str]


@dataclass(frozen=True, slots=True)
class OneOf:
    """Put on a text that must be one of these words."""

    words: tuple[str, ...]

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.literal_schema(list(self.words))


_FEMININE = {"régie", "période"}


def reference(what: str, space: str) -> AfterValidator:
    """Put on the code of an object that the file must hold elsewhere, in the arrays named `space`.

    Checked when the file is read; what comes from the database refers to its own rows.
    """

    def check(code: str, info: ValidationInfo) -> str:
        known: Mapping[str, set[str]] | None = info.context
        if known is not None and code not in known.get(space, set()):
            unknown = "inconnue" if what in _FEMININE else "inconnu"
            raise fault(f"{what} {unknown} : « {code} »{suggestion(code, known.get(space, ()))}")
        return code

    return AfterValidator(check)


Text = Annotated[str, StringConstraints(strip_whitespace=True)]
"""Free text, several lines allowed; the blanks around it do not count."""

Line = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=120)]
"""A name or a title."""

Code = Annotated[str, StringConstraints(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$", max_length=60)]
"""Lower-case letters without accents, digits, dashes: how the file names an object. Never shown to families."""
