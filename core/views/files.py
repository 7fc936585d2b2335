"""Answering with a file that a family sent: never kept by a browser, never guessed to be anything else."""

from pathlib import PurePath

from django.db.models.fields.files import FieldFile
from django.http import FileResponse, Http404

_TYPES = {".pdf": "application/pdf", ".jpg": "image/jpeg", ".jpeg": "image/jpeg", ".png": "image/png"}


def paper_answer(file: FieldFile, name: str) -> FileResponse:
    """Shown by the browser when it is a PDF or a photograph, as the forms let in; saved otherwise. Http404 when the
    file is gone. ``name``: what the family's computer calls it, without its suffix."""
    if not file:
        raise Http404
    suffix = PurePath(file.name or "").suffix.lower()
    kind = _TYPES.get(suffix)
    answer = FileResponse(
        file.open(),
        as_attachment=kind is None,
        filename=f"{name}{suffix}",
        content_type=kind or "application/octet-stream",
    )
    answer["Cache-Control"] = "private, no-store"
    answer["X-Content-Type-Options"] = "nosniff"
    return answer


def is_photo(file: FieldFile) -> bool:
    return _TYPES.get(PurePath(file.name or "").suffix.lower(), "").startswith("image/")
