"""Who a town's mails are from, and its own words in them, as tables of the file."""

import string
from typing import Annotated, Any, ClassVar

from django.db import transaction
from pydantic import Field, field_validator

from core.commune_file.problems import fault
from core.commune_file.sections import Run, Section
from core.commune_file.town import column
from core.commune_file.values import FileModel, OneOf, Text
from core.mail_texts import MAIL_NAMES, SUBJECT_WORDS
from core.models import MailSettings, MailText
from core.queries.mail_texts import forget_voice
from core.words import NBSP, and_list


class SendingTable(FileModel):
    noun: ClassVar[str] = "envoi des courriels"

    sender: Annotated[Text, Field(max_length=80)] = Field(
        "",
        alias="expediteur",
        description="Nom que les familles lisent dans « De » ; sans lui, l’adresse seule.",
    )
    reply_to: Annotated[str, column(MailSettings, "reply_to")] = Field(
        "", alias="reponse", description="Adresse qui reçoit les réponses ; sans elle, personne ne les lit."
    )

    @property
    def title(self) -> str:
        return ""

    @field_validator("sender")
    @classmethod
    def _one_line(cls, sender: str) -> str:
        if any(sign in sender for sign in string.whitespace.replace(" ", "")):
            raise fault("écrivez ce nom sur une seule ligne")
        return sender


class MailTable(FileModel):
    noun: ClassVar[str] = "courriel"

    code: Annotated[str, OneOf(tuple(MAIL_NAMES))] = Field(description="Le courriel.")
    subject: Annotated[Text, Field(max_length=150)] = Field(
        "",
        alias="objet",
        description="Son objet ; `{objet}` y écrit l’objet habituel, `{commune}` et `{service}` leurs noms.",
    )
    introduction: Annotated[Text, Field(max_length=2000)] = Field(
        "", alias="introduction", description="Ce que la commune dit en tête du courriel."
    )

    @property
    def title(self) -> str:
        return f"«{NBSP}{MAIL_NAMES[self.code]}{NBSP}»"

    @field_validator("subject")
    @classmethod
    def _known_words(cls, subject: str) -> str:
        if "\n" in subject:
            raise fault("un objet tient sur une seule ligne")
        rest = subject
        for word in SUBJECT_WORDS:
            rest = rest.replace(word, "")
        if "{" in rest or "}" in rest:
            raise fault(f"entre accolades, seulement {and_list(list(SUBJECT_WORDS), word='ou')}")
        return subject


class SendingSection(Section):
    key = "envoi"
    model = SendingTable
    about = "De qui viennent les courriels de la commune."

    def load(self) -> SendingTable | None:
        row = MailSettings.objects.first()
        return SendingTable.of(sender=row.sender, reply_to=row.reply_to) if row else None

    def write(self, wanted: SendingTable, run: Run) -> None:  # noqa: ARG002
        MailSettings.objects.update_or_create(
            pk=1, defaults={"sender": wanted.sender, "reply_to": wanted.reply_to}
        )
        transaction.on_commit(forget_voice)


class MailsSection(Section):
    key = "courriels"
    model = MailTable
    about = "Les mots de la commune dans les courriels du portail ; les autres gardent les leurs."
    many = True
    kept_when_silent = True

    def load(self) -> list[MailTable]:
        return [
            MailTable.of(code=row.code, subject=row.subject, introduction=row.introduction)
            for row in MailText.objects.all()
        ]

    def write(self, wanted: list[MailTable], run: Run) -> None:  # noqa: ARG002
        for item in wanted:
            values: dict[str, Any] = {"subject": item.subject, "introduction": item.introduction}
            MailText.objects.update_or_create(code=item.code, defaults=values)
        transaction.on_commit(forget_voice)

    def prune(self, wanted: list[MailTable], run: Run) -> None:  # noqa: ARG002
        MailText.objects.exclude(code__in=[item.code for item in wanted]).delete()
