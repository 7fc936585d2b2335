"""What the pages of attendance send: a day, a sheet without script, and the acts of a device."""

from collections.abc import Iterator
from datetime import datetime, time, timedelta
from typing import Any
from uuid import UUID, uuid4

from django import forms
from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, model_validator

from booking.enums import Mark
from booking.queries.attendance import Row
from booking.services.attendance import Marking
from core.forms.days import DayField


class DayForm(forms.Form):
    date = DayField(label="Jour", required=False)


class SheetForm(forms.Form):
    """The sheet as a plain form: one mark and two times a child; only what changed makes an act."""

    def __init__(self, data: Any = None, *, rows: list[Row]) -> None:
        super().__init__(data)
        self.rows = rows
        for row in rows:
            pk = row.child.pk
            self.fields[f"mark-{pk}"] = forms.ChoiceField(choices=Mark.choices, required=False)
            self.fields[f"seen-{pk}"] = forms.UUIDField(required=False)
            for name in ("arrived", "left"):
                self.fields[f"{name}-{pk}"] = forms.TimeField(
                    required=False, error_messages={"invalid": "Écrivez une heure comme 08:15."}
                )

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        for row in self.rows:
            arrived, left = data.get(f"arrived-{row.child.pk}"), data.get(f"left-{row.child.pk}")
            if arrived and left and left < arrived:
                self.add_error(None, f"{row.child}\u00a0: le départ précède l’arrivée.")
        return data

    def markings(self, *, now: datetime) -> Iterator[Marking]:
        for row in self.rows:
            pk = row.child.pk
            mark = Mark(self.cleaned_data[f"mark-{pk}"] or Mark.NONE)
            times = [self.cleaned_data[f"{name}-{pk}"] for name in ("arrived", "left")]
            arrived, left = times if mark == Mark.PRESENT else (None, None)
            before = (row.mark, row.act.arrived, row.act.left) if row.act else (Mark.NONE, None, None)
            if (mark, arrived, left) == before:
                continue
            yield Marking(
                uuid=uuid4(),
                child_id=pk,
                mark=mark,
                arrived=arrived,
                left=left,
                at=now,
                seen=self.cleaned_data[f"seen-{pk}"],
            )


class CloseForm(forms.Form):
    absents = forms.BooleanField(label="Noter absents les enfants non pointés", required=False)


class UnbookedForm(forms.Form):
    """« Présent sans réservation », pressed for one child."""

    enfant = forms.IntegerField(min_value=1, max_value=2**31)


class SentAct(BaseModel):
    """One act as the device keeps it. ``at`` is told by the device's clock."""

    model_config = ConfigDict(extra="forbid")

    uuid: UUID
    child: int = Field(ge=1, lt=2**31)
    mark: Mark
    arrived: time | None = None
    left: time | None = None
    at: AwareDatetime
    seen: UUID | None = None

    @model_validator(mode="after")
    def _times_in_order(self) -> "SentAct":
        if self.arrived and self.left and self.left < self.arrived:
            self.left = None  # a slip of the thumb must not keep the others waiting on the device
        return self


class Sending(BaseModel):
    """What a device sends: its acts, its own clock at this moment, and what it knows already."""

    model_config = ConfigDict(extra="forbid")

    device: str = Field(pattern=r"^[0-9a-zA-Z-]{1,40}$")
    sent: AwareDatetime
    since: AwareDatetime | None = None
    acts: list[SentAct] = Field(max_length=2000)

    def markings(self, *, now: datetime) -> list[Marking]:
        """The acts at their true time: a device whose clock is wrong still knows how long ago it did each."""
        return [
            Marking(
                uuid=act.uuid,
                child_id=act.child,
                mark=act.mark,
                arrived=act.arrived,
                left=act.left,
                at=now - max(self.sent - act.at, timedelta(0)),
                seen=act.seen,
            )
            for act in self.acts
        ]
