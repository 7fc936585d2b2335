"""Messages between a family and the office, from the question to the answer."""

import re
from datetime import timedelta
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from core import clock
from core.audit_acts import AuditAct
from core.enums import ConversationState, MessageSide
from core.models import (
    AuditEntry,
    CannedAnswer,
    ContactSubject,
    Conversation,
    ConversationMessage,
    MessageFile,
    OutgoingMail,
)
from core.queries.conversations import kept_files
from core.queries.own_data import own_data, own_files
from core.rights import Role
from core.services.erasure import erase_household
from core.services.message_files import forget_unsent_files
from tests.factories.people import an_agent
from tests.factories.world import a_family, a_school, town_settings
from tests.harness.queries import assert_constant_queries

PDF = b"%PDF-1.7 une page"
NOTE = {"body": "Rappeler", "nonce": "0b0c6c5e-6d0f-4c6b-9f0a-000000000001", "act": "note"}


@pytest.fixture
def family(commune):
    town_settings()
    return a_family(school=a_school())


@pytest.fixture
def subject(commune):
    return ContactSubject.objects.create(
        code="cantine", label="Cantine", service="Restauration", email="cantine@bellegarde.example"
    )


@pytest.fixture
def at_home(commune, client_for, family):
    return client_for(commune, family.user)


@pytest.fixture
def desk(commune, client_for, family):
    return client_for(commune, an_agent())


def body(answer, status: int = 200) -> str:
    assert answer.status_code == status, answer.status_code
    return b"".join(answer).decode() if answer.streaming else answer.content.decode()


def a_pdf(name: str) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, PDF, "application/pdf")


def ask(client, subject, **changes) -> Conversation:
    sent = {"subject": subject.pk, "body": "Le repas de jeudi ?", "nonce": uuid4()} | changes
    assert client.post("/mes-messages/nouveau/", sent).status_code == 302
    return Conversation.objects.latest("pk")


def test_a_question_reaches_its_service_and_the_answer_comes_back_unread(at_home, desk, family, subject):
    asked = ask(
        at_home,
        subject,
        child=family.child.pk,
        files=[a_pdf("certificat.pdf"), a_pdf("suite.pdf")],
    )
    assert (asked.title, asked.household, asked.child, asked.state) == (
        "Cantine",
        family.household,
        family.child,
        ConversationState.NEW,
    )
    mail = OutgoingMail.objects.get()
    assert mail.to == "cantine@bellegarde.example"
    assert f"/agent/messages/{asked.pk}/" in mail.text
    page = body(desk.get(f"/agent/messages/{asked.pk}/"))
    assert "certificat.pdf" in page and "suite.pdf" in page
    attached = MessageFile.objects.earliest("pk").pk
    assert body(desk.get(f"/agent/messages/fichiers/{attached}/")) == PDF.decode()

    words = {"body": "Il reste de la place.", "nonce": uuid4(), "act": "repondre"}
    desk.post(f"/agent/messages/{asked.pk}/", words)
    asked.refresh_from_db()
    assert (asked.state, asked.assignee.name) == (ConversationState.WAITING, "Dominique Guichet")
    told = OutgoingMail.objects.get(to=family.user.email)
    assert "Il reste de la place." in told.text
    assert f"/mes-messages/{asked.pk}/" in told.text
    assert "Ne répondez pas à ce courriel" in told.text
    assert '1<span class="vh"> à lire' in body(at_home.get("/mes-messages/"))
    assert "Il reste de la place." in body(at_home.get(f"/mes-messages/{asked.pk}/"))
    assert "à lire" not in body(at_home.get("/mes-messages/"))


def test_a_refused_file_is_named_and_the_good_ones_and_the_words_stay(at_home, desk, subject, family):
    nonce, send = uuid4(), "/mes-messages/nouveau/"
    fake = SimpleUploadedFile("faux.pdf", b"<script>", "application/pdf")
    words = {"subject": subject.pk, "body": "Voici les papiers.", "nonce": nonce}
    page = body(at_home.post(send, words | {"files": [a_pdf("un.pdf"), fake, a_pdf("deux.pdf")]}))
    assert "« faux.pdf » : Envoyez un PDF" in page.replace("\xa0", " ")
    assert "Voici les papiers.</textarea>" in page and str(nonce) in page
    first, second = MessageFile.objects.all()
    for one in (first, second):
        assert f'name="garder" value="{one.pk}" checked' in page

    stranger = an_agent()
    assert kept_files(str(nonce), by=stranger) == []
    more = [a_pdf(f"{rank}.pdf") for rank in range(5)]
    page = body(at_home.post(send, words | {"garder": [second.pk], "files": more}))
    assert "« 4.pdf » : 5 fichiers au plus" in page.replace("\xa0", " ") and "« 3.pdf" not in page
    assert "un.pdf" not in page, "décoché"
    ticked = list(MessageFile.objects.exclude(pk=first.pk).values_list("pk", flat=True))
    assert at_home.post(send, words | {"garder": ticked[:2]}).status_code == 302
    sent = ConversationMessage.objects.get()
    assert [one.name for one in sent.files.all()] == ["deux.pdf", "0.pdf"]
    assert MessageFile.objects.count() == 2, "ce qui est décoché est effacé"
    desk_page = body(
        desk.post(f"/agent/messages/{sent.conversation_id}/", NOTE | {"files": [a_pdf("n.pdf")]})
    )
    assert "joignez les fichiers à une réponse" in desk_page and "n.pdf" in desk_page


def test_files_are_in_the_archive_and_leave_with_the_family_or_when_nobody_sends_them(
    at_home, desk, subject, family, django_capture_on_commit_callbacks
):
    asked = ask(at_home, subject, files=[a_pdf("un.pdf"), a_pdf("deux.pdf")])
    desk.post(f"/agent/messages/{asked.pk}/", NOTE)
    answer = {"body": "Merci.", "nonce": uuid4(), "act": "repondre", "files": [a_pdf("recu.pdf")]}
    desk.post(f"/agent/messages/{asked.pk}/", answer)
    tables = {table.title: table.rows for table in own_data(family.household)}
    assert [row["Texte"] for row in tables["Messages"]] == ["Le repas de jeudi ?", "Rappeler", "Merci."]
    joined = tables["Pièces jointes des messages"]
    assert [row["Nom"] for row in joined] == ["un.pdf", "deux.pdf", "recu.pdf"]
    assert joined[2]["Joint par"] == "Le service" and "Dominique" not in str(tables["Messages"]) + str(joined)
    assert len([name for name, _ in own_files(family.household) if "messagefile" in name]) == 3

    at_home.post(f"/mes-messages/{asked.pk}/", {"body": "", "nonce": uuid4(), "files": [a_pdf("oubli.pdf")]})
    unsent = MessageFile.objects.get(message=None)
    unsent.at -= timedelta(days=2)
    unsent.save()
    with django_capture_on_commit_callbacks(execute=True):
        assert forget_unsent_files(now=clock.now()) == 1
    assert not unsent.file.storage.exists(unsent.file.name)
    files = [one.file for one in MessageFile.objects.all()]
    assert len(files) == 3
    with django_capture_on_commit_callbacks(execute=True):
        erase_household(household=family.household, now=clock.now())
    assert not MessageFile.objects.exists() and not any(file.storage.exists(file.name) for file in files)


def test_a_family_that_writes_again_reopens_what_was_closed(at_home, desk, subject):
    asked = ask(at_home, subject)
    desk.post(f"/agent/messages/{asked.pk}/", {"body": "Oui.", "nonce": uuid4(), "act": "repondre-clore"})
    assert Conversation.objects.get().state == ConversationState.CLOSED
    at_home.post(f"/mes-messages/{asked.pk}/", {"body": "Et vendredi ?", "nonce": uuid4()})
    assert Conversation.objects.get().state == ConversationState.OPEN
    assert "À répondre" in body(desk.get("/agent/messages/"))
    assert "Cantine" in body(desk.get("/agent/messages/?etat=a-repondre&q=vendredi"))


def test_what_is_sent_twice_is_written_once(at_home, desk, subject):
    nonce = uuid4()
    asked = ask(at_home, subject, nonce=nonce)
    ask(at_home, subject, nonce=nonce)
    words = {"body": "Oui.", "nonce": uuid4(), "act": "repondre"}
    for _ in range(2):
        desk.post(f"/agent/messages/{asked.pk}/", words)
    assert [message.body for message in ConversationMessage.objects.all()] == ["Le repas de jeudi ?", "Oui."]
    assert OutgoingMail.objects.count() == 2


def test_a_note_stays_in_the_office(at_home, desk, subject, family):
    asked = ask(at_home, subject)
    desk.post(f"/agent/messages/{asked.pk}/", {"body": "Famille à rappeler", "nonce": uuid4(), "act": "note"})
    assert ConversationMessage.objects.latest("pk").side == MessageSide.NOTE
    assert Conversation.objects.get().state == ConversationState.NEW
    assert "Famille à rappeler" in body(desk.get(f"/agent/messages/{asked.pk}/"))
    assert "Famille à rappeler" not in body(at_home.get(f"/mes-messages/{asked.pk}/"))
    assert not OutgoingMail.objects.filter(to=family.user.email).exists()


def test_an_agent_follows_closes_and_finds_again(at_home, desk, subject):
    asked = ask(at_home, subject)
    other = ContactSubject.objects.create(code="autre", label="Autre")
    colleague, leader = an_agent(), an_agent(roles=[Role.LEADER])
    desk.post(f"/agent/messages/{asked.pk}/suivi/", {"assignee": colleague.pk, "subject": other.pk})
    refused = desk.post(f"/agent/messages/{asked.pk}/suivi/", {"assignee": leader.pk}, follow=True)
    assert "Choisissez un agent qui lit les messages" in body(refused)
    desk.post(f"/agent/messages/{asked.pk}/etat/")
    asked.refresh_from_db()
    assert (asked.assignee, asked.subject, asked.state) == (colleague, other, ConversationState.CLOSED)
    link = f"/agent/messages/{asked.pk}/"
    assert link not in body(desk.get("/agent/messages/"))
    assert link in body(desk.get(f"/agent/messages/?etat=closed&suivie={colleague.pk}&sujet={other.pk}"))
    assert link not in body(desk.get("/agent/messages/?etat=tous&suivie=0"))
    assert "Cantine" in body(desk.get("/agent/messages/?etat=tous&format=csv"))
    desk.post(f"/agent/messages/{asked.pk}/etat/")
    assert Conversation.objects.get().state == ConversationState.OPEN
    written = AuditEntry.objects.filter(act=AuditAct.CONVERSATION, subject_id=asked.pk).order_by("pk")
    assert list(written.values_list("note", flat=True)) == ["Clos", "En cours"]


def test_a_canned_answer_is_filled_in_under_what_is_written(at_home, desk, subject, family):
    CannedAnswer.objects.create(code="a", label="Reçu", body="Bonjour {famille}, c’est noté. {agent}")
    asked = ask(at_home, subject)
    page = body(
        desk.post(f"/agent/messages/{asked.pk}/", {"body": "Merci.", "nonce": uuid4(), "modele": "1"})
    )
    assert f"Merci.\n\nBonjour {family.household.name}, c’est noté. Dominique Guichet</textarea>" in page
    assert ConversationMessage.objects.count() == 1


def test_an_agent_writes_first(desk, at_home, family):
    path = f"/agent/messages/famille/{family.household.pk}/"
    desk.post(path, {"title": "Votre dossier", "body": "Il manque un papier.", "nonce": uuid4()})
    opened = Conversation.objects.get()
    assert (opened.state, opened.subject) == (ConversationState.WAITING, None)
    assert OutgoingMail.objects.get().to == family.user.email
    assert "Votre dossier" in body(at_home.get("/mes-messages/"))


def test_a_visitor_is_answered_by_mail_alone(commune, client_for, desk, subject):
    visitor = client_for(commune)
    page = visitor.get("/contact/").content.decode()
    nonce = re.search(r'name="nonce" value="([^"]+)"', page)[1]
    sent = {"name": "Lou", "email": "lou@exemple.fr", "message": "Une place ?", "nonce": nonce}
    assert "Choisissez un sujet" in body(visitor.post("/contact/", sent))
    visitor.post("/contact/", sent | {"subject": subject.pk})
    asked = Conversation.objects.get()
    desk.post(f"/agent/messages/{asked.pk}/", {"body": "Oui.", "nonce": uuid4(), "act": "repondre"})
    told = OutgoingMail.objects.get(to="lou@exemple.fr")
    assert "Oui." in told.text
    assert "/mes-messages/" not in told.text
    assert "/contact/" in told.text


def test_another_family_finds_nothing(commune, client_for, at_home, subject):
    asked = ask(at_home, subject, files=[a_pdf("a.pdf")])
    stranger = client_for(commune, a_family(school=None, name="Lavandier").user)
    for path in (f"{asked.pk}/", f"fichiers/{MessageFile.objects.get().pk}/"):
        assert stranger.get(f"/mes-messages/{path}").status_code == 404
    assert stranger.get("/mes-messages/nouveau/?a-propos=facture:1").status_code == 404


def test_lists_cost_the_same_for_one_and_for_three(at_home, desk, subject):
    for client, path in ((at_home, "/mes-messages/"), (desk, "/agent/messages/?etat=tous")):
        assert_constant_queries(act=lambda c=client, p=path: c.get(p), add_row=lambda: ask(at_home, subject))
