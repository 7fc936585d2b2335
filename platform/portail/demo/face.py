"""What a living town has on its public pages: news of the week, documents to download, menus."""

from datetime import timedelta

import typst
from django.core.files.base import ContentFile

from core.clock import today
from core.models import Download, NewsItem
from core.queries.face import forget_face
from tenants.context import town_timezone

# Code, title, text, published how many days ago.
NEWS = {
    "bellegarde": (
        (
            "vacances-noel",
            "Vacances de Noël\u00a0: les inscriptions à l’ALSH sont ouvertes",
            "Les places se demandent au Guichet unique. Le programme sera affiché dans les écoles.",
            3,
        ),
        (
            "menus-en-ligne",
            "Les menus de la cantine sont sur le portail",
            "Chaque jour, les plats, leurs labels et leurs quatorze allergènes\u00a0: page «\u00a0Menus de la cantine\u00a0».",
            12,
        ),
    ),
    "balaruc": (
        (
            "mercredis-hiver",
            "Mercredis d’hiver\u00a0: le planning des activités est paru",
            "Vous le trouverez dans les **téléchargements**. Les places se réservent depuis votre compte.",
            4,
        ),
    ),
}

PAGE = b"""
#set document(title: sys.inputs.title)
#set page(paper: "a4", margin: 2.2cm)
#set text(lang: "fr", size: 11pt)
= #sys.inputs.title
#v(0.8cm)
#for line in sys.inputs.body.split("\\n") [#par(line)]
"""


def write_face(slug: str) -> None:
    """Nothing that is already there is written again."""
    day = today(town_timezone())
    for code, title, body, age in NEWS[slug]:
        NewsItem.objects.get_or_create(
            code=code,
            defaults={"title": title, "body": body, "published_on": day - timedelta(days=age)},
        )
    for document in Download.objects.filter(file=""):
        document.file.save(f"{document.code}.pdf", ContentFile(_paper(document)))
    forget_face()


def _paper(document: Download) -> bytes:
    """The text of a document as a PDF, as a town would have given it."""
    return typst.compile(
        PAGE,
        sys_inputs={"title": document.label, "body": document.body.strip()},
        ignore_system_fonts=True,
        pdf_standards=["ua-1"],
    )
