"""The desk reads papers one after the other, and records those it is shown."""

from datetime import date

import pytest
from django.urls import reverse

from core.enums import DocumentState, FileSubject
from core.models import FamilyDocument, OutgoingMail
from core.services.documents import hand_in_document
from tests.booking.views.pages import text_of
from tests.factories.booking import a_sibling
from tests.factories.papers import a_kind, a_paper, a_regulation, accepted, asks, sent
from tests.factories.people import an_agent
from tests.factories.world import a_family
from tests.harness.queries import assert_constant_queries

QUEUE = "/agent/documents/"


@pytest.fixture
def desk(commune, client_for, now, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    return client_for(commune, an_agent())


def listed(desk, **query) -> set[int]:
    return {document.pk for document in desk.get(QUEUE, query).context["page"]}


def test_the_queue_shows_what_waits_and_can_be_narrowed(desk, canteen, family, now):
    insurance, home = a_kind(), a_kind(code="domicile", name="Domicile", subject=FileSubject.HOUSEHOLD)
    asks(canteen.period, documents=["domicile"])
    other = a_family(school=None, name="Lavandier")
    first, second = sent(insurance, family, now=now), sent(home, other, now=now)
    done = accepted(insurance, other, now=now)
    assert listed(desk) == {first.pk, second.pk}
    assert listed(desk, etat="accepted") == {done.pk}
    assert listed(desk, etat="tous") == {first.pk, second.pk, done.pk}
    assert listed(desk, nature=home.pk) == {second.pk}
    assert listed(desk, activite=canteen.activity.pk) == {second.pk}
    assert listed(desk, q="riviere") == {first.pk}
    assert "Aucun document à vérifier." in text_of(desk.get(QUEUE, {"q": "zzz"}))


def test_a_decision_opens_the_next_paper(desk, family, now):
    insurance, home = (
        a_kind(validity="school_year"),
        a_kind(code="domicile", name="Domicile", subject=FileSubject.HOUSEHOLD),
    )
    first, second = sent(insurance, family, now=now), sent(home, family, now=now)
    page = desk.get(reverse("agent_document", args=[first.pk]))
    assert page.context["form"].initial["au"] == date(2027, 8, 31)
    assert "Ouvrir le PDF" in text_of(page)
    answer = desk.post(
        reverse("agent_document", args=[first.pk]), {"decision": "accepter", "au": "2027-06-30"}
    )
    assert answer["Location"] == reverse("agent_document", args=[second.pk])
    first.refresh_from_db()
    assert (first.state, first.valid_until) == (DocumentState.ACCEPTED, date(2027, 6, 30))

    url = reverse("agent_document", args=[second.pk])
    assert "Donnez le motif du refus" in text_of(desk.post(url, {"decision": "refuser"}))
    answer = desk.post(url, {"decision": "refuser", "motif": "Il manque la seconde page."})
    assert answer["Location"] == QUEUE
    assert "Il manque la seconde page." in OutgoingMail.objects.latest("pk").text
    assert "Déjà décidé" in text_of(desk.get(url))
    assert "déjà décidé" in text_of(desk.post(url, {"decision": "accepter"}))


def test_a_photograph_is_shown_beside_the_decision(desk, family, now):
    document = sent(a_kind(), family, now=now, content=b"\xff\xd8\xff photo", name="IMG_1.JPG")
    page = desk.get(reverse("agent_document", args=[document.pk])).content.decode()
    file = reverse("agent_document_file", args=[document.pk, 1])
    assert f'src="{file}"' in page
    answer = desk.get(file)
    assert answer["Content-Type"] == "image/jpeg"
    assert b"".join(answer.streaming_content) == b"\xff\xd8\xff photo"


def test_all_the_pages_are_on_one_screen(desk, family, now):
    kind = a_kind()
    files = [a_paper("recto.jpg", b"\xff\xd8\xff"), a_paper("verso.jpg", b"\xff\xd8\xff"), a_paper()]
    paper = {"kind": kind, "household": family.household, "child": family.child}
    document = hand_in_document(**paper, files=files, by=family.user, now=now)
    page = desk.get(reverse("agent_document", args=[document.pk])).content.decode()
    for position, shown in ((1, "src"), (2, "src"), (3, "href")):
        assert f'{shown}="{reverse("agent_document_file", args=[document.pk, position])}"' in page
    assert "Page 2 sur 3" in page
    assert desk.get(reverse("agent_document_file", args=[document.pk, 4])).status_code == 404


def test_a_paper_shown_at_the_desk_is_recorded(desk, family, now):
    kind = a_kind(validity="read")
    url = reverse("agent_document_add", args=[family.household.pk])
    assert "choisissez lequel" in text_of(desk.post(url, {"quoi": kind.pk, "au": "2027-12-31"}))
    given = {"quoi": kind.pk, "enfant": family.child.pk}
    assert "Indiquez jusqu’à quand" in text_of(desk.post(url, given))
    answer = desk.post(url, given | {"au": "2027-12-31"}, follow=True)
    assert "est enregistré." in text_of(answer)
    document = FamilyDocument.objects.get()
    assert (document.child, document.state, document.valid_until) == (
        family.child,
        DocumentState.ACCEPTED,
        date(2027, 12, 31),
    )
    stranger = a_family(school=None).child
    assert desk.post(url, given | {"enfant": stranger.pk}).status_code == 200
    assert FamilyDocument.objects.count() == 1


def test_a_familys_page_shows_its_papers_for_the_same_cost(desk, canteen, family, now):
    a_regulation(name="Règlement de la cantine")
    numbers = iter(range(1, 9))

    def add() -> None:
        number = next(numbers)
        sent(a_kind(code=f"k{number}", name=f"Papier {number}"), family, now=now)

    url = reverse("agent_family", args=[family.household.pk])
    assert_constant_queries(act=lambda: desk.get(url), add_row=add)
    page = text_of(desk.get(url))
    assert "Papier 3" in page
    assert "Règlement de la cantine" in page


def test_the_queue_costs_the_same_for_any_number(desk, canteen, family, now):
    kind = a_kind()
    assert_constant_queries(
        act=lambda: desk.get(QUEUE), add_row=lambda: sent(kind, family, now=now, child=a_sibling(family))
    )
