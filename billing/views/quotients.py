"""« Mon quotient familial »: what the town knows of it, and how to tell of a change."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods

from billing.forms_fund import FundForm
from billing.forms_quotients import DeclarationForm
from billing.queries.quotients import next_quotient, open_declarations, quotient_on, quotients_of
from billing.services.declarations import declare_change
from billing.services.funds import ask_fund
from billing.services.quotients import quotient_settings
from core import clock
from core.errors import DomainError
from core.views.access import family_required
from tenants.context import town_timezone


@family_required
@require_http_methods(["GET", "POST"])
def quotient(request: HttpRequest) -> HttpResponse:
    household = request.user.guardian.household
    form = DeclarationForm(*((request.POST, request.FILES) if request.method == "POST" else ()))
    if request.method == "POST" and form.is_valid():
        declare_change(
            household=household,
            value=form.cleaned_data["valeur"],
            message=form.cleaned_data["message"],
            proof=form.cleaned_data["fichier"],
            by=request.user,
            now=clock.now(),
        )
        messages.success(
            request,
            gettext(
                "Votre déclaration est transmise au service. Vous recevrez un courriel dès qu’elle sera traitée."
            ),
        )
        return redirect("quotient")
    today = clock.today(town_timezone())
    context = {
        "current": quotient_on(household, today),
        "coming": next_quotient(household, today),
        "past": quotients_of(household).standing().filter(valid_until__lt=today, basis="quotient"),
        "declarations": open_declarations().filter(household=household),
        "town_settings": quotient_settings(),
        "form": form,
    }
    return render(request, "account/quotient.html", context)


@family_required
@require_http_methods(["GET", "POST"])
def quotient_fund(request: HttpRequest) -> HttpResponse:
    """« Récupérer mon quotient »: with the family's consent; any failure leads back to the page with the other way."""
    if not quotient_settings().asks_fund:
        raise Http404
    form = FundForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        household = request.user.guardian.household
        try:
            found = ask_fund(household=household, identity=form.identity(), by=request.user, now=clock.now())
        except DomainError as refusal:
            messages.warning(request, refusal.message)
        else:
            messages.success(
                request,
                gettext("Votre quotient est enregistré. Il compte du %(first)s au %(last)s.")
                % {"first": f"{found.valid_from:%d/%m/%Y}", "last": f"{found.valid_until:%d/%m/%Y}"},
            )
        return redirect("quotient")
    return render(request, "account/quotient_fund.html", {"form": form})
