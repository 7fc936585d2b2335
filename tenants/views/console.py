"""The vendor's console: the towns of this installation, how one is opened, suspended, resumed."""

from typing import Any

import structlog
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from tenants.context import base_url
from tenants.enums import CommuneStatus
from tenants.forms import CommuneFileForm, SuspendForm
from tenants.models import Commune
from tenants.queries.towns import find_communes, town_rows
from tenants.services.opening import discard_failed_commune, open_commune, resume_commune, suspend_commune
from tenants.views.access import vendor_required

log = structlog.get_logger(__name__)

TOWNS_A_PAGE = 25
SEARCH_LENGTH = 80
# The file of an opening that failed is kept until a town opens: nobody pastes it twice.
KEPT_FILE = "commune_file"


@vendor_required
@require_safe
def console_home(request: HttpRequest) -> HttpResponse:
    search = request.GET.get("q", "").strip()[:SEARCH_LENGTH]
    page = Paginator(find_communes(search), TOWNS_A_PAGE).get_page(request.GET.get("page"))
    rows = [(row, base_url(row.host)) for row in town_rows(page.object_list)]
    return render_console(request, "console/home.html", {"page": page, "rows": rows, "search_query": search})


@vendor_required
@require_http_methods(["GET", "POST"])
def console_commune_new(request: HttpRequest) -> HttpResponse:
    if request.method == "GET":
        form = CommuneFileForm(initial={"text": request.session.get(KEPT_FILE, "")})
        return render_console(request, "console/commune_new.html", {"form": form})
    form = CommuneFileForm(request.POST, request.FILES)
    if form.is_valid() and request.POST.get("act") == "open":
        request.session[KEPT_FILE] = form.cleaned_data["text"]
        return _open(request, form)
    return render_console(request, "console/commune_new.html", {"form": form})


@vendor_required
@require_safe
def console_commune(request: HttpRequest, slug: str) -> HttpResponse:
    commune = get_object_or_404(find_communes(""), slug=slug)
    (row,) = town_rows([commune])
    context = {"row": row, "address": base_url(row.host), "form": SuspendForm(), "statuses": CommuneStatus}
    return render_console(request, "console/commune.html", context)


@vendor_required
@require_POST
def console_commune_suspend(request: HttpRequest, slug: str) -> HttpResponse:
    commune = get_object_or_404(Commune, slug=slug, status=CommuneStatus.READY)
    form = SuspendForm(request.POST)
    if form.is_valid():
        suspend_commune(commune, reason=form.cleaned_data["reason"])
        log.info("commune_suspended", commune=slug, vendor=request.user.pk)
        messages.success(request, f"{commune.name} est suspendue : son portail affiche une page d’attente.")
    else:
        messages.error(request, "Dites pourquoi la commune est suspendue.")
    return redirect("console_commune", slug)


@vendor_required
@require_POST
def console_commune_resume(request: HttpRequest, slug: str) -> HttpResponse:
    commune = get_object_or_404(Commune, slug=slug, status=CommuneStatus.SUSPENDED)
    resume_commune(commune)
    log.info("commune_resumed", commune=slug, vendor=request.user.pk)
    messages.success(request, f"{commune.name} est de nouveau ouverte.")
    return redirect("console_commune", slug)


@vendor_required
@require_POST
def console_commune_discard(request: HttpRequest, slug: str) -> HttpResponse:
    """« Effacer et recommencer », for an opening that did not end well."""
    commune = get_object_or_404(Commune, slug=slug)
    if not commune.opening_broke:
        raise Http404
    discard_failed_commune(commune)
    log.info("commune_discarded", commune=slug, vendor=request.user.pk)
    messages.success(request, f"L’ouverture interrompue de {commune.name} est effacée.")
    return redirect("console_commune_new")


def _open(request: HttpRequest, form: CommuneFileForm) -> HttpResponse:
    steps: list[str] = []
    try:
        commune = open_commune(
            slug=form.slug,
            name=form.name,
            host=form.cleaned_data["host"],
            file_text=form.cleaned_data["text"],
            progress=steps.append,
        )
    except Exception as error:
        log.exception("commune_opening_failed", commune=form.slug, vendor=request.user.pk)
        if Commune.objects.filter(slug=form.slug, status=CommuneStatus.FAILED).exists():
            return redirect("console_commune", form.slug)
        if not isinstance(error, ValidationError):
            raise
        form.add_error(None, ValidationError(error.messages))
        return render_console(request, "console/commune_new.html", {"form": form})
    del request.session[KEPT_FILE]
    log.info("commune_opened", commune=commune.slug, vendor=request.user.pk)
    done = f"{commune.name} est ouverte. Étapes : {', '.join(steps).lower()}."
    messages.success(request, f"{done} Il lui manque un agent : invitez-le ci-dessous.")
    return redirect("console_commune", commune.slug)


def render_console(request: HttpRequest, template: str, context: dict[str, Any]) -> HttpResponse:
    """A page of the console, with its menu."""
    name = request.resolver_match.url_name
    menu = [
        {
            "url": reverse(entry),
            "label": label,
            "icon": icon,
            "current": name == entry,
            "count": 0,
            "pages": (),
        }
        for entry, label, icon in (
            ("console_home", "Communes", "town"),
            ("console_commune_new", "Ouvrir une commune", "plus"),
            ("console_security", "Ma sécurité", "lock"),
        )
    ]
    return render(request, template, context | {"console_menu": menu})
