"""Several children on one screen: one planning, one recap, one confirmation, and a reservation for each."""

import re
from datetime import timedelta

import pytest
from django.urls import reverse

from booking.models import BookingDraft, Opening, Reservation
from core.models import Child
from tests.booking.views.pages import HIDDEN, send_planning, text_of
from tests.factories.booking import a_sibling, booked, some_care
from tests.factories.world import a_family
from tests.harness.queries import count_queries


@pytest.fixture
def browser(browser_of, family):
    return browser_of(family)


@pytest.fixture
def malo(family) -> Child:
    return a_sibling(family)


@pytest.fixture
def both(family, malo, canteen) -> list[str]:
    return [f"{child.pk}.{canteen.period.code}" for child in (family.child, malo)]


def prefix(child, period) -> str:
    return f"e{child.pk}-{period.pk}-"


def boxes(wishes: dict[int, int]) -> list[str]:
    return [f"{opening}.{stage}" for opening, stage in wishes.items()]


def send(browser, both, canteen, ticked: dict[Child, dict[int, int]], **more):
    data = {"avec": both, "vue": "2027-03", "aller": "recapitulatif"}
    for child, wishes in ticked.items():
        name = prefix(child, canteen.period)
        data |= {f"{name}du": "2027-03-01", f"{name}au": "2027-03-31", f"{name}w": boxes(wishes)}
    return browser.post(reverse("booking_together_planning"), data | more)


def confirm(browser, both, recap):
    fields = dict(HIDDEN.findall(recap.content.decode()))
    kept = {name: value for name, value in fields.items() if re.search(r"-(brouillon|version)$", name)}
    return browser.post(reverse("booking_together_confirm"), kept | {"avec": both}, follow=True)


def test_the_way_there_starts_at_the_choice_of_the_child(browser, family, malo, canteen, both):
    assert reverse("booking_together") in text_of(browser.get(reverse("booking_child")))
    page = browser.get(reverse("booking_together"))
    assert "La même période pour tous" in text_of(page)
    assert f"?avec={both[0]}&avec={both[1]}" in text_of(page)


def test_an_only_child_has_no_such_page(browser, family):
    assert browser.get(reverse("booking_together")).url == reverse("booking_child")


def test_both_plannings_are_on_one_page_with_names_of_their_own(browser, family, malo, canteen, both):
    page = browser.get(reverse("booking_together_planning"), {"avec": both})
    html = page.content.decode()
    names = [f'name="{prefix(child, canteen.period)}w"' for child in (family.child, malo)]
    assert [html.count(name) for name in names] == [18, 18]
    ids = re.findall(r' id="([^"]+)"', html)
    assert len(ids) == len(set(ids))
    assert "Jade Rivière" in text_of(page)
    assert "Malo Rivière" in text_of(page)


def test_one_validation_makes_one_reservation_a_child_and_one_basket(browser, family, malo, canteen, both):
    ticked = {family.child: canteen.wishes(days=2), malo: canteen.wishes(days=3)}
    recap = browser.get(send(browser, both, canteen, ticked).url)
    assert "2 réservations · 16,50 €" in text_of(recap)
    done = confirm(browser, both, recap)
    assert "Demandes de réservation enregistrées" in text_of(done)
    first, second = Reservation.objects.order_by("pk")
    assert {(one.child, one.lines.count()) for one in (first, second)} == {(family.child, 2), (malo, 3)}
    assert first.cart == second.cart
    assert first.display_number in text_of(done)
    assert not BookingDraft.objects.exists()


def test_a_full_day_stops_one_child_and_not_the_other(browser, family, malo, canteen, both, now):
    ticked = {family.child: canteen.wishes(days=1), malo: canteen.wishes(first=1)}
    recap = browser.get(send(browser, both, canteen, ticked).url)
    Opening.objects.filter(pk=canteen.openings[1].pk).update(capacity=0)
    done = confirm(browser, both, recap)
    assert Reservation.objects.get().child == family.child
    assert "Il n’y a plus de place pour : mar. 02/03/2027" in text_of(done)
    assert "Pas encore réservé" in text_of(done)
    assert BookingDraft.objects.get().child == malo
    again = browser.get(reverse("booking_together_recap"), {"avec": both})
    assert "Corriger le planning de Malo" in text_of(again)


def test_confirming_twice_records_once(browser, family, malo, canteen, both):
    recap = browser.get(send(browser, both, canteen, {family.child: canteen.wishes(), malo: {}}).url)
    confirm(browser, both, recap)
    confirm(browser, both, recap)
    assert Reservation.objects.count() == 1


def test_a_selection_that_changed_is_shown_again(browser, family, malo, canteen, both, now):
    recap = browser.get(send(browser, both, canteen, {family.child: canteen.wishes(), malo: {}}).url)
    BookingDraft.objects.update(updated_at=now + timedelta(minutes=1))
    assert "Votre sélection a changé" in text_of(confirm(browser, both, recap))
    assert not Reservation.objects.exists()


def test_nothing_ticked_goes_back_to_the_planning(browser, family, malo, canteen, both):
    answer = browser.get(send(browser, both, canteen, {family.child: {}, malo: {}}).url, follow=True)
    assert "Vous n’avez rien coché de nouveau" in text_of(answer)


def test_the_automatic_selection_is_of_one_child(browser, family, malo, canteen, both):
    name, stage = prefix(malo, canteen.period), canteen.on_time.pk
    more = {f"{name}auto": f"{stage}.on", f"{name}jours-{stage}": ["1"], f"{name}portee-{stage}": "periode"}
    answer = send(browser, both, canteen, {family.child: canteen.wishes(days=1), malo: {}}, **more)
    assert answer.url.endswith("vue=2027-03")
    drafts = {draft.child: len(draft.wishes) for draft in BookingDraft.objects.all()}
    assert drafts == {family.child: 1, malo: 5}


def test_the_same_for_my_other_children_leads_to_both_plannings(browser, family, malo, canteen, both):
    answer = send_planning(
        browser, family.child, canteen.period, canteen.wishes(days=4), vue="2027-03", copier="fratrie"
    )
    assert answer.url.startswith(reverse("booking_together_planning"))
    page = browser.get(answer.url)
    assert "Malo : 4 jours cochés, comme Jade." in text_of(page)
    assert "8 présences · 26,40 €" in text_of(page)


def test_copying_between_the_children_of_the_page(browser, family, malo, canteen, both):
    copier = {f"{prefix(family.child, canteen.period)}copier": "fratrie"}
    send(browser, both, canteen, {family.child: canteen.wishes(days=2), malo: {}}, **copier)
    assert [len(draft.wishes) for draft in BookingDraft.objects.all()] == [2, 2]


def test_last_month_is_repeated_and_what_could_not_be_is_told(browser, family, canteen, now):
    booked(canteen, family, now=now, days=18)  # all of March
    Opening.objects.filter(date__gte="2027-04-02").update(capacity=0)
    answer = send_planning(browser, family.child, canteen.period, {}, vue="2027-04", copier="precedent")
    page = text_of(browser.get(answer.url))
    assert "Jade : 1 jour coché, repris de : mars 2027." in page
    assert "non copié : ven. 02/04/2027, REPAS ENFANT 3.30 : Aucune place disponible." in page


def test_another_family_and_unknown_periods_are_not_found(browser, family, malo, canteen):
    stranger = a_family(school=canteen.school).child
    for key in (
        f"{stranger.pk}.cantine",
        f"{family.child.pk}.nulle-part",
        "x.cantine",
        "9" * 30 + ".cantine",
    ):
        assert browser.get(reverse("booking_together_planning"), {"avec": key}).status_code == 404


def test_the_cost_does_not_depend_on_what_is_booked(browser, family, malo, canteen, both, now):
    address = reverse("booking_together_planning")
    browser.get(address, {"avec": both})
    before = count_queries(lambda: browser.get(address, {"avec": both}))
    booked(canteen, family, now=now, days=10)
    some_care(canteen)
    assert count_queries(lambda: browser.get(address, {"avec": both})) == before <= 27
