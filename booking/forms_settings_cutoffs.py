"""Until when one books or cancels: a form a kind of cut-off, in the words of an agent."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, ClassVar

from django import forms

from booking.rules.values import WEEKDAY_CODES
from core.commune_file.objects import Data
from core.forms.settings import ClockField, LocalMomentField
from core.forms.settings_rules import WRITTEN, RuleForm, WrittenRuleForm, is_blank
from core.words import WEEKDAYS

WEEKDAY_CHOICES = list(zip(WEEKDAY_CODES, WEEKDAYS, strict=True))
COUNTS = [
    ("calendar", "jours du calendrier"),
    ("working", "jours ouvrés"),
    ("school", "jours d’école"),
    ("open", "jours d’ouverture"),
]
_EVE_OF_HOLIDAY = {"on": ["public_holiday"], "to": "previous_working_day"}


class KeysForm(RuleForm):
    """A rule whose keys are the form's fields."""

    type: ClassVar[str]
    defaults: ClassVar[Mapping[str, Any]] = {}
    """What a field that is left as it is says, and need not be written."""

    @classmethod
    def initial_of(cls, rule: Data) -> Data | None:
        if rule.get("type") != cls.type or set(rule) - {"type", *cls.base_fields}:
            return None
        return {**cls.defaults, **rule}

    def rule(self) -> Data:
        kept = {
            key: value
            for key, value in self.cleaned_data.items()
            if not is_blank(value) and self.defaults.get(key) != value
        }
        return {"type": self.type, **kept}


class _DayForm(KeysForm):
    """A day, a time of that day, and what happens when it is a public holiday."""

    time = ClockField(label="Heure", help_text="Cette minute est comprise.", initial="23:55")
    shift = forms.BooleanField(label="Si ce jour est férié, le jour ouvré d’avant", required=False)

    field_order = ("weekday", "weeks", "days", "day", "months", "count", "time", "clear_days", "shift")

    @classmethod
    def initial_of(cls, rule: Data) -> Data | None:
        shift = rule.get("shift")
        if shift is not None and {**_EVE_OF_HOLIDAY, **shift} != _EVE_OF_HOLIDAY:
            return None
        initial = super().initial_of(rule)
        return initial and {"time": "23:59", **initial, "shift": shift is not None}

    def rule(self) -> Data:
        rule = super().rule()
        return {**rule, "shift": _EVE_OF_HOLIDAY} if rule.get("shift") else rule


class WeekBeforeForm(_DayForm):
    type = "week_before"
    defaults = {"weeks": 1}
    weekday = forms.ChoiceField(label="Le", choices=WEEKDAY_CHOICES, initial="sun")
    weeks = forms.IntegerField(label="Semaines avant", min_value=1, max_value=52, initial=1)


class DaysBeforeForm(_DayForm):
    type = "days_before"
    defaults = {"count": "calendar"}
    days = forms.IntegerField(label="Combien de jours avant", min_value=1, max_value=366, initial=1)
    count = forms.ChoiceField(label="Comptés en", choices=COUNTS)


class SameDayForm(_DayForm):
    type = "same_day"


class MonthBeforeForm(_DayForm):
    type = "month_before"
    defaults = {"months": 1}
    day = forms.IntegerField(
        label="Le", min_value=1, max_value=31, initial=20, help_text="Le 31 est le dernier jour du mois."
    )
    months = forms.IntegerField(label="Mois avant", min_value=1, max_value=12, initial=1)


class BeforePeriodForm(_DayForm):
    type = "before_period"
    days = forms.IntegerField(
        label="Jours avant le début de la période", min_value=1, max_value=366, initial=15
    )
    clear_days = forms.BooleanField(label="En jours francs", required=False)


class HoursBeforeForm(KeysForm):
    type = "hours_before"
    defaults = {"count": "calendar"}
    hours = forms.IntegerField(label="Combien d’heures avant", min_value=1, max_value=8784, initial=48)
    count = forms.ChoiceField(
        label="Comptées en", choices=COUNTS, help_text="Autrement qu’en jours du calendrier : 24, 48, 72…"
    )


class FixedForm(KeysForm):
    type = "fixed"
    at = LocalMomentField(label="Jusqu’au")

    @classmethod
    def initial_of(cls, rule: Data) -> Data | None:
        initial = super().initial_of(rule)
        if initial and isinstance(initial["at"], str):
            initial["at"] = datetime.fromisoformat(initial["at"])
        return initial


class UntilStartForm(KeysForm):
    type = "until_start"


class NeverForm(KeysForm):
    type = "never"


class TableOfDaysForm(RuleForm):
    """One last moment a weekday of service; a day left blank is closed."""

    @classmethod
    def initial_of(cls, rule: Data) -> Data | None:
        if rule.get("type") != "weekday_map" or set(rule) - {"type", "map"}:
            return None
        initial = {}
        for day, written in rule["map"].items():
            target = _read_target(written)
            weeks = f"+{target['weeks']}" if "weeks" in target else ""
            initial |= {f"{day}_le": target["weekday"] + weeks, f"{day}_a": target.get("time", "23:59")}
        offered = {value for value, _ in _TARGETS}
        return (
            initial if {value for key, value in initial.items() if key.endswith("_le")} <= offered else None
        )

    def prepare(self) -> None:
        for day, name in WEEKDAY_CHOICES:
            self.fields[f"{day}_le"] = forms.ChoiceField(
                label=f"Pour le {name}, jusqu’au", choices=_TARGETS, required=False
            )
            self.fields[f"{day}_a"] = ClockField(label=f"Heure, pour le {name}", required=False)

    def clean(self) -> Data:
        data = super().clean() or self.cleaned_data
        for day, _ in WEEKDAY_CHOICES:
            if data.get(f"{day}_le") and not data.get(f"{day}_a") and f"{day}_a" not in self.errors:
                self.add_error(f"{day}_a", "Donnez l’heure.")
        if not any(data.get(f"{day}_le") for day, _ in WEEKDAY_CHOICES):
            self.add_error(None, "Donnez au moins un jour.")
        return data

    def rule(self) -> Data:
        return {
            "type": "weekday_map",
            "map": {
                day: self._target(self.cleaned_data[f"{day}_le"], self.cleaned_data[f"{day}_a"])
                for day, _ in WEEKDAY_CHOICES
                if self.cleaned_data[f"{day}_le"]
            },
        }

    @staticmethod
    def _target(chosen: str, at: str) -> Any:
        weekday, _, weeks = chosen.partition("+")
        return {"weekday": weekday, "time": at, "weeks": int(weeks)} if weeks else f"{weekday} {at}"


def _read_target(written: Any) -> Data:
    if not isinstance(written, str):
        return dict(written)
    weekday, _, at = written.partition(" ")
    return {"weekday": weekday, "time": at or "23:59"}


_TARGETS = [
    ("", "(fermé ce jour-là)"),
    *((code, f"{name} d’avant") for code, name in WEEKDAY_CHOICES),
    *((f"{code}+0", f"{name} d’avant, ou le jour même") for code, name in WEEKDAY_CHOICES),
    *((f"{code}+1", f"{name}, une semaine plus tôt") for code, name in WEEKDAY_CHOICES),
]

CUTOFF_KINDS: Mapping[str, tuple[str, type[RuleForm]]] = {
    "semaine": ("Un jour de la semaine d’avant", WeekBeforeForm),
    "jours": ("Des jours avant", DaysBeforeForm),
    "heures": ("Des heures avant", HoursBeforeForm),
    "jour-meme": ("Le jour même", SameDayForm),
    "debut": ("Jusqu’au début de l’accueil", UntilStartForm),
    "tableau": ("Un tableau : pour chaque jour, sa limite", TableOfDaysForm),
    "mois": ("Un jour du mois d’avant", MonthBeforeForm),
    "periode": ("Des jours avant la période", BeforePeriodForm),
    "fixe": ("Un jour et une heure fixes", FixedForm),
    "jamais": ("Jamais sur le portail", NeverForm),
    WRITTEN: ("Une autre règle (avancé)", WrittenRuleForm),
}
