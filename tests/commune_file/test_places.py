"""Who the places of a service are for, as a town's file says it: groups, adults, priorities."""

import tomllib
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from booking.models import Opening, OpeningGroup, PriorityRule, SlotGroup, Staffing
from core import clock
from core.commune_file.report import CommuneFileError
from core.commune_file.services import apply_text, diff_text, export_text
from tenants.models import Commune
from tests.commune_file.small import TOWN, altered

GROUPS = """
[[activites.periodes.accueils.groupes]]
code = "petits"
libelle = "Moins de 6 ans"
ages = { max = 5 }
places = 16

[[activites.periodes.accueils.groupes]]
code = "grands"
libelle = "6 ans et plus"
niveaux = ["elementaire"]
ages = { min = 6 }
"""
SHARED = altered(
    ("places = 10\n", "places = 10\nencadrement = { adultes = 2, moins_de_six = 8 }\n"),
    (
        'annulation = { type = "never" }\n',
        'annulation = { type = "never" }\npriorites = { habitants = 10, fratrie = 5 }\n',
    ),
    ("\n[[activites.periodes.accueils.stades]]", f"{GROUPS}\n[[activites.periodes.accueils.stades]]"),
)


@pytest.fixture(autouse=True)
def before_the_period() -> Iterator[None]:
    """Days that are over are not shared out any more."""
    with clock.frozen(datetime(2023, 2, 1, tzinfo=UTC)):
        yield


def test_it_is_written_read_again_and_taken_away(commune: Commune) -> None:
    apply_text(commune, SHARED)
    assert list(SlotGroup.objects.values_list("code", "capacity", "position")) == [
        ("petits", 16, 0),
        ("grands", None, 1),
    ]
    assert OpeningGroup.objects.count() == 2 * Opening.objects.count()
    assert list(Staffing.objects.values_list("adults", "under_six", "six_and_over")) == [(2, 8, 14)]
    assert dict(PriorityRule.objects.values_list("criterion", "points")) == {"resident": 10, "sibling": 5}
    period = tomllib.loads(export_text(commune))["activites"][0]["periodes"][0]
    assert period["priorites"] == {"habitants": 10, "fratrie": 5}
    assert (
        period["accueils"][0]["groupes"]
        == tomllib.loads(SHARED)["activites"][0]["periodes"][0]["accueils"][0]["groupes"]
    )
    assert diff_text(commune, SHARED).changes == ()
    apply_text(commune, export_text(commune))
    assert diff_text(commune, SHARED).changes == ()
    apply_text(commune, TOWN)
    assert not SlotGroup.objects.exists()
    # The desk sets these two as well: silent, the file leaves them; empty, it takes them away.
    assert (Staffing.objects.count(), PriorityRule.objects.count()) == (1, 2)
    assert diff_text(commune, TOWN).changes == ()
    assert "encadrement" in export_text(commune)
    emptied = altered(
        ("places = 10\n", "places = 10\nencadrement = { adultes = 0 }\n"),
        ('annulation = { type = "never" }\n', 'annulation = { type = "never" }\npriorites = {}\n'),
    )
    assert len(apply_text(commune, emptied).changes) == 2
    assert not Staffing.objects.exists()
    assert not PriorityRule.objects.exists()
    assert apply_text(commune, emptied).changes == ()


def test_days_that_an_agent_changed_keep_their_places(commune: Commune) -> None:
    apply_text(commune, SHARED)
    changed = OpeningGroup.objects.filter(group__code="petits").order_by("opening__date").first()
    OpeningGroup.objects.filter(pk=changed.pk).update(capacity=3)
    apply_text(commune, altered(("places = 16\n", "places = 20\n"), text=SHARED))
    places = OpeningGroup.objects.filter(group__code="petits").order_by("opening__date")
    assert list(places.values_list("capacity", flat=True)[:2]) == [3, 20]


def test_a_group_says_who_is_in_it(commune: Commune) -> None:
    nobody = altered(("ages = { max = 5 }\n", ""), text=SHARED)
    with pytest.raises(CommuneFileError) as refused:
        apply_text(commune, nobody)
    assert "dites qui est de ce groupe" in str(refused.value.report.problems[0])
