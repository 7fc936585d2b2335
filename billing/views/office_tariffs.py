"""The tariffs at the desk: what each version says, a new one from a day, tried on three families before it is saved."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from billing.forms_tariffs import FORMS, GROUPS, VersionForm, checked_rule, shape_of
from billing.models import Tariff, TariffVersion
from billing.pricing.examples import rule_in_words, try_on_families, try_situations
from billing.pricing.rules import TARIFF_RULE, Shape
from billing.services.tariffs import drop_version, save_version
from core import clock
from core.errors import DomainError
from core.rights import Right
from core.views.access import agent_required
from tenants.context import town_timezone


@agent_required(right=Right.ACCOUNTS)
@require_safe
def agent_tariff(request: HttpRequest, pk: int) -> HttpResponse:
    """The versions of a tariff, the latest first, and what three families pay with the one in force."""
    tariff = get_object_or_404(Tariff, pk=pk)
    today = clock.today(town_timezone())
    versions = [
        (version, rule_in_words(TARIFF_RULE.validate_python(version.rule)))
        for version in tariff.versions.order_by("-valid_from")
    ]
    in_force = _in_force(tariff)
    context = {
        "tariff": tariff,
        "today": today,
        "versions": versions,
        "trials": try_on_families(in_force, before=None) if in_force else [],
        "cases": try_situations(in_force, before=None) if in_force else [],
        "notice": in_force.settled.notice if in_force else "",
        "groups": [
            (title, [(code, form.name) for code, form in shapes.items()]) for title, shapes in GROUPS.items()
        ],
        "own_shape": shape_of(latest) if (latest := _latest(tariff)) else "",
    }
    return render(request, "agent/tariff.html", context)


@agent_required(right=Right.CONFIGURE)
@require_http_methods(["GET", "POST"])
def agent_tariff_version(request: HttpRequest, pk: int, shape: str) -> HttpResponse:
    """A new version in the form of ``shape``: more rows, a trial, or saved."""
    tariff = get_object_or_404(Tariff, pk=pk)
    if shape not in FORMS:
        return redirect("agent_tariff", tariff.pk)
    before = _in_force(tariff)
    latest = _latest(tariff)
    form = FORMS[shape](request.POST if request.method == "POST" else None, rule=latest)
    rule = None
    if request.method == "POST" and "plus" not in request.POST and form.is_valid():
        rule = checked_rule(form)
    if rule is not None and "enregistrer" in request.POST and _save(request, tariff, form, rule):
        return redirect("agent_tariff", tariff.pk)
    context = {
        "tariff": tariff,
        "form": form,
        "shape_name": form.name,
        **_not_shown(form, latest),
        "trials": try_on_families(rule, before=before) if rule else [],
        "cases": try_situations(rule, before=before) if rule else [],
        "notice": rule.settled.notice if rule else "",
    }
    return render(request, "agent/tariff_version.html", context)


@agent_required(right=Right.CONFIGURE)
@require_POST
def agent_tariff_drop(request: HttpRequest, pk: int) -> HttpResponse:
    version = get_object_or_404(TariffVersion.objects.select_related("tariff"), pk=pk)
    try:
        drop_version(version=version, by=request.user, today=clock.today(town_timezone()), now=clock.now())
    except DomainError as refusal:
        messages.error(request, refusal.message)
    else:
        messages.success(request, "La version à venir est retirée.")
    return redirect("agent_tariff", version.tariff_id)


def _not_shown(form: VersionForm, latest: Shape | None) -> dict[str, str]:
    """The latest rule in words, and the form that holds all of it, when this one would replace it by what is typed."""
    if latest is None or form.shows(latest) or form.keeps:
        return {}
    return {"replaced": rule_in_words(latest), "own_shape": shape_of(latest)}


def _latest(tariff: Tariff) -> Shape | None:
    stored = tariff.versions.order_by("-valid_from").first()
    return TARIFF_RULE.validate_python(stored.rule) if stored else None


def _in_force(tariff: Tariff) -> Shape | None:
    """Today's rule; before the first version, the first one."""
    today = clock.today(town_timezone())
    versions = tariff.versions.order_by("-valid_from")
    stored = versions.filter(valid_from__lte=today).first() or versions.last()
    return TARIFF_RULE.validate_python(stored.rule) if stored else None


def _save(request: HttpRequest, tariff: Tariff, form: VersionForm, rule: Shape) -> bool:
    day = form.cleaned_data["du"]
    try:
        save_version(
            tariff=tariff,
            valid_from=day,
            rule=rule,
            by=request.user,
            today=clock.today(town_timezone()),
            now=clock.now(),
        )
    except DomainError as refusal:
        form.add_error("du", refusal.message)
        return False
    messages.success(
        request, f"Enregistré à partir du {day:%d/%m/%Y}. Ce qui est déjà réservé ou facturé garde son prix."
    )
    return True
