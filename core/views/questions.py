"""The questions that families often ask, by theme."""

from itertools import groupby

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from core.queries.questions import questions_found
from core.views.listing import searched


@require_safe
def questions(request: HttpRequest) -> HttpResponse:
    search = searched(request.GET)
    found = questions_found(search)
    themes = [(theme, list(rows)) for theme, rows in groupby(found, key=lambda one: one.theme)]
    return render(request, "home/questions.html", {"themes": themes, "search": search})
