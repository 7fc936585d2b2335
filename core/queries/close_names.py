"""Names that look like what somebody typed and that nobody has: « Rivierre » for « Rivière »."""

from difflib import get_close_matches

from core.models import Child, Guardian, Household
from core.queries.plain_text import plain

_CLOSE = 0.75  # from 0 to 1, as difflib measures
_MOST = 5


def close_names(text: str) -> list[str]:
    """Last names of the town, as they are written, close to ``text``; the closest first. Three queries."""
    names = {
        plain(name): name
        for rows in (
            Household.objects.order_by().values_list("name", flat=True),
            Guardian.objects.order_by().values_list("last_name", flat=True),
            Child.objects.order_by().values_list("last_name", flat=True),
        )
        for name in rows.distinct()
    }
    return [names[key] for key in get_close_matches(plain(text), names, n=_MOST, cutoff=_CLOSE)]
