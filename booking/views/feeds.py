"""The family's bookings in its own calendar: a private address, and the page that gives, changes or stops it."""

import hashlib

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.cache import get_conditional_response
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from booking.models import CalendarFeed
from booking.queries.feeds import feed_text
from booking.services.feeds import close_feed, open_feed
from core import clock
from core.languages import speaking
from core.views.access import family_required
from tenants.context import town_url


@require_safe
def calendar_feed(request: HttpRequest, token: str) -> HttpResponse:
    """Read by calendars, without signing in: the address itself is the secret. In the language of who asked for it."""
    feed = get_object_or_404(CalendarFeed.objects.select_related("household", "created_by"), token=token)
    with speaking(feed.created_by.language if feed.created_by else ""):
        text = feed_text(feed.household, now=clock.now())
    tag = f'"{hashlib.sha256(text).hexdigest()[:32]}"'
    response = HttpResponse(text, content_type="text/calendar; charset=utf-8")
    response["ETag"] = tag
    response["Cache-Control"] = "private, max-age=900"
    response["X-Robots-Tag"] = "noindex"
    return get_conditional_response(request, etag=tag, response=response)


@family_required
@require_http_methods(["GET", "POST"])
def calendar_address(request: HttpRequest) -> HttpResponse:
    """« Mon agenda »."""
    household = request.user.guardian.household
    if request.method == "POST":
        if "arreter" in request.POST:
            close_feed(household=household)
            messages.success(
                request, _("L’adresse ne marche plus : aucun agenda ne lit plus vos réservations.")
            )
        else:
            open_feed(household=household, by=request.user, now=clock.now())
            messages.success(
                request, _("Votre nouvelle adresse est prête. Une adresse plus ancienne ne marche plus.")
            )
        return redirect("calendar_address")
    feed = CalendarFeed.objects.filter(household=household).first()
    address = town_url(reverse("calendar_feed", args=[feed.token])) if feed else ""
    context = {"feed": feed, "address": address, "webcal": f"webcal://{address.partition('://')[2]}"}
    return render(request, "account/calendar.html", context)
