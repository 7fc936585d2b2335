"""The régies' accounts at their payment providers: chosen, set, tested and closed at the desk."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from billing.forms_accounts import ProviderForm
from billing.models import ProviderAccount, Regie
from billing.providers.base import Mode
from billing.providers.registry import DRIVERS, get_driver
from billing.queries.activation import activation_steps
from billing.services.accounts import check_account, close_account, current_account, set_account
from billing.services.payments import notification_url
from core import clock
from core.rights import Right
from core.views.access import agent_required


@agent_required(right=Right.CONFIGURE)
@require_safe
def agent_providers(request: HttpRequest) -> HttpResponse:
    """Each régie and how it is paid online."""
    accounts = {
        account.regie_id: (account, get_driver(account.driver))
        for account in ProviderAccount.objects.filter(closed_at=None)
    }
    rows = [(regie, *accounts.get(regie.pk, (None, None))) for regie in Regie.objects.all()]
    return render(request, "agent/providers.html", {"rows": rows})


@agent_required(right=Right.CONFIGURE)
@require_safe
def agent_provider(request: HttpRequest, code: str) -> HttpResponse:
    """One régie: its account, what the provider said of it, what is left to do before production."""
    regie = get_object_or_404(Regie, code=code)
    account = current_account(regie)
    context: dict[str, object] = {
        "regie": regie,
        "account": account,
        "drivers": [get_driver(name) for name in sorted(DRIVERS)],
        "closed": [
            (past, get_driver(past.driver))
            for past in regie.accounts.filter(closed_at__isnull=False).order_by("-closed_at")
        ],
    }
    if account:
        driver = get_driver(account.driver)
        context |= {
            "driver": driver,
            "facts": _facts(account),
            "steps": activation_steps(account, driver, now=clock.now()),
            "notification_url": notification_url(account.driver),
        }
    return render(request, "agent/provider.html", context)


@agent_required(right=Right.CONFIGURE)
@require_http_methods(["GET", "POST"])
def agent_provider_set(request: HttpRequest, code: str, driver: str) -> HttpResponse:
    """The fields that the provider's driver declares; the provider is asked as soon as they are saved."""
    regie = get_object_or_404(Regie, code=code)
    if driver not in DRIVERS:
        raise Http404
    chosen, present = get_driver(driver), current_account(regie)
    account = present if present and present.driver == driver else None
    form = ProviderForm(request.POST or None, driver=chosen, account=account)
    if form.is_valid():
        saved = set_account(
            regie=regie,
            driver=driver,
            mode=Mode(form.cleaned_data["mode"]),
            config=form.config,
            secrets=form.secrets,
            by=request.user,
            now=clock.now(),
        )
        _say(request, check_account(account=saved, now=clock.now()), saved=True)
        return redirect("agent_provider", regie.code)
    context = {
        "regie": regie,
        "driver": chosen,
        "form": form,
        "replaces": present if present != account else None,
    }
    return render(request, "agent/provider_set.html", context)


@agent_required(right=Right.CONFIGURE)
@require_POST
def agent_provider_check(request: HttpRequest, code: str) -> HttpResponse:
    account = current_account(get_object_or_404(Regie, code=code))
    if account is None:
        raise Http404
    _say(request, check_account(account=account, now=clock.now()), saved=False)
    return redirect("agent_provider", code)


@agent_required(right=Right.CONFIGURE)
@require_POST
def agent_provider_close(request: HttpRequest, code: str) -> HttpResponse:
    regie = get_object_or_404(Regie, code=code)
    close_account(regie=regie, by=request.user, now=clock.now())
    messages.success(
        request, f"Le paiement en ligne de « {regie} » est fermé. Les anciens paiements restent visibles."
    )
    return redirect("agent_provider", code)


def _say(request: HttpRequest, account: ProviderAccount, *, saved: bool) -> None:
    begin = "Enregistré. " if saved else ""
    if account.check_error:
        messages.warning(request, f"{begin}Le prestataire n’a pas confirmé ce compte – {account.check_error}")
    else:
        messages.success(request, f"{begin}Connexion réussie : {' – '.join(account.labels)}.")


def _facts(account: ProviderAccount) -> list[tuple[str, str]]:
    """The public fields as they are; of a secret, only whether it is known."""
    facts = []
    for field in get_driver(account.driver).config_fields:
        if field.secret:
            facts.append((field.label, "renseigné" if field.name in account.secrets else "absent"))
        else:
            value = account.config.get(field.name, "")
            facts.append((field.label, dict(field.choices).get(value, value) or "–"))
    return facts
