"""``portail ledger check`` on the command line."""

from contextlib import nullcontext

import pytest
from click.testing import CliRunner, Result
from django.db import connection

from core.clock import now
from portail.commands import ledger as commands
from tests.factories.billing import a_regie, an_invoice
from tests.factories.world import a_family


@pytest.fixture
def check(commune, monkeypatch):
    monkeypatch.setattr(commands, "django_ready", lambda **_: nullcontext())

    def run(slug: str) -> Result:
        return CliRunner().invoke(commands.ledger, ["check", slug], standalone_mode=False)

    return run


def test_right_books(check):
    an_invoice(a_regie(), a_family(school=None).household, now=now())

    result = check("bellegarde")

    assert result.return_value == 0
    assert "numéros : juste" in result.stdout
    assert result.stdout.endswith("Les comptes sont justes.\n")


def test_wrong_books_are_told_and_fail(check):
    an_invoice(a_regie(), a_family(school=None).household, now=now())
    with connection.cursor() as cursor:
        cursor.execute("UPDATE billing_documentsequence SET last = 4")

    result = check("bellegarde")

    assert result.return_value == 1
    assert "la numérotation a un trou" in result.stderr
    assert "numéros : 1 à regarder" in result.stdout


def test_an_unknown_town(check):
    assert "Commune inconnue" in str(check("ailleurs").exception)
