"""Pictures that people send, made anew: what a phone writes in them (place, moment, device) does not stay."""

import struct
from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO
from typing import BinaryIO

from PIL import Image, ImageOps, UnidentifiedImageError

SIDE = 640  # pixels, the longer one: a face on a phone's whole screen
PAGE_SIDE = 3600  # a sheet of A4 at 300 dots an inch, and a little more
QUALITY, PAGE_QUALITY = 82, 88
# What a phone takes today has 50 million pixels; a file that claims more is made to fill the memory.
MOST_PIXELS = 60_000_000


class UnreadablePictureError(Exception):
    """Not a JPEG nor a PNG that can be read to its end."""


def portrait(file: BinaryIO) -> bytes:
    """The picture as a JPEG of at most SIDE pixels, upright, without anything but its pixels.
    Raises UnreadablePictureError."""
    with _opened(file, SIDE * 2) as opened:
        picture = ImageOps.exif_transpose(opened).convert("RGB")
    picture.thumbnail((SIDE, SIDE))
    return _written(picture, "JPEG", QUALITY)


def bare_picture(file: BinaryIO) -> bytes:
    """The same picture, upright, of at most PAGE_SIDE pixels, without anything but its pixels: a PNG stays a PNG and keeps
    what is transparent. Raises UnreadablePictureError."""
    with _opened(file, PAGE_SIDE) as opened:
        is_png = opened.format == "PNG"
        picture = ImageOps.exif_transpose(opened)
        mode = "RGBA" if is_png and picture.has_transparency_data else "RGB"
        picture = picture.convert("L" if picture.mode in {"1", "L"} else mode)
    picture.thumbnail((PAGE_SIDE, PAGE_SIDE))
    return _written(picture, "PNG" if is_png else "JPEG", PAGE_QUALITY)


@contextmanager
def _opened(file: BinaryIO, side: int) -> Iterator[Image.Image]:
    """``side``: the pixels that will be wanted. Whatever is wrong with the file is UnreadablePictureError."""
    try:
        with Image.open(file, formats=("JPEG", "PNG")) as opened:
            if opened.width * opened.height > MOST_PIXELS:
                raise UnreadablePictureError
            opened.draft("RGB", (side, side))
            yield opened
    except (
        UnidentifiedImageError,
        Image.DecompressionBombError,
        Image.DecompressionBombWarning,
        OSError,
        SyntaxError,
        ValueError,
        struct.error,
    ) as error:
        raise UnreadablePictureError from error


def _written(picture: Image.Image, kind: str, quality: int) -> bytes:
    # A new picture: neither EXIF, nor the profile, nor the comment of the first one.
    bare = Image.new(picture.mode, picture.size)
    bare.paste(picture)
    content = BytesIO()
    bare.save(content, kind, quality=quality, optimize=kind == "JPEG")
    return content.getvalue()
