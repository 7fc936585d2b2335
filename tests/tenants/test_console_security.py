"""The second factor of the vendor's people, and the devices where they are signed in."""

import re
from contextlib import nullcontext

import pyotp
import pytest
from click.testing import CliRunner

from portail.commands import vendor as commands
from tenants.models import VendorFactor, VendorRecoveryCode, VendorSession, VendorUser
from tests.factories.people import a_vendor
from tests.factories.world import PASSWORD
from tests.harness.clients import TownClient

DOOR, CODE, SECURITY, ENROL = "/connexion/", "/connexion/code/", "/securite/", "/securite/activer/"


@pytest.fixture
def vendor(public, settings) -> VendorUser:
    settings.CONSOLE_FACTOR_REQUIRED = True
    return a_vendor()


def gives_password(client: TownClient, vendor: VendorUser):
    return client.post(DOOR, {"username": vendor.email, "password": PASSWORD, "next": "/communes/nouvelle/"})


def enrolled(client: TownClient, vendor: VendorUser) -> list[str]:
    gives_password(client, vendor)
    key = re.search(r"Clé : <code>([^<]*)", client.get(ENROL).content.decode())[1].replace(" ", "")
    page = client.post(ENROL, {"code": pyotp.TOTP(key).now()}).content.decode()
    return re.findall(r"<li><code>([^<]*)", page)


def test_a_password_alone_opens_nothing_where_a_code_is_demanded(vendor, console_client):
    gives_password(console_client, vendor)
    assert console_client.get("/")["Location"] == ENROL
    assert "n’est pas le bon" in console_client.post(ENROL, {"code": "000000"}).content.decode()
    codes = enrolled(console_client, vendor)
    assert len(codes) == 10
    assert console_client.get("/").status_code == 200

    elsewhere = TownClient(None)
    assert gives_password(elsewhere, vendor)["Location"] == CODE
    assert elsewhere.get("/").status_code == 302
    assert "n’est pas le bon" in elsewhere.post(CODE, {"code": "000000"}).content.decode()
    assert elsewhere.post(CODE, {"code": codes[0]})["Location"] == "/communes/nouvelle/"
    assert VendorRecoveryCode.objects.filter(used_at=None).count() == 9
    again = TownClient(None)
    gives_password(again, vendor)
    assert "n’est pas le bon" in again.post(CODE, {"code": codes[0]}).content.decode()

    told = console_client.get(SECURITY).content.decode()
    assert told.count("Déconnecter<span") == 1
    assert "reste 9 codes" in told
    console_client.post(SECURITY, {"session": "others"})
    assert elsewhere.get("/").status_code == 302
    assert console_client.get("/").status_code == 200
    console_client.post("/deconnexion/")
    assert not VendorSession.objects.exists()


def test_six_wrong_codes_close_the_door(vendor, console_client):
    codes = enrolled(console_client, vendor)
    thief = TownClient(None)
    gives_password(thief, vendor)
    for _ in range(6):
        thief.post(CODE, {"code": "000000"})
    assert "Trop de codes faux" in thief.post(CODE, {"code": codes[0]}).content.decode()
    assert VendorFactor.objects.get().wrong == 6


def test_whoever_drops_it_must_set_it_up_again_where_it_is_demanded(vendor, console_client):
    codes = enrolled(console_client, vendor)
    renewed = console_client.post("/securite/codes/", {"act": "renew", "code": codes[0]}).content.decode()
    fresh = re.findall(r"<li><code>([^<]*)", renewed)
    assert not set(fresh) & set(codes)
    console_client.post("/securite/codes/", {"act": "drop", "code": fresh[0]})
    assert not VendorFactor.objects.exists()
    assert console_client.get("/")["Location"] == ENROL


def test_the_command_takes_a_lost_factor_away_and_says_what_it_found(vendor, console_client, monkeypatch):
    monkeypatch.setattr(commands, "django_ready", lambda **_: nullcontext())

    def reset(email: str):
        return CliRunner().invoke(commands.vendor, ["reset-factor", email], standalone_mode=False)

    enrolled(console_client, vendor)
    assert "est retirée" in reset(vendor.email.upper()).stdout
    assert not VendorFactor.objects.exists() and not VendorRecoveryCode.objects.exists()
    elsewhere = TownClient(None)
    gives_password(elsewhere, vendor)
    assert elsewhere.get("/")["Location"] == ENROL, "demandée, elle se met en place à nouveau"
    assert "n’en avait pas" in reset(vendor.email).stdout
    assert "Aucun compte" in reset("personne@portail.example").exception.message
