"""What families read or choose before writing to the town, and what agents answer: lists of the file with screens of
their own."""

from typing import Annotated, Any, ClassVar

from pydantic import Field

from core.commune_file.rows import delete_absent
from core.commune_file.sections import Run
from core.commune_file.town import ContentSection, column
from core.commune_file.values import Code, FileModel, Line, Text
from core.models import CannedAnswer, ContactSubject, Question


class QuestionTable(FileModel):
    noun: ClassVar[str] = "question fréquente"
    ordered: ClassVar[bool] = True

    code: Code = Field(description="Identifiant de la question.")
    name: Annotated[Line, Field(max_length=200)] = Field(alias="libelle", description="La question.")
    theme: Annotated[Text, Field(max_length=80)] = Field("", alias="theme", description="Ce qui la range.")
    body: Text = Field(alias="texte", description="La réponse.")
    is_draft: bool = Field(False, alias="brouillon", description="Vrai : les familles ne la voient pas.")


class SubjectTable(FileModel):
    noun: ClassVar[str] = "sujet de message"
    ordered: ClassVar[bool] = True

    code: Code = Field(description="Identifiant du sujet.")
    name: Line = Field(alias="libelle", description="Ce sur quoi une famille écrit.")
    service: Annotated[Text, Field(max_length=120)] = Field(
        "", alias="service", description="Le service qui répond."
    )
    email: Annotated[str, column(ContactSubject, "email")] = Field(
        "",
        alias="adresse",
        description="Adresse prévenue de chaque message ; sans elle, celle de la commune.",
    )
    is_draft: bool = Field(False, alias="brouillon", description="Vrai : les familles ne le voient pas.")


class AnswerTable(FileModel):
    noun: ClassVar[str] = "réponse type"
    ordered: ClassVar[bool] = True

    code: Code = Field(description="Identifiant de la réponse.")
    name: Line = Field(alias="libelle", description="Son titre, que lisent les agents.")
    body: Text = Field(alias="texte", description="La réponse ; `{famille}`, `{enfant}`, `{objet}`, `{agent}`, `{service}` et `{telephone}` s’y remplissent.")  # fmt: skip
    is_draft: bool = Field(False, alias="brouillon", description="Vrai : elle n’est pas proposée.")


class QuestionsSection(ContentSection):
    key = "questions"
    model = QuestionTable
    about = "Les questions fréquentes, dans l’ordre."
    table = Question
    columns = {"name": "label", "theme": "theme", "body": "body", "is_draft": "is_draft"}


class SubjectsSection(ContentSection):
    key = "sujets"
    model = SubjectTable
    about = "Les sujets sur lesquels on écrit au service, dans l’ordre."
    table = ContactSubject
    columns = {"name": "label", "service": "service", "email": "email", "is_draft": "is_draft"}

    def prune(self, wanted: list[Any], run: Run) -> None:
        delete_absent(
            ContactSubject.objects.all(),
            [item.code for item in wanted],
            run,
            noun="le sujet",
            people=("conversations",),
            advice="Laissez-le en brouillon.",
        )


class AnswersSection(ContentSection):
    key = "reponses"
    model = AnswerTable
    about = "Les réponses que les agents donnent souvent, dans l’ordre."
    table = CannedAnswer
    columns = {"name": "label", "body": "body", "is_draft": "is_draft"}
