from django.db import models


class NewsItem(models.Model):
    code = models.SlugField("code", max_length=60, unique=True)
    title = models.CharField("titre", max_length=200)
    body = models.TextField("texte")
    published_on = models.DateField("publiée le")

    class Meta:
        verbose_name = "actualité"
        ordering = ["-published_on", "title"]

    def __str__(self) -> str:
        return self.title


class MenuLink(models.Model):
    """A link of the town's menu. Without an address it leads to its own page, ``body``."""

    code = models.SlugField("code", max_length=60, unique=True)
    label = models.CharField("libellé", max_length=120)
    url = models.URLField("adresse", blank=True)
    body = models.TextField("texte de la page", blank=True)
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
    position = models.IntegerField("ordre", default=0)

    class Meta:
        verbose_name = "document à télécharger"
        ordering = ["position", "label"]

    def __str__(self) -> str:
        return self.label
