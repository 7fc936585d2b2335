"""The demonstration's mail page: it shows what was not sent, and exists nowhere else."""

import pytest
from django.urls import reverse

from core.clock import now
from core.models import OutgoingMail
from core.services.outbox import send_due_mails
from tests.factories.world import town_settings
from tests.harness.clients import TownClient

HTML = "<html><head><title>t</title></head><body><p style='color:red'>Bonjour</p></body></html>"


@pytest.fixture
def demo(commune, settings) -> TownClient:
    settings.ROOT_URLCONF = "tests.platform.demo_urls"
    town_settings()
    return TownClient(commune)


@pytest.fixture
def mail(commune) -> OutgoingMail:
    text = "Ouvrez ce lien :\nhttp://bellegarde.localhost/activer/abc/"
    return OutgoingMail.objects.create(
        to="famille@exemple.fr", subject="Votre compte", text=text, html=HTML, created_at=now()
    )


def test_the_list_and_the_mail_with_its_link(demo, mail):
    assert (
        f'href="{reverse("demo_mail", args=[mail.pk])}">Votre compte</a>'
        in demo.get("/demo/courriels/").content.decode()
    )

    shown = demo.get(f"/demo/courriels/{mail.pk}/").content.decode()
    assert 'href="http://bellegarde.localhost/activer/abc/"' in shown
    assert f'src="{reverse("demo_mail_html", args=[mail.pk])}"' in shown


def test_the_formatted_mail_runs_nothing_and_opens_its_links_outside(demo, mail):
    response = demo.get(f"/demo/courriels/{mail.pk}/html/")

    assert '<head><base target="_top">' in response.content.decode()
    assert "default-src 'none'" in response["Content-Security-Policy"]
    assert "script-src 'none'" in response["Content-Security-Policy"]


def test_an_empty_list_says_what_to_do(demo):
    assert "Aucun courriel pour l’instant" in demo.get("/demo/courriels/").content.decode()


def test_the_number_of_rows_is_the_reader_s_choice(demo, mail):
    OutgoingMail.objects.bulk_create(
        OutgoingMail(to="a@exemple.fr", subject=f"n{i}", text="t", created_at=now()) for i in range(7)
    )
    assert "( de 1 à 5 sur 8 éléments )" in demo.get("/demo/courriels/?par=5").content.decode()
    assert "( de 1 à 8 sur 8 éléments )" in demo.get("/demo/courriels/?par=99999").content.decode()


def test_the_demonstration_marks_as_sent_without_sending(demo, mail, settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.dummy.EmailBackend"

    assert send_due_mails(now=now()) == 1


def test_without_the_demonstration_the_page_does_not_exist(commune, mail):
    town_settings()
    assert TownClient(commune).get("/demo/courriels/").status_code == 404
