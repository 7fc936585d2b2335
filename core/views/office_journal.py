"""The journal: who did what, on what, when and from where. For whoever manages agents."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from core.forms.journal import JournalForm
from core.queries.journal import Line, journal, lines_of
from core.rights import Right
from core.views.access import agent_required
from core.views.listing import exported, page_of
from tenants.context import town_timezone

EXPORT = ("Le", "Acte", "Par", "Nature", "Objet", "Détail", "Adresse")


@agent_required(right=Right.STAFF)
@require_safe
def agent_journal(request: HttpRequest) -> HttpResponse:
    form = JournalForm(request.GET)
    rows = journal(form.search, tz=town_timezone())
    lines = (Line.of(row) for row in rows.iterator()) if "format" in request.GET else ()
    cells = (
        (line.at, line.act, line.who, line.kind, line.subject, line.detail, line.origin) for line in lines
    )
    if file := exported(request.GET, name="journal", columns=EXPORT, rows=cells):
        return file
    page = page_of(rows, request.GET)
    page.object_list = lines_of(list(page.object_list))
    return render(request, "agent/journal.html", {"form": form, "page": page})
