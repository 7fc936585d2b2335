"""The photographs of those who may fetch a child: taken with the form, shown to whoever may."""

from collections.abc import Collection
from datetime import datetime

from django.http import HttpResponse
from django.shortcuts import get_object_or_404

from core.child_file import PHOTO_FIELDS, DossierField
from core.forms.child_file import FileForm
from core.models import Child, User
from core.services.pickup_photos import keep_photo
from core.views.files import paper_answer


def photos_of(child: Child, asked: Collection[DossierField]) -> set[str]:
    """The tokens that a form about these fields may name. At most one query."""
    if not PHOTO_FIELDS.intersection(asked):
        return set()
    return set(child.pickup_photos.values_list("token", flat=True))


def keep_photos(form: FileForm, *, child: Child, by: User, now: datetime) -> bool:
    """Whether the form is valid; its good photographs are kept even when another answer must be corrected."""
    valid = form.is_valid()
    if form.is_bound:
        for name, content in list(form.uploads()):
            form.take(name, keep_photo(child=child, content=content, by=by, now=now).token)
    return valid


def photo_answer(child: Child, token: str) -> HttpResponse:
    """Raises Http404 for a photograph of another child, or one that is gone."""
    return paper_answer(get_object_or_404(child.pickup_photos, token=token).file, "photo")
