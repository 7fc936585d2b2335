"""The tariffs at the desk: what each version says, a new one from a day, tried on three families before it is saved."""

import json

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from billing.forms_tariffs import (
    FORMS,
    SHAPE_NAMES,
    BracketsForm,
    VersionForm,
    WrittenForm,
    checked_rule,
    rows_of,
)
from billing.models import Tariff, TariffVersion
from billing.pricing.examples import rule_in_words, try_on_families
from billing.pricing.grids import grid_of
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
        "notice": in_force.settled.notice if in_force else "",
        "shapes": SHAPE_NAMES.items(),
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
    form = _form(request, shape, tariff)
    rule = None
    if request.method == "POST" and "plus" not in request.POST and form.is_valid():
        rule = checked_rule(form)
    if rule is not None and "enregistrer" in request.POST and _save(request, tariff, form, rule):
        return redirect("agent_tariff", tariff.pk)
    context = {
        "tariff": tariff,
        "form": form,
        "rows": getattr(form, "rows", None),
        "shape_name": SHAPE_NAMES[shape],
        "replaced": _not_shown(tariff, shape),
        "trials": try_on_families(rule, before=before) if rule else [],
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


def _not_shown(tariff: Tariff, shape: str) -> str:
    """The latest rule in words, when this form cannot hold all of it and would replace it by what is typed."""
    latest = tariff.versions.order_by("-valid_from").first()
    if latest is None or FORMS[shape] is WrittenForm:
        return ""
    rule = TARIFF_RULE.validate_python(latest.rule)
    grid = grid_of(rule)
    return "" if grid and grid.shape == shape else rule_in_words(rule)


def _in_force(tariff: Tariff) -> Shape | None:
    """Today's rule; before the first version, the first one."""
    today = clock.today(town_timezone())
    versions = tariff.versions.order_by("-valid_from")
    stored = versions.filter(valid_from__lte=today).first() or versions.last()
    return TARIFF_RULE.validate_python(stored.rule) if stored else None


def _form(request: HttpRequest, shape: str, tariff: Tariff) -> VersionForm:
    data = request.POST if request.method == "POST" else None
    latest = tariff.versions.order_by("-valid_from").first()
    rule = TARIFF_RULE.validate_python(latest.rule) if latest else None
    kind = FORMS[shape]
    if kind is WrittenForm:
        written = json.dumps(latest.rule, indent=2, ensure_ascii=False) if latest else ""
        return WrittenForm(data, initial={"regle": written})
    grid = grid_of(rule) if rule else None
    grid = grid if grid and grid.shape == shape else None
    if kind is BracketsForm:
        initial = BracketsForm.initial_of(grid) if grid else {}
        return BracketsForm(data, rows=rows_of(grid, data), initial=initial)
    return kind(data, initial=kind.initial_of(grid) if grid else {})


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
