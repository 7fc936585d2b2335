from collections.abc import Sequence
from datetime import date

from django.utils.translation import gettext, gettext_lazy

from core.errors import DomainError
from core.words import and_list, short_date


class NothingAskedError(DomainError):
    code = "nothing_asked"
    message = gettext_lazy(
        "Vous n’avez rien coché de nouveau : ce que vous avez déjà confirmé est enregistré. "
        "Cochez au moins une case du planning."
    )


class NothingToCopyError(DomainError):
    code = "nothing_to_copy"
    message = gettext_lazy("Il n’y a rien à copier.")


class SelectionChangedError(DomainError):
    code = "selection_changed"
    message = gettext_lazy(
        "Votre sélection a changé depuis l’affichage de cette page. Vérifiez-la avant de confirmer."
    )


class NotAllowedError(DomainError):
    code = "not_allowed"


class RequestRefusedError(DomainError):
    """Some days cannot be asked for. ``problems`` says which and why, one sentence each."""

    code = "refused_days"

    def __init__(self, problems: Sequence[str]) -> None:
        self.problems = list(problems)
        super().__init__(" ".join(self.problems))


class FullError(RequestRefusedError):
    """Other families took the last places in between."""

    code = "full"

    def __init__(self, days: Sequence[date]) -> None:
        self.days = list(days)
        listed = and_list([short_date(day) for day in self.days])
        super().__init__(
            [
                gettext(
                    "Il n’y a plus de place pour : %(days)s. Décochez ces jours pour réserver les autres."
                )
                % {"days": listed}
            ]
        )


class NoRoomError(RequestRefusedError):
    """An agent accepts more than the capacity of some days."""

    code = "no_room"


class WaitingListError(DomainError):
    code = "waiting_list"


class UndecidableError(DomainError):
    code = "undecidable"


class EmptyCartError(DomainError):
    code = "empty_cart"
    message = gettext_lazy(
        "Votre panier est vide, ou son délai de paiement est dépassé : les places ont été remises à disposition."
    )


class PaymentInProgressError(DomainError):
    code = "payment_in_progress"
    message = gettext_lazy("Un paiement est déjà en cours pour ce panier.")

    def __init__(self, payment_id: int) -> None:
        self.payment_id = payment_id
        super().__init__()


class UnmarkedError(DomainError):
    """A sheet cannot be closed while expected children are not marked."""

    code = "unmarked"


class OutingCostError(DomainError):
    """What an outing cost cannot be divided now. The sentence says why, and what to do."""

    code = "outing_cost"


class ChangeRefusedError(DomainError):
    """An act on a whole service cannot be done, or taken back."""

    code = "change_refused"


class AbsenceError(DomainError):
    code = "absence"
