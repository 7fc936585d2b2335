"""The town's public pages, written by its agents: news, pages of the menu, downloads, welcome, looks, legal pages."""

from dataclasses import dataclass
from typing import cast

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from core import clock
from core.enums import LegalKind
from core.forms.content import (
    AccessibilityForm,
    BrandingForm,
    DownloadForm,
    LegalTextForm,
    MenuLinkForm,
    NewsForm,
    QuestionForm,
    WelcomeForm,
)
from core.forms.conversations import CannedAnswerForm, SubjectForm
from core.models import (
    Branding,
    CannedAnswer,
    CommuneSettings,
    ContactSubject,
    Download,
    MenuLink,
    NewsItem,
    Question,
)
from core.queries.legal import legal_page
from core.rich_text import rich_text
from core.rights import Right
from core.services.content import Entry, move_entry, remove_entry, save_entry, save_face, write_legal_text
from core.views.access import agent_required
from tenants.context import town_timezone
from themes.palette import palette, stylesheet


@dataclass(frozen=True, kw_only=True)
class Kind:
    """One of the lists that an agent keeps."""

    key: str  # in the address
    title: str
    about: str
    new: str
    model: type[Entry]
    form: type[forms.ModelForm]

    @property
    def is_ordered(self) -> bool:
        """By hand; news are in the order of their dates."""
        return self.model is not NewsItem


KINDS = {
    kind.key: kind
    for kind in (
        Kind(
            key="actualites",
            title="Nouvelles",
            about="Sur la page d’accueil, la plus récente en premier.",
            new="Nouvelle actualité",
            model=NewsItem,
            form=NewsForm,
        ),
        Kind(
            key="pages",
            title="Pages du menu",
            about="Les liens à droite de chaque page : une page que vous écrivez, ou un autre site.",
            new="Nouveau lien",
            model=MenuLink,
            form=MenuLinkForm,
        ),
        Kind(
            key="documents",
            title="Téléchargements",
            about="Menus, règlements, dossiers : un fichier, ou un texte en attendant.",
            new="Nouveau document",
            model=Download,
            form=DownloadForm,
        ),
        Kind(
            key="questions",
            title="Questions fréquentes",
            about="Ce que les familles demandent souvent, par thème.",
            new="Nouvelle question",
            model=Question,
            form=QuestionForm,
        ),
        Kind(
            key="sujets",
            title="Sujets de message",
            about="Ce que l’on choisit pour écrire au service, et qui répond.",
            new="Nouveau sujet",
            model=ContactSubject,
            form=SubjectForm,
        ),
        Kind(
            key="reponses",
            title="Réponses types",
            about="Les réponses que les agents donnent souvent ; les familles ne les voient pas ici.",
            new="Nouvelle réponse type",
            model=CannedAnswer,
            form=CannedAnswerForm,
        ),
    )
}


@agent_required(right=Right.PUBLISH)
@require_safe
def agent_portal(request: HttpRequest) -> HttpResponse:
    return render(request, "agent/portal/home.html", {"kinds": KINDS.values(), "legal_kinds": LegalKind})


@agent_required(right=None)
@require_POST
def agent_portal_preview(request: HttpRequest) -> HttpResponse:
    """How a text being written will look: of the portal, of a setting, of a message to a group. Nothing is saved."""
    text = request.POST.get("text", "")
    return render(request, "agent/portal/_preview.html", {"html": rich_text(text)})


@agent_required(right=Right.PUBLISH)
@require_safe
def agent_portal_entries(request: HttpRequest, kind: str) -> HttpResponse:
    shown = _kind(kind)
    act, _, pk = request.GET.get("bouge", "").partition("-")
    context = {
        "kind": shown,
        "entries": shown.model.objects.all(),
        "today": clock.today(town_timezone()),
        "moved": {"act": act, "pk": pk},
    }
    return render(request, "agent/portal/entries.html", context)


@agent_required(right=Right.PUBLISH)
@require_http_methods(["GET", "POST"])
def agent_portal_entry_new(request: HttpRequest, kind: str) -> HttpResponse:
    edited = _kind(kind)
    entry = edited.model()
    if isinstance(entry, NewsItem):
        entry.published_on = clock.today(town_timezone())
    return _edit(request, edited, entry)


@agent_required(right=Right.PUBLISH)
@require_http_methods(["GET", "POST"])
def agent_portal_entry(request: HttpRequest, kind: str, pk: int) -> HttpResponse:
    edited = _kind(kind)
    return _edit(request, edited, get_object_or_404(edited.model, pk=pk))


@agent_required(right=Right.PUBLISH)
@require_POST
def agent_portal_entry_act(request: HttpRequest, kind: str, pk: int) -> HttpResponse:
    """Move an entry up or down, or take it away."""
    edited = _kind(kind)
    entry = get_object_or_404(edited.model, pk=pk)
    act = request.POST.get("act", "")
    if act == "remove":
        remove_entry(entry=entry, by=request.user, now=clock.now())
        messages.success(request, f"« {entry} » n’est plus sur le portail.")
    elif act in {"up", "down"} and not isinstance(entry, NewsItem):
        move_entry(entry=entry, places=-1 if act == "up" else 1, by=request.user, now=clock.now())
        return redirect(f"{reverse('agent_portal_entries', args=[kind])}?bouge={act}-{pk}")
    else:
        raise Http404
    return redirect("agent_portal_entries", kind=kind)


@agent_required(right=Right.PUBLISH)
@require_http_methods(["GET", "POST"])
def agent_portal_welcome(request: HttpRequest) -> HttpResponse:
    form = WelcomeForm(request.POST or None, instance=CommuneSettings.objects.first())
    if request.method == "POST" and form.is_valid():
        _save_face(request, form, what="Accueil et coordonnées")
        messages.success(request, "C’est enregistré : les familles le voient dès maintenant.")
        return redirect("agent_portal")
    return render(request, "agent/portal/form.html", {"form": form, "title": "Accueil et coordonnées"})


@agent_required(right=Right.PUBLISH)
@require_http_methods(["GET", "POST"])
def agent_portal_look(request: HttpRequest) -> HttpResponse:
    """The colour tried is shown on this very page before it is kept (« Essayer », or as it is picked)."""
    branding = Branding.objects.first() or Branding()
    form = BrandingForm(request.POST or None, request.FILES or None, instance=branding)
    trying = request.method == "POST" and "try" in request.POST
    if request.method == "POST" and form.is_valid() and not trying:
        _save_face(request, form, what="Identité")
        messages.success(request, "L’identité est enregistrée : les familles la voient dès maintenant.")
        return redirect("agent_portal_look")
    accent = form.cleaned_data["accent"] if trying and "accent" not in form.errors else branding.accent
    context = {
        "form": form,
        "accent": accent,
        "shades": palette(accent).light,
        "tried": form["theme"].value() or "",
    }
    return render(request, "agent/portal/look.html", context)


@agent_required(right=Right.PUBLISH)
@require_safe
def agent_portal_theme(request: HttpRequest) -> HttpResponse:
    try:
        css = stylesheet(request.GET.get("couleur", ""))
    except ValueError as error:
        raise Http404 from error
    return HttpResponse(css, content_type="text/css; charset=utf-8")


@agent_required(right=Right.PUBLISH)
@require_http_methods(["GET", "POST"])
def agent_portal_accessibility(request: HttpRequest) -> HttpResponse:
    form = AccessibilityForm(request.POST or None, instance=CommuneSettings.objects.first())
    if request.method == "POST" and form.is_valid():
        _save_face(request, form, what="Accessibilité déclarée")
        messages.success(request, "La déclaration est enregistrée.")
        return redirect("agent_portal")
    return render(request, "agent/portal/form.html", {"form": form, "title": "Accessibilité déclarée"})


@agent_required(right=Right.PUBLISH)
@require_http_methods(["GET", "POST"])
def agent_portal_legal(request: HttpRequest, kind: str) -> HttpResponse:
    if kind not in LegalKind.values:
        raise Http404
    page = legal_page(LegalKind(kind))
    form = LegalTextForm(request.POST or None, initial={"body": page.body})
    if request.method == "POST" and form.is_valid():
        write_legal_text(
            kind=page.kind,
            body=form.cleaned_data["body"],
            today=clock.today(town_timezone()),
            by=request.user,
            now=clock.now(),
        )
        messages.success(request, f"La page « {page.title} » est enregistrée.")
        return redirect("agent_portal")
    return render(request, "agent/portal/form.html", {"form": form, "title": page.title})


def _save_face(request: HttpRequest, form: forms.ModelForm, *, what: str) -> None:
    save_face(row=form.save(commit=False), what=what, by=request.user, now=clock.now())


def _edit(request: HttpRequest, kind: Kind, entry: Entry) -> HttpResponse:
    form = kind.form(request.POST or None, request.FILES or None, instance=entry)
    if request.method == "POST" and form.is_valid():
        save_entry(entry=cast(Entry, form.save(commit=False)), by=request.user, now=clock.now())
        messages.success(request, f"« {entry} » est enregistré.")
        return redirect("agent_portal_entries", kind=kind.key)
    context = {"form": form, "kind": kind, "title": str(entry) if entry.pk else kind.new}
    return render(request, "agent/portal/form.html", context)


def _kind(key: str) -> Kind:
    if key not in KINDS:
        raise Http404
    return KINDS[key]
