"""The demonstration sends nothing: what would have been sent is read here, on each town's own host."""

from csp.constants import NONE, SELF, UNSAFE_INLINE
from csp.decorators import csp_replace
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.clickjacking import xframe_options_sameorigin

from core.models import OutgoingMail

PAGE_SIZE = 25


def demo_mails(request: HttpRequest) -> HttpResponse:
    page = Paginator(OutgoingMail.objects.all(), PAGE_SIZE).get_page(request.GET.get("page"))
    return render(request, "demo/mails.html", {"page": page})


def demo_mail(request: HttpRequest, pk: int) -> HttpResponse:
    return render(request, "demo/mail.html", {"mail": get_object_or_404(OutgoingMail, pk=pk)})


@xframe_options_sameorigin
@csp_replace({"default-src": [NONE], "style-src": [UNSAFE_INLINE], "frame-ancestors": [SELF]})
def demo_mail_html(_request: HttpRequest, pk: int) -> HttpResponse:
    """The formatted mail alone, for a frame: its styles are in its tags, as mail programs want them."""
    mail = get_object_or_404(OutgoingMail, pk=pk)
    return HttpResponse(mail.html.replace("<head>", '<head><base target="_top">', 1))
