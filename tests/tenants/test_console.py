"""The vendor's console: who enters, what it shows of towns, and how one is opened, suspended, repaired."""

import re
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from core.models import OutgoingMail
from tenants.context import use_commune
from tenants.enums import CommuneStatus
from tenants.middleware import forget_towns
from tenants.models import Commune, Domain, schema_name_for
from tenants.services.template import migrate_template
from tests.factories.people import a_vendor, an_agent
from tests.factories.world import PASSWORD, town_settings
from tests.harness.clients import TownClient
from tests.harness.queries import assert_constant_queries

BELLEGARDE = Path(__file__).parents[2] / "infra" / "communes" / "bellegarde.toml"
NEW = "/communes/nouvelle/"


@pytest.fixture
def console(public) -> TownClient:
    return TownClient(None, a_vendor())


def town_file(slug: str = "uzes", name: str = "Uzès") -> str:
    text = BELLEGARDE.read_text()
    return text.replace('identifiant = "bellegarde"', f'identifiant = "{slug}"', 1).replace(
        'nom = "Bellegarde"', f'nom = "{name}"', 1
    )


def body(answer) -> str:
    assert answer.status_code == 200, answer.status_code
    return answer.content.decode()


def test_only_the_vendor_enters_and_by_its_own_door(console_client, commune, client_for):
    agent = an_agent()
    assert console_client.get("/")["Location"] == "/connexion/?next=/"
    refused = console_client.post("/connexion/", {"username": agent.email, "password": PASSWORD})
    assert "ne vont pas ensemble" in body(refused)

    vendor = a_vendor()
    town_settings()
    elsewhere = client_for(commune)
    elsewhere.post("/agent/connexion/", {"username": vendor.email, "password": PASSWORD})
    assert "_auth_user_id" not in elsewhere.session

    answer = console_client.post("/connexion/?next=/", {"username": vendor.email, "password": PASSWORD})
    assert answer["Location"] == "/"
    assert "Bellegarde" in body(console_client.get("/"))
    assert console_client.post("/deconnexion/")["Location"] == "/connexion/"
    assert console_client.get("/").status_code == 302


def test_a_vendor_is_locked_out_like_anyone(console_client, public):
    vendor = a_vendor()
    for _ in range(6):
        answer = console_client.post("/connexion/", {"username": vendor.email, "password": "faux"})
    assert answer.status_code == 429
    assert (
        console_client.post("/connexion/", {"username": vendor.email, "password": PASSWORD}).status_code
        == 429
    )


def test_towns_are_listed_with_their_state_and_what_they_hold(console):
    page = body(console.get("/"))
    for word in ("Balaruc", "bellegarde.localhost", "Ouverte", "Dossiers : 0"):
        assert word in page
    found = body(console.get("/?q=balaruc"))
    assert "bellegarde.localhost" not in found
    assert "Aucune commune ne correspond" in body(console.get("/?q=zzz"))


def test_the_list_costs_the_same_for_any_number_of_towns(console):
    def add_town() -> None:
        number = Commune.objects.count()
        commune = Commune.objects.create(
            slug=f"ville{number}", name=f"Ville {number}", schema_name=f"c_ville{number}"
        )
        Domain.objects.create(domain=f"ville{number}.localhost", tenant=commune, is_primary=True)

    assert_constant_queries(act=lambda: console.get("/"), add_row=add_town)


def test_a_wrong_file_says_where_and_is_kept(console):
    text = town_file().replace('zone_scolaire = "C"', 'zone_scolaire = "Q"', 1)
    line = text.splitlines().index('zone_scolaire = "Q"') + 1
    page = body(console.post(NEW, {"text": text, "act": "open"}))
    assert f"fichier:{line}" in page
    assert "zone_scolaire = &quot;Q&quot;" in page
    assert not Commune.objects.filter(slug="uzes").exists()


@pytest.mark.parametrize(
    ("upload", "said"), [(b"", "Choisissez un fichier"), (b"\xff\xfe", "UTF-8"), (b"[commune", "fichier:1")]
)
def test_what_is_not_a_towns_file_is_refused_in_words(console, upload, said):
    fields = (
        {"file": SimpleUploadedFile("ville.toml", upload), "act": "check"} if upload else {"act": "check"}
    )
    assert said in body(console.post(NEW, fields))


def test_a_file_is_checked_before_it_opens_anything(console):
    upload = SimpleUploadedFile("uzes.toml", town_file().encode())
    page = body(console.post(NEW, {"file": upload, "act": "check"}))
    assert "Prête à ouvrir" in page
    assert "identifiant = &quot;uzes&quot;" in page
    assert not Commune.objects.filter(slug="uzes").exists()


def test_a_town_opens_from_its_file_and_answers(transactional_db, public):
    migrate_template()
    console = TownClient(None, a_vendor())
    answer = console.post(NEW, {"text": town_file(), "act": "open"}, follow=True)
    page = body(answer)
    assert "Uzès est ouverte" in page
    assert "copie du schéma modèle" in page
    assert "À jour" in page
    assert "Il lui manque un agent" in page
    assert "/communes/uzes/agents/" in page
    uzes = Commune.objects.get(slug="uzes")
    assert uzes.status == CommuneStatus.READY
    assert "MAIRIE BELLEGARDE" in body(TownClient(uzes).get("/"))


def test_a_failed_opening_says_why_and_starts_again_with_the_kept_file(transactional_db, public, settings):
    migrate_template()
    console = TownClient(None, a_vendor())
    settings.COMMUNE_FILE_APPLY = "tests.tenants.test_console.refuse"
    page = body(console.post(NEW, {"text": town_file(), "act": "open"}, follow=True))
    assert "Effacer et recommencer" in page
    assert "la régie n’existe pas" in page

    again = body(console.post("/communes/uzes/effacer/", follow=True))
    assert "identifiant = &quot;uzes&quot;" in again
    assert not Commune.objects.filter(slug="uzes").exists()


def refuse(_commune: Commune, _text: str) -> None:
    raise ValueError("la régie n’existe pas")


@pytest.mark.parametrize("act", ["check", "open"])
def test_a_town_that_is_open_is_refused_as_soon_as_it_is_checked(console, act):
    page = body(console.post(NEW, {"text": town_file(slug="bellegarde"), "act": act}))
    assert "Bellegarde est déjà ouverte" in page
    assert "Schema name" not in page
    assert "Prête à ouvrir" not in page
    assert Commune.objects.get(slug="bellegarde").status == CommuneStatus.READY


def test_a_host_that_another_town_has_is_refused(console):
    taken = {"text": town_file(), "host": "Balaruc.localhost", "act": "check"}
    assert "« balaruc.localhost » est déjà celui de Balaruc" in body(console.post(NEW, taken))


def test_a_town_is_suspended_with_a_reason_then_reopened(console):
    bellegarde = Commune.objects.get(slug="bellegarde")
    console.post("/communes/bellegarde/suspendre/", {"reason": ""})
    bellegarde.refresh_from_db()
    assert bellegarde.is_ready

    console.post("/communes/bellegarde/suspendre/", {"reason": "Impayé"})
    forget_towns()
    closed = TownClient(bellegarde).get("/")
    assert closed.status_code == 503
    assert "momentanément fermé" in closed.content.decode()
    assert "Impayé" not in closed.content.decode()
    assert "Impayé" in body(console.get("/communes/bellegarde/"))

    console.post("/communes/bellegarde/reprendre/")
    bellegarde.refresh_from_db()
    assert (bellegarde.status, bellegarde.status_reason) == (CommuneStatus.READY, "")


def test_an_act_that_does_not_fit_the_towns_state_does_nothing(console):
    for act in ("reprendre", "effacer"):
        assert console.post(f"/communes/bellegarde/{act}/").status_code == 404
    assert Commune.objects.get(slug="bellegarde").is_ready
    assert console.get("/communes/inconnue/").status_code == 404


@pytest.mark.parametrize("act", ["suspendre", "reprendre", "effacer"])
def test_acts_are_refused_to_the_unknown(console_client, act):
    answer = console_client.post(f"/communes/bellegarde/{act}/", {"reason": "pirate"})
    assert answer.status_code == 302
    assert answer["Location"].startswith(reverse("console_login", urlconf="portail.urls_console"))
    assert Commune.objects.get(schema_name=schema_name_for("bellegarde")).is_ready


AGENTS = "/communes/bellegarde/agents/"


def test_the_vendor_invites_the_first_agent_of_a_town_who_then_enters(console, commune, client_for):
    with use_commune(commune):
        town_settings()
    assert "invitez un premier agent" in body(console.get(AGENTS))
    page = body(console.post(AGENTS, {"name": "Lou Martin", "email": "Lou@mairie.example"}, follow=True))
    assert "lou@mairie.example" in page
    assert "pas encore activé" in page

    with use_commune(commune):
        mail = OutgoingMail.objects.get(to="lou@mairie.example")
    link = re.search(r"http://bellegarde\.localhost(/activation/\S+)", mail.text).group(1)
    chosen = {"new_password1": PASSWORD, "new_password2": PASSWORD}
    agent = client_for(commune)
    assert agent.post(link, chosen)["Location"] == "/agent/"
    assert agent.get("/agent/").status_code == 200
    assert "Activé le" in body(console.get(AGENTS))


def test_the_vendor_blocks_and_unblocks_an_agent(console, commune, client_for):
    with use_commune(commune):
        town_settings()
        agent = an_agent()
    desk = client_for(commune, agent)
    assert desk.get("/agent/").status_code == 200
    assert "ne peut plus entrer" in body(console.post(f"{AGENTS}{agent.pk}/", {"act": "block"}, follow=True))
    assert desk.get("/agent/").status_code == 302
    console.post(f"{AGENTS}{agent.pk}/", {"act": "unblock"})
    assert desk.get("/agent/").status_code == 200


def test_the_agents_of_a_town_are_closed_to_the_unknown_and_to_towns_that_are_not_open(
    console, console_client, commune
):
    for act in (console_client.get, console_client.post):
        assert act(AGENTS)["Location"].startswith("/connexion/")
    assert console_client.post(f"{AGENTS}1/", {"act": "block"})["Location"].startswith("/connexion/")
    Commune.objects.filter(slug="bellegarde").update(status=CommuneStatus.FAILED)
    assert console.get(AGENTS).status_code == 404
    assert console.post(f"{AGENTS}1/", {"act": "block"}).status_code == 404
