"""Sentences that are kept in French and said again in the language of who reads them.

A reason of a price, of a refusal or of an end is stored in French, once for everybody. Whoever writes it takes its words
from ``gettext_noop`` of this module; ``retold`` knows them again and says them in the active language. What people typed
is left as they wrote it.
"""

import re
from decimal import Decimal
from functools import lru_cache
from itertools import chain, zip_longest

from django.utils.translation import get_language_bidi, gettext

from core.languages import active, is_french
from core.money import format_euros

_patterns: dict[str, re.Pattern[str]] = {}
_PLACE = re.compile(r"%\((\w+)\)s")
_NUMBER, _AMOUNT = r"[\d\u202f,]+", r"[\u2212\d\u202f]+,\d\d\u00a0€"
# What a place holds, by its name; the others hold words.
_HOLDS = dict.fromkeys(
    ("count", "rank", "number", "percent", "book", "size", "limit", "value", "counted"), _NUMBER
) | dict.fromkeys(("amount", "floor", "cap", "cost", "left", "aid", "part", "total"), _AMOUNT)
_LETTER = re.compile(r"[A-Za-zÀ-ÿ]")
# First-strong isolate, and its end.
_ISOLATE, _END = "\u2068", "\u2069"
_EUROS = re.compile(r"(\u2212?)([\d\u202f]+),(\d\d)\u00a0€")


def gettext_noop(sentence: str) -> str:
    """Declare a sentence that is kept, and return it. It may have places: « Tranche %(name)s »."""
    words, names = _PLACE.split(sentence)[::2], _PLACE.findall(sentence)
    if names:
        places = [f"(?P<{name}>{_HOLDS.get(name, '.+')})" for name in names]
        said = [re.escape(word.replace("%%", "%")) for word in words]
        _patterns[sentence] = re.compile(
            "".join(chain.from_iterable(zip_longest(said, places, fillvalue="")))
        )
    return sentence


def retold(kept: str) -> str:
    """``kept`` in the active language, as far as the portal wrote it."""
    return kept if not kept or is_french() else _retold(kept, active())


@lru_cache(maxsize=2048)
def _retold(kept: str, language: str) -> str:  # noqa: ARG001  what is remembered is said in one language
    whole = gettext(kept)
    if whole != kept:
        return whole
    # The one that says the most itself: « Rejet : %(reason)s » before « %(label)s : %(amount)s ».
    for sentence in sorted(_patterns, key=lambda one: len(_PLACE.sub("", one)), reverse=True):
        if found := _patterns[sentence].fullmatch(kept):
            return gettext(sentence) % {name: _part(said) for name, said in found.groupdict().items()}
    return kept


def _part(said: str) -> str:
    if euros := _EUROS.fullmatch(said):
        sign, whole, cents = euros.groups()
        amount = Decimal(f"{whole.replace(chr(0x202F), '')}.{cents}")
        return format_euros(-amount if sign else amount)
    told = retold(said)
    # What somebody typed keeps its own order, and its full stop, among Arabic words.
    return (
        f"{_ISOLATE}{told}{_END}" if told == said and get_language_bidi() and _LETTER.search(said) else told
    )
