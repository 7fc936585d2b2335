"""The desk’s inbox: found, read, decided, taken back, at a constant cost."""

import pytest

from booking.enums import BookingMode, LineState, PlaceState, ReservationState
from booking.models import Opening, Place, Reservation, ReservationLine
from booking.services.requests import submit_request
from tests.booking.views.pages import text_of
from tests.factories.booking import a_sibling, some_care
from tests.factories.people import an_agent
from tests.factories.world import Family, a_family
from tests.harness.queries import assert_constant_queries

INBOX, DECIDE = "/agent/demandes/", "/agent/demandes/decider/"


@pytest.fixture
def care(canteen):
    return some_care(canteen, mode=BookingMode.REQUEST)


@pytest.fixture
def desk(commune, client_for):
    return client_for(commune, an_agent())


@pytest.fixture
def ask(care, now):
    def act(family: Family, *, days: int = 2, column: int = 0) -> Reservation:
        return submit_request(
            child=family.child,
            period=care.period,
            wishes=care.wishes(days=days, column=column),
            cancellations=[],
            by=family.user,
            now=now,
        )

    return act


def lines_of(reservation: Reservation) -> list[int]:
    return list(reservation.lines.order_by("opening__date").values_list("pk", flat=True))


def state_of(reservation: Reservation) -> str:
    return Reservation.objects.get(pk=reservation.pk).state


def test_the_inbox_costs_the_same_for_any_number_of_demands(desk, canteen, ask):
    assert_constant_queries(act=lambda: desk.get(INBOX), add_row=lambda: ask(a_family(school=canteen.school)))


def test_a_day_costs_the_same_for_any_number_of_children(desk, care, canteen, ask):
    opening = care.slots[0].openings.earliest("date")
    assert_constant_queries(
        act=lambda: desk.get(f"/agent/demandes/jour/{opening.pk}/"),
        add_row=lambda: ask(a_family(school=canteen.school), days=1),
    )


def test_demands_are_filtered_by_service_date_and_class(desk, care, canteen, ask):
    first, second = a_family(school=canteen.school), a_family(school=canteen.school)
    first.child.class_name = "CE2 B"
    first.child.save()
    short, long = ask(first, days=1), ask(second, days=3)

    def shown(**query: object) -> set[int]:
        page = desk.get(INBOX, query).content.decode()
        return {pk for pk in (short.pk, long.pk) if f'/agent/demandes/{pk}/"' in page}

    assert shown() == {short.pk, long.pk}
    assert shown(classe="CE2 B") == {short.pk}
    assert shown(date="2027-03-02") == {long.pk}
    assert shown(date="hier", service="x") == {short.pk, long.pk}
    assert shown(service=care.period.activity_id, tri="-recue") == {short.pk, long.pk}
    assert shown(service=canteen.activity.pk) == set()
    assert "Aucune demande en attente ne correspond" in text_of(desk.get(INBOX, {"q": "zzz"}))
    assert "Décider de PERISCOLAIRE MATIN pour tous les enfants" in text_of(
        desk.get(INBOX, {"date": "2027-03-02"})
    )


def test_a_demand_shows_places_left_rivals_and_siblings(desk, care, canteen, family, ask):
    Opening.objects.filter(slot=care.slots[0]).update(capacity=5, taken=2)
    ask(a_family(school=canteen.school))
    ask(Family(household=family.household, user=family.user, child=a_sibling(family)), column=1)
    reservation = ask(family)
    page = text_of(desk.get(f"/agent/demandes/{reservation.pk}/"))
    for words in (
        "<strong>3</strong>",
        "1 autre demande",
        "Malo\u00a0: ETUDE (en attente de traitement)".replace("\u00a0", " "),
    ):
        assert words in page
    assert "rien à payer" in page


def test_a_whole_demand_is_accepted_then_the_next_one_opens(desk, canteen, family, ask):
    reservation, following = ask(family), ask(a_family(school=canteen.school))
    sent = {"lignes": lines_of(reservation), "decision": "accepter", "origine": f"demande-{reservation.pk}"}
    answer = desk.post(DECIDE, sent)
    assert answer.url == f"/agent/demandes/{following.pk}/"
    assert state_of(reservation) == ReservationState.ACCEPTED
    page = text_of(desk.get(answer.url))
    assert "2 jours acceptés pour 1 demande" in page
    assert "Dernière décision" in page
    again = desk.post(DECIDE, sent, follow=True)
    assert "sont déjà décidés" in text_of(again)
    assert reservation.events.count() == 2


def test_one_day_is_accepted_by_its_own_button(desk, family, ask):
    reservation = ask(family)
    first, second = lines_of(reservation)
    answer = desk.post(
        DECIDE,
        {"lignes": [first, second], "decision": f"accepter-{second}", "origine": f"demande-{reservation.pk}"},
    )
    assert answer.url == f"/agent/demandes/{reservation.pk}/"
    assert ReservationLine.objects.get(pk=first).state == LineState.PENDING
    assert ReservationLine.objects.get(pk=second).state == LineState.ACCEPTED


def test_refusing_asks_for_a_reason_and_loses_nothing(desk, family, ask):
    reservation = ask(family)
    sent = {"lignes": lines_of(reservation), "decision": "refuser", "origine": f"demande-{reservation.pk}"}
    page = text_of(desk.post(DECIDE, sent))
    assert "Rien n’est enregistré" in page
    assert "Choisissez un motif, ou écrivez-en un" in page
    assert page.count('name="lignes"') == 2
    desk.post(DECIDE, sent | {"motif": "Aucune place disponible ce jour-là.", "precision": "Groupe complet."})
    assert state_of(reservation) == ReservationState.REFUSED
    assert reservation.lines.first().reason == "Aucune place disponible ce jour-là. Groupe complet."


def test_a_selection_of_demands_is_shown_before_it_is_decided(desk, canteen, ask):
    demands = [ask(a_family(school=canteen.school)) for _ in range(2)]
    sent = {"demandes": [demand.pk for demand in demands], "decision": "accepter", "apercu": "on"}
    page = text_of(desk.post(DECIDE, sent))
    assert "4 jours, 2 familles" in page
    assert {state_of(demand) for demand in demands} == {ReservationState.PENDING}
    lines = [line for demand in demands for line in lines_of(demand)]
    assert desk.post(DECIDE, {"lignes": lines, "decision": "accepter"}).url == INBOX
    assert {state_of(demand) for demand in demands} == {ReservationState.ACCEPTED}


def test_a_full_day_is_refused_until_it_has_more_places(desk, care, canteen, ask):
    opening = care.slots[0].openings.earliest("date")
    families = [a_family(school=canteen.school) for _ in range(2)]
    lines = [lines_of(ask(family, days=1))[0] for family in families]
    address = f"/agent/demandes/jour/{opening.pk}/"
    assert desk.post(f"{address}places/", {"places": "1"}).url == address
    sent = {"lignes": lines, "decision": "accepter", "origine": f"jour-{opening.pk}"}
    assert "1 place libre pour 2 demandes" in text_of(desk.post(DECIDE, sent))
    desk.post(f"{address}places/", {"places": "2"})
    assert desk.post(DECIDE, sent).url == INBOX
    assert Place.objects.filter(opening=opening, state=PlaceState.CONFIRMED).count() == 2
    assert "plus de places sont déjà prises lun. 01/03/2027 (2 prises)" in text_of(
        desk.post(f"{address}places/", {"places": "1"}, follow=True)
    )
    assert "Écrivez un nombre" in text_of(desk.post(f"{address}places/", {"places": "x"}, follow=True))
    assert Opening.objects.get(pk=opening.pk).capacity == 2


def test_the_latest_decision_is_taken_back_once(desk, family, ask):
    reservation = ask(family)
    desk.post(DECIDE, {"lignes": lines_of(reservation), "decision": "accepter"})
    page = desk.post("/agent/demandes/reprendre/", follow=True)
    assert page.redirect_chain[0][0] == f"/agent/demandes/{reservation.pk}/"
    assert "Décision reprise : 2 jours de nouveau en attente" in text_of(page)
    assert state_of(reservation) == ReservationState.PENDING
    assert "plus de décision à reprendre" in text_of(desk.post("/agent/demandes/reprendre/", follow=True))


def test_a_day_somebody_cancelled_meanwhile_is_told(desk, care, family, ask, now):
    reservation = ask(family)
    lines = lines_of(reservation)
    submit_request(
        child=family.child,
        period=care.period,
        wishes={},
        cancellations=[min(care.wishes())],
        by=family.user,
        now=now,
    )
    page = text_of(desk.post(DECIDE, {"lignes": lines, "decision": "accepter"}, follow=True))
    assert "1 jour accepté pour 1 demande" in page


@pytest.mark.parametrize(
    "sent", [{}, {"decision": "tout"}, {"decision": "accepter", "lignes": ["x", "9" * 30]}]
)
def test_nonsense_decides_nothing(desk, family, ask, sent):
    reservation = ask(family)
    assert "Cochez au moins un jour" in text_of(desk.post(DECIDE, sent, follow=True))
    assert state_of(reservation) == ReservationState.PENDING


def test_a_decided_demand_says_so(desk, family, ask):
    reservation = ask(family)
    desk.post(DECIDE, {"lignes": lines_of(reservation), "decision": "accepter"})
    assert "Tous les jours de cette demande sont décidés" in text_of(
        desk.get(f"/agent/demandes/{reservation.pk}/")
    )
    assert "tout est à jour" in text_of(desk.get(INBOX))
    assert desk.get("/agent/demandes/999999/").status_code == 404
