"""The journal of the régies, with its exports."""

from django import forms
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from billing.documents.register import ENTRY_COLUMNS, entry_cells, journal_pdf
from billing.enums import EntryKind, Means
from billing.models import JournalEntry, Regie
from billing.queries.books import find_entries, totals_by_means
from billing.queries.reach import within
from billing.views.documents import pdf_answer
from billing.views.reach import own_regies
from core.forms.days import DayField
from core.money import ZERO
from core.rights import Right
from core.views.access import agent_required
from core.views.listing import exported, page_of


class JournalForm(forms.Form):
    regie = forms.ModelChoiceField(Regie.objects.none(), label="Régie", required=False, empty_label="Toutes")
    du = DayField(label="Du", required=False)
    au = DayField(label="Au", required=False)
    moyen = forms.ChoiceField(label="Moyen", required=False, choices=[("", "Tous"), *Means.choices])
    nature = forms.ChoiceField(label="Nature", required=False, choices=[("", "Toutes"), *EntryKind.choices])

    def __init__(self, data: object, *, regies: QuerySet[Regie]) -> None:
        super().__init__(data)
        self.fields["regie"].queryset = regies


@agent_required(right=Right.ACCOUNTS, scoped=True)
@require_safe
def agent_books_journal(request: HttpRequest) -> HttpResponse:
    """Wrong filters are shown as such and filter nothing."""
    form = JournalForm(request.GET, regies=own_regies(request))
    form.is_valid()
    asked = form.cleaned_data
    regie: Regie | None = asked.get("regie")
    entries = find_entries(
        regie=regie.pk if regie else None,
        first=asked.get("du"),
        last=asked.get("au"),
        means=asked.get("moyen", ""),
        kind=asked.get("nature", ""),
    ).filter(within(request.reach, "regie"))
    totals = totals_by_means(entries)
    columns = ("Régie", *ENTRY_COLUMNS, "Par", "Motif")
    if table := exported(request.GET, name="journal", columns=columns, rows=entries, cells=_cells):
        return table
    if request.GET.get("format") == "pdf":
        content = journal_pdf(title="Journal de régie", scope=_scope(form), entries=entries, totals=totals)
        return pdf_answer(content, "journal.pdf")
    context = {
        "form": form,
        "page": page_of(entries.order_by("-on", "-pk"), request.GET),
        "totals": totals,
        "whole": sum((one.total for one in totals), ZERO),
    }
    return render(request, "agent/books/journal.html", context)


def _cells(entry: JournalEntry) -> tuple[object, ...]:
    return (entry.regie, *entry_cells(entry), entry.amount, entry.by.name if entry.by else "", entry.reason)


def _scope(form: JournalForm) -> str:
    """The filters of a printed journal, in words."""
    asked = form.cleaned_data
    named = [
        str(asked.get("regie") or "toutes les régies"),
        f"du {asked['du']:%d/%m/%Y}" if asked.get("du") else "",
        f"jusqu’au {asked['au']:%d/%m/%Y}" if asked.get("au") else "",
        Means(asked["moyen"]).label if asked.get("moyen") else "",
        EntryKind(asked["nature"]).label if asked.get("nature") else "",
    ]
    return ", ".join(filter(None, named))
