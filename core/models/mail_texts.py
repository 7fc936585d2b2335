from django.db import models


class MailText(models.Model):
    """A town's own words in one of the portal's mails (``core.mail_texts.MAIL_NAMES``)."""

    code = models.CharField("courriel", max_length=40, unique=True)
    subject = models.CharField("objet", max_length=150, blank=True)
    introduction = models.TextField("introduction", blank=True)

    class Meta:
        verbose_name = "texte de courriel"
        verbose_name_plural = "textes de courriels"
        ordering = ["code"]

    def __str__(self) -> str:
        return self.code


class MailSettings(models.Model):
    """Who a town's mails are from; one row."""

    sender = models.CharField("nom de l’expéditeur", max_length=80, blank=True)
    reply_to = models.EmailField("adresse de réponse", blank=True)

    class Meta:
        verbose_name = "envoi des courriels"
        verbose_name_plural = "envoi des courriels"

    def __str__(self) -> str:
        return self.sender
