"""Searching as people type: without accents, without capitals. « riviere » finds « Rivière »."""

import unicodedata

from django.db.models import CharField, TextField, Transform

_ACCENTED = "àâäãåçèéêëìîïíñòôöóõùûüúýÿœæ’"
_BARE = "aaaaaceeeeiiiinooooouuuuyyoa'"


@CharField.register_lookup
@TextField.register_lookup
class Plain(Transform):
    """``name__plain__contains=plain(text)``; works on e-mail addresses and codes as well."""

    lookup_name = "plain"
    function = "translate"
    template = f"translate(lower(%(expressions)s), '{_ACCENTED}', '{_BARE.replace(chr(39), chr(39) * 2)}')"


def plain(text: str) -> str:
    lowered = text.lower().replace("’", "'").replace("œ", "o").replace("æ", "a")
    return "".join(c for c in unicodedata.normalize("NFD", lowered) if not unicodedata.combining(c))
