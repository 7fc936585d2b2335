"""What the provider paid against what the portal recorded."""

from datetime import timedelta

from django import forms
from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from billing.models import ProviderStatement, Regie
from billing.queries.reach import within
from billing.queries.reconciliation import Difference, compare
from billing.services.reconciliation import read_statement, settle_difference
from billing.views.reach import own_regies
from core import clock
from core.errors import DomainError
from core.forms.days import DayField
from core.rights import Right
from core.views.access import agent_required
from core.views.listing import exported, page_of
from tenants.context import town_timezone

MAX_BYTES = 2_000_000
COLUMNS = (
    "Référence",
    "Différence",
    "Prestataire",
    "Portail",
    "Dossier",
    "État du paiement",
    "Explication",
    "Par",
)


class StatementForm(forms.Form):
    regie = forms.ModelChoiceField(Regie.objects.none(), label="Régie", empty_label=None)
    du = DayField(label="Paiements du")
    au = DayField(label="Au")
    fichier = forms.FileField(
        label="Fichier CSV",
        help_text="Colonnes « date », « reference », « montant » et, si vous l’avez, « autorisation ».",
        widget=forms.FileInput(attrs={"accept": ".csv,text/csv"}),
    )

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        self.fields["regie"].queryset = Regie.objects.all()

    def clean_fichier(self) -> object:
        if self.cleaned_data["fichier"].size > MAX_BYTES:
            raise forms.ValidationError("Ce fichier dépasse 2 Mo : coupez-le en plusieurs.")
        return self.cleaned_data["fichier"]

    def clean(self) -> dict[str, object]:
        data = super().clean() or self.cleaned_data
        if data.get("du") and data.get("au") and data["au"] < data["du"]:
            self.add_error("au", "Le dernier jour vient après le premier.")
        return data


class NoteForm(forms.Form):
    reference = forms.CharField(max_length=40)
    motif = forms.CharField(
        max_length=200, error_messages={"required": "Dites ce qui explique la différence."}
    )


@agent_required(right=Right.ACCOUNTS, acting=Right.CASH, scoped=True)
@require_http_methods(["GET", "POST"])
def agent_books_statements(request: HttpRequest) -> HttpResponse:
    today = clock.today(town_timezone())
    last = today.replace(day=1) - timedelta(days=1)
    form = StatementForm(
        request.POST or None, request.FILES or None, initial={"du": last.replace(day=1), "au": last}
    )
    form.fields["regie"].queryset = own_regies(request)
    if request.method == "POST" and form.is_valid():
        asked = form.cleaned_data
        try:
            statement = read_statement(
                regie=asked["regie"],
                first_day=asked["du"],
                last_day=asked["au"],
                filename=asked["fichier"].name,
                content=asked["fichier"].read(),
                by=request.user,
                now=clock.now(),
            )
        except DomainError as error:
            form.add_error("fichier", error.message)
        else:
            return redirect("agent_books_statement", statement.pk)
    statements = _statements(request)
    return render(
        request, "agent/books/statements.html", {"form": form, "page": page_of(statements, request.GET)}
    )


@agent_required(right=Right.ACCOUNTS, scoped=True)
@require_safe
def agent_books_statement(request: HttpRequest, pk: int) -> HttpResponse:
    statement = get_object_or_404(_statements(request), pk=pk)
    comparison = compare(statement)
    rows = map(_cells, comparison.differences)
    if table := exported(request.GET, name="differences", columns=COLUMNS, rows=rows):
        return table
    context = {"statement": statement, "comparison": comparison}
    return render(request, "agent/books/statement.html", context)


def _statements(request: HttpRequest) -> QuerySet[ProviderStatement]:
    """Of the régies that the agent reaches."""
    return ProviderStatement.objects.filter(within(request.reach, "regie")).select_related("regie", "by")


def _cells(one: Difference) -> tuple[object, ...]:
    return (
        one.reference,
        one.gap.value,
        one.theirs,
        one.ours,
        one.payment.household.name if one.payment else "",
        one.payment.get_state_display() if one.payment else "",
        one.settled.note if one.settled else "",
        one.settled.by.name if one.settled else "",
    )


@agent_required(right=Right.CASH, scoped=True)
@require_POST
def agent_books_statement_settle(request: HttpRequest, pk: int) -> HttpResponse:
    statement = get_object_or_404(_statements(request), pk=pk)
    form = NoteForm(request.POST)
    if form.is_valid():
        settle_difference(
            statement=statement,
            reference=form.cleaned_data["reference"],
            note=form.cleaned_data["motif"],
            by=request.user,
            now=clock.now(),
        )
        messages.success(request, f"Différence {form.cleaned_data['reference']} soldée.")
    else:
        messages.warning(request, "Dites ce qui explique la différence.")
    return redirect("agent_books_statement", pk)
