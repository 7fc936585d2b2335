"""What families hand in and agree to, as tables of the file: documents, règlements and their versions."""

from datetime import date
from typing import Annotated, Any, ClassVar, Literal, Self

from pydantic import Field, model_validator

from core.commune_file.problems import fault
from core.commune_file.rows import delete_absent, save_by_code
from core.commune_file.sections import Run, Section
from core.commune_file.values import Code, FileModel, Line, Text
from core.models import DocumentKind, Regulation, RegulationVersion
from core.words import NBSP, plural

_SUBJECTS = {"enfant": "child", "famille": "household"}
_VALIDITIES = {"annee_scolaire": "school_year", "mois": "months", "lue": "read", "illimitee": "forever"}
_KINDS = {"reglement": "rules", "autorisation": "consent"}


def _word(words: dict[str, str], value: str) -> str:
    return next(word for word, stored in words.items() if stored == value)


class DocumentTable(FileModel):
    noun: ClassVar[str] = "document à fournir"
    ordered: ClassVar[bool] = True

    code: Code = Field(description="Identifiant du document ; `dossier` d’une période y renvoie.")
    name: Line = Field(alias="nom", description="Nom affiché : « Assurance scolaire ».")
    help: Text = Field("", alias="aide", description="Ce que la famille lit avant de l’envoyer.")
    subject: Literal["enfant", "famille"] = Field(
        "enfant", alias="concerne", description="Un par enfant, ou un pour toute la famille."
    )
    validity: Literal["annee_scolaire", "mois", "lue", "illimitee"] = Field(
        "illimitee",
        alias="validite",
        description="Jusqu’à quand il vaut : la fin de l’année scolaire (dès juin, de la suivante), un nombre de `mois`, "
        "la date `lue` sur le document par l’agent, ou sans limite.",
    )
    months: int | None = Field(
        None, alias="mois", ge=1, le=120, description='Pour `validite = "mois"` : combien.'
    )
    max_age_days: int | None = Field(
        None,
        alias="age_max_jours",
        ge=1,
        le=3660,
        description="Âge du document, en jours, le jour où il est donné : « de moins de trois mois ».",
    )
    counts_on_receipt: bool = Field(
        False,
        alias="compte_des_reception",
        description="La famille peut réserver dès l’envoi, avant qu’un agent l’ait lu.",
    )
    reminder_days: int = Field(
        30, alias="jours_rappel", ge=0, le=120, description="Rappel avant l’échéance, en jours ; 0 : jamais."
    )

    @model_validator(mode="after")
    def _months(self) -> Self:
        if (self.validity == "mois") != (self.months is not None):
            raise fault('« mois » va avec validite = "mois", et seulement avec elle', "mois")
        return self


class VersionTable(FileModel):
    noun: ClassVar[str] = "version"
    ordered: ClassVar[bool] = True

    number: int = Field(alias="numero", ge=1, description="1, puis 2… : une famille accepte une version.")
    published_on: date = Field(alias="publiee_le", description="Jour où elle entre en vigueur.")
    text: Annotated[Text, Field(min_length=1)] = Field(
        alias="texte", description="Texte ; il ne change plus dès qu’une famille y a répondu."
    )

    @property
    def identity(self) -> object:
        return self.number

    @property
    def title(self) -> str:
        return str(self.number)


class RegulationTable(FileModel):
    noun: ClassVar[str] = "règlement"
    ordered: ClassVar[bool] = True

    code: Code = Field(description="Identifiant du règlement ; `dossier` d’une période y renvoie.")
    name: Line = Field(alias="nom", description="Nom affiché.")
    kind: Literal["reglement", "autorisation"] = Field(
        "reglement",
        alias="nature",
        description="Un règlement s’accepte ; une autorisation peut être refusée, ou reprise.",
    )
    subject: Literal["enfant", "famille"] = Field(
        "famille", alias="concerne", description="Une réponse par enfant, ou une pour toute la famille."
    )
    versions: list[VersionTable] = Field(
        alias="versions", min_length=1, description="Ses textes, du premier au dernier."
    )

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        numbers = [(one.number, one.published_on) for one in self.versions]
        if numbers != sorted(numbers) or len({number for number, _ in numbers}) != len(numbers):
            raise fault("les versions vont de la première à la dernière, chacune son numéro", "versions")
        return self


class DocumentsSection(Section):
    key = "documents"
    model = DocumentTable
    about = "Les documents que les familles donnent, dans l’ordre. Une période les demande par son `dossier`."
    many = True
    spaces = ("documents",)

    def load(self) -> list[DocumentTable]:
        return [
            DocumentTable.of(
                code=row.code,
                name=row.name,
                help=row.help,
                subject=_word(_SUBJECTS, row.subject),
                validity=_word(_VALIDITIES, row.validity),
                months=row.months,
                max_age_days=row.max_age_days,
                counts_on_receipt=row.counts_on_receipt,
                reminder_days=row.reminder_days,
            )
            for row in DocumentKind.objects.all()
        ]

    def write(self, wanted: list[DocumentTable], run: Run) -> None:
        ranks = {item.code: rank for rank, item in enumerate(wanted)}
        _refuse_new_owners(DocumentKind, "documents", wanted, run)

        def values(item: DocumentTable) -> dict[str, Any]:
            return {
                "name": item.name,
                "help": item.help,
                "subject": _SUBJECTS[item.subject],
                "validity": _VALIDITIES[item.validity],
                "months": item.months,
                "max_age_days": item.max_age_days,
                "counts_on_receipt": item.counts_on_receipt,
                "reminder_days": item.reminder_days,
                "position": ranks[item.code],
            }

        save_by_code(DocumentKind.objects.all(), wanted, values)

    def prune(self, wanted: list[DocumentTable], run: Run) -> None:
        delete_absent(
            DocumentKind.objects.all(),
            [item.code for item in wanted],
            run,
            noun="document",
            advice="Laissez-le dans le fichier, sans qu’aucune période le demande.",
        )


class RegulationsSection(Section):
    key = "reglements"
    model = RegulationTable
    about = "Les règlements et autorisations, en versions. Une période les demande par son `dossier`."
    many = True
    spaces = ("reglements",)

    def load(self) -> list[RegulationTable]:
        return [
            RegulationTable.of(
                code=row.code,
                name=row.name,
                kind=_word(_KINDS, row.kind),
                subject=_word(_SUBJECTS, row.subject),
                versions=[
                    VersionTable.of(number=one.number, published_on=one.published_on, text=one.text)
                    for one in reversed(row.versions.all())
                ],
            )
            for row in Regulation.objects.prefetch_related("versions")
        ]

    def write(self, wanted: list[RegulationTable], run: Run) -> None:
        ranks = {item.code: rank for rank, item in enumerate(wanted)}
        _refuse_new_owners(Regulation, "versions__agreements", wanted, run)

        def values(item: RegulationTable) -> dict[str, Any]:
            return {
                "name": item.name,
                "kind": _KINDS[item.kind],
                "subject": _SUBJECTS[item.subject],
                "position": ranks[item.code],
            }

        rows = save_by_code(Regulation.objects.all(), wanted, values)
        for item in wanted:
            _write_versions(rows[item.code], item.versions, run)

    def prune(self, wanted: list[RegulationTable], run: Run) -> None:
        delete_absent(
            Regulation.objects.all(),
            [item.code for item in wanted],
            run,
            noun="règlement",
            advice="Laissez-le dans le fichier, sans qu’aucune période le demande.",
        )


def _refuse_new_owners(
    rows: type[DocumentKind | Regulation],
    given: str,
    wanted: list[DocumentTable] | list[RegulationTable],
    run: Run,
) -> None:
    """What families gave for a child cannot become the family's, nor the other way round."""
    subjects = {item.code: _SUBJECTS[item.subject] for item in wanted}
    for row in rows._default_manager.filter(code__in=subjects, **{f"{given}__isnull": False}).distinct():
        if row.subject != subjects[row.code]:
            run.refuse(
                f"Des familles ont déjà répondu à «{NBSP}{row}{NBSP}»{NBSP}: il ne change plus de «{NBSP}concerne{NBSP}»."
            )


def _write_versions(regulation: Regulation, wanted: list[VersionTable], run: Run) -> None:
    known = {row.number: row for row in regulation.versions.all()}
    for item in wanted:
        row = known.pop(item.number, None) or RegulationVersion(regulation=regulation, number=item.number)
        changed = row.pk and (row.text, row.published_on) != (item.text, item.published_on)
        if changed and _is_answered(row, run):
            continue
        if changed or row.pk is None:
            row.text, row.published_on = item.text, item.published_on
            row.save()
    for row in known.values():
        if not _is_answered(row, run):
            row.delete()


def _is_answered(version: RegulationVersion, run: Run) -> bool:
    answers = version.agreements.count()
    if answers:
        run.refuse(
            f"«{NBSP}{version}{NBSP}» a {plural(answers, 'réponse')} de familles{NBSP}: elle ne change plus. "
            "Ajoutez une version."
        )
    return bool(answers)
