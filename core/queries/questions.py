"""Frequent questions, as they are looked for."""

from django.db.models import Q

from core.models import Question
from core.queries.plain_text import plain


def questions_found(text: str) -> list[Question]:
    """Those that hold every word, theme by theme; themes come in the order of their first question. One query."""
    rows = Question.objects.filter(is_draft=False)
    for word in map(plain, text.split()):
        rows = rows.filter(
            Q(label__plain__contains=word) | Q(body__plain__contains=word) | Q(theme__plain__contains=word)
        )
    found = list(rows)
    rank = {theme: position for position, theme in reversed(list(enumerate(one.theme for one in found)))}
    return sorted(found, key=lambda one: rank[one.theme])
