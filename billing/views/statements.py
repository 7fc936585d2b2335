"""Yearly statements and tax attestations: the family takes its own, the desk takes anybody's."""

from datetime import date

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from billing.documents.statement import fiscal_pdf, statement_pdf
from billing.queries.statements import years_of
from billing.views.documents import pdf_answer
from core.clock import today
from core.models import Household
from core.rights import Right
from core.views.access import agent_required, family_required
from tenants.context import town_timezone


@family_required
@require_safe
def statements(request: HttpRequest) -> HttpResponse:
    household = request.user.guardian.household
    return render(request, "billing/statements.html", {"years": years_of(household, on=_today())})


@family_required
@require_safe
def yearly(request: HttpRequest, year: int) -> HttpResponse:
    return _yearly(request.user.guardian.household, year)


@family_required
@require_safe
def fiscal(request: HttpRequest, year: int) -> HttpResponse:
    return _fiscal(request.user.guardian.household, year)


@agent_required(right=Right.ACCOUNTS)
@require_safe
def agent_statements(request: HttpRequest, pk: int) -> HttpResponse:
    household = get_object_or_404(Household, pk=pk)
    context = {"household": household, "years": years_of(household, on=_today())}
    return render(request, "agent/statements.html", context)


@agent_required(right=Right.ACCOUNTS)
@require_safe
def agent_yearly(request: HttpRequest, pk: int, year: int) -> HttpResponse:  # noqa: ARG001  a view's signature
    return _yearly(get_object_or_404(Household, pk=pk), year)


@agent_required(right=Right.ACCOUNTS)
@require_safe
def agent_fiscal(request: HttpRequest, pk: int, year: int) -> HttpResponse:  # noqa: ARG001  a view's signature
    return _fiscal(get_object_or_404(Household, pk=pk), year)


def _yearly(household: Household, year: int) -> HttpResponse:
    _require_told(household, year)
    return pdf_answer(statement_pdf(household, year, on=_today()), f"releve-{year}.pdf")


def _fiscal(household: Household, year: int) -> HttpResponse:
    _require_told(household, year)
    return pdf_answer(fiscal_pdf(household, year, on=_today()), f"attestation-fiscale-{year}.pdf")


def _require_told(household: Household, year: int) -> None:
    if year not in years_of(household, on=_today()):
        raise Http404


def _today() -> date:
    return today(town_timezone())
