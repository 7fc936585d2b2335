"""Refusals that people read. Each has a stable ``code`` and one French sentence; views show the sentence."""

from django.utils.translation import gettext_lazy as _


class DomainError(Exception):
    code = "refused"
    message = _("Cette action n’est pas possible.")

    def __init__(self, message: str = "") -> None:
        self.message = message or self.message
        super().__init__(self.message)


class BusyError(DomainError):
    code = "busy"
    message = _(
        "Beaucoup de familles réservent en ce moment. Rien n’est perdu : réessayez dans quelques secondes."
    )
