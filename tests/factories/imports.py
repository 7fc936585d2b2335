"""Files to import, as agents send them."""

from core.clock import now
from core.models import FileImport, User
from core.services.imports import open_import, run_import, start_import
from core.spreadsheets import workbook
from tests.factories.people import an_agent

FAMILY_COLUMNS = (
    "Dossier",
    "Adresse",
    "Nom responsable",
    "Prénom responsable",
    "Courriel",
    "Téléphone",
    "Nom enfant",
    "Prénom enfant",
    "Date de naissance",
    "École",
    "Niveau",
)


def a_csv(*rows: tuple[object, ...]) -> bytes:
    return "\n".join(";".join(map(str, row)) for row in rows).encode()


def a_workbook(*rows: tuple[object, ...]) -> bytes:
    return workbook(name="Feuille", columns=[str(cell) for cell in rows[0]], rows=rows[1:])


def opened(kind: str, *rows: tuple[object, ...], by: User | None = None, xlsx: bool = False) -> FileImport:
    content = a_workbook(*rows) if xlsx else a_csv(*rows)
    return open_import(kind=kind, file_name="fichier.xlsx", content=content, by=by or an_agent(), now=now())


def imported(kind: str, *rows: tuple[object, ...], by: User | None = None) -> FileImport:
    one = opened(kind, *rows, by=by)
    start_import(file=one, by=one.created_by, now=now())
    run_import(import_id=one.pk, now=now())
    one.refresh_from_db()
    return one
