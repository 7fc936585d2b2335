"""The family's journey, page by page: the guide's words, refusals that lose nothing, double clicks that are harmless."""

from datetime import timedelta

import pytest
from django.urls import reverse

from booking.enums import BookingMode, ReservationState
from booking.models import BookingDraft, Opening, Reservation
from core import clock
from core.models import CommuneSettings
from tests.booking.views.pages import confirm, planning_url, send_planning, text_of
from tests.factories.booking import a_sibling, booked, some_care
from tests.factories.world import a_family


@pytest.fixture
def browser(browser_of, family):
    return browser_of(family)


@pytest.fixture
def recap_of(browser, family):
    """``recap_of(period, wishes)``: the recap page after « Valider le planning »."""

    def go(period, wishes, **more):
        sent = send_planning(browser, family.child, period, wishes, **more)
        return browser.get(sent["Location"], follow=True)

    return go


def test_one_child_goes_straight_to_the_choice_of_the_period(browser, family):
    assert browser.get(reverse("booking_child"))["Location"] == reverse(
        "booking_period", args=[family.child.pk]
    )


def test_several_children_are_chosen_first(browser, family):
    malo = a_sibling(family)
    page = text_of(browser.get(reverse("booking_child")))
    assert reverse("booking_period", args=[malo.pk]) in page
    assert "Jade Rivière" in page


def test_the_selection_says_dates_days_and_deadline_in_the_guides_words(browser, canteen, family):
    page = text_of(
        browser.get(reverse("booking_period", args=[family.child.pk]), {"periode": canteen.period.code})
    )
    assert "Choix de l'établissement et de la période" in page
    assert "Votre sélection" in page
    assert "Du 01/03/2027 au 02/04/2027" in page
    assert '<li class="on">Ven</li><li>Sam<span class="vh"> fermé</span></li>' in page
    assert "Vous avez jusqu'au <strong>28/02/2027</strong> pour valider vos réservations" in page
    assert "Vous devez réserver avant le dimanche de la semaine précédant la date souhaitée" in page
    assert "Heure limite : 23:55" in page
    assert "Continuer" in page


def test_only_what_the_child_may_book_is_offered_else_whom_to_call(browser_of, canteen):
    CommuneSettings.objects.update(no_period_help="Rapprochez-vous du guichet.")
    stranger = a_family(school=None)
    page = text_of(browser_of(stranger).get(reverse("booking_period", args=[stranger.child.pk])))
    assert "RESTAURATION ELEMENTAIRE" not in page
    assert "Rapprochez-vous du guichet." in page
    assert 'href="tel:0466013521"' in page


def test_a_period_that_is_not_open_yet_says_when(browser, canteen, family, now):
    canteen.period.opens_at = now + timedelta(days=2)
    canteen.period.save()
    page = text_of(browser.get(reverse("booking_period", args=[family.child.pk])))
    assert "Les réservations ouvrent le dimanche 28 février 2027 à 14:00." in page
    chosen = browser.get(reverse("booking_period", args=[family.child.pk]), {"periode": canteen.period.code})
    assert chosen.status_code == 404
    planning = text_of(browser.get(planning_url(family.child, canteen.period)))
    assert "Cette période ne peut pas être réservée" in planning


def test_the_recap_estimates_the_invoice_in_the_guides_words(recap_of, canteen):
    page = text_of(recap_of(canteen.period, canteen.wishes(days=4)))
    assert "Récapitulatif de votre demande" in page
    assert "En attente de confirmation" in page
    assert "ven. 05/03/2027" in page
    assert "Repas Tarif Réduit : Lu 01, Ma 02, Je 04, Ve 05" in page
    assert "3,30 €" in page
    assert "13,20 €" in page
    assert (
        "Les places demandées ne seront réservées définitivement qu'après validation de votre panier. Merci de "
        "vérifier les informations saisies avant de confirmer votre réservation." in page
    )


def test_confirming_a_prepaid_request_puts_it_in_the_basket(browser, recap_of, canteen, family):
    page = text_of(
        confirm(browser, recap_of(canteen.period, canteen.wishes(days=4)), family.child, canteen.period)
    )
    reservation = Reservation.objects.get()
    assert reservation.state == ReservationState.AWAITING_PAYMENT
    assert f"{reservation.display_number} ( du 26/02/2027 à 14:00 )" in page
    assert (
        "Votre demande de réservation est enregistrée, elle est désormais en attente de validation dans votre panier."
        in page
    )
    assert "Elle devra être validée avant <strong>15:00</strong>" in page
    assert (
        "Sans validation de votre panier avant ce délai, cette réservation sera automatiquement annulée."
        in page
    )
    assert "Réservation en attente de paiement" in page
    for button in ("Retour au compte", "+ Nouvelle réservation", "Accéder à mon panier"):
        assert button in page


def test_nothing_to_pay_is_said_before_and_confirmed_after(browser, recap_of, canteen, family):
    care = some_care(canteen)
    planning = text_of(browser.get(planning_url(family.child, care.period)))
    assert "Aucun paiement ne vous sera demandé" in planning
    page = text_of(confirm(browser, recap_of(care.period, care.wishes(days=2)), family.child, care.period))
    assert Reservation.objects.get().state == ReservationState.ACCEPTED
    assert "Votre demande de réservation a bien été prise en compte. Merci." in page
    assert "Accéder à mon panier" not in page


def test_unticking_a_booked_day_asks_for_its_cancellation(browser, recap_of, canteen, family):
    care = some_care(canteen)
    wishes = care.wishes(days=2)
    confirm(browser, recap_of(care.period, wishes), family.child, care.period)
    kept = dict([max(wishes.items())])
    recap = recap_of(care.period, kept, presences=",".join(map(str, wishes)))
    page = text_of(recap)
    assert "lun. 01/03/2027" in page
    assert "mar. 02/03/2027" not in page
    assert "Demande d’annulation" in page
    recorded = text_of(confirm(browser, recap, family.child, care.period))
    assert "Réservation annulée" in recorded
    assert Opening.objects.filter(taken=1).count() == 1


def test_a_request_to_the_office_says_that_it_will_be_studied(browser, recap_of, canteen, family):
    care = some_care(canteen, mode=BookingMode.REQUEST)
    recap = recap_of(care.period, care.wishes(days=1))
    assert "Le service étudiera votre demande" in text_of(recap)
    page = text_of(confirm(browser, recap, family.child, care.period))
    assert "Réservation en attente de traitement" in page


def test_the_way_back_from_the_recap_is_the_page_it_came_from(recap_of, canteen):
    page = recap_of(canteen.period, canteen.wishes(days=1), vue="2027-04").content.decode()
    assert "planning/?vue=2027-04" in page
    assert "avril 2027" in text_of(recap_of(canteen.period, {}, vue="2027-04"))


def test_validating_without_any_day_says_what_to_do(recap_of, canteen):
    page = text_of(recap_of(canteen.period, {}))
    assert "Cochez au moins une case du planning." in page
    assert "Valider le planning" in page


def test_confirming_twice_the_same_selection_records_it_once(browser, recap_of, canteen, family):
    recap = recap_of(canteen.period, canteen.wishes(days=4))
    confirm(browser, recap, family.child, canteen.period)
    again = text_of(confirm(browser, recap, family.child, canteen.period))
    assert Reservation.objects.count() == 1
    assert "elle ne l’a été qu’une fois" in again
    assert "Demande de réservation enregistrée" in again


def test_a_selection_changed_in_another_tab_is_shown_again_before_it_is_recorded(
    browser, recap_of, canteen, family, now
):
    recap = recap_of(canteen.period, canteen.wishes(days=4))
    with clock.frozen(now + timedelta(minutes=1)):
        send_planning(browser, family.child, canteen.period, canteen.wishes(days=2))
        page = text_of(confirm(browser, recap, family.child, canteen.period))
    assert not Reservation.objects.exists()
    assert "Votre sélection a changé" in page
    assert "Lu 01, Ma 02</th>" in page or "Lu 01, Ma 02<" in page


def test_a_day_taken_in_between_comes_back_to_the_planning_with_its_name(
    browser, recap_of, canteen, family, now
):
    Opening.objects.update(capacity=1)
    recap = recap_of(canteen.period, canteen.wishes(days=3))
    booked(canteen, a_family(school=canteen.school), now=now, days=1)
    page = text_of(confirm(browser, recap, family.child, canteen.period))
    assert not Reservation.objects.filter(child=family.child).exists()
    assert "Il n’y a plus de place pour : lun. 01/03/2027" in page
    assert "2 présences · 6,60 €" in page  # the two other days are still ticked
    told = BookingDraft.objects.get()
    send_planning(
        browser,
        family.child,
        canteen.period,
        {},
        signales=str(canteen.openings[0].pk),
        days=(canteen.period.end, canteen.period.end),
    )
    told.refresh_from_db()
    assert sorted(map(int, told.wishes)) == [opening.pk for opening in canteen.openings[1:3]]


def test_a_deadline_that_passes_before_confirming_is_explained(browser, recap_of, canteen, family, now):
    recap = recap_of(canteen.period, canteen.wishes(days=1))
    with clock.frozen(now + timedelta(days=3)):
        page = text_of(confirm(browser, recap, family.child, canteen.period))
    assert not Reservation.objects.exists()
    assert "lun. 01/03/2027, REPAS ENFANT 3.30" in page
    assert "Ces jours ne sont plus dans votre sélection" in page


def test_an_incomplete_form_changes_nothing(browser, canteen, family):
    answer = browser.post(planning_url(family.child, canteen.period), {"w": ["n’importe quoi"]}, follow=True)
    assert "Le planning n’est pas arrivé en entier" in text_of(answer)
    assert not BookingDraft.objects.exists()


@pytest.mark.parametrize("name", ["booking_planning", "booking_recap", "booking_confirm"])
def test_a_child_of_another_family_is_not_found(name, browser_of, canteen, family):
    other = a_family(school=canteen.school)
    address = reverse(name, args=[family.child.pk, canteen.period.code])
    browser = browser_of(other)
    assert browser.get(address).status_code in (404, 405)
    assert browser.post(address).status_code in (404, 405)
    assert not BookingDraft.objects.exists()
