"""The desk's pages about bookings and payments."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest

from billing.enums import PaymentState
from billing.models import Payment
from booking.enums import PlaceState
from booking.models import Place
from core.clock import frozen, now
from core.rights import Given, Role, ScopeKind
from tests.factories.billing import a_payment, a_regie, an_invoice
from tests.factories.office import a_reservation
from tests.factories.people import an_agent
from tests.factories.world import a_canteen, a_family
from tests.harness.queries import assert_constant_queries

START = date(2026, 11, 16)


@pytest.fixture
def desk(commune, client_for):
    return client_for(commune, an_agent())


@pytest.fixture
def canteen(commune):
    return a_canteen(start=START, days=4)


def body(answer) -> str:
    assert answer.status_code == 200, answer.status_code
    return answer.content.decode()


@pytest.mark.parametrize(
    "path", ["/agent/", "/agent/recherche/?q=zzz", "/agent/reservations/", "/agent/paiements/"]
)
def test_the_desk_is_for_agents(commune, client_for, canteen, path):
    assert client_for(commune).get(path)["Location"].startswith("/agent/connexion/?next=")
    assert client_for(commune, a_family(school=None).user).get(path).status_code == 403
    assert client_for(commune, an_agent()).get(path).status_code == 200


def test_the_list_of_reservations_costs_the_same_for_any_number(desk, canteen):
    assert_constant_queries(
        act=lambda: desk.get("/agent/reservations/"),
        add_row=lambda: a_reservation(canteen, a_family(school=canteen.school)),
    )


def test_reservations_are_searched_filtered_and_exported(desk, canteen):
    mine = a_reservation(canteen, a_family(school=canteen.school, name="Rivière"))
    other = a_reservation(canteen, a_family(school=canteen.school, name="Durand"))

    def shown(**query: str) -> set[int]:
        page = body(desk.get("/agent/reservations/", query))
        return {pk for pk in (mine.pk, other.pk) if f"/agent/reservations/{pk}/" in page}

    assert shown() == {mine.pk, other.pk}
    assert shown(q="riviere") == {mine.pk}
    assert shown(q=mine.display_number) == {mine.pk}
    assert shown(etat="refused") == set()
    assert shown(etat="n’importe quoi", etablissement="x", periode="9" * 30) == {mine.pk, other.pk}
    assert shown(etablissement=str(canteen.school.pk), periode=str(canteen.period.pk)) == {mine.pk, other.pk}

    lines = desk.get("/agent/reservations/?format=csv&q=durand").content.decode("utf-8-sig").splitlines()
    assert len(lines) == 2
    assert ";6,60;" in lines[1]


def test_a_reservation_shows_its_days_and_its_history(desk, canteen):
    reservation = a_reservation(canteen, a_family(school=canteen.school))
    page = body(desk.get(f"/agent/reservations/{reservation.pk}/"))
    for word in ("lun. 16/11/2026", "mar. 17/11/2026", "Demande enregistrée", "6,60", "Camille Rivière"):
        assert word in page
    assert desk.get("/agent/reservations/999999/").status_code == 404


def test_the_family_page_gathers_everything_in_a_constant_number_of_queries(desk, canteen):
    family = a_family(school=canteen.school)
    address = f"/agent/familles/{family.household.pk}/"
    assert_constant_queries(act=lambda: desk.get(address), add_row=lambda: a_reservation(canteen, family))
    page = body(desk.get(address))
    for word in (family.user.email, "Jade Rivière", "Ecole Henri Serment", "Compte actif depuis"):
        assert word in page


def test_one_box_finds_everything_and_opens_a_single_result(desk, canteen):
    family = a_family(school=canteen.school, name="Rivière")
    reservation = a_reservation(canteen, family)
    assert desk.get("/agent/recherche/?q=riviere")["Location"] == f"/agent/familles/{family.household.pk}/"
    assert (
        desk.get(f"/agent/recherche/?q={family.user.email}")["Location"]
        == f"/agent/familles/{family.household.pk}/"
    )
    number = f"{reservation.pk:05d}"
    assert desk.get(f"/agent/recherche/?q={number}")["Location"] == f"/agent/reservations/{reservation.pk}/"
    a_family(school=None, name="Rivière-Martin")
    page = body(desk.get("/agent/recherche/?q=rivi%C3%A8re"))
    assert "Rivière-Martin" in page
    assert "Rien ne correspond" in body(desk.get("/agent/recherche/?q=zzzz"))


def test_payments_are_listed_and_read_with_what_the_provider_said(desk, commune):
    regie = a_regie()
    family = a_family(school=None)
    assert_constant_queries(
        act=lambda: desk.get("/agent/paiements/"),
        add_row=lambda: a_payment(regie, now=now(), family=family, started=False),
    )
    payment = Payment.objects.first()
    found = body(desk.get("/agent/paiements/", {"q": payment.reference, "etat": PaymentState.CREATED}))
    assert f"/agent/paiements/{payment.pk}/" in found
    page = body(desk.get(f"/agent/paiements/{payment.pk}/"))
    assert "26,40" in page
    assert "Préparé" in page


def test_checking_a_payment_says_what_came_of_it(desk, commune):
    payment = a_payment(a_regie(), now=now(), started=False)
    assert desk.get(f"/agent/paiements/{payment.pk}/verifier/").status_code == 405
    page = desk.post(f"/agent/paiements/{payment.pk}/verifier/", follow=True).content.decode()
    assert "Vérifié auprès du prestataire : préparé" in page


def test_a_provider_that_is_down_changes_nothing(desk, commune, settings):
    settings.PAYFIP_SERVICE_URL = "http://127.0.0.1:9/"
    payment = a_payment(a_regie(), now=now(), started=False)
    Payment.objects.update(state=PaymentState.STARTED, provider_ref="abc")
    page = desk.post(f"/agent/paiements/{payment.pk}/verifier/", follow=True).content.decode()
    assert "Le prestataire ne répond pas" in page
    assert Payment.objects.get().state == PaymentState.STARTED


def test_the_family_page_tells_accounts_coming_days_and_acts(desk, client_for, commune, canteen):
    family = a_family(school=canteen.school)
    with frozen(datetime(2026, 11, 15, 9, 0, tzinfo=ZoneInfo("Europe/Paris"))):
        reservation = a_reservation(canteen, family)
        for line in reservation.lines.all():
            Place.objects.create(
                opening=line.opening, child=family.child, line=line, state=PlaceState.CONFIRMED
            )
        an_invoice(canteen.regie, family.household, now=now())
        page = body(desk.get(f"/agent/familles/{family.household.pk}/"))
        treasurer = an_agent(roles=[Given(role=Role.TREASURER, kind=ScopeKind.REGIE, code="autre")])
        elsewhere = body(client_for(commune, treasurer).get(f"/agent/familles/{family.household.pk}/"))
    for words in ("lundi 16 novembre 2026", "Reste dû", "26,40", "Demande enregistrée"):
        assert words in page
    assert "Reste dû" not in elsewhere


def test_every_list_leaves_as_a_workbook_and_as_csv(desk, canteen):
    family = a_family(school=canteen.school)
    a_reservation(canteen, family)
    for path in (
        "familles", "enfants", "taches", "reservations", "demandes", "absences", "documents", "enfants/changements",
        "listes-attente", "facturation/mandats", "quotients?etat=sans", "paiements", "facturation/impayes", "facturation",
        "facturation/prelevements", "regie/arretes", "regie/versements", "regie/tresor", "annulations", "agents",
        "places/effectifs",
    ):  # fmt: skip
        address, _, query = path.partition("?")
        book = desk.get(f"/agent/{address}/?{query}&format=xlsx")
        assert b"".join(book.streaming_content).startswith(b"PK"), path
        assert len(desk.get(f"/agent/{address}/?{query}&format=csv").content.splitlines()) >= 1, path
    lines = desk.get("/agent/enfants/?format=csv").content.decode("utf-8-sig").splitlines()
    assert lines[1].startswith(f"Rivière;Jade;04/05/2017;Ecole Henri Serment;CE2;;{family.household.number}")
