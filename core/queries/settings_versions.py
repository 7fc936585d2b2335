"""A version of the town's file, as an agent may go back to it."""

import tomllib
from decimal import Decimal

from core.commune_file.reading import load_sections, read_data
from core.commune_file.sections import all_sections
from core.commune_file.services import town_data
from core.commune_file.writing import toml_text
from core.models import AppliedFile
from tenants.context import Commune

_HEADING = ("Configuration de la commune, revenue à une version précédente.",)


def text_to_go_back_to(version: AppliedFile, *, commune: Commune) -> str:
    """The settings that were published then, with the contents of the portal as they are today: going back to a price must
    not take away the news written since.

    The very text, comments included, when that changes nothing; or when this release cannot read it, which applying it
    will say.
    """
    load_sections()
    contents = {section.key for section in all_sections() if section.is_content}
    then = tomllib.loads(version.text, parse_float=Decimal)
    today = town_data(commune)
    kept = {key: today.get(key) if key in contents else value for key, value in then.items()}
    kept = {key: value for key, value in kept.items() if value is not None}
    if kept == then:
        return version.text
    reading = read_data(kept)
    return version.text if reading.problems else toml_text(reading.file.values, heading=_HEADING)
