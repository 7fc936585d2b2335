"""On a phone: a missing insurance leads to its page, its photograph is sent, an agent accepts it, the period opens."""

import struct
import zlib
from datetime import date

import pytest
from django.conf import settings as configured
from playwright.sync_api import expect

from core import clock
from tests.booking.conftest import NOW
from tests.factories.papers import a_kind, a_regulation, asks
from tests.factories.people import an_agent
from tests.factories.world import a_canteen, a_family
from tests.harness.accessibility import check
from tests.harness.clients import TownClient


def a_photograph() -> bytes:
    """One white pixel, as PNG."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack("!L", len(data)) + kind + data + struct.pack("!L", zlib.crc32(kind + data))

    header = chunk(b"IHDR", struct.pack("!2L5B", 1, 1, 8, 2, 0, 0, 0))
    pixel = chunk(b"IDAT", zlib.compress(b"\0\xff\xff\xff"))
    return b"\x89PNG\r\n\x1a\n" + header + pixel + chunk(b"IEND", b"")


@pytest.fixture
def town(live_towns, commune, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    with clock.frozen(NOW):
        canteen = a_canteen(start=date(2027, 3, 1), days=12)
        a_kind(validity="school_year", help="L’attestation de l’année.")
        a_regulation()
        asks(canteen.period, documents=["assurance"], consents=["reglement"])
        family, agent = a_family(school=canteen.school), an_agent()
    live_towns.freeze(NOW)
    return live_towns, commune, family, agent


def sign_in(page, town, user) -> None:
    live, commune, *_ = town
    cookie = TownClient(commune, user).cookies[configured.SESSION_COOKIE_NAME].value
    page.context.add_cookies(
        [{"name": configured.SESSION_COOKIE_NAME, "value": cookie, "url": live.url(commune)}]
    )


def test_a_family_completes_its_file_and_books(phone, town):
    live, commune, family, agent = town
    sign_in(phone, town, family.user)
    periods = live.url(commune, f"/reservation/{family.child.pk}/")
    phone.goto(periods)
    expect(phone.get_by_text("Document à fournir : Assurance scolaire")).to_be_visible()
    phone.get_by_role("link", name="Compléter mon dossier").click()
    expect(phone.get_by_role("heading", name="Mes documents et autorisations")).to_be_visible()
    check(phone)

    phone.get_by_role("link", name="Lire et répondre").click()
    phone.get_by_role("button", name="J’ai lu et j’accepte").click()
    phone.get_by_role("link", name="Envoyer : Assurance scolaire").click()
    expect(phone.get_by_label("Le document")).to_be_visible()
    check(phone)
    phone.get_by_label("Le document").set_input_files(
        {"name": "IMG_2041.png", "mimeType": "image/png", "buffer": a_photograph()}
    )
    phone.get_by_role("button", name="Envoyer le document").click()
    expect(phone.locator(".messages, [role=status], main").get_by_text("est bien reçu").first).to_be_visible()
    expect(phone.get_by_text("En cours de vérification").first).to_be_visible()

    sign_in(phone, town, agent)
    phone.goto(live.url(commune, "/agent/documents/"))
    check(phone)
    phone.get_by_role("link", name="Assurance scolaire").click()
    expect(phone.get_by_role("img", name="Photo envoyée par la famille")).to_be_visible()
    expect(phone.get_by_label("Valable jusqu’au")).to_have_value("2027-08-31")
    check(phone)
    phone.get_by_role("button", name="Accepter").click()
    expect(phone.get_by_text("Aucun document à vérifier.")).to_be_visible()

    sign_in(phone, town, family.user)
    phone.goto(periods)
    phone.get_by_role("link", name="Cantine").first.click()
    expect(phone.get_by_role("link", name="Continuer")).to_be_visible()
