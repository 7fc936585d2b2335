"""A paper from the family's phone to the agent's decision, and what remains of its file."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.core.files.storage import default_storage

from core.enums import DocumentState, FileSubject, NotificationKind, RegulationKind
from core.errors import DomainError
from core.models import Agreement, DraftPage, FamilyDocument, OutgoingMail
from core.papers import MOST_PAGES
from core.services.document_pages import forget_abandoned_pages, keep_pages
from core.services.documents import (
    EXPIRED_KEPT,
    REFUSED_KEPT,
    DocumentError,
    accept_document,
    forget_old_files,
    hand_in_document,
    record_document,
    refuse_document,
)
from core.services.notifications import stop_notification
from core.services.regulations import AgreementError, answer_regulation
from tests.factories.papers import a_kind, a_paper, a_regulation, sent
from tests.factories.people import an_agent
from tests.factories.world import a_family, town_settings

NOW = datetime(2026, 11, 20, 9, tzinfo=UTC)


@pytest.fixture
def family(commune, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    town_settings()
    return a_family(school=None)


def accept(document, **values):
    given = {"issued_on": None, "valid_until": None, "by": an_agent(), "now": NOW} | values
    return accept_document(document=document, **given)


def file_of(document: FamilyDocument) -> str:
    return document.pages.get().file.name


def mails() -> list[tuple[str, str]]:
    return list(OutgoingMail.objects.order_by("pk").values_list("to", "subject"))


def test_a_file_has_a_name_nobody_can_guess(family):
    document = sent(a_kind(), family, now=NOW)
    assert document.state == DocumentState.RECEIVED
    name = file_of(document)
    assert name.startswith("dossiers/")
    assert name.endswith(".pdf")
    assert "attestation" not in name
    assert "/test_" in default_storage.path(name) or "bellegarde" in default_storage.path(name)


def test_what_nobody_has_read_is_replaced(family, django_capture_on_commit_callbacks):
    kind = a_kind()
    first = file_of(sent(kind, family, now=NOW))
    with django_capture_on_commit_callbacks(execute=True):
        second = sent(kind, family, now=NOW + timedelta(minutes=1))
    assert list(FamilyDocument.objects.all()) == [second]
    assert not default_storage.exists(first)
    assert default_storage.exists(file_of(second))


def test_the_pages_of_a_paper_go_together(family, django_capture_on_commit_callbacks):
    kind = a_kind()
    paper = {"kind": kind, "household": family.household, "child": family.child}
    by = {"by": family.user, "now": NOW}
    with pytest.raises(DocumentError, match="une page au moins"):
        hand_in_document(**paper, **by)
    keep_pages(**paper, files=[a_paper("recto.jpg"), a_paper("verso.jpg")], **by)
    document = hand_in_document(**paper, files=[a_paper("suite.pdf")], **by)
    names = list(document.pages.values_list("file", flat=True))
    assert [name.rpartition(".")[2] for name in names] == ["jpg", "jpg", "pdf"]
    assert not DraftPage.objects.exists()

    keep_pages(**paper, files=[a_paper()] * MOST_PAGES, **by)
    with pytest.raises(DocumentError, match="6 au plus"):
        hand_in_document(**paper, files=[a_paper()], **by)
    assert all(map(default_storage.exists, names)), "refusé, il ne remplace rien"
    with django_capture_on_commit_callbacks(execute=True):
        hand_in_document(**paper, **by)
    assert not any(map(default_storage.exists, names))


def test_pages_never_sent_go_after_a_week(family, django_capture_on_commit_callbacks):
    paper = {"kind": a_kind(), "household": family.household, "child": family.child}
    keep_pages(**paper, files=[a_paper()], by=family.user, now=NOW)
    name = DraftPage.objects.get().file.name
    assert forget_abandoned_pages(now=NOW + timedelta(days=6)) == 0
    with django_capture_on_commit_callbacks(execute=True):
        assert forget_abandoned_pages(now=NOW + timedelta(days=8)) == 1
    assert not default_storage.exists(name)


def test_a_paper_is_somebodys(family):
    other = a_family(school=None)
    about_child, about_all = a_kind(), a_kind(code="domicile", subject=FileSubject.HOUSEHOLD)
    for kind, child in ((about_child, None), (about_all, family.child), (about_child, other.child)):
        with pytest.raises(DocumentError):
            hand_in_document(
                kind=kind, household=family.household, child=child, files=[a_paper()], by=family.user, now=NOW
            )
    assert not FamilyDocument.objects.exists()


@pytest.mark.parametrize(
    ("kind", "given", "until"),
    [
        ({"validity": "forever"}, {}, None),
        ({"validity": "forever"}, {"valid_until": date(2027, 1, 1)}, date(2027, 1, 1)),
        ({"validity": "school_year"}, {}, date(2027, 8, 31)),
        ({"validity": "months", "months": 12}, {}, date(2027, 11, 19)),
        ({"validity": "months", "months": 12}, {"issued_on": date(2026, 10, 1)}, date(2027, 9, 30)),
        ({"validity": "read"}, {"valid_until": date(2028, 2, 3)}, date(2028, 2, 3)),
    ],
)
def test_an_accepted_paper_is_good_until_its_rule_says(family, kind, given, until):
    agent = an_agent()
    document = accept(sent(a_kind(**kind), family, now=NOW), by=agent, **given)
    document.refresh_from_db()
    assert (document.state, document.valid_until, document.decided_by, document.decided_at) == (
        DocumentState.ACCEPTED,
        until,
        agent,
        NOW,
    )
    assert mails() == [(family.user.email, "Document accepté\u00a0: Assurance scolaire – Jade")]


@pytest.mark.parametrize(
    ("kind", "given", "sentence"),
    [
        ({"validity": "read"}, {}, "Indiquez jusqu’à quand il est valable."),
        ({"max_age_days": 92}, {}, "Indiquez la date écrite sur le document."),
        (
            {"max_age_days": 92},
            {"issued_on": date(2026, 8, 19)},
            "Ce document a plus de 92 jours : demandez-en un plus récent.",
        ),
        ({}, {"issued_on": date(2026, 11, 21)}, "La date du document est dans le futur."),
        (
            {},
            {"valid_until": date(2026, 11, 19)},
            "Ce document n’est plus valable depuis le jeudi 19 novembre 2026.",
        ),
    ],
)
def test_an_agent_cannot_accept_against_the_rule(family, kind, given, sentence):
    document = sent(a_kind(**kind), family, now=NOW)
    with pytest.raises(DocumentError) as refusal:
        accept(document, **given)
    assert refusal.value.message.replace("\u00a0", " ") == sentence
    document.refresh_from_db()
    assert document.state == DocumentState.RECEIVED
    assert mails() == []


def test_a_refusal_says_why_to_every_account_even_to_those_who_want_no_mail(family):
    stop_notification(user=family.user, kind=NotificationKind.DOCUMENT, now=NOW)
    document = sent(a_kind(), family, now=NOW)
    with pytest.raises(DocumentError):
        refuse_document(document=document, reason="  ", by=an_agent(), now=NOW)
    refuse_document(document=document, reason="La photo est floue.", by=an_agent(), now=NOW)
    (mail,) = OutgoingMail.objects.all()
    assert mail.subject == "Document à renvoyer\u00a0: Assurance scolaire – Jade"
    assert "La photo est floue." in mail.text
    assert mail.unsubscribe_url == ""
    with pytest.raises(DocumentError, match="déjà décidé"):
        accept(document)


def test_an_acceptance_is_told_to_whom_wants_it(family):
    stop_notification(user=family.user, kind=NotificationKind.DOCUMENT, now=NOW)
    accept(sent(a_kind(), family, now=NOW))
    assert mails() == []


def test_a_decision_on_a_file_just_replaced_is_refused(family):
    kind = a_kind()
    seen = sent(kind, family, now=NOW)
    sent(kind, family, now=NOW)
    with pytest.raises(DocumentError, match="un autre fichier"):
        accept(seen)


def test_a_paper_shown_at_the_desk_needs_no_file(family):
    kind = a_kind(validity="school_year")
    document = record_document(
        kind=kind,
        household=family.household,
        child=family.child,
        issued_on=None,
        valid_until=None,
        by=an_agent(),
        now=NOW,
    )
    assert (document.state, document.valid_until, document.pages.exists()) == (
        DocumentState.ACCEPTED,
        date(2027, 8, 31),
        False,
    )


def test_files_go_when_they_are_of_no_more_use(family, django_capture_on_commit_callbacks):
    kind = a_kind()
    refused = sent(kind, family, now=NOW)
    refuse_document(document=refused, reason="Illisible.", by=an_agent(), now=NOW)
    old = accept(sent(kind, family, now=NOW), valid_until=NOW.date())
    good = accept(sent(kind, family, now=NOW))
    names = [file_of(one) for one in (refused, old, good)]
    after_refusal, after_year = NOW + REFUSED_KEPT, NOW + EXPIRED_KEPT + timedelta(days=1)
    assert forget_old_files(now=after_refusal) == 0
    with django_capture_on_commit_callbacks(execute=True):
        assert forget_old_files(now=after_refusal + timedelta(seconds=1)) == 1
        assert forget_old_files(now=after_year) == 1
    assert [default_storage.exists(name) for name in names] == [False, False, True]
    assert FamilyDocument.objects.filter(pages=None).count() == 2


def answer(version, family, *, agrees=True, child=None, at=NOW):
    return answer_regulation(
        version=version, household=family.household, child=child, agrees=agrees, by=family.user, now=at
    )


def test_an_answer_is_kept_once_and_every_change_of_mind_with_it(family):
    image = a_regulation(
        code="image", name="Droit à l’image", kind=RegulationKind.CONSENT, subject=FileSubject.CHILD
    )
    first = answer(image, family, child=family.child)
    assert answer(image, family, child=family.child, at=NOW + timedelta(minutes=1)) == first
    answer(image, family, child=family.child, agrees=False, at=NOW + timedelta(days=1))
    assert list(Agreement.objects.order_by("at").values_list("agrees", "by", "at")) == [
        (True, family.user.pk, NOW),
        (False, family.user.pk, NOW + timedelta(days=1)),
    ]


def test_only_the_version_in_force_is_answered(family):
    first = a_regulation()
    second = a_regulation(published_on=date(2026, 11, 21))
    answer(first, family)
    with pytest.raises(AgreementError, match="nouvelle version"):
        answer(second, family)
    with pytest.raises(AgreementError, match="nouvelle version"):
        answer(first, family, at=NOW + timedelta(days=1))
    answer(second, family, at=NOW + timedelta(days=1))


def test_a_reglement_is_not_refused(family):
    with pytest.raises(DomainError, match="s’accepte"):
        answer(a_regulation(), family, agrees=False)
