"""« Mes documents et autorisations », and the way to it from what cannot be booked."""

import re
from datetime import date, timedelta

import pytest
from django.urls import reverse

from core.custody import CustodyMode
from core.enums import DocumentState, FileSubject, RegulationKind
from core.models import Agreement, Custody, DraftPage, FamilyDocument
from core.services.documents import accept_document, refuse_document
from tests.booking.views.pages import planning_url, send_planning, text_of
from tests.factories.booking import a_sibling
from tests.factories.papers import a_kind, a_paper, a_picture, a_regulation, accepted, asks, sent
from tests.factories.people import an_agent
from tests.factories.world import a_family
from tests.harness.queries import assert_constant_queries

PAGE = "/mes-documents/"


@pytest.fixture
def browser(browser_of, family, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    return browser_of(family)


def words(response) -> str:
    """The page as it is read, without its tags."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", text_of(response))).replace("\u00a0", " ")


def page(browser) -> str:
    return words(browser.get(PAGE))


def test_a_town_that_asks_for_nothing_says_so(browser):
    assert "La commune ne vous demande aucun document ici." in page(browser)


def test_what_is_missing_stops_the_booking_and_leads_to_its_repair(browser, canteen, family, now):
    kind = a_kind(validity="school_year")
    asks(canteen.period, documents=[kind.code])
    lack = "Document à fournir : Assurance scolaire"
    for url in (reverse("booking_period", args=[family.child.pk]), reverse("account")):
        shown = words(browser.get(url))
        assert lack in shown
        assert "Compléter mon dossier" in shown
    refused = words(browser.get(planning_url(family.child, canteen.period)))
    assert lack in refused
    assert "Compléter mon dossier" in refused
    assert "Nécessaire pour RESTAURATION ELEMENTAIRE." in page(browser)

    send = reverse("family_document_send", args=[kind.code, family.child.pk])
    assert 'enctype="multipart/form-data"' in browser.get(send).content.decode()
    told = words(browser.post(send, {"fichier": a_paper()}, follow=True))
    assert "« Assurance scolaire » est bien reçu. Un agent va le vérifier" in told
    assert "En cours de vérification Reçu le 26/02/2027." in told
    waiting = words(browser.get(planning_url(family.child, canteen.period)))
    assert "Document en cours de vérification par le service" in waiting

    document = FamilyDocument.objects.get()
    accept_document(document=document, issued_on=None, valid_until=None, by=an_agent(), now=now)
    assert "Accepté jusqu’au 31/08/2027 inclus" in page(browser)
    assert browser.get(planning_url(family.child, canteen.period)).context["grid"]
    recap = send_planning(browser, family.child, canteen.period, canteen.wishes())
    assert recap.status_code == 302


def test_a_paper_may_count_as_soon_as_it_is_sent(browser, canteen, family, now):
    kind = a_kind(counts_on_receipt=True)
    asks(canteen.period, documents=[kind.code])
    send = reverse("family_document_send", args=[kind.code, family.child.pk])
    assert "Vous pouvez réserver dès maintenant" in words(
        browser.post(send, {"fichier": a_paper()}, follow=True)
    )
    assert browser.get(planning_url(family.child, canteen.period)).context["grid"]
    refuse_document(document=FamilyDocument.objects.get(), reason="Illisible.", by=an_agent(), now=now)
    assert "Document refusé, à renvoyer" in words(browser.get(planning_url(family.child, canteen.period)))
    assert "Refusé Illisible." in page(browser)


def test_a_wrong_file_is_explained(browser, family):
    kind = a_kind()
    send = reverse("family_document_send", args=[kind.code, family.child.pk])
    wrong = words(browser.post(send, {"fichier": a_paper("photo.jpg")}))
    assert "Envoyez un PDF, ou une photo JPEG ou PNG." in wrong
    assert "Prenez le document en photo, ou choisissez un fichier." in words(browser.post(send, {}))
    assert not FamilyDocument.objects.exists()


def test_pages_are_added_one_by_one_seen_taken_back_and_sent_together(browser, browser_of, family, now):
    kind = a_kind()
    send = reverse("family_document_send", args=[kind.code, family.child.pk])
    photo = a_picture()
    heic = a_paper("IMG_3.heic", b"\0\0\0\x18ftypheic")
    files = [a_paper("recto.jpg", photo), heic, a_paper("verso.jpg", photo)]
    shown = words(browser.post(send, {"fichier": files, "acte": "envoyer"}))
    assert "« IMG_3.heic » : Cette photo est au format HEIC" in shown
    assert "Page 1" in shown and "Page 2" in shown and "Page 3" not in shown
    assert not FamilyDocument.objects.exists()
    first, second = DraftPage.objects.all()
    look = reverse("family_document_draft", args=[first.pk])
    assert b"Odile" in photo and b"Odile" not in b"".join(browser.get(look))
    other = browser_of(a_family(school=None))
    assert other.get(look).status_code == 404
    assert other.post(send, {"retirer": first.pk}).status_code == 404

    assert "Prenez le document en photo" in words(browser.post(send, {"acte": "ajouter"}))
    assert browser.post(send, {"fichier": a_paper("p3.jpg", photo), "acte": "ajouter"})["Location"] == send
    browser.post(send, {"retirer": second.pk})
    many = words(browser.post(send, {"fichier": [a_paper(f"{n}.pdf") for n in range(5)], "acte": "ajouter"}))
    assert "« 4.pdf » : 6 fichiers au plus." in many and "« 3.pdf »" not in many
    assert "est bien reçu" in words(browser.post(send, {"acte": "envoyer"}, follow=True))
    document = FamilyDocument.objects.get()
    assert document.pages.count() == 6 and not DraftPage.objects.exists()
    assert "Voir la page 6" in page(browser)


def test_an_old_paper_is_to_be_renewed_in_time(browser, canteen, family, now):
    kind = a_kind()
    asks(canteen.period, documents=[kind.code])
    today = now.date()
    document = accepted(kind, family, now=now, valid_until=today + timedelta(days=30))
    assert "Bientôt périmé jusqu’au 28/03/2027 inclus" in page(browser)
    document.valid_until = today - timedelta(days=1)
    document.save()
    shown = page(browser)
    assert "Périmé depuis le 25/02/2027" in shown
    assert "Renouveler" in shown
    assert "Document périmé, à renouveler" in words(browser.get(planning_url(family.child, canteen.period)))


def test_a_paper_must_be_good_when_the_period_begins(canteen, family, browser, now):
    kind = a_kind()
    asks(canteen.period, documents=[kind.code])
    accepted(kind, family, now=now, valid_until=date(2027, 2, 28))  # the canteen begins on 1 March
    assert "Document périmé, à renouveler" in words(browser.get(planning_url(family.child, canteen.period)))


def test_a_reglement_is_read_and_accepted_in_its_version(browser, canteen, family):
    first = a_regulation(name="Règlement", text="Le repas se réserve <le> dimanche.")
    asks(canteen.period, consents=["reglement"])
    assert "Accord à donner" in words(browser.get(planning_url(family.child, canteen.period)))
    url = reverse("regulation", args=["reglement", 0])
    read = browser.get(url).content.decode()
    assert "Le repas se réserve &lt;le&gt; dimanche." in read
    assert "refuser" not in read
    answer = {"version": first.number, "reponse": "accepter"}
    told = words(browser.post(url, answer, follow=True))
    assert "Votre réponse à « Règlement » est enregistrée." in told
    assert "Accepté le 26/02/2027" in told
    assert browser.get(planning_url(family.child, canteen.period)).context["grid"]

    a_regulation()  # published since
    assert "Nouvelle version à lire" in page(browser)
    assert "Accord à donner à la nouvelle version" in words(
        browser.get(planning_url(family.child, canteen.period))
    )
    stale = words(browser.post(url, answer, follow=True))
    assert "Une nouvelle version vient d’être publiée" in stale
    assert Agreement.objects.count() == 1


def test_an_autorisation_is_answered_for_each_child(browser, family):
    a_regulation(code="image", name="Image", kind=RegulationKind.CONSENT, subject=FileSubject.CHILD)
    url = reverse("regulation", args=["image", family.child.pk])
    browser.post(url, {"version": 1, "reponse": "accepter"})
    assert "Je retire mon accord" in words(browser.get(url))
    browser.post(url, {"version": 1, "reponse": "refuser"})
    assert list(Agreement.objects.order_by("pk").values_list("agrees", "child", "by")) == [
        (True, family.child.pk, family.user.pk),
        (False, family.child.pk, family.user.pk),
    ]
    assert "Refusé le 26/02/2027" in page(browser)
    assert browser.get(reverse("regulation", args=["image", 0])).status_code == 404


def test_a_file_is_its_familys_alone(browser, browser_of, family, now):
    kind = a_kind()
    document = sent(kind, family, now=now)
    url = reverse("family_document_file", args=[document.pk, 1])
    answer = browser.get(url)
    assert b"".join(answer) == b"%PDF-1.7 attestation"
    assert answer["Content-Type"] == "application/pdf"
    assert answer["Content-Disposition"] == 'inline; filename="assurance-' + f'{document.pk}-1.pdf"'
    assert answer["Cache-Control"] == "private, no-store"
    assert answer["X-Content-Type-Options"] == "nosniff"
    stranger = browser_of(a_family(school=None))
    assert stranger.get(url).status_code == 404
    send = reverse("family_document_send", args=[kind.code, family.child.pk])
    assert stranger.post(send, {"fichier": a_paper()}).status_code == 404
    assert FamilyDocument.objects.get().state == DocumentState.RECEIVED


def test_the_page_costs_the_same_for_any_number_of_papers_and_children(browser, canteen, family, now):
    asks(canteen.period, documents=["k1", "k2", "k3"], consents=["r1", "r2", "r3"])
    numbers = iter(range(1, 9))

    def add() -> None:
        number = next(numbers)
        child = a_sibling(family, first_name=f"Anouk{number}")
        kind = a_kind(code=f"k{number}", name=f"Document {number}")
        a_regulation(code=f"r{number}", name=f"Texte {number}")
        sent(kind, family, now=now, child=child)

    assert_constant_queries(act=lambda: browser.get(PAGE), add_row=add)


def test_each_home_of_a_shared_child_gives_its_own_papers(browser, browser_of, canteen, family, now):
    kind = a_kind()
    asks(canteen.period, documents=[kind.code])
    other = a_family(school=None, name="Lavandier")
    Custody.objects.create(
        child=family.child,
        second=other.household,
        mode=CustodyMode.SHARE,
        percent=50,
        valid_from=date(2027, 1, 1),
        recorded_at=now,
    )
    document = sent(kind, family, now=now)
    second = browser_of(other)
    shown = page(second)
    assert "Jade" in shown
    assert reverse("family_document_file", args=[document.pk, 1]) not in second.get(PAGE).content.decode()
    send = reverse("family_document_send", args=[kind.code, family.child.pk])
    assert "est bien reçu" in words(second.post(send, {"fichier": a_paper()}, follow=True))
    assert set(FamilyDocument.objects.values_list("household", "child")) == {
        (family.household.pk, family.child.pk),
        (other.household.pk, family.child.pk),
    }
