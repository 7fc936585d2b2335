"""Canteen menus: written on one screen, copied, read from a file, shown where each one eats."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from core import clock
from core.clock import frozen
from core.enums import Course
from core.forms.menus import read_menu
from core.menus import Allergen, school_week
from core.models import MenuDish
from core.queries.menus import menus_on, week_menu
from core.services.menus import Dish, copy_week, write_menus
from tests.factories.people import an_agent
from tests.factories.world import a_family, a_school, town_settings

MONDAY = date(2026, 11, 23)
NOON = datetime(2026, 11, 23, 12, 0, tzinfo=ZoneInfo("Europe/Paris"))
WEEK = school_week(MONDAY)


@pytest.fixture
def school(commune):
    town_settings()
    return a_school()


@pytest.fixture
def desk(commune, client_for, school):
    return client_for(commune, an_agent())


def body(answer) -> str:
    assert answer.status_code == 200, answer.status_code
    return answer.content.decode()


def dish(day=MONDAY, course=Course.MAIN, name="Gratin", **changes) -> Dish:
    return Dish(date=day, course=course, name=name, **changes)


def test_a_week_is_written_on_one_screen_and_read_by_everybody(commune, client_for, desk):
    path = "/agent/portail/menus/?semaine=2026-11-25"
    sent = {
        "20261123-main-name": "Gratin de courge",
        "20261123-main-allergens": ["lait", "gluten"],
        "20261123-main-labels": ["bio"],
        "20261126-occasion-name": "Repas d’automne",
    }
    assert "La semaine est enregistrée, 2 lignes" in body(desk.post(path, sent, follow=True))
    assert "Gluten, Lait, Bio" in body(desk.get(path))
    page = body(client_for(commune).get("/menus/?semaine=2026-11-23"))
    for words in ("Gratin de courge", "Allergènes : lait, gluten", "Bio", "Repas d’automne"):
        assert words in page
    desk.post(path, {})
    assert not MenuDish.objects.exists()


def test_an_establishment_eats_its_own_menu_the_days_it_has_one(school):
    write_menus(
        days=WEEK, establishment=None, dishes=[dish(), dish(WEEK[1], name="Riz")], by=None, now=clock.now()
    )
    write_menus(days=WEEK, establishment=school, dishes=[dish(name="Pâtes")], by=None, now=clock.now())
    own = week_menu(WEEK, school)
    assert [[one.name for one in menu.dishes] for menu in own[:3]] == [["Pâtes"], ["Riz"], []]
    assert [one.name for one in week_menu(WEEK, None)[0].dishes] == ["Gratin"]
    [(place, menu)] = menus_on(MONDAY, [school])
    assert (place, menu.dishes[0].name) == (school, "Pâtes")


def test_a_week_is_copied_with_its_allergens(desk):
    write_menus(days=WEEK, establishment=None, dishes=[dish(allergens=["lait"])], by=None, now=clock.now())
    copy_week(source=MONDAY, target=date(2026, 12, 2), establishment=None, by=None, now=clock.now())
    copied = MenuDish.objects.get(date=date(2026, 11, 30))
    assert (copied.name, copied.allergens) == ("Gratin", ["lait"])
    sent = {"semaine": "2026-12-07", "depuis": "2026-01-05"}
    answer = desk.post("/agent/portail/menus/copier/", sent, follow=True)
    assert "n’a pas de menu à copier" in body(answer)


def test_a_file_is_read_whole_or_not_at_all(desk):
    good = "date;plat;nom;allergènes;labels\n23/11/2026;Entrée;Œuf mimosa;œufs, moutarde;bio\n24/11/2026;plat;Riz;;\n"
    wrong = "23/11/2026;Entrée;Soupe;;\n31/02/2026;plat;Riz;;\n24/11/2026;plat;Riz;cailloux;\n"

    def send(text: str) -> str:
        file = SimpleUploadedFile("menus.csv", text.encode())
        return body(
            desk.post("/agent/portail/menus/importer/", {"semaine": "2026-11-23", "file": file}, follow=True)
        )

    page = send(wrong)
    assert "Ligne 2" in page
    assert "« cailloux » est inconnu" in page.replace("\u00a0", " ")
    assert not MenuDish.objects.exists()
    send(good)
    first = MenuDish.objects.get(course=Course.STARTER)
    assert (first.name, first.allergens, first.labels) == (
        "Œuf mimosa",
        [Allergen.EGGS, Allergen.MUSTARD],
        ["bio"],
    )


def test_a_dish_written_twice_is_a_fault():
    text = "2026-11-23;plat;Riz\n2026-11-23;plat;Blé\n"
    dishes, faults = read_menu(text)
    assert (len(dishes), len(faults)) == (1, 1)


def test_the_family_sees_todays_menu_on_its_account(commune, client_for, school):
    write_menus(
        days=WEEK, establishment=None, dishes=[dish(name="Gratin de courge")], by=None, now=clock.now()
    )
    family = a_family(school=school)
    with frozen(NOON):
        assert "Gratin de courge" in body(client_for(commune, family.user).get("/mon-compte/"))
