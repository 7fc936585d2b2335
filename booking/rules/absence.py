"""What remains due when a child does not come: the absence rules a town writes, and how they are said.

A policy is data (`AbsencePolicy`): what a no-show costs, and waivers that change it for some reasons. A waiver may ask
for a notice, a proof, a minimum length, days of carence or a yearly quota. `booking.rules.absence_dues` applies it.
What is cancelled in time is freed by the cut-off rules, whatever the reason.
"""

from abc import ABC, abstractmethod
from decimal import Decimal
from enum import StrEnum
from typing import Annotated, Literal, Self

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from pydantic import Field, model_validator

from billing.pricing.fields import Euros, Number
from booking.rules.cutoffs import Closing
from booking.rules.days import DayCount, count_words
from booking.rules.values import RuleModel, rule_error
from core.money import ZERO, format_euros, round_euros
from core.words import NBSP, and_list, clock_time


class AbsenceReason(StrEnum):
    ILLNESS = "illness"
    ACCIDENT = "accident"
    STRIKE = "strike"
    TEACHER_ABSENT = "teacher_absent"
    TRIP = "trip"
    CLOSURE = "closure"
    WEATHER = "weather"
    SCHOOL_ABSENCE = "school_absence"
    SENT_HOME = "sent_home"
    LEAVE = "leave"
    EXCEPTIONAL = "exceptional"

    @property
    def label(self) -> str:
        return str(_REASON_LABELS[self])


_REASON_LABELS = {
    AbsenceReason.ILLNESS: gettext_lazy("maladie"),
    AbsenceReason.ACCIDENT: gettext_lazy("accident"),
    AbsenceReason.STRIKE: gettext_lazy("grève"),
    AbsenceReason.TEACHER_ABSENT: gettext_lazy("enseignant absent non remplacé"),
    AbsenceReason.TRIP: gettext_lazy("sortie scolaire"),
    AbsenceReason.CLOSURE: gettext_lazy("fermeture du service"),
    AbsenceReason.WEATHER: gettext_lazy("intempéries"),
    AbsenceReason.SCHOOL_ABSENCE: gettext_lazy("enfant absent de l’école ce jour-là"),
    AbsenceReason.SENT_HOME: gettext_lazy("enfant rendu à sa famille pendant l’école"),
    AbsenceReason.LEAVE: gettext_lazy("congés de la famille"),
    AbsenceReason.EXCEPTIONAL: gettext_lazy("raison exceptionnelle"),
}


REASON_CHOICES = [(reason.value, label) for reason, label in _REASON_LABELS.items()]


class Proof(StrEnum):
    CERTIFICATE = "certificate"
    DECLARATION = "declaration"
    OTHER = "other"

    @property
    def label(self) -> str:
        return str(_PROOF_LABELS[self])


_PROOF_LABELS = {
    Proof.CERTIFICATE: gettext_lazy("un certificat médical"),
    Proof.DECLARATION: gettext_lazy("une déclaration sur l’honneur"),
    Proof.OTHER: gettext_lazy("un justificatif"),
}


PROOF_CHOICES = [(proof.value, label) for proof, label in _PROOF_LABELS.items()]


class _Due(RuleModel, ABC):
    """One answer to « what is still due? », for a service of a given price."""

    @abstractmethod
    def amount(self, price: Decimal) -> Decimal:
        """Euros due instead of `price`; negative when the town gives something back."""

    @abstractmethod
    def words(self) -> str:
        """The end of « Absence : … »."""


class Free(_Due):
    type: Literal["free"]

    def amount(self, price: Decimal) -> Decimal:  # noqa: ARG002 - whatever the price
        return ZERO

    def words(self) -> str:
        return _("non facturé")


class Full(_Due):
    type: Literal["full"]

    def amount(self, price: Decimal) -> Decimal:
        return price

    def words(self) -> str:
        return _("facturé")


class Percentage(_Due):
    """A part of the price, to the cent."""

    type: Literal["percent"]
    percent: Number

    def amount(self, price: Decimal) -> Decimal:
        return round_euros(price * self.percent / 100)

    def words(self) -> str:
        return _("facturé à %(percent)s %% du prix") % {
            "percent": f"{self.percent.normalize():f}".replace(".", ",")
        }


class FlatAmount(_Due):
    """The same amount whatever the price, free services included."""

    type: Literal["flat"]
    amount_due: Euros = Field(alias="amount")

    def amount(self, price: Decimal) -> Decimal:  # noqa: ARG002 - whatever the price
        return self.amount_due

    def words(self) -> str:
        return _("facturé %(amount)s") % {"amount": format_euros(self.amount_due)}


class PriceAndMore(_Due):
    """The price and euros on top."""

    type: Literal["surcharge"]
    extra: Euros = Field(alias="amount")

    def amount(self, price: Decimal) -> Decimal:
        return price + self.extra

    def words(self) -> str:
        return _("facturé, avec %(amount)s de plus") % {"amount": format_euros(self.extra)}


class GivenBack(_Due):
    """Euros given back a service, where the price paid was a lump sum (a monthly card)."""

    type: Literal["credit"]
    credit: Euros = Field(alias="amount")

    def amount(self, price: Decimal) -> Decimal:  # noqa: ARG002 - whatever the price
        return -self.credit

    def words(self) -> str:
        return _("remboursé %(amount)s") % {"amount": format_euros(self.credit)}


Due = Annotated[Free | Full | Percentage | FlatAmount | PriceAndMore | GivenBack, Field(discriminator="type")]


class Within(RuleModel):
    """By when a proof is given: hours after the first missed service starts, or days (to their end) after a day."""

    hours: int | None = Field(None, ge=1, le=24 * 60)
    days: int | None = Field(None, ge=0, le=366)
    after: Literal["first_day", "last_day"] = "first_day"

    @model_validator(mode="after")
    def _hours_or_days(self) -> Self:
        if (self.hours is None) == (self.days is None):
            raise rule_error("Indiquez soit hours, soit days")
        if self.hours is not None and self.after == "last_day":
            raise rule_error("Les heures se comptent depuis le début de l’absence")
        return self

    @property
    def words(self) -> str:
        if self.hours is not None:
            hours = ngettext("dans l’heure", "dans les %(count)s heures", self.hours)
            return hours % {"count": self.hours}
        days = self.days or 0
        if self.after == "last_day":
            text = ngettext(
                "dans les %(count)s jour de la fin de l’absence",
                "dans les %(count)s jours de la fin de l’absence",
                days,
            )
        else:
            text = ngettext("dans les %(count)s jour", "dans les %(count)s jours", days)
        return text % {"count": days}


class Carence(RuleModel):
    """First days that stay due. `missed` counts only the days on which the child was booked.

    Counted from the first day of the absence, or from the day the town was told, both included.
    """

    days: int = Field(ge=1, le=31)
    count: DayCount | Literal["missed"] = "calendar"
    start: Literal["absence", "notice"] = "absence"

    @property
    def words(self) -> str:
        text = ngettext("le premier jour reste dû", "les %(count)s premiers jours restent dus", self.days)
        days = text % {"count": self.days}
        if self.start == "notice":
            return _("%(days)s, comptés à partir du jour où la mairie est prévenue") % {"days": days}
        return days


class Waiver(RuleModel):
    """What is due instead of a no-show's price, for some reasons and on some conditions; all must hold.

    `by` town: the town knows by itself (it closed, teachers are on strike), nothing is asked of the family.
    `quota_days`: at most that many days a school year. `note` is told to the family with the result.
    """

    reasons: tuple[Annotated[AbsenceReason, Field(strict=False)], ...] = Field(min_length=1, strict=False)
    by: Literal["family", "town"] = "family"
    notice: Closing | None = None
    proofs: tuple[Annotated[Proof, Field(strict=False)], ...] = Field((), strict=False)
    proof_within: Within | None = None
    min_days: int | None = Field(None, ge=2, le=366)
    min_count: DayCount = "school"
    carence: Carence | None = None
    quota_days: int | None = Field(None, ge=1, le=366)
    due: Due = Field(default_factory=lambda: Free(type="free"))
    note: str = ""

    @model_validator(mode="after")
    def _conditions_of_families(self) -> Self:
        if self.by == "town" and (self.notice or self.proofs):
            raise rule_error(
                "Quand la mairie constate l’absence, ni préavis ni justificatif ne sont demandés"
            )
        if self.proof_within and not self.proofs:
            raise rule_error("proof_within demande proofs")
        return self

    @property
    def words(self) -> str:
        """« Maladie : non facturé, sur un certificat médical remis dans les 48 heures »."""
        reasons = and_list([reason.label for reason in self.reasons], word="ou")
        conditions = "".join(f", {condition}" for condition in self._conditions())
        note = f" ({self.note})" if self.note else ""
        return f"{_capitalized(reasons)}{NBSP}: {self.due.words()}{conditions}{note}"

    def _conditions(self) -> list[str]:
        found: list[str] = []
        if self.by == "town":
            found.append(_("sans démarche de la famille"))
        if self.notice is not None:
            wording = self.notice.wording()
            when = wording.phrase
            if wording.limit:
                when = _("%(day)s à %(time)s") % {"day": when, "time": clock_time(wording.limit)}
            found.append(_("si la mairie est prévenue %(when)s") % {"when": when})
        if self.proofs:
            proofs = and_list([proof.label for proof in self.proofs], word="ou")
            if self.proof_within:
                within = self.proof_within.words
                found.append(_("sur %(proofs)s remis %(within)s") % {"proofs": proofs, "within": within})
            else:
                found.append(_("sur %(proofs)s") % {"proofs": proofs})
        if self.min_days:
            days = count_words(self.min_days, self.min_count)
            found.append(_("à partir de %(days)s de suite") % {"days": days})
        if self.carence:
            found.append(self.carence.words)
        if self.quota_days:
            text = ngettext(
                "%(count)s jour par année scolaire au plus",
                "%(count)s jours par année scolaire au plus",
                self.quota_days,
            )
            found.append(text % {"count": self.quota_days})
        return found


class AbsencePolicy(RuleModel):
    """A town's absence rules for a service. Among the waivers that hold, the kindest applies.

    `refund_if_taken_again`: a place given back too late is not due when another child takes it.
    """

    no_show: Due = Field(default_factory=lambda: Full(type="full"))
    waivers: tuple[Waiver, ...] = Field((), strict=False)
    refund_if_taken_again: bool = False


def describe_absences(policy: AbsencePolicy) -> list[str]:
    """The rules as a règlement lists them, one sentence each, without stop."""
    lines = [_("Absence non prévenue à temps : %(due)s") % {"due": policy.no_show.words()}]
    if policy.refund_if_taken_again:
        lines.append(_("Place reprise par un autre enfant : non facturé"))
    return lines + [waiver.words for waiver in policy.waivers]


def _capitalized(text: str) -> str:
    return text[:1].upper() + text[1:]
