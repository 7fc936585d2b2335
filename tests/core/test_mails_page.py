"""The desk sees whether a mail left, never what it says, and sends it again."""

from core import clock
from core.enums import MailState
from core.models import OutgoingMail
from tests.factories.people import an_agent
from tests.factories.world import a_family, town_settings
from tests.harness.queries import assert_constant_queries


def a_mail(to: str, *, state: MailState = MailState.FAILED) -> OutgoingMail:
    return OutgoingMail.objects.create(
        to=to,
        subject="Votre facture",
        text="mot-de-passe-secret",
        state=state,
        attempts=8,
        last_error="550 boîte inconnue" if state == MailState.FAILED else "",
        created_at=clock.now(),
        sent_at=clock.now() if state == MailState.SENT else None,
    )


def test_a_failed_mail_is_seen_and_sent_again(commune, client_for):
    town_settings()
    family = a_family(school=None)
    failed, sent = a_mail(family.user.email), a_mail("autre@exemple.fr", state=MailState.SENT)
    desk = client_for(commune, an_agent())
    page = desk.get("/agent/courriels/", {"etat": "failed"}).content.decode()
    assert "550 boîte inconnue" in page
    assert "autre@exemple.fr" not in page
    assert "mot-de-passe-secret" not in page
    assert "550 boîte inconnue" in desk.get(f"/agent/familles/{family.household.pk}/").content.decode()
    back = f"/agent/familles/{family.household.pk}/"
    assert desk.post(f"/agent/courriels/{failed.pk}/renvoyer/", {"retour": back})["Location"] == back
    failed.refresh_from_db()
    assert (failed.state, failed.attempts) == (MailState.PENDING, 0)
    again = desk.post(
        f"/agent/courriels/{failed.pk}/renvoyer/", {"retour": "https://pirate.example/"}, follow=True
    )
    assert "déjà en attente" in again.content.decode()
    desk.post(f"/agent/courriels/{sent.pk}/renvoyer/")
    assert OutgoingMail.objects.filter(to=sent.to).count() == 2  # the one that left stays as it is


def test_the_list_of_mails_costs_the_same_for_any_number(commune, client_for):
    town_settings()
    desk = client_for(commune, an_agent())
    assert_constant_queries(act=lambda: desk.get("/agent/courriels/"), add_row=lambda: a_mail("a@exemple.fr"))
