from django.conf import settings
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from themes import samples


def gallery(request: HttpRequest) -> HttpResponse:
    """Every component in every state, on invented data; a working tool, so only where people work on the product."""
    if not (settings.DEBUG or settings.DEMO):
        raise Http404
    page = Paginator(samples.rows(), 5).page(1)
    return render(request, "gallery/index.html", {**samples.context(), "page": page})
