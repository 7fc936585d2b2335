"""The guide of Balaruc-le-Vieux, chapter 5, as printed."""

from datetime import datetime, timedelta

from booking.enums import LineState
from booking.models import Opening, Period, ReservationLine
from booking.services.decisions import decide_lines
from booking.services.requests import submit_request
from core import clock
from tests.guides.balaruc import (
    CANCELLING_DAY,
    agent,
    balaruc,
    reader,
    valentina,
)
from tests.guides.town import PARIS
from tests.harness.live import ON_A_PHONE

__all__ = ["agent", "balaruc", "reader", "valentina"]

NEW_BOOKING = "+ Nouvelle réservation"


@ON_A_PHONE
def test_a_cancellation_is_a_new_reservation(reader, balaruc, valentina, agent):
    period = Period.objects.get(code="alp-maternel-semaines-11-13")
    asked_at = datetime(2018, 12, 11, 12, 3, tzinfo=PARIS)
    opening = Opening.objects.get(slot__period=period, slot__code="accueil-matin", date="2019-03-11")
    with clock.frozen(asked_at):
        first = submit_request(
            child=valentina.child,
            period=period,
            wishes={opening.pk: opening.slot.stages.get().pk},
            cancellations=[],
            by=valentina.user,
            now=asked_at,
        )
        decide_lines(
            line_ids=[first.lines.get().pk],
            accept=True,
            reason="",
            by=agent,
            now=asked_at + timedelta(hours=2),
        )

    balaruc.at(CANCELLING_DAY)
    reader.comes_in()
    reader.presses(NEW_BOOKING)
    reader.page.get_by_role("link", name="Valentina").click()
    reader.page.get_by_role("link", name="Semaines 11 à 13").click()
    reader.presses("Continuer")
    reader.reads("Semaine n°11", "07:30 - 08:30")
    reader.unticks("lun. 11", under="ALP Accueil Matin")
    reader.reads("1 annulation")
    reader.presses("Valider le planning")
    reader.is_on("Récapitulatif de votre demande")
    reader.reads("ALP MATERNEL / PERISCOLAIRE M / Semaines 11 à 13")
    reader.reads("lun. 11/03/2019", "ALP Accueil Matin", "Demande d’annulation")
    reader.finds_nothing_in_the_way()
    reader.presses("Confirmer la réservation")

    reader.reads("Votre demande de réservation a bien été prise en compte. Merci.")
    reader.reads("N° de la réservation : 00002 ( du 18/12/2018 à 15:36 )")
    reader.reads("Etat de la réservation : Réservation annulée", "annulée")
    reader.finds_nothing_in_the_way()
    reader.presses("Retour au compte")
    reader.reads("00002", "00001")
    assert ReservationLine.objects.get(reservation=first).state == LineState.CANCELLED
