"""In which language a text is made. Families may read the portal in several; the office, and what is kept, are French.

What is written in the database for others to read later (history, journal, reasons, invoice lines) is made inside
``in_french()``: it must not depend on who happens to be reading. docs/langues.md tells the whole way.
"""

from contextlib import AbstractContextManager

from django.conf import settings
from django.utils import translation

# Pages of the office and of the demonstration.
ALWAYS_FRENCH = ("/agent/", "/demo/")
# What a link of a mail adds to its address, so that its page is in the language of the mail.
LINK_LANGUAGE = "langue"
FRENCH = settings.LANGUAGE_CODE
NAMES: dict[str, str] = dict(settings.LANGUAGES)


def known(code: str) -> str:
    """``code`` when the portal speaks it, else nothing."""
    return code if code in NAMES else ""


def is_french() -> bool:
    return (translation.get_language() or FRENCH) == FRENCH


def active() -> str:
    """The code of the language that texts are made in at this moment."""
    return known(translation.get_language() or "") or FRENCH


def speaking(code: str) -> AbstractContextManager[None]:
    """Texts of the block are made in this language; in French when it is unknown."""
    return translation.override(known(code) or FRENCH)


class _French(translation.override):
    def _recreate_cm(self) -> "_French":
        return _French(FRENCH)  # one a call: a decorator's own would mix the languages of two threads


def in_french() -> _French:
    """Texts of the block are French, whoever is reading. Works as a decorator too."""
    return _French(FRENCH)
