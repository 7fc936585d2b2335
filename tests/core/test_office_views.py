"""The desk's lists and acts on people: who enters, what is found, what each act leaves behind."""

import pytest

from core import clock
from core.enums import TaskKind
from core.forms.families import HouseholdForm
from core.models import Child, Guardian, Household, OutgoingMail, StaffTask, User
from core.services.office import open_task
from tests.factories.people import an_agent
from tests.factories.world import PASSWORD, a_family, a_school, town_settings
from tests.harness.queries import assert_constant_queries


@pytest.fixture
def desk(commune, client_for):
    town_settings()
    return client_for(commune, an_agent())


def body(answer) -> str:
    assert answer.status_code == 200, answer.status_code
    return answer.content.decode()


@pytest.mark.parametrize(
    "path", ["/agent/", "/agent/familles/", "/agent/familles/nouvelle/", "/agent/enfants/", "/agent/taches/"]
)
def test_the_desk_is_for_agents(commune, client_for, path):
    town_settings()
    assert client_for(commune).get(path)["Location"].startswith("/agent/connexion/?next=")
    assert client_for(commune, a_family(school=None).user).get(path).status_code == 403
    assert client_for(commune, an_agent()).get(path).status_code == 200


def test_families_are_found_without_accents_by_any_of_their_words(desk):
    riviere = a_family(school=None, name="Rivière")
    durand = a_family(school=None, name="Durand")
    for text in ("riviere", "RIVIÈRE camille", riviere.user.email, riviere.household.number, "jade rivi"):
        page = body(desk.get("/agent/familles/", {"q": text}))
        assert riviere.household.number in page, text
        assert f">{durand.household.name}<" not in page, text
    assert "Aucune famille" in body(desk.get("/agent/familles/", {"q": "zzz"}))


def test_the_list_of_families_costs_the_same_for_any_number(desk):
    assert_constant_queries(
        act=lambda: desk.get("/agent/familles/"), add_row=lambda: a_family(school=None, name="Rivière")
    )


def test_the_list_of_children_costs_the_same_for_any_number(desk):
    school = a_school()
    assert_constant_queries(act=lambda: desk.get("/agent/enfants/"), add_row=lambda: a_family(school=school))


def test_families_are_sorted_and_paged_by_the_address(desk):
    for name in ("Zola", "Églantier", "Amar"):
        a_family(school=None, name=name)
    up, down = (body(desk.get("/agent/familles/", {"tri": order})) for order in ("nom", "-nom"))
    assert up.index("Amar</a>") < up.index("Églantier</a>") < up.index("Zola</a>")
    assert down.index("Zola</a>") < down.index("Amar</a>")
    assert desk.get("/agent/familles/?page=99&par=abc&tri=pirate").status_code == 200
    sizes = {
        wanted: desk.get(f"/agent/familles/?par={wanted}").context["page"].paginator.per_page
        for wanted in (5, 10, 50)
    }
    assert sizes == {5: 5, 10: 10, 50: 50}


def test_children_are_filtered_by_school_and_level(desk):
    school = a_school()
    a_family(school=school, name="Serment", level="CE2")
    a_family(school=None, name="Ailleurs", level="CP")
    page = body(desk.get("/agent/enfants/", {"ecole": str(school.pk), "niveau": "CE2"}))
    assert "Serment</th>" in page
    assert "Ailleurs</th>" not in page


def test_the_exported_list_opens_in_a_french_spreadsheet_and_runs_nothing(desk):
    a_family(school=None, name="=Rivière")
    answer = desk.get("/agent/familles/?format=csv")
    assert answer["Content-Type"].startswith("text/csv")
    head, row = answer.content.decode("utf-8-sig").splitlines()
    assert head.startswith("N° de dossier;Nom;")
    assert ";'=Rivière;" in row


def new_family(**changes: str) -> dict[str, str]:
    return {
        "dossier-number": "00042",
        "dossier-name": "Martin",
        "dossier-postcode": "30127",
        "dossier-city": "Bellegarde",
        "dossier-is_resident": "on",
        "responsable-TOTAL_FORMS": "2",
        "responsable-INITIAL_FORMS": "0",
        "responsable-0-first_name": "Lou",
        "responsable-0-last_name": "Martin",
        "responsable-0-email": "lou@exemple.fr",
        "responsable-0-is_payer": "on",
        "responsable-0-opens_account": "on",
        "responsable-1-is_payer": "on",
        "responsable-1-opens_account": "on",
        "enfant-TOTAL_FORMS": "6",
        "enfant-INITIAL_FORMS": "0",
        "enfant-0-first_name": "Noé",
        "enfant-0-last_name": "Martin",
        "enfant-0-birth_date": "2018-02-03",
        "enfant-0-level": "CP",
    } | changes


def test_a_new_family_is_saved_whole_with_its_account(desk):
    answer = desk.post("/agent/familles/nouvelle/", new_family())
    household = Household.objects.get(number="00042")
    assert answer["Location"] == f"/agent/familles/{household.pk}/"
    guardian = Guardian.objects.get(household=household)
    assert (str(guardian), guardian.user.email, guardian.user.is_activated) == (
        "Lou Martin",
        "lou@exemple.fr",
        False,
    )
    assert Child.objects.get(household=household).first_name == "Noé"
    assert OutgoingMail.objects.get().to == "lou@exemple.fr"


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"responsable-0-email": ""}, "Il faut une adresse"),
        ({"enfant-0-birth_date": ""}, "Ce champ est obligatoire"),
        ({"dossier-postcode": "3012"}, "cinq chiffres"),
        (
            {
                "responsable-1-first_name": "Sam",
                "responsable-1-last_name": "Martin",
                "responsable-1-email": "LOU@exemple.fr",
            },
            "la même adresse",
        ),
    ],
)
def test_a_wrong_file_is_not_saved_and_loses_nothing(desk, changes, said):
    page = body(desk.post("/agent/familles/nouvelle/", new_family(**changes)))
    assert said in page
    assert 'value="Martin"' in page
    assert not Household.objects.filter(number="00042").exists()
    assert not User.objects.families().exists()


def test_the_next_number_follows_the_last_of_its_kind_and_stays_a_suggestion(desk):
    assert 'value="F00001"' in body(desk.get("/agent/familles/nouvelle/"))
    for number in ("F00041", "99999", "A-7"):
        Household.objects.create(number=number, name="Rivière")
    assert 'value="F00042"' in body(desk.get("/agent/familles/nouvelle/"))
    page = body(desk.post("/agent/familles/nouvelle/", new_family(**{"dossier-number": "F00041"})))
    assert "Un autre dossier porte déjà ce numéro" in page
    assert "Un objet" not in page


def test_two_agents_who_give_the_same_number_at_once_read_it_beside_the_field(desk, monkeypatch):
    Household.objects.create(number="F00041", name="Rivière")
    # The colleague's file comes between the check of the form and the writing.
    monkeypatch.setattr(HouseholdForm, "validate_unique", lambda _: None)
    page = body(desk.post("/agent/familles/nouvelle/", new_family(**{"dossier-number": "F00041"})))
    assert page.count("Un autre dossier porte déjà ce numéro") == 1
    assert 'aria-invalid="true"' in page
    assert Household.objects.count() == 1


def test_a_telephone_is_kept_as_everybody_reads_it_and_refused_in_words(desk):
    page = body(desk.post("/agent/familles/nouvelle/", new_family(**{"responsable-0-phone": "06 12"})))
    assert "Ce n’est pas un numéro de téléphone" in page
    desk.post("/agent/familles/nouvelle/", new_family(**{"responsable-0-phone": "+33612345678"}))
    assert Guardian.objects.get().phone == "06 12 34 56 78"


def test_one_more_child_is_asked_at_a_time_and_what_was_typed_stays_open(desk):
    _, _, page = body(desk.get("/agent/familles/nouvelle/")).partition("<main")
    assert page.count("<details") == 6, "un second responsable, cinq enfants de plus"
    assert "<details open" not in page.replace(' class="stack stack--small"', "")
    third = {"enfant-2-first_name": "Lou", "enfant-2-last_name": "Martin"}
    page = body(desk.post("/agent/familles/nouvelle/", new_family(**third)))
    assert page.replace(' class="stack stack--small"', "").count("<details open") == 2


def test_a_second_account_for_an_address_is_refused(desk):
    family = a_family(school=None)
    page = body(
        desk.post("/agent/familles/nouvelle/", new_family(**{"responsable-0-email": family.user.email}))
    )
    assert "a déjà un compte" in page
    assert not Household.objects.filter(number="00042").exists()


def test_the_desk_opens_an_account_sends_the_link_again_and_repairs_a_password(desk, client_for, commune):
    family = a_family(school=None)
    guardian = Guardian.objects.create(household=family.household, first_name="Sacha", last_name="Rivière")
    desk.post(f"/agent/responsables/{guardian.pk}/compte/", {"email": "sacha@exemple.fr"})
    guardian.refresh_from_db()
    assert guardian.user.email == "sacha@exemple.fr"
    assert "Compte jamais activé" in body(desk.get(f"/agent/familles/{family.household.pk}/"))

    desk.post(f"/agent/responsables/{guardian.pk}/activation/")
    assert OutgoingMail.objects.filter(to="sacha@exemple.fr").count() == 2

    active = Guardian.objects.get(user=family.user)
    assert desk.post(f"/agent/responsables/{active.pk}/activation/").status_code == 404
    answer = desk.post(f"/agent/responsables/{active.pk}/mot-de-passe-provisoire/", follow=True)
    mail = OutgoingMail.objects.get(to=family.user.email)
    password = mail.text.split("provisoire\u00a0: ")[1].split()[0]
    assert password not in answer.content.decode(), "personne à la mairie ne voit un mot de passe"
    old = client_for(commune).post("/connexion/", {"username": family.user.email, "password": PASSWORD})
    assert old.status_code == 200
    new = client_for(commune).post("/connexion/", {"username": family.user.email, "password": password})
    assert new.status_code == 302


def test_a_bad_address_opens_no_account(desk):
    family = a_family(school=None)
    guardian = Guardian.objects.create(household=family.household, first_name="Sacha", last_name="Rivière")
    for email in ("", "pas une adresse", family.user.email):
        answer = desk.post(f"/agent/responsables/{guardian.pk}/compte/", {"email": email}, follow=True)
        assert "notice--error" in answer.content.decode()
    guardian.refresh_from_db()
    assert guardian.user is None


def test_a_task_done_leaves_the_list_with_who_did_it(desk):
    task = open_task(
        kind=TaskKind.CONTACT, source="t:1", title="Rappeler M. Martin", body="", now=clock.now()
    )
    assert "Rappeler M. Martin" in body(desk.get("/agent/taches/"))
    desk.post(f"/agent/taches/{task.pk}/faite/")
    assert "Rappeler M. Martin</strong>" not in body(desk.get("/agent/taches/"))
    assert "Dominique Guichet" in body(desk.get("/agent/taches/?etat=faites"))
    done_at = StaffTask.objects.get().done_at
    desk.post(f"/agent/taches/{task.pk}/faite/")
    assert StaffTask.objects.get().done_at == done_at
