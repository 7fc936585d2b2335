"""Invented data of the gallery: every component in every state, without a database."""

from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django import forms

from core import words
from themes.charts import Chart, Point

TOWN = {
    "name": "Mairie de Bellegarde",
    "slug": "bellegarde",
    "service_name": "Guichet Unique Enfance Jeunesse",
    "address_lines": ["Place Aristide Briand", "30127 BELLEGARDE"],
    "phone": "04.66.01.35.21",
    "phone_link": "tel:+33466013521",
    "email": "guichet@bellegarde.example",
    "welcome_title": "Bienvenue",
    "welcome_text": "",
    "opening_hours": "Du lundi au vendredi, 8:30 – 12:00",
    "tagline": "",
    "accessibility": "non conforme",
}
MENU_LINKS = [
    {"label": "ALSH « Philippe Lamour » et « Dr Pierre Louvard »", "url": "#menu"},
    {"label": "GARDERIES PERISCOLAIRES et RESTAURATION SCOLAIRE", "url": "#menu"},
    {"label": "MAISON DES JEUNES", "url": "#menu"},
    {"label": "PRELEVEMENT AUTOMATIQUE", "url": "#menu"},
    {"label": "Horaires NAVETTE Gratuite", "url": "#menu"},
]


@dataclass
class Column:
    key: str
    label: str
    hours: str
    price_label: str = ""
    price_said: bool = False


@dataclass
class Cell:
    kind: str
    value: str = ""
    reason: str = ""
    describedby: str = ""
    checked: bool = False


@dataclass
class Day:
    date: date
    label: str
    id: str
    cells: list[Cell]
    note: str = ""
    today: bool = False
    month: str = ""


@dataclass
class Week:
    title: str
    deadline_text: str
    days: list[Day]
    month: str = ""
    past: bool = False


@dataclass
class Grid:
    columns: list[Column]
    weeks: list[Week] = field(default_factory=list)
    shown: str = "Uniquement sur le mois affiché"
    prefix: str = ""
    by_request: bool = False
    past_weeks: int = 0


MEALS = [
    Column("repas", "REPAS ENFANT 3.30", "11:30 - 13:00", "3,30 €"),
    Column("repas-tardif", "REPAS ENFANT 4.20", "11:30 - 13:00", "4,20 €"),
]
CARE = [
    Column("matin", "PERISCOLAIRE MATIN", "07:30 - 08:30"),
    Column("midi", "RESTAURATION", "11:30 - 13:00", "3,30 €"),
    Column("etude", "ETUDE", "16:30 - 17:30"),
    Column("soir", "PERISCOLAIRE SOIR", "17:30 - 18:30"),
]
TODAY = date(2023, 3, 9)
NOT_YET = "Ce tarif s’ouvre après le dimanche de la semaine précédente à 23:55 : d’ici là, réservez à 3,30 €."
TOO_LATE = "Le délai est passé depuis le dimanche 5 mars 2023 à 23:55 : réservez à 4,20 €."
PAST = "Ce jour est passé."
FULL = "Aucune place disponible ce jour-là."


def meals_grid(first: date = date(2023, 3, 6), weeks: int = 4) -> Grid:
    """The guide's month: two stages as two columns, the second open only when the first is closed."""
    grid = Grid(list(MEALS))
    for number in range(weeks):
        monday = first + timedelta(weeks=number)
        late = monday <= TODAY
        days = [_meal_day(monday + timedelta(days=shift), late=late) for shift in (0, 1, 3, 4)]
        due = (
            "Délai passé"
            if late
            else f"À réserver avant le {words.long_date(monday - timedelta(days=1))}, 23:55"
        )
        grid.weeks.append(Week(f"Semaine {monday.isocalendar().week}", due, days))
    grid.weeks[-1].days[0].note = "Fermé : journée pédagogique"
    return grid


def _meal_day(day: date, *, late: bool) -> Day:
    value = day.strftime("%m%d")
    on_time, after = Cell("free", f"{value}.1"), Cell("closed", reason=NOT_YET)
    if day < TODAY:
        on_time, after = Cell("past", reason=PAST), Cell("past", reason=PAST)
    elif late:
        on_time, after = Cell("closed", reason=TOO_LATE), Cell("free", f"{value}.2")
    if day == date(2023, 3, 6):
        on_time = Cell("confirmed")
    special = {
        date(2023, 3, 13): Cell("checked", f"{value}.1"),
        date(2023, 3, 14): Cell("checked", f"{value}.1"),
        date(2023, 3, 16): Cell("confirmed", f"{value}.1", checked=True),
        date(2023, 3, 17): Cell("cancelling", f"{value}.1"),
        date(2023, 3, 20): Cell("pending", f"{value}.1", checked=True),
        date(2023, 3, 21): Cell("pending"),
        date(2023, 3, 23): Cell("full", reason=FULL),
    }
    cells = [special.get(day, on_time), after]
    return Day(day, words.day_label(day), f"d{value}", cells, today=day == TODAY)


def care_grid(first: date = date(2023, 4, 3), weeks: int = 3) -> Grid:
    grid = Grid(list(CARE))
    for number in range(weeks):
        monday = first + timedelta(weeks=number)
        days = [_care_day(monday + timedelta(days=shift)) for shift in (0, 1, 3, 4)]
        due = f"Modifiable jusqu’au {words.long_date(monday - timedelta(days=1))}, 23:55"
        grid.weeks.append(
            Week(
                f"Semaine {monday.isocalendar().week}",
                due,
                days,
                words.month_title(monday) if number == 0 else "",
            )
        )
    return grid


def _care_day(day: date) -> Day:
    value = day.strftime("%m%d")
    cells = [Cell("free", f"{value}.{number}") for number in range(1, 5)]
    if day.day % 3 == 0:
        cells[0] = Cell("checked", f"{value}.1")
    if day.day % 5 == 0:
        cells[3] = Cell("full", reason=FULL)
    if day.isoweekday() == 5:
        cells[2] = Cell("absent")
    note = "Férié : lundi de Pâques" if day == date(2023, 4, 10) else ""
    return Day(day, words.day_label(day), f"d{value}", cells, note)


class SampleForm(forms.Form):
    email = forms.EmailField(label="Adresse mail", help_text="C’est aussi votre identifiant.")
    password = forms.CharField(label="Mot de passe", widget=forms.PasswordInput)
    school = forms.ChoiceField(
        label="École", choices=[("1", "École Henri Serment"), ("2", "École Philippe Lamour")]
    )
    born = forms.DateField(
        label="Date de naissance", required=False, widget=forms.DateInput(attrs={"type": "date"})
    )
    custody = forms.ChoiceField(
        label="Qui paie ?",
        choices=[("a", "Un seul foyer"), ("b", "Deux foyers, en alternance")],
        widget=forms.RadioSelect,
    )
    days = forms.MultipleChoiceField(
        label="Jours habituels",
        choices=[("1", "lundi"), ("2", "mardi"), ("4", "jeudi")],
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    note = forms.CharField(label="Message", widget=forms.Textarea(attrs={"rows": 3}), required=False)
    agree = forms.BooleanField(label="J’ai lu le règlement intérieur")


@dataclass(frozen=True)
class Row:
    number: str
    child: str
    place: str
    state: str
    amount: Decimal
    day: date


def rows() -> list[Row]:
    states = ("accepted", "pending", "refused", "mixed", "cancelled")
    return [
        Row(
            f"{16028 - number:06}",
            ("Jade", "Malo")[number % 2],
            "Ecole Henri Serment / RESTAURATION ELEMENTAIRE",
            states[number % 5],
            Decimal("26.40") + number,
            date(2023, 3, 10) + timedelta(days=number),
        )
        for number in range(31)
    ]


def bound_form() -> SampleForm:
    form = SampleForm({"email": "jade@", "school": "1", "custody": "a"})
    form.add_error(None, "Le mot de passe et l’adresse ne correspondent pas.")
    return form


RECEIPTS = Chart(
    title="Recettes encaissées par mois",
    head="Mois",
    measure="Recettes",
    euros=True,
    points=[
        Point(label=f"{words.MONTHS[rank]} 2023", short=words.SHORT_MONTHS[rank], value=Decimal(amount))
        for rank, amount in enumerate(("1840.20", "2210", "1975.50", "640", "2380.90", "1120"))
    ],
)
OCCUPATION = Chart(
    title="Places prises cette semaine",
    head="Service",
    measure="Places prises",
    of="Places",
    points=[
        Point(label="École Henri Serment – Restauration", value=412, of=480, href="#g-graphiques"),
        Point(label="École Henri Serment – Périscolaire matin", value=96, of=120),
        Point(label="ALSH « Philippe Lamour » – Mercredi", value=48, of=48),
    ],
)
NOTHING = Chart(title="Réservations par jour", head="Jour", measure="Réservations", points=[])


def context() -> dict[str, Any]:
    return {
        "town": TOWN,
        "branding": {"accent": "#1f5f8b", "theme": "", "logo_url": "", "favicon_url": "", "banner_url": ""},
        "menu_links": MENU_LINKS,
        "cart_count": 2,
        "grid": meals_grid(),
        "care": care_grid(),
        "rows": rows()[:5],
        "form": SampleForm(prefix="vide"),
        "wrong": bound_form(),
        "amount": Decimal("1026.40"),
        "receipts": RECEIPTS,
        "occupation": OCCUPATION,
        "nothing": NOTHING,
    }
