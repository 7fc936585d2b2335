"""The form of a message, on both sides: what was joined stays joined while the message is being corrected."""

from typing import Any, TypeVar
from uuid import UUID

from django.http import HttpRequest

from core import clock
from core.forms.conversations import MessageForm
from core.queries.conversations import kept_files
from core.services.message_files import Attached, keep_files
from core.views.resume import typed_before

Form = TypeVar("Form", bound=MessageForm)


def message_form(form: type[Form], request: HttpRequest, **options: Any) -> Form:
    """Bound when it was sent, with the files that an earlier try kept."""
    if request.method != "POST":
        options["initial"] = options.get("initial", {}) | typed_before(request)
        return form(**options)
    kept = kept_files(request.POST.get("nonce", ""), by=request.user)
    return form(request.POST, request.FILES, kept=kept, **options)


def attached(form: MessageForm) -> Attached:
    return Attached(sent=form.good, kept=[one.pk for one in form.kept])


def keep_attached(form: MessageForm, request: HttpRequest) -> None:
    """After a refusal: keep the good files, for the page that asks to correct the rest."""
    nonce = form.cleaned_data.get("nonce")
    if isinstance(nonce, UUID):
        form.kept += keep_files(nonce=nonce, files=form.good, by=request.user, now=clock.now())
