"""One reservation as proof: every act with its author, what became of each day, and the paper that says so."""

from io import BytesIO

import pytest
from django.urls import reverse
from pypdf import PdfReader

from booking.services.requests import submit_request
from tests.booking.views.pages import text_of
from tests.factories.booking import some_care
from tests.harness.queries import count_queries


@pytest.fixture
def browser(browser_of, family):
    return browser_of(family)


@pytest.fixture
def reservations(canteen, family, now):
    """Three days of garderie, the second of which is given back later."""
    care = some_care(canteen)
    wishes = care.wishes(days=3)
    asked = {"child": family.child, "period": care.period, "by": family.user, "now": now}
    first = submit_request(**asked, wishes=wishes, cancellations=[])
    second = submit_request(**asked, wishes={}, cancellations=[list(wishes)[1]])
    return first, second


def words(response) -> str:
    document = PdfReader(BytesIO(b"".join(response.streaming_content)))
    text = "\n".join(page.extract_text() for page in document.pages)
    return " ".join(text.replace("\xa0", " ").split())


def test_the_page_says_who_did_what_and_which_reservation_cancelled_a_day(browser, reservations):
    first, second = reservations
    page = text_of(browser.get(reverse("reservation_detail", args=[first.pk])))
    assert "26/02/2027 à 14:00:00" in page
    assert "Demande enregistrée" in page
    assert "Jours annulés" in page
    assert "Camille Rivière" in page
    assert f"réservation n° {second.display_number}</a> du 26/02/2027 à 14:00 : mar. 02/03/2027" in page
    assert reverse("reservation_pdf", args=[first.pk]) in page


def test_the_paper_holds_the_days_and_the_whole_history(browser, reservations):
    first, second = reservations
    response = browser.get(reverse("reservation_pdf", args=[first.pk]))
    assert response["Content-Type"] == "application/pdf"
    assert response["Cache-Control"] == "private, no-store"
    paper = words(response)
    assert f"Attestation de réservation n° {first.display_number}" in paper
    assert "Jade Rivière" in paper
    assert "lun. 01/03/2027 PERISCOLAIRE MATIN acceptée" in paper
    assert f"Par la réservation n° {second.display_number} du 26/02/2027 à 14:00:00" in paper
    assert "26/02/2027 à 14:00:00 Demande enregistrée Camille Rivière" in paper
    assert "Édité le 26/02/2027 à 14:00:00" in paper


def test_a_cancellation_says_what_it_asked(browser, reservations):
    paper = words(browser.get(reverse("reservation_pdf", args=[reservations[1].pk])))
    assert "mar. 02/03/2027 PERISCOLAIRE MATIN – demande d’annulation annulée" in paper


def test_the_cost_of_the_page_does_not_depend_on_its_days(browser, canteen, family, now, reservations):
    care_period = reservations[0].period
    more = submit_request(
        child=family.child,
        period=care_period,
        wishes={
            opening.pk: opening.slot.stages.get().pk
            for opening in care_period.slots.last().openings.all()[:12]
        },
        cancellations=[],
        by=family.user,
        now=now,
    )
    pages = [reverse("reservation_detail", args=[one.pk]) for one in (reservations[1], more)]
    browser.get(pages[0])
    assert len({count_queries(lambda page=page: browser.get(page)) for page in pages}) == 1
