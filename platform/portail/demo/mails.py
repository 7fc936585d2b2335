"""The demonstration sends nothing: what would have been sent is read here, on each town's own host."""

from csp.constants import NONE, SELF, UNSAFE_INLINE
from csp.decorators import csp_replace
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.clickjacking import xframe_options_sameorigin

from core.models import OutgoingMail

# A formatted mail carries its styles in its tags, and nothing else.
MAIL_POLICY = {
    "default-src": [NONE],
    "script-src": [NONE],
    "img-src": [NONE],
    "form-action": [NONE],
    "style-src": [UNSAFE_INLINE],
    "frame-ancestors": [SELF],
}
PAGE_SIZES = ("25", "5", "10", "50")


def demo_mails(request: HttpRequest) -> HttpResponse:
    size = request.GET.get("par")
    paginator = Paginator(OutgoingMail.objects.all(), int(size if size in PAGE_SIZES else PAGE_SIZES[0]))
    page = paginator.get_page(request.GET.get("page"))
    return render(request, "demo/mails.html", {"page": page})


def demo_mail(request: HttpRequest, pk: int) -> HttpResponse:
    return render(request, "demo/mail.html", {"mail": get_object_or_404(OutgoingMail, pk=pk)})


@xframe_options_sameorigin
@csp_replace(MAIL_POLICY)
def demo_mail_html(_request: HttpRequest, pk: int) -> HttpResponse:
    """The formatted mail alone, for a frame; its links leave the frame."""
    mail = get_object_or_404(OutgoingMail, pk=pk)
    return HttpResponse(mail.html.replace("<head>", '<head><base target="_top">', 1))
