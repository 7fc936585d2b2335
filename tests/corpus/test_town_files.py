"""The towns delivered as files: right, true every school year, and appliable."""

from datetime import date
from pathlib import Path

import pytest

from core.commune_file.reading import load_sections, read
from core.commune_file.sections import all_sections
from core.commune_file.services import apply_text, check_text, diff_text, town_of
from tests.factories.town_files import written_anew

COMMUNES = Path(__file__).resolve().parents[2] / "infra" / "communes"
TOWNS = sorted(file.stem for file in COMMUNES.glob("*.toml"))
FROM_THE_CORPUS = sorted(file.stem for file in (Path(__file__).parent / "towns").glob("*.toml"))


def text_of(slug: str) -> str:
    return (COMMUNES / f"{slug}.toml").read_text(encoding="utf-8")


def test_twelve_towns_of_the_corpus_and_more_are_files() -> None:
    assert len(set(TOWNS) & set(FROM_THE_CORPUS)) >= 12


@pytest.mark.parametrize("slug", TOWNS)
def test_a_town_file_is_right_and_its_examples_hold(slug: str) -> None:
    report = check_text(text_of(slug), f"{slug}.toml")
    assert list(report.complaints()) == []
    assert len(report.examples) >= 3
    assert town_of(text_of(slug)).slug == slug


@pytest.mark.parametrize("slug", TOWNS)
def test_the_examples_hold_whatever_the_school_year(slug: str) -> None:
    reading = read(text_of(slug))
    load_sections()
    broken = [
        (today.year, proof.title, proof.failures)
        for today in (date(year, 10, 1) for year in range(2023, 2028))
        for section in all_sections()
        for proof in section.prove(reading.file, today=today)
        if proof.failures
    ]
    assert broken == []


@pytest.mark.parametrize("slug", ["saint-leu", "boissy-saint-leger"])
def test_a_town_applies_once_for_all_and_comes_back_equal(slug: str, commune) -> None:
    text = text_of(slug).replace(f'identifiant = "{slug}"', f'identifiant = "{commune.slug}"')
    assert apply_text(commune, text).applied
    assert apply_text(commune, text).changes == ()
    exported = written_anew(commune)
    assert check_text(exported).problems == ()
    assert diff_text(commune, exported).changes == ()
