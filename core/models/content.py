"""What the town writes on its public pages. Texts are in the light markup of ``core.rich_text``."""

from datetime import date

from django.db import models
from django.db.models import F, Q

from core.enums import LegalKind


class NewsItemQuerySet(models.QuerySet["NewsItem"]):
    def shown_on(self, day: date) -> "NewsItemQuerySet":
        """What families read on a day (of the town): neither a draft, nor to come, nor over."""
        return self.filter(
            Q(shown_until__isnull=True) | Q(shown_until__gte=day), is_draft=False, published_on__lte=day
        )


class NewsItem(models.Model):
    code = models.SlugField("code", max_length=60, unique=True)
    title = models.CharField("titre", max_length=200)
    body = models.TextField("texte")
    published_on = models.DateField("publiée le")
    shown_until = models.DateField("affichée jusqu’au", null=True, blank=True)
    is_draft = models.BooleanField("brouillon", default=False)
    # Rows of {"source", "code", "label"} (core.audiences): only their families read it, once signed in. Empty: everyone.
    audiences = models.JSONField("pour", default=list, blank=True)

    objects = NewsItemQuerySet.as_manager()

    class Meta:
        verbose_name = "actualité"
        ordering = ["-published_on", "title"]
        constraints = [
            models.CheckConstraint(
                name="newsitem_shown_after_published",
                condition=Q(shown_until__isnull=True) | Q(shown_until__gte=F("published_on")),
                violation_error_message="Une actualité ne finit pas avant d’avoir commencé.",
            )
        ]

    def __str__(self) -> str:
        return self.title


class MenuLink(models.Model):
    """A link of the town's menu. Without an address it leads to its own page, ``body``."""

    code = models.SlugField("code", max_length=60, unique=True)
    label = models.CharField("libellé", max_length=120)
    url = models.URLField("adresse", blank=True)
    body = models.TextField("texte de la page", blank=True)
    is_draft = models.BooleanField("brouillon", default=False)
    position = models.IntegerField("ordre", default=0)

    class Meta:
        verbose_name = "lien du menu"
        ordering = ["position", "label"]

    def __str__(self) -> str:
        return self.label


class Download(models.Model):
    code = models.SlugField("code", max_length=60, unique=True)
    label = models.CharField("libellé", max_length=120)
    file = models.FileField("fichier", upload_to="downloads", blank=True)
    # Text from which the document is made when the town has not given a file of its own.
    body = models.TextField("texte", blank=True)
    is_draft = models.BooleanField("brouillon", default=False)
    position = models.IntegerField("ordre", default=0)

    class Meta:
        verbose_name = "document à télécharger"
        ordering = ["position", "label"]

    def __str__(self) -> str:
        return self.label


class Question(models.Model):
    """One question that families often ask, and its answer."""

    code = models.SlugField("code", max_length=60, unique=True)
    label = models.CharField("question", max_length=200)
    theme = models.CharField("thème", max_length=80, blank=True)
    body = models.TextField("réponse")
    is_draft = models.BooleanField("brouillon", default=False)
    position = models.IntegerField("ordre", default=0)

    class Meta:
        verbose_name = "question fréquente"
        verbose_name_plural = "questions fréquentes"
        ordering = ["position", "label"]

    def __str__(self) -> str:
        return self.label


class LegalText(models.Model):
    """A page that the law asks for, in the town's own words; without it the portal's usual text is shown."""

    kind = models.CharField("page", max_length=16, choices=LegalKind.choices, unique=True)
    body = models.TextField("texte")
    updated_on = models.DateField("mise à jour le")

    class Meta:
        verbose_name = "page légale"
        constraints = [models.CheckConstraint(name="legaltext_kind", condition=Q(kind__in=LegalKind.values))]

    def __str__(self) -> str:
        return self.get_kind_display()
