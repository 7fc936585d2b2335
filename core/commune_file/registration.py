"""Whether families may ask for a file on the portal, as a table of the file."""

from typing import Annotated, ClassVar

from pydantic import Field

from core.commune_file.sections import Run, Section
from core.commune_file.values import FileModel, OneOf
from core.enums import RegistrationMode
from core.models import CommuneSettings

MODES = {
    "fermee": RegistrationMode.CLOSED,
    "validation": RegistrationMode.CHECKED,
    "automatique": RegistrationMode.AUTOMATIC,
}
_WORDS = {mode: word for word, mode in MODES.items()}


class RegistrationTable(FileModel):
    noun: ClassVar[str] = "inscription des familles"

    mode: Annotated[str, OneOf(tuple(MODES))] = Field(
        "fermee",
        alias="mode",
        description="Fermée, ouverte avec la validation d’un agent, ou automatique (une demande qui ressemble à un dossier attend un agent).",
    )

    @property
    def title(self) -> str:
        return ""


class RegistrationSection(Section):
    key = "inscription"
    model = RegistrationTable
    about = "L’inscription en ligne des familles qui n’ont pas encore de dossier."
    is_content = True

    def load(self) -> RegistrationTable | None:
        settings = CommuneSettings.objects.first()
        return (
            RegistrationTable.of(mode=_WORDS[RegistrationMode(settings.registration)]) if settings else None
        )

    def write(self, wanted: RegistrationTable, run: Run) -> None:  # noqa: ARG002
        CommuneSettings.objects.update_or_create(pk=1, defaults={"registration": MODES[wanted.mode]})
