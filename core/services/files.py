"""Files that a row no longer names must not stay in the storage."""

from django.db import models, transaction


def forget_replaced(before: models.Model | None, after: models.Model | None) -> None:
    """Erase, once that is committed, the files of ``before`` that ``after`` does not name (None: a row that is gone)."""
    if before is None:
        return
    for field in before._meta.local_fields:
        if isinstance(field, models.FileField):
            _forget(getattr(before, field.name), getattr(after, field.name) if after else None)


def _forget(old: models.fields.files.FieldFile, new: models.fields.files.FieldFile | None) -> None:
    storage, name = old.storage, old.name
    if name and (new is None or new.name != name):
        transaction.on_commit(lambda: storage.delete(name))
