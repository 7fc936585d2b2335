"""Quotients on screen: what a family sees and declares, what an agent records, corrects and looks for."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from django.core import mail
from django.core.files.uploadedfile import SimpleUploadedFile

from billing.models import ChildFacts, Quotient, QuotientDeclaration, QuotientSettings
from billing.quotients import QuotientSource
from billing.services.quotients import Proof, set_quotient
from core.child_file import DossierField
from core.clock import frozen
from core.models import OutgoingMail, StaffTask
from core.services.outbox import send_due_mails
from tenants.context import use_commune
from tests.factories.child_file import some_meals, tells
from tests.factories.people import an_agent
from tests.factories.world import a_family, a_school, town_settings
from tests.harness.queries import assert_constant_queries

NOW = datetime(2026, 11, 18, 10, 0, tzinfo=UTC)
PDF = b"%PDF-1.7 attestation"


@pytest.fixture
def town(commune):
    town_settings()
    with frozen(NOW):
        yield commune


def record(family, value: str = "642", **dates) -> Quotient:
    proof = Proof(value=Decimal(value), received_on=date(2026, 11, 18), source=QuotientSource.DOCUMENT)
    return set_quotient(household=family.household, proof=proof, by=None, now=NOW, **dates)


def body(answer) -> str:
    assert answer.status_code == 200, answer.status_code
    return answer.content.decode()


def test_a_family_without_quotient_reads_what_it_pays(town, client_for):
    family = a_family(school=None)
    page = body(client_for(town, family.user).get("/mon-compte/quotient/"))
    assert "le tarif sans justificatif s’applique" in page


def test_a_family_reads_its_own_quotient_and_no_other(town, client_for):
    family, other = a_family(school=None), a_family(school=None, name="Autre")
    record(family, "642.50")
    record(other, "999")
    page = body(client_for(town, family.user).get("/mon-compte/quotient/"))
    assert "642,50" in page and "jusqu’au 31/08/2027 inclus" in page and "999" not in page


def test_a_declared_change_waits_for_an_agent_who_records_it(
    town, client_for, django_capture_on_commit_callbacks
):
    family, agent = a_family(school=None), an_agent()
    client = client_for(town, family.user)
    file = SimpleUploadedFile("caf.pdf", PDF, content_type="application/pdf")
    answer = client.post("/mon-compte/quotient/", {"valeur": "512,30", "fichier": file, "message": ""})
    assert answer.status_code == 302
    declaration = QuotientDeclaration.objects.get()
    assert (declaration.value, declaration.household) == (Decimal("512.30"), family.household)
    assert not Quotient.objects.exists()
    assert StaffTask.objects.get().title == f"Quotient familial à vérifier\u00a0: {family.household.name}"
    desk = client_for(town, agent)
    assert family.household.name in body(desk.get("/agent/quotients/"))
    proof = desk.get(f"/agent/quotients/declarations/{declaration.pk}/justificatif/")
    assert b"".join(proof.streaming_content) == PDF
    storage, name = declaration.proof.storage, declaration.proof.name
    with django_capture_on_commit_callbacks(execute=True):
        desk.post(
            f"/agent/familles/{family.household.pk}/quotients/",
            {
                "nature": "quotient",
                "valeur": "512,30",
                "caisse": "caf",
                "recu": "2026-11-18",
                "declaration": declaration.pk,
                "justificatif": "attestation",
            },
        )
    quotient = Quotient.objects.get()
    assert (quotient.value, quotient.fund, quotient.source) == (Decimal("512.30"), "caf", "document")
    declaration.refresh_from_db()
    assert declaration.quotient == quotient
    assert not declaration.proof and not storage.exists(name)
    assert StaffTask.objects.get().done_by == agent
    assert OutgoingMail.objects.get().subject == "Votre quotient familial est enregistré"


def test_a_refused_declaration_is_answered_by_mail_once(town, client_for):
    family = a_family(school=None)
    client_for(town, family.user).post("/mon-compte/quotient/", {"message": "Notre quotient a baissé."})
    declaration = QuotientDeclaration.objects.get()
    desk = client_for(town, an_agent())
    for _ in range(2):
        desk.post(
            f"/agent/quotients/declarations/{declaration.pk}/refuser/", {"reponse": "Document illisible."}
        )
    send_due_mails(now=NOW)
    (sent,) = mail.outbox
    assert sent.to == [family.user.email] and "Document illisible." in sent.body


@pytest.mark.parametrize(
    ("name", "content"), [("virus.exe", PDF), ("faux.pdf", b"MZ\x90\x00"), ("page.html", b"<html>")]
)
def test_only_documents_and_photos_are_taken(town, client_for, name, content):
    client = client_for(town, a_family(school=None).user)
    page = body(client.post("/mon-compte/quotient/", {"fichier": SimpleUploadedFile(name, content)}))
    assert "Envoyez un PDF, ou une photo JPEG ou PNG." in page
    assert not QuotientDeclaration.objects.exists()


def test_an_empty_declaration_is_explained(town, client_for):
    page = body(client_for(town, a_family(school=None).user).post("/mon-compte/quotient/", {}))
    assert "l’un des trois suffit" in page


def test_an_agent_corrects_with_a_reason(town, client_for):
    family, agent = a_family(school=None), an_agent()
    quotient = record(family, "6420")
    desk = client_for(town, agent)
    given = {"nature": "quotient", "valeur": "642", "recu": "2026-11-18"}
    assert "Ce champ est obligatoire" in body(desk.post(f"/agent/quotients/{quotient.pk}/corriger/", given))
    desk.post(f"/agent/quotients/{quotient.pk}/corriger/", given | {"motif": "Virgule oubliée"})
    assert Quotient.objects.standing().get().value == 642
    page = body(desk.get(f"/agent/familles/{family.household.pk}/quotients/"))
    assert "Virgule oubliée" in page and "6420,00" in page


def test_an_agent_withdraws_with_a_reason(town, client_for):
    quotient = record(a_family(school=None))
    desk = client_for(town, an_agent())
    desk.post(f"/agent/quotients/{quotient.pk}/retirer/", {})
    assert Quotient.objects.standing().exists()
    desk.post(f"/agent/quotients/{quotient.pk}/retirer/", {"retrait-motif": "Mauvais dossier"})
    assert not Quotient.objects.standing().exists()


def test_the_facts_of_a_child_are_shown_and_changed(town, client_for):
    family = a_family(school=a_school())
    desk = client_for(town, an_agent())
    page = body(desk.get(f"/agent/familles/{family.household.pk}/quotients/"))
    assert "inconnu, tarif le plus élevé" in page and "1 sur 1" in page
    desk.post(f"/agent/enfants/{family.child.pk}/faits-de-tarif/", {"frequency": "regular"})
    facts = ChildFacts.objects.get()
    assert (facts.frequency, facts.special_class) == ("regular", False)
    some_meals()
    tells(family.child, {DossierField.MEAL: [{"meal": "panier"}]}, now=NOW)
    assert "fourni par la famille (PAI)" in body(
        desk.get(f"/agent/familles/{family.household.pk}/quotients/")
    )


def test_lists_tell_what_ends_and_who_has_none(town, client_for):
    ending, lasting = a_family(school=None, name="Finissant"), a_family(school=None, name="Durable")
    a_family(school=None, name="Démuni")
    record(ending, valid_until=date(2026, 12, 31))
    record(lasting)
    desk = client_for(town, an_agent())
    expiring = body(desk.get("/agent/quotients/?etat=expirent"))
    assert "Finissant" in expiring and "Durable" not in expiring
    without = body(desk.get("/agent/quotients/?etat=sans"))
    assert "Démuni" in without and "Durable" not in without
    record(ending, "700", valid_from=date(2027, 1, 1))
    assert "Finissant" not in body(desk.get("/agent/quotients/?etat=expirent"))


@pytest.mark.parametrize("state", ["declares", "expirent", "sans"])
def test_lists_cost_the_same_for_any_number(town, client_for, state):
    desk = client_for(town, an_agent())

    def add() -> None:
        family = a_family(school=None)
        if state == "expirent":
            record(family, valid_until=date(2026, 12, 1))
        if state == "declares":
            QuotientDeclaration.objects.create(household=family.household, at=NOW, by=family.user)

    assert_constant_queries(act=lambda: desk.get(f"/agent/quotients/?etat={state}"), add_row=add)


def test_the_page_of_a_family_costs_the_same_for_any_history(town, client_for):
    family, desk = a_family(school=None), client_for(town, an_agent())
    years = iter(range(2020, 2030))

    def add() -> None:
        year = next(years)
        record(family, valid_from=date(year, 1, 1), valid_until=date(year, 12, 31))

    assert_constant_queries(
        act=lambda: desk.get(f"/agent/familles/{family.household.pk}/quotients/"), add_row=add
    )


def test_the_token_is_sealed_and_never_shown(town, client_for):
    desk = client_for(town, an_agent())
    given = {
        "effect": "next_month",
        "validity": "civil_year",
        "reminder_days": 45,
        "siret": "213 400 220 00011",
    }
    desk.post("/agent/quotients/reglages/", given | {"jeton": "secret-de-la-commune"})
    settings = QuotientSettings.objects.get()
    assert (settings.token, settings.siret, settings.effect) == (
        "secret-de-la-commune",
        "21340022000011",
        "next_month",
    )
    assert "secret-de-la-commune" not in settings.sealed_token
    assert "secret-de-la-commune" not in body(desk.get("/agent/quotients/reglages/"))
    desk.post("/agent/quotients/reglages/", given)
    assert QuotientSettings.objects.get().token == "secret-de-la-commune"
    desk.post("/agent/quotients/reglages/", given | {"oublier": "on"})
    assert QuotientSettings.objects.get().token == ""


def test_another_town_has_its_own_quotients(town, other_commune, client_for):
    family = a_family(school=None)
    quotient = record(family)
    with use_commune(other_commune):
        town_settings()
        agent = an_agent()
    answer = client_for(other_commune, agent).get(f"/agent/quotients/{quotient.pk}/corriger/")
    assert answer.status_code == 404
