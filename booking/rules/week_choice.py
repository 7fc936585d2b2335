"""What a week of choices must look like: how many days, which slots go together, packs and composed weeks."""

from collections.abc import Collection, Mapping
from datetime import date, timedelta
from typing import Annotated, Self

from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from pydantic import Field, model_validator

from booking.rules.values import WEEKDAY_CODES, RuleModel, Weekday, rule_error
from core.calendars import Calendar
from core.words import NBSP, and_list, short_date, weekday_name

Choices = Mapping[date, Collection[str]]
"""The codes of the slots chosen on each day; a day without any may be left out."""


Codes = Annotated[tuple[str, ...], Field(strict=False)]
"""Codes of slots, in the order written."""


class SlotLink(RuleModel):
    """A slot that goes with another one of the same day: a meal needs the midday slot. One of `needs` is enough."""

    slot: str
    needs: Codes = Field(min_length=1)


class WeekForm(RuleModel):
    """A composed week: the slots of each day, neither more nor less (a full Friday in a week of half-days)."""

    label: str
    days: dict[Weekday, Codes] = Field(min_length=1)

    def slots_on(self, day: date) -> frozenset[str]:
        return frozenset(self.days.get(WEEKDAY_CODES[day.weekday()], ()))


class WeekRules(RuleModel):
    """Nothing given: any choice is good. A week without any choice always is.

    `packs`: the numbers of days that can be booked in a week. A number of days is lowered to those the service opens.
    `fixed_weekdays`: the same days, and the same slots on them, every week of the period.
    """

    min_days: int | None = Field(None, ge=1, le=7)
    min_days_with_holiday: int | None = Field(None, ge=1, le=7)
    max_days: int | None = Field(None, ge=1, le=7)
    packs: tuple[int, ...] = Field((), strict=False)
    fixed_weekdays: bool = False
    links: tuple[SlotLink, ...] = Field((), strict=False)
    exclusive: tuple[Codes, ...] = Field((), strict=False)
    forms: tuple[WeekForm, ...] = Field((), strict=False)

    @model_validator(mode="after")
    def _possible(self) -> Self:
        if self.min_days and self.max_days and self.max_days < self.min_days:
            raise rule_error("Le maximum de jours est inférieur au minimum")
        if self.min_days_with_holiday and not self.min_days:
            raise rule_error("min_days_with_holiday demande min_days")
        return self


def slots_named(rules: WeekRules) -> set[str]:
    """The codes of all the slots that the rules speak of."""
    found = {code for link in rules.links for code in (link.slot, *link.needs)}
    found |= {code for group in rules.exclusive for code in group}
    return found | {code for form in rules.forms for codes in form.days.values() for code in codes}


def describe_week(rules: WeekRules, names: Mapping[str, str]) -> list[str]:
    """The rules as a règlement lists them, one sentence each, without stop. `names`: the label of each slot."""
    found = []
    if rules.min_days:
        if rules.min_days_with_holiday:
            found.append(
                ngettext(
                    "Au moins %(count)s jour par semaine (%(holiday)s dans une semaine avec un jour férié)",
                    "Au moins %(count)s jours par semaine (%(holiday)s dans une semaine avec un jour férié)",
                    rules.min_days,
                )
                % {"count": rules.min_days, "holiday": rules.min_days_with_holiday}
            )
        else:
            found.append(_at_least(rules.min_days))
    if rules.max_days:
        found.append(_at_most(rules.max_days))
    if rules.packs:
        found.append(_by_packs(rules.packs))
    if rules.fixed_weekdays:
        found.append(_("Les mêmes jours toute la période"))
    found += [_needs(names[link.slot], [names[code] for code in link.needs]) for link in rules.links]
    found += [_not_together([names[code] for code in group]) for group in rules.exclusive]
    if rules.forms:
        found.append(_in_whole(rules))
    return found


def week_faults(
    rules: WeekRules,
    chosen: Choices,
    *,
    monday: date,
    open_days: Collection[date],
    calendar: Calendar,
    names: Mapping[str, str],
) -> list[str]:
    """What is wrong in the week of `monday`, as French sentences without stop. `names`: the label of each slot."""
    week = [monday + timedelta(days=n) for n in range(7)]
    picked = {day: frozenset(chosen[day]) for day in week if chosen.get(day)}
    if not picked:
        return []
    opens = [day for day in week if day in open_days]
    with_holiday = any(calendar.is_public_holiday(day) for day in week[:5])
    found = [*_count_faults(rules, len(picked), len(opens), with_holiday=with_holiday)]
    for day, slots in picked.items():
        found += _day_faults(rules, day, slots, names)
    if rules.forms and not any(_is_form(form, picked, opens) for form in rules.forms):
        found.append(_in_whole(rules))
    return found


def period_faults(rules: WeekRules, chosen: Choices, *, open_days: Collection[date]) -> list[str]:
    """What is wrong in a whole period, beyond what is wrong in each of its weeks: one sentence a weekday."""
    if not rules.fixed_weekdays:
        return []
    found = []
    for weekday in range(7):
        days = sorted(day for day in open_days if day.weekday() == weekday)
        picks = [frozenset(chosen.get(day, ())) for day in days]
        different = next((day for day, pick in zip(days, picks, strict=True) if pick != picks[0]), None)
        if different is not None:
            found.append(
                _("Le même choix toute la période : le %(weekday)s change à partir du %(date)s")
                % {"weekday": weekday_name(different), "date": short_date(different)}
            )
    return found


def _count_faults(rules: WeekRules, days: int, opens: int, *, with_holiday: bool) -> list[str]:
    found = []
    least = (with_holiday and rules.min_days_with_holiday) or rules.min_days
    if least and days < min(least, opens):
        found.append(_chosen(_at_least(min(least, opens)), days))
    if rules.max_days and days > rules.max_days:
        found.append(_chosen(_at_most(rules.max_days), days))
    if rules.packs and days not in {min(pack, opens) for pack in rules.packs}:
        found.append(_chosen(_by_packs(rules.packs), days))
    return found


def _chosen(rule: str, days: int) -> str:
    return _("%(rule)s (choisis : %(count)s)") % {"rule": rule, "count": days}


def _at_least(days: int) -> str:
    text = ngettext("Au moins %(count)s jour par semaine", "Au moins %(count)s jours par semaine", days)
    return text % {"count": days}


def _at_most(days: int) -> str:
    text = ngettext("Au plus %(count)s jour par semaine", "Au plus %(count)s jours par semaine", days)
    return text % {"count": days}


def _by_packs(packs: Collection[int]) -> str:
    numbers = and_list([str(pack) for pack in sorted(packs)], word="ou")
    return _("La semaine se réserve par %(numbers)s jours") % {"numbers": numbers}


def _needs(name: str, others: list[str]) -> str:
    return _("%(name)s demande aussi %(others)s") % {"name": name, "others": and_list(others, word="ou")}


def _not_together(names: list[str]) -> str:
    return _("%(names)s ne se réservent pas ensemble") % {"names": and_list(names)}


def _in_whole(rules: WeekRules) -> str:
    names = and_list([f"«{NBSP}{form.label}{NBSP}»" for form in rules.forms], word="ou")
    return _("La semaine se réserve en entier : %(names)s") % {"names": names}


def _day_faults(rules: WeekRules, day: date, slots: frozenset[str], names: Mapping[str, str]) -> list[str]:
    when = short_date(day)
    found = []
    for link in rules.links:
        if link.slot in slots and not slots & set(link.needs):
            needs = _needs(names[link.slot], [names[code] for code in link.needs])
            found.append(f"{when}{NBSP}: {needs}")
    for group in rules.exclusive:
        both = [names[code] for code in group if code in slots]
        if len(both) > 1:
            found.append(f"{when}{NBSP}: {_not_together(both)}")
    return found


def _is_form(form: WeekForm, picked: Mapping[date, frozenset[str]], opens: Collection[date]) -> bool:
    days = set(opens) | set(picked)
    return all(picked.get(day, frozenset()) == form.slots_on(day) for day in days)
