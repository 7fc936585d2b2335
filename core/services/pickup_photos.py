"""The photographs of those who may fetch a child: kept as they come, erased as soon as no file names them."""

from collections import defaultdict
from collections.abc import Collection
from datetime import datetime, timedelta

from django.core.files.base import ContentFile

from core.child_file import PHOTO_FIELDS, DossierField, FileChangeState, photos_in
from core.locks import lock_ids, locking_transaction
from core.models import Child, ChildFact, FileChange, PickupPhoto, User
from core.services.files import forget_replaced

# A form that was refused keeps its photographs while its author corrects it.
DRAFT_KEPT = timedelta(days=1)


def keep_photo(*, child: Child, content: bytes, by: User, now: datetime) -> PickupPhoto:
    """Keep a photograph (JPEG) that no entry names yet; without one, it goes after DRAFT_KEPT."""
    photo = PickupPhoto(child=child, at=now, by=by)
    photo.file.save("photo.jpg", ContentFile(content), save=False)
    try:
        photo.save()
    except BaseException:
        photo.file.storage.delete(photo.file.name or "")
        raise
    return photo


def forget_unnamed(*, child: Child, among: Collection[str]) -> None:
    """Erase those of these photographs (tokens) that neither the child's file nor a change that waits names any more.
    Inside the caller's transaction, which holds the child."""
    if among:
        named = _named([child.pk])[child.pk]
        _forget([photo for photo in child.pickup_photos.filter(token__in=among) if photo.token not in named])


def forget_all_photos(children: Collection[int]) -> None:
    """Every photograph of these children, inside the caller's transaction."""
    _forget(list(PickupPhoto.objects.filter(child__in=children)))


def forget_abandoned(*, now: datetime) -> int:
    """Erase the photographs of forms that were never sent. Returns how many."""
    rows = PickupPhoto.objects.filter(at__lt=now - DRAFT_KEPT)
    with locking_transaction():
        lock_ids(Child.objects.filter(pk__in=rows.values("child")))
        old = list(rows)
        named = _named({photo.child_id for photo in old})
        abandoned = [photo for photo in old if photo.token not in named[photo.child_id]]
        _forget(abandoned)
    return len(abandoned)


def _named(children: Collection[int]) -> dict[int, set[str]]:
    """By child, two queries."""
    of_them = {"child__in": list(children), "field__in": [field.value for field in PHOTO_FIELDS]}
    named: dict[int, set[str]] = defaultdict(set)
    for fact in ChildFact.objects.filter(**of_them):
        named[fact.child_id] |= photos_in(DossierField(fact.field), fact.entries)
    asked = FileChange.objects.filter(state=FileChangeState.PENDING, **of_them)
    for change in asked.select_related("child"):
        named[change.owner.pk] |= photos_in(DossierField(change.field), change.after)
    return named


def _forget(photos: Collection[PickupPhoto]) -> None:
    for photo in photos:
        forget_replaced(photo, None)
    PickupPhoto.objects.filter(pk__in=[photo.pk for photo in photos]).delete()
