"""What families and the office write to each other, subject by subject, and the words that agents use again."""

import secrets
from pathlib import PurePath

from django.db import models
from django.db.models import Q

from core.enums import ConversationState, MessageSide
from core.models.accounts import User
from core.models.families import Child, Household


class ContactSubject(models.Model):
    """What one may write about, and which service answers."""

    code = models.SlugField("code", max_length=60, unique=True)
    label = models.CharField("sujet", max_length=120)
    service = models.CharField("service qui répond", max_length=120, blank=True)
    # Who is told of a new message; empty: the town's own address.
    email = models.EmailField("adresse électronique du service", blank=True)
    is_draft = models.BooleanField("brouillon", default=False)
    position = models.IntegerField("ordre", default=0)

    class Meta:
        verbose_name = "sujet de message"
        verbose_name_plural = "sujets de message"
        ordering = ["position", "label"]

    def __str__(self) -> str:
        return self.label


class CannedAnswer(models.Model):
    """An answer that agents give often. ``{famille}`` and the like are filled in when it is chosen."""

    code = models.SlugField("code", max_length=60, unique=True)
    label = models.CharField("titre", max_length=120)
    body = models.TextField("texte")
    is_draft = models.BooleanField("brouillon", default=False)
    position = models.IntegerField("ordre", default=0)

    class Meta:
        verbose_name = "réponse type"
        verbose_name_plural = "réponses types"
        ordering = ["position", "label"]

    def __str__(self) -> str:
        return self.label


class Conversation(models.Model):
    """One question and what followed: of a family, or of a visitor who left an address (then without a household).

    ``about``: what of the family's it is about, a key of ``core.abouts``; its words are kept, for the day it is gone.
    """

    subject = models.ForeignKey(
        ContactSubject,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="conversations",
        verbose_name="sujet",
    )
    title = models.CharField("objet", max_length=250)
    household = models.ForeignKey(
        Household,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="conversations",
        verbose_name="dossier",
    )
    child = models.ForeignKey(
        Child, models.SET_NULL, null=True, blank=True, related_name="conversations", verbose_name="enfant"
    )
    about = models.CharField("à propos de", max_length=60, blank=True)
    visitor_name = models.CharField("nom du visiteur", max_length=120, blank=True)
    visitor_email = models.EmailField("adresse du visiteur", blank=True)
    visitor_phone = models.CharField("téléphone du visiteur", max_length=20, blank=True)
    state = models.CharField("état", max_length=8, choices=ConversationState, default=ConversationState.NEW)
    assignee = models.ForeignKey(
        User, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name="suivie par"
    )
    opened_at = models.DateTimeField("ouverte le")
    last_message_at = models.DateTimeField("dernier message le")
    # The office's last words, and when somebody of the family last read the thread: what is new on its menu.
    answered_at = models.DateTimeField("dernière réponse le", null=True, blank=True)
    family_read_at = models.DateTimeField("lue par la famille le", null=True, blank=True)

    class Meta:
        verbose_name = "conversation"
        ordering = ["-last_message_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                name="conversation_state_known", condition=Q(state__in=ConversationState.values)
            ),
            models.CheckConstraint(
                name="conversation_has_a_reader",
                condition=Q(household__isnull=False, visitor_email="") | ~Q(visitor_email=""),
            ),
        ]
        indexes = [models.Index(fields=["state", "-last_message_at"], name="conversation_inbox")]

    def __str__(self) -> str:
        return self.title

    @property
    def is_closed(self) -> bool:
        return self.state == ConversationState.CLOSED

    @property
    def is_unread(self) -> bool:
        """Whether the family has an answer that it has not read."""
        return self.answered_at is not None and (
            self.family_read_at is None or self.family_read_at < self.answered_at
        )

    @property
    def who(self) -> str:
        return self.household.name if self.household else self.visitor_name


def attachment_path(_file: "MessageFile", name: str) -> str:
    """Never guessed, and without what the sender called it."""
    return f"messages/{secrets.token_hex(16)}{PurePath(name).suffix.lower()}"


class ConversationMessage(models.Model):
    """One message, or an internal note that the family never sees. ``nonce``: sent twice, it is written once."""

    conversation = models.ForeignKey(
        Conversation, models.CASCADE, related_name="messages", verbose_name="conversation"
    )
    side = models.CharField("de", max_length=6, choices=MessageSide)
    author = models.ForeignKey(
        User, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name="auteur"
    )
    author_name = models.CharField("nom de l’auteur", max_length=120)
    body = models.TextField("texte")
    at = models.DateTimeField("écrit le")
    nonce = models.UUIDField("identifiant", unique=True)

    class Meta:
        verbose_name = "message"
        ordering = ["at", "pk"]
        constraints = [
            models.CheckConstraint(
                name="conversationmessage_side_known", condition=Q(side__in=MessageSide.values)
            )
        ]

    def __str__(self) -> str:
        return f"{self.get_side_display()} – {self.conversation}"

    @property
    def is_note(self) -> bool:
        return self.side == MessageSide.NOTE

    @property
    def is_office(self) -> bool:
        return self.side == MessageSide.OFFICE


class MessageFile(models.Model):
    """A file joined to a message; without one, it waits for the message of its ``nonce``, which must be corrected."""

    message = models.ForeignKey(
        ConversationMessage,
        models.CASCADE,
        null=True,
        blank=True,
        related_name="files",
        verbose_name="message",
    )
    nonce = models.UUIDField("identifiant du message")
    file = models.FileField("fichier", upload_to=attachment_path)
    name = models.CharField("nom", max_length=120)
    by = models.ForeignKey(
        User, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name="joint par"
    )
    at = models.DateTimeField("joint le")

    class Meta:
        verbose_name = "pièce jointe d’un message"
        verbose_name_plural = "pièces jointes des messages"
        ordering = ["pk"]
        indexes = [
            models.Index(fields=["nonce"], name="messagefile_unsent", condition=Q(message__isnull=True))
        ]

    def __str__(self) -> str:
        return self.name
