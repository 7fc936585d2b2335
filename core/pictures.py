"""Photographs that people send, made small: what a phone writes in them (place, moment, device) does not stay."""

from io import BytesIO
from typing import BinaryIO

from PIL import Image, ImageOps, UnidentifiedImageError

SIDE = 640  # pixels, the longer one: a face on a phone's whole screen
QUALITY = 82
# What a phone takes today has 50 million pixels; a file that claims more is made to fill the memory.
MOST_PIXELS = 60_000_000


class UnreadablePictureError(Exception):
    """Not a JPEG nor a PNG that can be read to its end."""


def portrait(file: BinaryIO) -> bytes:
    """The picture as a JPEG of at most SIDE pixels, upright, without anything but its pixels.
    Raises UnreadablePictureError."""
    try:
        with Image.open(file, formats=("JPEG", "PNG")) as opened:
            if opened.width * opened.height > MOST_PIXELS:
                raise UnreadablePictureError
            opened.draft("RGB", (SIDE * 2, SIDE * 2))
            picture = ImageOps.exif_transpose(opened).convert("RGB")
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError) as error:
        raise UnreadablePictureError from error
    picture.thumbnail((SIDE, SIDE))
    # A new picture: neither EXIF, nor the profile, nor the comment of the first one.
    bare = Image.new("RGB", picture.size)
    bare.paste(picture)
    content = BytesIO()
    bare.save(content, "JPEG", quality=QUALITY, optimize=True)
    return content.getvalue()
