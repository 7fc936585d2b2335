"""Below how many children an outing, a stay or a service is not held: counted for an agent, told to families."""

from typing import Self

from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from pydantic import Field, model_validator

from booking.rules.values import RuleModel, rule_error
from core.words import NBSP, and_list, plural


class Minimum(RuleModel):
    """`resident_percent`: the least share of families of the town among the children."""

    children: int | None = Field(None, ge=2, le=1000)
    resident_percent: int | None = Field(None, ge=1, le=100)

    @model_validator(mode="after")
    def _something(self) -> Self:
        if self.children is None and self.resident_percent is None:
            raise rule_error("Indiquez children, resident_percent ou les deux")
        return self


def shortfall(minimum: Minimum, *, children: int, residents: int) -> str:
    """What is missing for the service to be held, as a sentence without stop; "" when nothing is.

    `residents` are those of the `children` whose family lives in the town.
    """
    found = []
    if minimum.children and children < minimum.children:
        found.append(f"{plural(children, 'enfant')} sur {minimum.children} au moins")
    if minimum.resident_percent and residents * 100 < children * minimum.resident_percent:
        found.append(
            f"{residents * 100 // children}{NBSP}% d’enfants de la commune sur {minimum.resident_percent}{NBSP}% au moins"
        )
    return and_list(found)


def describe_minimum(minimum: Minimum) -> str:
    """« L’accueil peut être annulé sous 6 enfants inscrits », without stop."""
    limits = []
    if minimum.children:
        limits.append(
            ngettext("sous %(count)s enfant inscrit", "sous %(count)s enfants inscrits", minimum.children)
            % {"count": minimum.children}
        )
    if minimum.resident_percent:
        limits.append(
            _("si moins de %(percent)s %% des enfants habitent la commune")
            % {"percent": minimum.resident_percent}
        )
    return _("L’accueil peut être annulé %(when)s") % {"when": and_list(limits, word="ou")}
