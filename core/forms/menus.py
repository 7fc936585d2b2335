"""A week of menus on one screen, and the caterer's file."""

import csv
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from io import StringIO
from typing import Any

from django import forms
from django.utils.datastructures import MultiValueDict

from core.enums import Course
from core.menus import Allergen, DishLabel
from core.models import MenuDish
from core.queries.plain_text import plain
from core.services.menus import Dish
from core.words import NBSP, long_date

MAX_BYTES = 500_000
COLUMNS = ("date", "plat", "nom", "allergenes", "labels")
_WORDS = {
    enum: {plain(word): choice for choice in enum for word in (choice.value, choice.label)}
    for enum in (Course, Allergen, DishLabel)
}


class DishForm(forms.Form):
    name = forms.CharField(max_length=160, required=False)
    allergens = forms.MultipleChoiceField(
        label="Allergènes", choices=Allergen, widget=forms.CheckboxSelectMultiple, required=False
    )
    labels = forms.MultipleChoiceField(
        label="Labels", choices=DishLabel, widget=forms.CheckboxSelectMultiple, required=False
    )

    def __init__(self, *args: Any, day: date, course: Course, **kwargs: Any) -> None:
        super().__init__(*args, prefix=f"{day:%Y%m%d}-{course.value}", **kwargs)
        self.day, self.course = day, course
        self.fields["name"].label = course.label

    @property
    def said(self) -> str:
        """What is ticked, in words, beside the folded boxes."""
        ticked = {*(self["allergens"].value() or ()), *(self["labels"].value() or ())}
        return ", ".join(
            str(one.label) for enum in (Allergen, DishLabel) for one in enum if one.value in ticked
        )

    @property
    def dish(self) -> Dish | None:
        data = self.cleaned_data
        name = data["name"].strip()
        if not name:
            return None
        return Dish(
            date=self.day,
            course=self.course,
            name=name,
            allergens=data["allergens"],
            labels=data["labels"],
        )


def week_forms(
    days: Sequence[date], kept: Iterable[MenuDish], data: MultiValueDict | None
) -> list[tuple[date, list[DishForm]]]:
    """One form a dish, by day."""
    known = {(dish.date, dish.course): dish for dish in kept}

    def form(day: date, course: Course) -> DishForm:
        dish = known.get((day, course.value))
        initial = {"name": dish.name, "allergens": dish.allergens, "labels": dish.labels} if dish else {}
        return DishForm(data, day=day, course=course, initial=initial)

    return [(day, [form(day, course) for course in Course]) for day in days]


class MenuFileForm(forms.Form):
    """The caterer's file: « date;plat;nom;allergènes;labels », one dish a line. Nothing of a wrong file is kept."""

    file = forms.FileField(
        label="Fichier CSV",
        help_text="Une ligne par plat : date (jj/mm/aaaa) ; plat (entrée, plat, dessert…) ; nom ; allergènes ; labels, "
        "ces deux derniers séparés par des virgules.",
        widget=forms.FileInput(attrs={"accept": ".csv,text/csv"}),
    )

    def clean_file(self) -> list[Dish]:
        file = self.cleaned_data["file"]
        if file.size > MAX_BYTES:
            raise forms.ValidationError("Ce fichier est trop grand pour être un menu.")
        content = file.read()
        try:
            text = content.decode("utf-8-sig")
        except UnicodeDecodeError:
            text = content.decode("cp1252", errors="replace")
        dishes, faults = read_menu(text)
        if faults:
            raise forms.ValidationError(faults)
        if not dishes:
            raise forms.ValidationError("Ce fichier ne contient aucun plat.")
        return dishes


def read_menu(text: str) -> tuple[list[Dish], list[str]]:
    """The dishes of a file, and what is wrong in it, line by line."""
    rows = csv.reader(StringIO(text), delimiter=";" if ";" in text.partition("\n")[0] else ",")
    dishes: dict[tuple[date, Course], Dish] = {}
    faults: list[str] = []
    for number, row in enumerate(rows, start=1):
        cells = [cell.strip() for cell in row] + [""] * (len(COLUMNS) - len(row))
        if not any(cells) or (number == 1 and plain(cells[0]) == "date"):
            continue
        try:
            dish = _dish(cells)
        except ValueError as error:
            faults.append(f"Ligne {number}{NBSP}: {error}")
            continue
        if (dish.date, dish.course) in dishes:
            faults.append(
                f"Ligne {number}{NBSP}: «{NBSP}{dish.course.label}{NBSP}» est écrit deux fois pour le {long_date(dish.date)}."
            )
        dishes[(dish.date, dish.course)] = dish
    return list(dishes.values()), faults


def _dish(cells: Sequence[str]) -> Dish:
    """Raises ValueError with a French sentence."""
    day, course, name, allergens, labels = cells[: len(COLUMNS)]
    if not name:
        raise ValueError("le nom du plat manque.")
    return Dish(
        date=_day(day),
        course=_known(Course, course),
        name=name[:160],
        allergens=[_known(Allergen, word).value for word in _list(allergens)],
        labels=[_known(DishLabel, word).value for word in _list(labels)],
    )


def _day(text: str) -> date:
    for form in ("%d/%m/%Y", "%Y-%m-%d"):
        try:
            return datetime.strptime(text, form).date()  # noqa: DTZ007 - a day, not a moment
        except ValueError:
            continue
    raise ValueError(f"«{NBSP}{text}{NBSP}» n’est pas une date (jj/mm/aaaa).")


def _known(enum: Any, word: str) -> Any:
    words: Mapping[str, Any] = _WORDS[enum]
    if plain(word) not in words:
        raise ValueError(f"«{NBSP}{word}{NBSP}» est inconnu ({', '.join(str(one.label) for one in enum)}).")
    return words[plain(word)]


def _list(text: str) -> list[str]:
    return [word.strip() for word in text.split(",") if word.strip()]
