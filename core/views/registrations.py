"""« Inscrire ma famille »: a visitor asks for a file, then proves the address."""

from datetime import timedelta

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.cache import never_cache

from core import clock
from core.enums import RegistrationMode, RegistrationState
from core.errors import DomainError
from core.forms.families import filled
from core.forms.registrations import RegisteredChildFormSet, RegistrationForm
from core.languages import active, is_french
from core.models import FamilyRegistration
from core.queries.registrations import registration_mode
from core.services.registrations import ask_registration, prove_address
from core.services.throttle import allow
from core.visitors import visitor_address
from tenants.context import town_timezone

HOUR = timedelta(hours=1)


@never_cache
def registration(request: HttpRequest) -> HttpResponse:
    if registration_mode() == RegistrationMode.CLOSED:
        return render(request, "account/registration_closed.html")
    data = request.POST if request.method == "POST" else None
    form = RegistrationForm(data)
    children = RegisteredChildFormSet(
        data, prefix="enfant", form_kwargs={"today": clock.today(town_timezone())}
    )
    if data is not None and form.comes_from_a_program:
        return redirect("registration_sent")
    if data is not None and all([form.is_valid(), children.is_valid()]):
        # Beyond the limits nothing is sent, and nothing says so: the mails already sent still work.
        by_address = allow(act="registration", who=form.cleaned_data["email"], limit=3, per=HOUR)
        by_visitor = allow(act="registration", who=visitor_address(request), limit=10, per=HOUR)
        if by_address and by_visitor:
            asked = form.save(commit=False)
            asked.language = "" if is_french() else active()
            ask_registration(
                registration=asked,
                children=[one.save(commit=False) for one in filled(children)],
                now=clock.now(),
            )
        return redirect("registration_sent")
    return render(request, "account/registration.html", {"form": form, "children": children})


def registration_sent(request: HttpRequest) -> HttpResponse:
    return render(request, "account/registration_sent.html")


@never_cache
def registration_confirm(request: HttpRequest, token: str) -> HttpResponse:
    """Opened from the mailbox: a click must confirm, for some mail programs open links by themselves."""
    asked = get_object_or_404(FamilyRegistration, token=token)
    refusal = ""
    if request.method == "POST":
        try:
            asked = prove_address(registration=asked, now=clock.now())
        except DomainError as error:
            refusal = error.message
    context = {"asked": asked, "states": RegistrationState, "refusal": refusal}
    return render(request, "account/registration_confirm.html", context)
