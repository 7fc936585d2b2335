"""Invented papers: a page of a document, as a PDF or as a photograph of it."""

from io import BytesIO

import typst
from django.core.files.base import ContentFile
from PIL import Image, ImageDraw

LINES = 14


def a_pdf(title: str, whom: object, *, name: str = "attestation.pdf") -> ContentFile:
    text = f"= {title}\n\nDocument inventé pour la démonstration.\n\nEnfant : {whom}"
    return ContentFile(typst.compile(text.encode()), name=name)


def a_photograph(name: str, *, is_blurred: bool = False) -> ContentFile:
    """A sheet of paper on a table; ``is_blurred``: nobody can read it."""
    picture = Image.new("RGB", (900, 1200), "#8d7b68")
    pen = ImageDraw.Draw(picture)
    pen.rectangle((90, 80, 810, 1120), fill="#fbfaf6")
    pen.rectangle((150, 150, 560, 190), fill="#33414d")
    for rank in range(LINES):
        top = 260 + 56 * rank
        pen.rectangle((150, top, 740 - 70 * (rank % 3), top + 12), fill="#9aa3ab")
    if is_blurred:
        picture = picture.resize((45, 60)).resize((900, 1200))
    content = BytesIO()
    picture.save(content, "JPEG", quality=80)
    return ContentFile(content.getvalue(), name=name)
