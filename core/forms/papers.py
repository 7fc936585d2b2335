"""A paper that a family sends: a PDF or a photograph, known by its content, not by its name alone."""

from collections.abc import Callable, Collection
from pathlib import PurePath
from typing import Any, BinaryIO, cast

import structlog
from django import forms
from django.core.files.uploadedfile import SimpleUploadedFile, UploadedFile
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from core.antivirus import ScannerDownError, is_infected
from core.pictures import UnreadablePictureError, bare_picture, portrait
from core.words import NBSP

log = structlog.get_logger(__name__)

MAX_MEGABYTES = 10  # a photograph of a phone
# How a file of each kind begins.
BEGINNINGS = {
    ".pdf": b"%PDF-",
    ".jpg": b"\xff\xd8\xff",
    ".jpeg": b"\xff\xd8\xff",
    ".png": b"\x89PNG\r\n\x1a\n",
}
HELP = format_lazy(_("PDF ou photo (JPEG, PNG), {size} Mo au plus."), size=MAX_MEGABYTES)
_HEIC = (b"ftypheic", b"ftypheix", b"ftypmif1", b"ftypmsf1")


class PaperField(forms.FileField):
    """Its value is an UploadedFile whose suffix tells the truth, None when nothing new was sent. A picture is made anew:
    the place and the moment that a phone writes in it are not kept."""

    suffixes: Collection[str] = BEGINNINGS
    wanted = _("Envoyez un PDF, ou une photo JPEG ou PNG.")
    # Phones offer their camera for it, and send an Apple photograph as a JPEG.
    widget = forms.FileInput(attrs={"accept": "application/pdf,image/jpeg,image/png,.pdf,.jpg,.jpeg,.png"})

    def clean(self, data: Any, initial: Any = None) -> Any:
        file: UploadedFile | None = super().clean(data, initial)
        if file is None or file is initial:
            return None
        _check_size(file)
        self._check_kind(file)
        _check_virus(file)
        return self.kept(file)

    def kept(self, file: UploadedFile) -> Any:
        """What is kept of a file that was checked."""
        if PurePath(file.name or "").suffix.lower() == ".pdf":
            return file
        bare = SimpleUploadedFile(
            file.name or "photo.jpg", _redrawn(file, bare_picture), file.content_type or "image/jpeg"
        )
        _check_size(bare)
        return bare

    def _check_kind(self, file: UploadedFile) -> None:
        beginning = file.read(16)
        file.seek(0)
        if beginning[4:12] in _HEIC:
            raise forms.ValidationError(
                _(
                    "Cette photo est au format HEIC, que tous les ordinateurs ne lisent pas. Envoyez-la en JPEG "
                    "(réglage « Le plus compatible » de l’appareil photo), ou en PDF."
                )
            )
        suffix = PurePath(file.name or "").suffix.lower()
        if suffix not in self.suffixes or not beginning.startswith(BEGINNINGS[suffix]):
            raise forms.ValidationError(self.wanted)


class _SeveralFiles(forms.FileInput):
    allow_multiple_selected = True


class PapersField(PaperField):
    """Several of them at once. Its value is what is good; the form says what is wrong of the others, each by the name
    its sender knows (``refusals``)."""

    widget = _SeveralFiles(attrs=dict(PaperField.widget.attrs))

    def __init__(self, **options: Any) -> None:
        super().__init__(required=False, **options)
        self.refusals: list[str] = []

    def clean(self, data: Any, initial: Any = None) -> list[UploadedFile]:
        good, self.refusals = [], []
        for file in data if isinstance(data, list | tuple) else [data]:
            try:
                checked = super().clean(file, initial)
            except forms.ValidationError as error:
                self.refusals.append(f"«{NBSP}{file.name}{NBSP}»{NBSP}: {' '.join(error.messages)}")
            else:
                good += [checked] if checked else []
        return good


class PictureField(PaperField):
    """A logo or a photograph that a page shows. No SVG: it may hold a script."""

    widget = forms.FileInput(attrs={"accept": "image/jpeg,image/png,.jpg,.jpeg,.png"})
    suffixes = (".jpg", ".jpeg", ".png")
    wanted = _("Envoyez une image JPEG ou PNG.")


class PortraitField(PictureField):
    """Somebody's photograph; its value is the JPEG that may be kept (bytes), None when nothing was sent."""

    def kept(self, file: UploadedFile) -> bytes:
        return _redrawn(file, portrait)


def _redrawn(file: UploadedFile, draw: Callable[[BinaryIO], bytes]) -> bytes:
    try:
        return draw(cast(BinaryIO, file))
    except UnreadablePictureError as error:
        raise forms.ValidationError(
            _("Cette photo est illisible ou démesurée. Prenez-en une autre, ou une copie d’écran.")
        ) from error


def _check_size(file: UploadedFile) -> None:
    if (file.size or 0) > MAX_MEGABYTES * 1024 * 1024:
        raise forms.ValidationError(
            _("Ce fichier dépasse %(size)s Mo. Prenez une photo moins grande."),
            params={"size": MAX_MEGABYTES},
        )


def _check_virus(file: UploadedFile) -> None:
    try:
        infected = is_infected(file.chunks())
    except ScannerDownError as error:
        log.exception("antivirus_unavailable")
        raise forms.ValidationError(
            _("Les fichiers ne peuvent pas être vérifiés en ce moment. Réessayez dans quelques minutes.")
        ) from error
    file.seek(0)
    if infected:
        raise forms.ValidationError(_("L’antivirus refuse ce fichier. Prenez le document en photo."))
