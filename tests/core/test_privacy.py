"""A family's data: downloaded whole, corrected, forgotten where the law lets it; what is kept too long is proposed."""

import json
import zipfile
from datetime import date, timedelta
from decimal import Decimal
from io import BytesIO
from uuid import uuid4

import pytest
from django.apps import apps
from django.core.files.base import ContentFile

from billing.models import Invoice
from billing.queries.check import check_ledger
from billing.services.declarations import declare_change
from booking.models import AbsenceReport
from core import clock
from core.child_file import DossierField
from core.enums import DataRequestKind, DataRequestState, MailState, RetentionKind
from core.models import (
    AuditEntry,
    Conversation,
    Custody,
    DataRequest,
    FileChange,
    HealthRecord,
    Household,
    OpenSession,
    OutgoingMail,
    OutgoingSms,
    RetentionProposal,
    User,
)
from core.services.conversations import ask_as_visitor
from core.services.erasure import erase_household
from core.services.household_merges import unite_households
from core.services.own_data import ARCHIVE_KEPT, ask_about_data, prepare_archives
from core.services.retention import propose
from tests.factories.billing import a_regie, an_invoice
from tests.factories.counter import a_quittance, cash
from tests.factories.people import an_agent
from tests.factories.world import a_canteen, a_family, town_settings

YEARS = timedelta(days=4 * 365)


@pytest.fixture
def family(commune):
    town_settings()
    return a_family(school=None)


def ask(family, kind: DataRequestKind) -> DataRequest:
    return ask_about_data(
        household=family.household, kind=kind, message="Merci", by=family.user, now=clock.now()
    )


def with_health(family) -> None:
    record = HealthRecord(child=family.child)
    record.values = {DossierField.ALLERGIES: [{"what": "arachide"}]}
    record.save()


def test_a_family_downloads_all_that_is_its_own_and_nothing_of_others(commune, client_for, family):
    other = a_family(school=None, name="Autrui")
    Custody.objects.create(
        child=family.child,
        second=other.household,
        mode="weeks",
        valid_from=date(2026, 9, 1),
        recorded_at=clock.now(),
    )
    with_health(family)
    regie = a_regie()
    an_invoice(regie, family.household, now=clock.now())
    client = client_for(commune, family.user)
    page = client.post("/mon-compte/donnees/", {"kind": "export"}, follow=True).content.decode()
    assert "archive se prépare" in page
    prepare_archives(now=clock.now())
    asked = DataRequest.objects.get()
    assert "/mon-compte/donnees/" in OutgoingMail.objects.latest("pk").text
    answer = client.get(f"/mon-compte/donnees/{asked.pk}/archive/")
    archive = zipfile.ZipFile(BytesIO(b"".join(answer.streaming_content)))
    told = json.loads(archive.read("donnees.json"))
    assert {"Dossier", "Responsables", "Enfants", "Factures", "Dossiers de santé"} <= set(told)
    text = archive.read("donnees.html").decode()
    assert "arachide" in text
    assert "26.40" in text
    assert "Autrui" not in text
    assert client_for(commune, other.user).get(f"/mon-compte/donnees/{asked.pk}/archive/").status_code == 404
    with clock.frozen(clock.now() + ARCHIVE_KEPT + timedelta(minutes=1)):
        prepare_archives(now=clock.now())
    asked.refresh_from_db()
    assert not asked.file


def test_a_request_has_a_deadline_and_only_one_of_a_kind_waits(commune, client_for, family):
    with clock.frozen(clock.now().replace(month=1, day=31)):
        client = client_for(commune, family.user)
        assert (
            "doit être corrigé" in client.post("/mon-compte/donnees/", {"kind": "correct"}).content.decode()
        )
        said = {"kind": "correct", "message": "Mon nom est Rivier"}
        client.post("/mon-compte/donnees/", said)
        assert DataRequest.objects.get().due_on.strftime("%m-%d") in {"02-28", "02-29"}
        assert "déjà en cours" in client.post("/mon-compte/donnees/", said).content.decode()


def test_a_family_takes_its_request_back_until_it_is_answered(commune, client_for, family):
    client = client_for(commune, family.user)
    client.post("/mon-compte/donnees/", {"kind": "erase", "message": ""})
    asked = DataRequest.objects.get()
    assert "Retirer cette demande" in client.get("/mon-compte/donnees/").content.decode()
    url = f"/mon-compte/donnees/{asked.pk}/retirer/"
    assert client_for(commune, a_family(school=None, name="Autrui").user).post(url).status_code == 404
    told = client.post(url, follow=True).content.decode()
    assert "Votre demande est retirée" in told
    asked.refresh_from_db()
    assert (asked.state, asked.decided_by) == (DataRequestState.WITHDRAWN, family.user)
    assert "Retirer cette demande" not in told
    assert "a déjà sa réponse" in client.post(url, follow=True).content.decode()
    assert (
        "retirée"
        in client_for(commune, an_agent()).get(f"/agent/donnees/{asked.pk}/").content.decode().lower()
    )


def test_an_agent_answers_a_correction(commune, client_for, family):
    asked = ask(family, DataRequestKind.CORRECTION)
    desk = client_for(commune, an_agent())
    assert family.household.number in desk.get("/agent/donnees/").content.decode()
    page = f"/agent/donnees/{asked.pk}/"
    assert "obligatoire" in desk.post(page, {"decision": "faite", "answer": ""}).content.decode()
    desk.post(page, {"decision": "faite", "answer": "Votre nom est corrigé."})
    assert "Votre nom est corrigé." in OutgoingMail.objects.latest("pk").text
    assert "déjà sa réponse" in desk.post(page, {"decision": "refuser", "answer": "Non"}).content.decode()


def test_a_family_is_forgotten_and_the_books_stay_right(commune, client_for, family):
    with_health(family)
    regie, now = a_regie(), clock.now()
    invoice = an_invoice(regie, family.household, now=now)
    asked = ask(family, DataRequestKind.ERASURE)
    desk = client_for(commune, an_agent())
    page = f"/agent/donnees/{asked.pk}/"
    assert "restent à payer" in desk.post(page, {"decision": "effacer"}).content.decode()
    assert HealthRecord.objects.exists()
    a_quittance(regie, family.household, cash("26.40"), invoices=(invoice,), now=now)
    desk.post(page, {"decision": "effacer"})
    household = Household.objects.get(pk=family.household.pk)
    assert household.erased_at
    written = AuditEntry.objects.get(act="family_erased")
    assert (written.subject_id, "Rivière" in written.subject_name) == (household.pk, False)
    assert "Rivière" not in f"{household} {household.children.get()} {household.guardians.get()}"
    user = User.objects.get(pk=family.user.pk)
    assert (user.is_active, family.user.email in user.email) == (False, False)
    assert not HealthRecord.objects.exists()
    assert OutgoingMail.objects.get(subject="Vos données sont effacées").to == family.user.email
    assert Invoice.objects.get(pk=invoice.pk).total == Decimal("26.40")
    assert check_ledger() == []


def tables_that_say(*words: str) -> set[str]:
    """The tables of the town of which a row still holds one of these words, in any column."""
    return {
        model._meta.label
        for model in apps.get_models()
        if model._meta.app_label in {"core", "billing", "booking", "sessions"}
        for row in model._default_manager.values()
        if any(word in str(row) for word in words)
    }


def what_a_family_leaves(family, canteen, desk) -> None:
    """A row of each table that has free words of people, beside its file."""
    now, household, by = clock.now(), family.household, family.user
    household.guardians.update(phone="06 12 34 56 78")
    double = a_family(school=None, name="Riviere")
    ask(double, DataRequestKind.CORRECTION)
    unite_households(
        gone=double.household,
        kept=household,
        children={double.child.pk: family.child.pk},
        guardians={double.household.guardians.get().pk: household.guardians.get().pk},
        reason="Jade inscrite deux fois",
        by=desk,
        now=now,
    )
    OutgoingSms.objects.create(to="+33612345678", text="Jade", created_at=now, dedupe_key="rappel")
    ask_as_visitor(
        subject=None,
        name="Camille Rivière",
        email=by.email,
        phone="",
        message="Bonjour",
        nonce=uuid4(),
        now=now,
    )
    AbsenceReport.objects.create(
        child=family.child,
        period=canteen.period,
        first=date(2025, 9, 1),
        last=date(2025, 9, 1),
        note="Jade a la varicelle",
        told_at=now,
        told_by=by,
        state="awaiting",
        proof_file=ContentFile(b"%PDF-", "certificat-Riviere.pdf"),
    )
    declare_change(household=household, value=None, message="Camille", proof=None, by=by, now=now)
    OpenSession.objects.create(user=by, key="k", opened_at=now, seen_at=now, device="Téléphone de Camille")
    RetentionProposal.objects.create(
        kind=RetentionKind.FAMILIES, rows=[(household.pk, str(household))], prepared_at=now
    )


def test_nothing_says_who_a_forgotten_family_was_but_what_the_law_keeps(
    commune, django_capture_on_commit_callbacks
):
    canteen, desk = a_canteen(start=date(2026, 11, 23), days=1), an_agent()
    family = a_family(school=None)
    what_a_family_leaves(family, canteen, desk)
    proof = AbsenceReport.objects.get().proof_file
    with django_capture_on_commit_callbacks(execute=True):
        erase_household(household=family.household, now=clock.now())
    names = "Rivière", "Riviere", "Camille", "Jade", family.user.email, "612345678"
    assert tables_that_say(*names) == {"core.AuditEntry"}
    assert not proof.storage.exists(proof.name)


def test_what_is_kept_too_long_is_proposed_and_goes_only_with_an_agreement(commune, client_for, family):
    with_health(family)
    old, recent = (
        OutgoingMail.objects.create(
            to=to, subject="Avis", text="texte", state=MailState.SENT, created_at=at, sent_at=at
        )
        for to, at in (("a@exemple.fr", clock.now()), ("b@exemple.fr", clock.now() + YEARS))
    )
    visitor = {"subject": None, "name": "Ali", "phone": "", "message": "Bonjour", "nonce": uuid4()}
    ask_as_visitor(email="ali@exemple.fr", now=clock.now(), **visitor)
    asked = FileChange.new(
        family.child, field=DossierField.ALLERGIES, state="applied", at=clock.now(), by=family.user
    )
    asked.keep(before=[], after=[{"what": "arachide"}])
    asked.save()
    active = a_family(school=None, name="Vivant")
    User.objects.filter(pk=active.user.pk).update(last_login=clock.now() + YEARS - timedelta(days=9))
    with clock.frozen(clock.now() + YEARS):
        assert propose(now=clock.now()) == 4
        assert propose(now=clock.now()) == 0  # what waits is not proposed twice
        proposals = {proposal.kind: proposal for proposal in RetentionProposal.objects.all()}
        assert [name for _, name in proposals[RetentionKind.FAMILIES].rows] == [str(family.household)]
        desk = client_for(commune, an_agent())
        told = desk.get("/agent/donnees/").content.decode()
        assert "les autres informations de la famille" in told
        assert "vos enfants" not in told
        assert "Trois ans, même après un effacement" in told
        pages = {kind: f"/agent/donnees/conservation/{one.pk}/" for kind, one in proposals.items()}
        assert str(family.household) in desk.get(pages[RetentionKind.FAMILIES]).content.decode()
        desk.post(pages[RetentionKind.MAILS], {"rows": [str(old.pk)]})
        desk.post(pages[RetentionKind.HEALTH], {"rows": [str(family.child.pk)]})
        desk.post(pages[RetentionKind.FAMILIES], {"garder": "1"})
        assert "Ali – Message" in desk.get(pages[RetentionKind.VISITORS]).content.decode()
        desk.post(pages[RetentionKind.VISITORS], {"rows": []})  # spared
    old.refresh_from_db()
    recent.refresh_from_db()
    assert (old.text, recent.text) == ("", "texte")
    assert not HealthRecord.objects.exists()
    assert not FileChange.objects.exists()
    assert Conversation.objects.filter(visitor_name="Ali").exists()
    assert not Household.objects.filter(erased_at__isnull=False).exists()
    assert {one.state for one in RetentionProposal.objects.all()} == {"applied", "kept"}
