"""« Dossier de Jade » for her family and for agents: what is shown, asked, decided, and who read the health."""

from datetime import UTC, datetime, timedelta

import pytest

from core.child_file import Access, DossierField
from core.clock import frozen
from core.models import ChildFact, ChildMeal, FileChange, HealthReading, HealthRecord, OutgoingMail
from core.queries.child_file import clear_values
from tests.factories.child_file import NUTS, PAI, a_policy, some_meals, tells
from tests.factories.people import an_agent
from tests.factories.world import a_family, town_settings
from tests.harness.queries import assert_constant_queries

NOW = datetime(2026, 11, 18, 10, 0, tzinfo=UTC)
ALLERGIC = {"allergies-0-known": "yes", "allergies-0-text": "Arachides"}


@pytest.fixture
def family(commune):
    town_settings()
    some_meals()
    with frozen(NOW):
        yield a_family(school=None)


@pytest.fixture
def home(commune, client_for, family):
    return client_for(commune, family.user)


@pytest.fixture
def desk(commune, client_for, family):
    return client_for(commune, an_agent())


@pytest.fixture
def url(family) -> str:
    return f"/mon-compte/enfants/{family.child.pk}/dossier/"


@pytest.fixture
def desk_url(family) -> str:
    return f"/agent/enfants/{family.child.pk}/"


def body(answer) -> str:
    assert answer.status_code == 200, answer.status_code
    return answer.content.decode()


def test_the_account_leads_to_the_file(home, url):
    assert url in body(home.get("/mon-compte/informations/"))
    page = body(home.get(url))
    assert "Dossier de Jade" in page and "Non renseigné" in page
    for group in ("repas", "sante", "autorisations", "vie"):
        assert f'href="{url}{group}/"' in page
    assert home.get(f"{url}religion/").status_code == 404


def test_a_family_tells_an_allergy_at_once(home, url, family):
    page = body(home.post(f"{url}sante/", ALLERGIC, follow=True))
    assert "Le dossier de Jade est à jour" in page
    assert "Oui – Arachides" in page
    assert list(HealthReading.objects.values_list("by", flat=True).distinct()) == [family.user.pk]


def test_a_yes_without_more_is_asked_to_say_what(home, url):
    page = body(home.post(f"{url}sante/", {"allergies-0-known": "yes", "doctor-0-phone": "12"}))
    assert "Ce champ est obligatoire" in page and "Ce n’est pas un numéro de téléphone" in page
    backwards = {"pai-0-known": "yes", "pai-0-from": "2026-09-01", "pai-0-until": "2026-01-01"}
    assert "Le dernier jour vient après le premier" in body(home.post(f"{url}sante/", backwards))
    assert not HealthRecord.objects.exists() and not FileChange.objects.exists()


def test_several_people_may_fetch_a_child(home, url, family):
    people = {
        "pickups-0-name": "Odile Rivière",
        "pickups-0-link": "grand-mère",
        "pickups-0-phone": "0612345678",
        "pickups-2-name": "Sam Voisin",
        "pickups-2-phone": "06 00 00 00 01",
    }
    page = body(home.post(f"{url}autorisations/", people, follow=True))
    assert "Odile Rivière – grand-mère – 06 12 34 56 78" in page
    assert len(ChildFact.objects.get().entries) == 2
    assert 'value="Sam Voisin"' in body(home.get(f"{url}autorisations/"))


def test_a_diet_is_asked_then_decided(home, desk, url, family):
    form = body(home.get(f"{url}repas/"))
    assert "Sans viande" in form and "Sans sel" not in form
    page = body(home.post(f"{url}repas/", {"meal-0-meal": "sans-viande"}, follow=True))
    assert "transmise au service" in page and "Changement en attente du service" in page
    assert '<option value="sans-viande" selected>' in body(home.get(f"{url}repas/"))
    change = FileChange.objects.get()
    assert f"/agent/enfants/changements/{change.pk}/" in body(desk.get("/agent/enfants/changements/"))
    assert "(1)" in body(desk.get("/agent/enfants/"))
    detail = body(desk.get(f"/agent/enfants/changements/{change.pk}/"))
    assert "Non renseigné" in detail and "Sans viande" in detail
    answer = desk.post(
        f"/agent/enfants/changements/{change.pk}/", {"decision": "accepter", "depuis": "2026-12-01"}
    )
    assert answer["Location"] == "/agent/enfants/changements/"
    assert str(ChildMeal.objects.get().valid_from) == "2026-12-01"
    assert OutgoingMail.objects.count() == 1
    again = body(
        desk.post(
            f"/agent/enfants/changements/{change.pk}/",
            {"decision": "accepter", "depuis": "2026-12-01"},
            follow=True,
        )
    )
    assert "n’attend plus" in again


def test_a_refusal_says_why_to_the_family(home, desk, url):
    home.post(f"{url}repas/", {"meal-0-meal": "panier"})
    change = FileChange.objects.get()
    decide = f"/agent/enfants/changements/{change.pk}/"
    assert "Ce champ est obligatoire" in body(desk.post(decide, {"decision": "refuser", "motif": ""}))
    desk.post(decide, {"decision": "refuser", "motif": "Apportez le PAI."})
    page = body(home.get(url))
    assert "Changement refusé" in page and "Apportez le PAI." in page
    home.post(f"{url}repas/", {"meal-0-meal": "sans-viande"})
    assert "Apportez le PAI." not in body(home.get(url))


def test_what_the_town_hides_is_neither_shown_nor_written(home, url, family):
    a_policy(DossierField.SWIMMING, Access.HIDDEN)
    a_policy(DossierField.NOTES, Access.SHOWN)
    a_policy(DossierField.INSURANCE, Access.MANDATORY)
    page = body(home.get(url))
    assert "Natation" not in page and "Ce qu’il faut savoir" in page
    assert f'href="{url}vie/"' not in page
    assert home.post(f"{url}vie/", {"notes-0-text": "x"}).status_code == 404
    assert "À compléter" in page
    assert "À compléter" in body(home.get("/mon-compte/"))
    assert "Ce champ est obligatoire" in body(home.post(f"{url}autorisations/", {}))
    home.post(f"{url}autorisations/", {"insurance-0-company": "Assurance du Lac"})
    for path in (url, "/mon-compte/"):
        assert "À compléter" not in body(home.get(path))


def test_a_town_without_choice_of_meal_does_not_ask(commune, client_for):
    town_settings()
    family = a_family(school=None)
    page = body(client_for(commune, family.user).get(f"/mon-compte/enfants/{family.child.pk}/dossier/"))
    assert "Repas à la cantine" not in page and "Allergies" in page


def test_an_agent_sees_health_only_by_an_act_that_is_written_down(desk, desk_url, family):
    tells(family.child, {DossierField.ALLERGIES: NUTS, DossierField.NOTES: [{"text": "Doudou"}]}, now=NOW)
    page = body(desk.get(desk_url))
    assert "Doudou" in page and "Arachides" not in page and "Voir la santé" in page
    assert not HealthReading.objects.exists()
    assert desk.get(f"{desk_url}sante/").status_code == 405
    opened = desk.post(f"{desk_url}sante/")
    assert "Arachides" in body(opened)
    assert "no-store" in opened["Cache-Control"]
    assert HealthReading.objects.get().place == "Page de l’enfant"
    readings = body(desk.get("/agent/enfants/lectures-sante/?q=jade"))
    assert "Dominique Guichet" in readings and "Page de l’enfant" in readings
    assert "Aucune lecture" in body(desk.get("/agent/enfants/lectures-sante/?q=zzz"))


def test_a_change_of_health_is_read_on_its_own_page_only(home, desk, url, desk_url, family):
    a_policy(DossierField.ALLERGIES, Access.EDITABLE, is_checked=True)
    home.post(f"{url}sante/", ALLERGIC)
    HealthReading.objects.exclude(by=family.user).delete()
    change = FileChange.objects.get()
    for quiet in ("/agent/enfants/changements/", desk_url):
        assert "Arachides" not in body(desk.get(quiet))
    assert not HealthReading.objects.exclude(by=family.user).exists()
    assert "Oui – Arachides" in body(desk.get(f"/agent/enfants/changements/{change.pk}/"))
    assert HealthReading.objects.exclude(by=family.user).get().place == "Changement demandé\u00a0: Allergies"


def test_an_agent_writes_the_file(desk, desk_url, family):
    desk.post(f"{desk_url}dossier/repas/", {"meal-0-meal": "sans-sel", "depuis": "2027-01-04"})
    assert ChildMeal.objects.get().valid_from.isoformat() == "2027-01-04"
    desk.post(f"{desk_url}dossier/vie/", {"swimming-0-swims": "no"})
    assert clear_values(family.child, day=NOW.date()) == {DossierField.SWIMMING: [{"swims": "no"}]}
    tells(family.child, {DossierField.PAI: PAI}, now=NOW)
    assert 'value="2027-08-31"' in body(desk.get(f"{desk_url}dossier/sante/"))
    assert HealthReading.objects.get().place == "Correction par un agent"


def test_lists_cost_the_same_for_any_number(desk, home, desk_url, url, commune, client_for):
    def add():
        other = a_family(school=None)
        tells(other.child, {DossierField.ALLERGIES: NUTS}, now=NOW - timedelta(days=1))
        client = client_for(commune, other.user)
        client.post(f"/mon-compte/enfants/{other.child.pk}/dossier/repas/", {"meal-0-meal": "panier"})
        desk.post(f"/agent/enfants/{other.child.pk}/sante/")

    for path in ("/agent/enfants/changements/", "/agent/enfants/lectures-sante/"):
        assert_constant_queries(act=lambda path=path: desk.get(path), add_row=add)
