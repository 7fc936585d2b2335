"""« À faire », at the top of « Mon compte »."""

import re
from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.urls import reverse

from booking.enums import AbsenceState
from booking.models import AbsenceReport
from booking.services.waiting_offers import offer_freed_places
from core.child_file import DossierField
from core.enums import FileSubject, RegulationKind
from core.guardian_roles import GuardianRole
from core.models import Conversation, Guardian
from tests.booking.views.pages import text_of
from tests.factories.billing import an_invoice
from tests.factories.booking import booked
from tests.factories.child_file import a_policy
from tests.factories.papers import a_kind, a_regulation, asks
from tests.factories.waiting import a_waiting_list, fill, give_back, waits
from tests.factories.world import a_family


@pytest.fixture
def browser(browser_of, family):
    return browser_of(family)


def to_do(browser) -> list[str]:
    """Each thing to do, as it is read; empty when the page has no such block."""
    found = re.search(
        r'aria-labelledby="a-faire".*?</section>', text_of(browser.get(reverse("account"))), re.DOTALL
    )
    rows = re.findall(r"<li>(.*?)</li>", found.group(), re.DOTALL) if found else []
    return [re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", row)).strip() for row in rows]


def test_a_family_of_which_nothing_is_expected_sees_no_list(browser, canteen):
    assert to_do(browser) == []


def test_what_runs_out_first_stands_first(browser, canteen, family, now):
    booked(canteen, family, now=now, days=1, first=1)
    holder = fill(canteen, now=now)[0]
    a_waiting_list(canteen.period)
    waits(canteen, family, now=now)
    give_back(canteen, holder, now=now)
    offer_freed_places(now=now)
    AbsenceReport.objects.create(
        child=family.child,
        period=canteen.period,
        first=date(2027, 2, 24),
        last=date(2027, 2, 24),
        told_at=now,
        told_by=family.user,
        state=AbsenceState.AWAITING,
        proof_until=now + timedelta(days=3),
    )
    Conversation.objects.create(
        household=family.household, title="Une question", opened_at=now, last_message_at=now, answered_at=now
    )
    asks(canteen.period, documents=[a_kind().code])
    a_regulation(code="image", name="Image", kind=RegulationKind.CONSENT, subject=FileSubject.CHILD)
    a_policy(DossierField.DOCTOR, "mandatory")
    a_policy(DossierField.ADDRESS, "mandatory")
    an_invoice(canteen.regie, family.household, now=now, amount=Decimal("12.30"))
    assert to_do(browser) == [
        "Une place est proposée à Jade lun. 01/03/2027, REPAS ENFANT : répondez avant ven. 26 février 16:00",
        "1 réservation à valider et à payer avant ven. 26 février 15:00",
        "Un justificatif d’absence à remettre pour Jade avant lun. 1er mars 14:00",
        "1 nouvelle réponse du service",
        "2 documents ou autorisations à donner Assurance scolaire, Image",
        "À compléter : les informations de la famille",
        "À compléter : le dossier de Jade",
        "12,30 € à payer CANTINE - HENRI SERMENT",
    ]


def test_what_is_over_or_of_others_is_not_to_do(browser, browser_of, canteen, family, now):
    AbsenceReport.objects.create(
        child=family.child,
        period=canteen.period,
        first=date(2027, 2, 1),
        last=date(2027, 2, 1),
        told_at=now - timedelta(days=25),
        told_by=family.user,
        state=AbsenceState.AWAITING,
        proof_until=now - timedelta(days=20),
    )
    neighbour = a_family(school=canteen.school, name="Voisin")
    booked(canteen, neighbour, now=now)
    assert to_do(browser) == []
    Guardian.objects.filter(user=neighbour.user).update(role=GuardianRole.CONTACT, is_payer=False)
    assert to_do(browser_of(neighbour)) == []
