"""The news of a day, for everybody or for one family."""

from datetime import date

from core.audiences import concerns
from core.models import Household, NewsItem


def news_for(household: Household | None, *, on: date) -> list[NewsItem]:
    """What is shown on a day, the latest first. Without a household: what everybody reads."""
    return [
        item
        for item in NewsItem.objects.shown_on(on)
        if not item.audiences or (household is not None and concerns(item.audiences, household, on=on))
    ]
