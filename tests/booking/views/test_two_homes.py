"""A child of two homes: whatever page, message, file, archive or language, a home never reads what is the other's."""

import json
from datetime import date
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from core.child_file import DossierField
from core.custody import CustodyMode
from core.models import Conversation, DraftPage, FamilyDocument, FileChange, MessageFile, OutgoingMail, User
from core.queries.own_data import own_data, own_files
from core.services.child_file import accept_change, propose_changes, write_values
from core.services.conversations import answer, ask_the_office
from core.services.custody import record_custody
from core.services.document_pages import keep_pages
from core.services.documents import hand_in_document, refuse_document
from core.services.family_notes import write_note
from core.services.message_files import Attached
from core.services.pickup_photos import keep_photo
from tests.factories.papers import a_kind, a_paper, a_picture
from tests.factories.people import an_agent
from tests.factories.world import a_canteen, a_family

WEEK_9 = date(2027, 3, 1)
SECRETS = {"Rivière": "Lilas", "Olivier": "Quai-du-Port"}


@pytest.fixture
def homes(commune, now):
    canteen = a_canteen(start=WEEK_9, days=20)
    first, second = (a_family(school=canteen.school, name=name) for name in SECRETS)
    record_custody(
        child=first.child, second=second.household, mode=CustodyMode.WEEKS, even_weeks=True,
        valid_from=date(2026, 9, 1), by=None, now=now,
    )  # fmt: skip
    agent, kind = an_agent(), a_kind(subject="household")
    for family in (first, second):
        _fill(family, SECRETS[family.household.name], kind, agent, now)
    face = keep_photo(child=first.child, content=a_picture(), by=first.user, now=now).token
    odile = {"name": "Odile Lilas", "phone": "06 00 00 00 21", "photo": face}
    told = {"by": first.user, "now": now, "valid_from": now.date()}
    write_values(child=first.child, values={DossierField.PICKUPS: [odile]}, **told)
    names = [{"first_name": "Jade-Lilas", "last_name": "Rivière"}]
    propose_changes(
        owner=first.child, values={DossierField.CHILD_NAMES: names}, by=first.user, now=now, today=now.date()
    )
    return first, second


def _fill(family, secret, kind, agent, now) -> None:
    """An address that is accepted, another that waits, a paper refused and one that waits, a message with its file and
    its answer, a note: each says the home's own word."""
    home, by = family.household, family.user
    for street in (f"1 rue {secret}", f"2 rue {secret}"):
        moved = [{"address": street, "postcode": "30127", "city": "Bellegarde"}]
        asked = {"owner": home, "by": by, "now": now, "today": now.date()}
        done = propose_changes(values={DossierField.ADDRESS: moved}, **asked)
        if street.startswith("1"):
            accept_change(change=done.waiting[0], by=agent, now=now, valid_from=now.date())
    home.refresh_from_db()
    paper = {"kind": kind, "household": home, "child": None, "by": by, "now": now}
    sent = hand_in_document(**paper, files=[a_paper(), a_paper("verso.pdf")])
    refuse_document(document=sent, reason=f"Illisible {secret}", by=agent, now=now)
    keep_pages(**paper, files=[a_paper()])
    file = SimpleUploadedFile(f"{secret}.pdf", b"%PDF-1.7")
    opened = ask_the_office(
        household=home, subject=None, child=family.child, about=None, body=f"Bonjour {secret}",
        files=Attached(sent=[file]), by=by, nonce=uuid4(), now=now,
    )  # fmt: skip
    answer(conversation=opened, body=f"Réponse {secret}", closes=False, by=agent, nonce=uuid4(), now=now)
    write_note(household=home, text=f"Note {secret}", is_pinned=True, by=agent, now=now)


def pages(child: int) -> list[str]:
    plain = (
        "account", "account_info", "booking_child", "booking_together", "reservation_list", "cart",
        "family_documents", "conversations", "conversation_new", "notifications", "own_data",
        "calendar_address", "absence_list", "waiting_lists", "statements", "quotient", "family_home_edit",
    )  # fmt: skip
    of_child = [reverse("booking_period", args=[child]), f"/reservation/{child}/cantine/planning/"]
    return [reverse(name) for name in plain] + of_child


def objects(family) -> list[str]:
    """The pages of what is the home's alone."""
    home = family.household
    document, draft = FamilyDocument.objects.get(household=home), DraftPage.objects.get(household=home)
    talk = Conversation.objects.get(household=home)
    joined = MessageFile.objects.get(message__conversation=talk)
    return [
        reverse("family_document_file", args=[document.pk, 2]),
        reverse("family_document_draft", args=[draft.pk]),
        reverse("conversation", args=[talk.pk]),
        reverse("conversation_file", args=[joined.pk]),
        reverse("family_adult_edit", args=[family.user.guardian.pk]),
    ]


def status(browser, page: str) -> int:
    answered = browser.get(page)
    if answered.streaming:
        assert b"".join(answered)
    return answered.status_code


def test_neither_home_reads_the_other_in_any_language(homes, browser_of):
    first, second = homes
    for me, other in ((first, second), (second, first)):
        secret = SECRETS[other.household.name]
        for language in ("fr", "ar"):
            User.objects.filter(pk=me.user.pk).update(language=language)
            browser = browser_of(me)
            for page in pages(first.child.pk):
                answered = browser.get(page, follow=True)
                assert answered.status_code == 200, page
                text = answered.content.decode()
                for word in (secret, other.household.number, other.user.email, other.user.name):
                    assert word not in text, (page, word)
        for page in objects(me):
            assert status(browser, page) == 200, page
        for page in objects(other):
            assert status(browser, page) == 404, page


def test_the_file_of_the_child_stays_with_the_home_that_keeps_it(homes, browser_of):
    first, second = homes
    child, photo = first.child, first.child.pickup_photos.get()
    face = reverse("child_photo", args=[child.pk, photo.token])
    assert status(browser_of(first), face) == 200
    browser = browser_of(second)
    for page in (
        face,
        *(reverse("child_file_edit", args=[child.pk, one]) for one in ("sante", "etat-civil")),
    ):
        assert browser.get(page).status_code == 404, page
    assert browser.post(reverse("child_file_edit", args=[child.pk, "etat-civil"]), {}).status_code == 404
    assert not FileChange.objects.filter(child=child, by=second.user).exists()


def test_neither_archive_nor_mail_tells_of_the_other(homes):
    for me, other in (homes, homes[::-1]):
        secret = SECRETS[other.household.name]
        mine = SECRETS[me.household.name]
        archive = json.dumps([table.rows for table in own_data(me.household)], ensure_ascii=False)
        assert mine in archive
        for word in (secret, other.household.number, other.user.email):
            assert word not in archive, word
        assert not [name for name, _ in own_files(me.household) if secret in name]
        mails = OutgoingMail.objects.filter(to=me.user.email)
        assert mails.exists()
        assert not [mail.subject for mail in mails if secret in f"{mail.subject} {mail.text} {mail.html}"]
