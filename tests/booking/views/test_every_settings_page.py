"""« Réglages »: each kind of page of a whole town opens, found by following the links."""

from collections import deque
from pathlib import Path
from re import findall

import pytest
from django.urls import resolve, reverse

from core.commune_file.services import apply_text
from tenants.context import use_commune
from tests.factories.people import an_agent

TOWNS = Path(__file__).resolve().parents[3] / "infra" / "communes"


@pytest.mark.parametrize("town", ["bellegarde", "balaruc"])
def test_every_kind_of_page_opens(town, request, client_for):
    commune = request.getfixturevalue("commune" if town == "bellegarde" else "other_commune")
    apply_text(commune, (TOWNS / f"{town}.toml").read_text())
    with use_commune(commune):
        client = client_for(commune, an_agent())
        seen, waiting = set(), deque([reverse("agent_settings")])
        while waiting:
            address = waiting.popleft()
            if kind_of(address) in seen:
                continue
            seen.add(kind_of(address))
            answer = client.get(address)
            assert answer.status_code in {200, 302}, address
            if answer.get("Content-Type", "").startswith("text/html"):
                waiting += findall(r'href="(/agent/reglages/[^"?#]*)', answer.text)
    lists = {path for name, path, _ in seen if name == "agent_settings_list"}
    assert lists >= {"etablissements", "calendrier", "activites", "regies"}


def kind_of(address: str) -> tuple[str, str, str]:
    """One place or one tariff stands for all: « activites/cantine/periodes/2026 » is « activites/periodes »."""
    found = resolve(address)
    steps = found.kwargs.get("path", "").split("/")
    return found.url_name, "/".join(steps[::2]), found.kwargs.get("key", "")
