"""What a living town has on its public pages and no guide prints: opening hours, news of the week, documents that are
files. Invented, and the documents say so.
"""

from datetime import timedelta

import typst
from django.core.files.base import ContentFile

from core.clock import today
from core.models import CommuneSettings, Download, NewsItem
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

HOURS = "**Horaires d’exemple**\u00a0: du lundi au vendredi, de 8 h 30 à 12 h et de 13 h 30 à 17 h."
# What the paper of a document says, by its code; the words of the town file for the others.
PAPERS = {
    "reglement": (
        "Ce règlement concerne les accueils de loisirs périscolaires et extrascolaires.",
        "Un enfant est accueilli quand son dossier est complet et sa place réservée.",
        "Seules les personnes inscrites au dossier peuvent venir chercher un enfant.",
    ),
    "plannings": (
        "Mercredi\u00a0: cirque, jeux de plein air.",
        "Mercredi suivant\u00a0: cuisine, sortie à l’étang.",
        "Vacances\u00a0: un grand jeu chaque semaine, une sortie le jeudi.",
    ),
    "menus": (
        "Lundi\u00a0: carottes râpées, hachis parmentier, pomme.",
        "Mardi\u00a0: soupe de courge, omelette aux herbes, riz, yaourt.",
        "Jeudi\u00a0: betteraves, colin au citron, semoule, compote.",
        "Vendredi\u00a0: taboulé, gratin de courgettes, tomme, gâteau.",
    ),
}

PAGE = """
#set document(title: sys.inputs.title)
#set page(paper: "a4", margin: 2.2cm)
#set text(lang: "fr", size: 11pt)
= #sys.inputs.title
#emph[Document inventé pour la démonstration.]
#v(0.8cm)
#for line in sys.inputs.body.split("\\n") [#par(line)]
"""


def write_face(slug: str) -> None:
    """Nothing that is already there is written again."""
    CommuneSettings.objects.filter(opening_hours="").update(opening_hours=HOURS)
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
    """A document as a PDF, as a town would have given it."""
    body = "\n".join(PAPERS.get(document.code, [document.body.strip()]))
    return typst.compile(
        PAGE.encode(),
        sys_inputs={"title": document.label, "body": body},
        ignore_system_fonts=True,
        pdf_standards=["ua-1"],
    )
