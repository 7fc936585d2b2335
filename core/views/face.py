"""The town's public face: what anyone reads without an account."""

from datetime import timedelta
from pathlib import Path

from django.contrib import messages
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control
from django.views.decorators.http import condition, require_safe

from core import clock
from core.enums import LegalKind
from core.forms.accounts import LoginForm
from core.forms.contact import ContactForm
from core.guardian_roles import may_open
from core.models import Branding, Download, MenuLink, NewsItem
from core.queries.face import face
from core.queries.legal import legal_page
from core.queries.news import news_for
from core.services.conversations import ask_as_visitor
from core.services.throttle import allow
from core.visitors import visitor_address
from tenants.context import town_timezone
from themes.looks import themed
from themes.palette import stylesheet

NEWS_ON_HOME = 3


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    return render(
        request,
        themed(face().theme, "home/home.html"),
        {
            "news": _news(request)[:NEWS_ON_HOME],
            "downloads": Download.objects.filter(is_draft=False),
            "form": LoginForm(),
        },
    )


@require_safe
def news(request: HttpRequest) -> HttpResponse:
    return render(request, "home/news.html", {"news": _news(request)})


@require_safe
def page(request: HttpRequest, code: str) -> HttpResponse:
    """A link of the menu that leads to a text of the town rather than to another site."""
    return render(
        request, "home/page.html", {"link": get_object_or_404(MenuLink, code=code, url="", is_draft=False)}
    )


@require_safe
def download(request: HttpRequest, code: str) -> HttpResponse:
    document = get_object_or_404(Download, code=code, is_draft=False)
    if not document.file:
        return render(request, "home/document.html", {"document": document})
    # Anything but a PDF is saved, not opened: a page must not run with the portal's own rights.
    suffix = Path(document.file.name).suffix.lower()
    return FileResponse(
        document.file.open(), as_attachment=suffix != ".pdf", filename=f"{document.label}{suffix}"
    )


def contact(request: HttpRequest) -> HttpResponse:
    """A family that is signed in writes from its account, where the answer will wait for it."""
    if hasattr(request.user, "guardian") and may_open(request.user.guardian.role, "conversation_new", "POST"):
        return redirect("conversation_new")
    form = ContactForm(request.POST or None, initial=_known_sender(request))
    if request.method == "POST" and form.is_valid():
        if allow(act="contact", who=visitor_address(request), limit=6, per=timedelta(hours=1)):
            ask_as_visitor(**{"subject": None} | form.cleaned_data, now=clock.now())
            messages.success(request, _("Votre message est envoyé. Le service vous répondra par mail."))
            return redirect("contact")
        form.add_error(
            None,
            _("Plusieurs messages sont déjà partis d’ici. Réessayez dans une heure, ou appelez le service."),
        )
    return render(request, "home/contact.html", {"form": form})


def _accent_tag(_request: HttpRequest) -> str:
    return f'"{face().accent}"'


@require_safe
@cache_control(max_age=300)
@condition(etag_func=_accent_tag)
def theme_css(_request: HttpRequest) -> HttpResponse:
    return HttpResponse(stylesheet(face().accent), content_type="text/css; charset=utf-8")


@require_safe
@cache_control(max_age=3600)
def branding_picture(_request: HttpRequest, which: str) -> HttpResponse:
    branding = Branding.objects.first()
    if which not in Branding.PICTURES or branding is None or not getattr(branding, which):
        raise Http404
    return FileResponse(getattr(branding, which).open())


@require_safe
def legal(request: HttpRequest, kind: LegalKind) -> HttpResponse:
    return render(request, "home/legal.html", {"page": legal_page(kind)})


def _news(request: HttpRequest) -> list[NewsItem]:
    """What whoever reads the page may read: everybody's, and for a family that is signed in what is for it."""
    household = request.user.guardian.household if hasattr(request.user, "guardian") else None
    return news_for(household, on=clock.today(town_timezone()))


def _known_sender(request: HttpRequest) -> dict[str, str]:
    user = request.user
    return {"name": user.name, "email": user.email} if user.is_authenticated else {}
