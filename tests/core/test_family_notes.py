"""What agents keep for themselves on a family's page: notes, and tasks that wait on the office's home."""

from datetime import UTC, date, datetime

import pytest

from core.clock import frozen
from core.models import AuditEntry, FamilyNote, StaffTask
from core.queries.own_data import own_data
from core.rights import Role
from tests.factories.people import an_agent
from tests.factories.world import a_family, town_settings
from tests.harness.queries import assert_constant_queries

NOW = datetime(2026, 11, 18, 10, 0, tzinfo=UTC)


@pytest.fixture
def family(commune):
    town_settings()
    with frozen(NOW):
        yield a_family(school=None)


@pytest.fixture
def desk(commune, client_for, family):
    return client_for(commune, an_agent())


@pytest.fixture
def url(family) -> str:
    return f"/agent/familles/{family.household.pk}/"


def body(answer) -> str:
    assert answer.status_code == 200, answer.status_code
    return answer.content.decode()


def test_a_note_is_the_offices_and_in_the_archive_of_the_family(desk, url, family, commune, client_for):
    assert "elle peut demander à la lire" in body(desk.get(f"{url}notes/"))
    assert "Écrivez la note." in body(desk.post(f"{url}notes/", {"text": " "}))
    desk.post(f"{url}notes/", {"text": "Prévenir la grand-mère\nau 12"})
    desk.post(f"{url}notes/", {"text": "Clé de l’école rendue"})
    older, newer = FamilyNote.objects.order_by("pk")
    desk.post(f"/agent/familles/notes/{older.pk}/", {"epingler": ""})
    page = body(desk.get(url))
    assert "Prévenir la grand-mère<br>au 12" in page and "Épinglée" in page
    assert page.index("Prévenir la grand-mère") < page.index("Clé de l’école rendue")
    home = client_for(commune, family.user)
    assert "grand-mère" not in body(home.get("/mon-compte/")) + body(home.get("/mon-compte/informations/"))
    told = next(table for table in own_data(family.household) if table.title == "Notes du service")
    assert {row["Note"] for row in told.rows} == {older.text, newer.text}
    assert {row["Par"] for row in told.rows} == {"Le service"}
    head = client_for(commune, an_agent(roles=[Role.READER]))
    assert "grand-mère" not in body(head.get(url))

    desk.post(f"/agent/familles/notes/{older.pk}/", {"retirer": ""})
    entry = AuditEntry.objects.get(note__contains="retirée")
    assert FamilyNote.objects.get() == newer and "grand-mère" not in entry.note


def test_a_task_waits_on_the_home_of_whom_it_is_for_until_it_is_done(desk, url, family, commune, client_for):
    colleague = an_agent()
    wrong = body(desk.post(f"{url}tache/", {"title": "", "body": "Pour l’été", "due_on": "2026-13-01"}))
    assert "Dites ce qu’il faut faire." in wrong and "Pour l’été" in wrong
    late = {"title": "Rappeler la mère", "due_on": "2026-11-17", "assignee": colleague.pk}
    assert "jusqu’à ce qu’elle soit faite" in body(desk.post(f"{url}tache/", late, follow=True))
    desk.post(f"{url}tache/", {"title": "Vérifier l’adresse"}, follow=True)
    task = StaffTask.objects.get(assignee=colleague)
    assert (task.household, task.due_on) == (family.household, date(2026, 11, 17))
    mine = body(client_for(commune, colleague).get("/agent/"))
    assert "Rappeler la mère" in mine and "En retard" in mine and "Vérifier l’adresse" in mine
    assert "Rappeler la mère" not in body(desk.get("/agent/")), "elle est confiée à quelqu’un d’autre"
    assert "Rappeler la mère" in body(desk.get("/agent/taches/"))
    assert "Vérifier l’adresse" not in body(client_for(commune, colleague).get("/agent/taches/?a=moi"))
    page = body(desk.get(url))
    assert page.index("Rappeler la mère") < page.index("Vérifier l’adresse")
    back = desk.post(f"/agent/taches/{task.pk}/faite/", {"famille": ""})
    assert back["Location"] == url
    desk.get("/agent/")  # what was told is told once
    assert "Rappeler la mère" not in body(desk.get(url))


def test_notes_and_tasks_cost_the_same_for_any_number(desk, url, family):
    agent = an_agent()

    def add() -> None:
        FamilyNote.objects.create(household=family.household, text="x", at=NOW, by=agent)
        desk.post(f"{url}tache/", {"title": "y"})

    assert_constant_queries(act=lambda: desk.get(url), add_row=add)
