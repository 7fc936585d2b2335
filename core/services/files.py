"""Files that a row no longer names must not stay in the storage."""

from django.db import models, transaction
from django.db.models.fields.files import FieldFile


def forget_replaced(before: models.Model | None, after: models.Model | None) -> None:
    """Erase, once that is committed, the files of ``before`` that ``after`` does not name (None: a row that is gone)."""
    if before is None:
        return
    for field in before._meta.local_fields:
        if isinstance(field, models.FileField):
            old = getattr(before, field.name)
            if after is None or getattr(after, field.name).name != old.name:
                forget_file(old)


def forget_file(file: FieldFile) -> None:
    """Erase a file once it is committed that its row no longer names it."""
    storage, name = file.storage, file.name
    if name:
        transaction.on_commit(lambda: storage.delete(name))
