"""What remains due when a child does not come: the absence rules a town writes, and how they are said.

A policy is data (`AbsencePolicy`): what a no-show costs, and waivers that change it for some reasons. A waiver may ask
for a notice, a proof, a minimum length, days of carence or a yearly quota. `booking.rules.absence_dues` applies it.
What is cancelled in time is freed by the cut-off rules, whatever the reason.
"""

from abc import ABC, abstractmethod
from decimal import Decimal
from enum import StrEnum
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from billing.pricing.fields import Euros, Number
from booking.rules.cutoffs import Closing
from booking.rules.days import DayCount, count_words
from booking.rules.values import RuleModel, rule_error
from core.money import ZERO, format_euros, round_euros
from core.words import NBSP, and_list, clock_time, plural


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
        return _REASON_LABELS[self]


_REASON_LABELS = {
    AbsenceReason.ILLNESS: "maladie",
    AbsenceReason.ACCIDENT: "accident",
    AbsenceReason.STRIKE: "grève",
    AbsenceReason.TEACHER_ABSENT: "enseignant absent non remplacé",
    AbsenceReason.TRIP: "sortie scolaire",
    AbsenceReason.CLOSURE: "fermeture du service",
    AbsenceReason.WEATHER: "intempéries",
    AbsenceReason.SCHOOL_ABSENCE: "enfant absent de l’école ce jour-là",
    AbsenceReason.SENT_HOME: "enfant rendu à sa famille pendant l’école",
    AbsenceReason.LEAVE: "congés de la famille",
    AbsenceReason.EXCEPTIONAL: "raison exceptionnelle",
}


class Proof(StrEnum):
    CERTIFICATE = "certificate"
    DECLARATION = "declaration"
    OTHER = "other"

    @property
    def label(self) -> str:
        return _PROOF_LABELS[self]


_PROOF_LABELS = {
    Proof.CERTIFICATE: "un certificat médical",
    Proof.DECLARATION: "une déclaration sur l’honneur",
    Proof.OTHER: "un justificatif",
}


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
        return "non facturé"


class Full(_Due):
    type: Literal["full"]

    def amount(self, price: Decimal) -> Decimal:
        return price

    def words(self) -> str:
        return "facturé"


class Percentage(_Due):
    """A part of the price, to the cent."""

    type: Literal["percent"]
    percent: Number

    def amount(self, price: Decimal) -> Decimal:
        return round_euros(price * self.percent / 100)

    def words(self) -> str:
        return f"facturé à {self.percent.normalize():f}{NBSP}% du prix".replace(".", ",")


class FlatAmount(_Due):
    """The same amount whatever the price, free services included."""

    type: Literal["flat"]
    amount_due: Euros = Field(alias="amount")

    def amount(self, price: Decimal) -> Decimal:  # noqa: ARG002 - whatever the price
        return self.amount_due

    def words(self) -> str:
        return f"facturé {format_euros(self.amount_due)}"


class PriceAndMore(_Due):
    """The price and euros on top."""

    type: Literal["surcharge"]
    extra: Euros = Field(alias="amount")

    def amount(self, price: Decimal) -> Decimal:
        return price + self.extra

    def words(self) -> str:
        return f"facturé, avec {format_euros(self.extra)} de plus"


class GivenBack(_Due):
    """Euros given back a service, where the price paid was a lump sum (a monthly card)."""

    type: Literal["credit"]
    credit: Euros = Field(alias="amount")

    def amount(self, price: Decimal) -> Decimal:  # noqa: ARG002 - whatever the price
        return -self.credit

    def words(self) -> str:
        return f"remboursé {format_euros(self.credit)}"


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
            return f"dans les {plural(self.hours, 'heure')}"
        end = " de la fin de l’absence" if self.after == "last_day" else ""
        return f"dans les {plural(self.days or 0, 'jour')}{end}"


class Carence(RuleModel):
    """First days that stay due. `missed` counts only the days on which the child was booked.

    Counted from the first day of the absence, or from the day the town was told, both included.
    """

    days: int = Field(ge=1, le=31)
    count: DayCount | Literal["missed"] = "calendar"
    start: Literal["absence", "notice"] = "absence"

    @property
    def words(self) -> str:
        days = "le premier jour reste dû" if self.days == 1 else f"les {self.days} premiers jours restent dus"
        return (
            f"{days}, comptés à partir du jour où la mairie est prévenue" if self.start == "notice" else days
        )


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
            found.append("sans démarche de la famille")
        if self.notice is not None:
            wording = self.notice.wording()
            at = f" à {clock_time(wording.limit)}" if wording.limit else ""
            found.append(f"si la mairie est prévenue {wording.phrase}{at}")
        if self.proofs:
            proofs = and_list([proof.label for proof in self.proofs], word="ou")
            found.append(f"sur {proofs}{f' remis {self.proof_within.words}' if self.proof_within else ''}")
        if self.min_days:
            found.append(f"à partir de {count_words(self.min_days, self.min_count)} de suite")
        if self.carence:
            found.append(self.carence.words)
        if self.quota_days:
            found.append(f"{plural(self.quota_days, 'jour')} par année scolaire au plus")
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
    lines = [f"Absence non prévenue à temps{NBSP}: {policy.no_show.words()}"]
    if policy.refund_if_taken_again:
        lines.append(f"Place reprise par un autre enfant{NBSP}: non facturé")
    return lines + [waiver.words for waiver in policy.waivers]


def _capitalized(text: str) -> str:
    return text[:1].upper() + text[1:]
