"""The waiting list of a period, as a town's file says it."""

from datetime import date

import pytest

from booking.models import Opening, WaitingEntry, WaitingPolicy
from core.clock import now
from core.commune_file.report import CommuneFileError
from core.commune_file.services import apply_text, diff_text, export_text
from tenants.models import Commune
from tests.commune_file.small import TOWN, altered
from tests.factories.world import a_family

WITH_LIST = altered(
    (
        'paiement = "panier"\n',
        'paiement = "panier"\nliste_attente = "automatique"\nminutes_proposition = 120\n',
    )
)


def test_it_is_written_read_again_and_taken_away(commune: Commune) -> None:
    apply_text(commune, WITH_LIST)
    policy = WaitingPolicy.objects.get()
    assert (policy.mode, policy.offer_minutes, policy.delay) == ("automatic", 120, "2 heures")
    assert 'liste_attente = "automatique"' in export_text(commune)
    assert diff_text(commune, WITH_LIST).changes == ()
    apply_text(commune, TOWN)
    assert not WaitingPolicy.objects.exists()


def test_a_list_with_families_on_it_stays(commune: Commune) -> None:
    apply_text(commune, WITH_LIST)
    family = a_family(school=None)
    WaitingEntry.objects.create(
        opening=Opening.objects.get(date=date(2023, 3, 13)),
        child=family.child,
        rank=1,
        joined_at=now(),
        joined_by=family.user,
    )
    with pytest.raises(CommuneFileError) as refused:
        apply_text(commune, TOWN)
    assert "compte encore 1 inscription" in refused.value.report.refusals[0]
    assert WaitingPolicy.objects.exists()


def test_where_an_agent_decides_an_agent_offers_too(commune: Commune) -> None:
    asked = altered(
        ('paiement = "panier"\n', 'paiement = "panier"\nmode = "demande"\nliste_attente = "automatique"\n')
    )
    with pytest.raises(CommuneFileError) as refused:
        apply_text(commune, asked)
    assert "écrivez « agent »" in str(refused.value.report.problems[0]).replace("\u00a0", " ")
