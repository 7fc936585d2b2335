"""Refusals that people read. Each has a stable ``code`` and one sentence, in their language; views show the sentence."""

from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise


class DomainError(Exception):
    code = "refused"
    message: "StrOrPromise" = _("Cette action n’est pas possible.")

    def __init__(self, message: "StrOrPromise" = "") -> None:
        self.message = message or self.message
        super().__init__(self.message)


class BusyError(DomainError):
    code = "busy"
    message = _(
        "Beaucoup de familles réservent en ce moment. Rien n’est perdu : réessayez dans quelques secondes."
    )
