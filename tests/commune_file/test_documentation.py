"""The documentation says what the models say."""

import tomllib
from pathlib import Path

from core.commune_file.documentation import key_tables

DOC = (Path(__file__).resolve().parents[2] / "docs" / "fichier-commune.md").read_text()


def test_the_table_of_keys_is_the_models_own() -> None:
    assert DOC.split("<!-- clés -->\n")[1] == key_tables()


def test_the_toml_of_the_page_is_toml() -> None:
    blocks = [block.split("```")[0] for block in DOC.split("```toml\n")[1:]]
    heads = [next(iter(tomllib.loads(block))) for block in blocks]
    assert heads == ["activites", "activites", "activites", "documents", "activites", "exemples"]
