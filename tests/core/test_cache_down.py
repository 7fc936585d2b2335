"""The cache is a comfort: when its server is down, pages answer and people can still write to the town."""

from datetime import timedelta

import pytest

from core.services.throttle import allow
from tests.factories.world import town_settings


@pytest.fixture
def dead_cache(settings):
    """A cache whose server refuses connections."""
    configuration = settings.CACHES["default"] | {"LOCATION": "redis://127.0.0.1:1/0"}
    settings.CACHES = {"default": configuration}


def test_pages_answer_without_the_cache(commune, client_for, dead_cache):
    town_settings()
    answer = client_for(commune).get("/")
    assert answer.status_code == 200
    assert "MAIRIE BELLEGARDE" in answer.content.decode()


def test_nobody_is_locked_out_by_a_dead_cache(commune, dead_cache):
    assert [
        allow(act="contact", who="198.51.100.7", limit=1, per=timedelta(minutes=1)) for _ in range(3)
    ] == [True] * 3
