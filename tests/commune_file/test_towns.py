"""The two towns' own files: they are right, apply once for all, and come back equal."""

from pathlib import Path

import pytest

from core.commune_file.services import apply_text, check_text, diff_text, export_text
from core.models import CommuneSettings
from tests.factories.town_files import written_anew

COMMUNES = Path(__file__).resolve().parents[2] / "infra" / "communes"


@pytest.mark.parametrize("slug, examples", [("bellegarde", 11), ("balaruc", 6)])
def test_a_town_file_is_right_and_its_examples_hold(slug: str, examples: int) -> None:
    report = check_text((COMMUNES / f"{slug}.toml").read_text(), f"{slug}.toml")
    assert list(report.complaints()) == []
    assert len(report.examples) == examples


@pytest.mark.parametrize("slug", ["bellegarde", "balaruc"])
def test_applying_twice_changes_nothing_more(slug: str, request) -> None:
    commune = request.getfixturevalue("commune" if slug == "bellegarde" else "other_commune")
    text = (COMMUNES / f"{slug}.toml").read_text()
    assert apply_text(commune, text).applied
    second = apply_text(commune, text)
    assert (second.applied, second.changes) == (False, ())
    exported = written_anew(commune)
    assert check_text(exported).problems == ()
    assert diff_text(commune, exported).changes == ()
    assert apply_text(commune, exported).changes == ()
    assert export_text(commune) == exported


@pytest.mark.parametrize("slug", ["bellegarde", "balaruc"])
def test_a_town_comes_back_as_the_very_file_it_was_made_from(slug: str, request) -> None:
    commune = request.getfixturevalue("commune" if slug == "bellegarde" else "other_commune")
    text = (COMMUNES / f"{slug}.toml").read_text()
    apply_text(commune, text)
    assert export_text(commune) == text


def test_a_town_changed_since_is_written_anew(commune) -> None:
    text = (COMMUNES / "bellegarde.toml").read_text()
    apply_text(commune, text)
    CommuneSettings.objects.update(heading="Mairie de Bellegarde-du-Gard")
    exported = export_text(commune)
    assert exported != text
    assert "Mairie de Bellegarde-du-Gard" in exported
    assert diff_text(commune, exported).changes == ()
