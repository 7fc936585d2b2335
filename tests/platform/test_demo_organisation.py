"""The demo's desk: each page of Organisation has something to show, written once."""

from pathlib import Path

import pytest

from booking.models import FamilyPriority, PlacesAct, Reservation, Staffing
from core.commune_file.services import apply_text
from core.enums import EstablishmentKind
from core.models import Establishment, YearChange
from portail.demo.organisation import write_organisation
from tenants.context import use_commune
from tenants.models import Commune
from tests.factories.people import an_agent
from tests.factories.world import a_family

COMMUNES = Path(__file__).resolve().parents[2] / "infra" / "communes"


@pytest.mark.parametrize("slug", ["bellegarde", "balaruc"])
def test_the_desk_of_the_demo_has_something_to_show(public, slug):
    town = Commune.objects.get(slug=slug)
    apply_text(town, (COMMUNES / f"{slug}.toml").read_text())
    with use_commune(town):
        a_family(school=Establishment.objects.filter(kind__in=EstablishmentKind.schools()).first())
        agent = an_agent()

        def written() -> tuple[int, ...]:
            write_organisation(agent=agent)
            counted = (PlacesAct, FamilyPriority, Staffing, YearChange, Reservation)
            return tuple(model.objects.count() for model in counted)

        first = written()
        assert all(first[:3])
        assert YearChange.objects.get().planned_for
        assert written() == first
