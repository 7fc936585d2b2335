"""The pages that the law asks for: the town's own text, or the portal's usual one."""

from dataclasses import dataclass
from datetime import date

from django.template.loader import render_to_string

from core.enums import LegalKind
from core.languages import in_french
from core.models import LegalText
from core.queries.face import face


@dataclass(frozen=True, kw_only=True)
class LegalPage:
    kind: LegalKind
    body: str  # light markup
    updated_on: date | None  # None: the portal's usual text

    @property
    def title(self) -> str:
        return str(self.kind.label)


def legal_page(kind: LegalKind) -> LegalPage:
    own = LegalText.objects.filter(kind=kind).first()
    return LegalPage(
        kind=kind, body=own.body if own else usual_text(kind), updated_on=own.updated_on if own else None
    )


def usual_text(kind: LegalKind) -> str:
    """The portal's text for a town that has not written its own, with the town's name and addresses in it."""
    with in_french():  # a whole text of the law, as the town's own would be
        return render_to_string(f"home/legal/{kind.value}.md", {"town": face().town})
