"""Files taken in: read, tried line by line, written at once, taken back."""

import time
from datetime import date
from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from openpyxl import load_workbook

from core.clock import now
from core.imports.base import UndoRefusedError
from core.imports.fields import level_of_class
from core.imports.states import ImportState
from core.models import Child, FileImport, Guardian, Household, ImportLine, OutgoingMail
from core.queries.imports import find_imports
from core.rights import Role
from core.services import import_families, imports
from core.services.import_invitations import invite_imported, uninvited
from core.services.imports import (
    KEPT,
    NothingToImportError,
    follow_imports,
    forget_imports,
    name_columns,
    run_import,
    start_import,
    undo_import,
)
from core.spreadsheets import TableError, read_table
from tests.factories.imports import FAMILY_COLUMNS, a_csv, a_workbook, imported, opened
from tests.factories.people import an_agent
from tests.factories.world import a_family, a_school, town_settings
from tests.harness.queries import count_queries


@pytest.fixture(autouse=True)
def _town(commune):
    town_settings()
    a_school()


def a_line(number="", *, last="Lavandier", first="Jade", email="alix@exemple.fr", born="04/05/2017", **more):
    """A line of FAMILY_COLUMNS."""
    values = {
        "address": "12 rue des Lavandes",
        "phone": "612345678",
        "school": "Henri Serment",
        "level": "CE2",
    } | more
    return (
        number, values["address"], last, "Alix", email, values["phone"], last, first, born, values["school"], values["level"],
    )  # fmt: skip


def errors(one: FileImport) -> dict[int, list[str]]:
    return {line.number: line.errors for line in one.lines.all() if line.errors}


def test_tables_are_read_whatever_wrote_them():
    rows = (("Nom", "Né(e) le", "Solde"), ("Rivière", "04/05/2017", "1,5"))
    for content in (
        a_csv(*rows),
        "\ufeffNom\tNé(e) le\tSolde\n\nRivière\t04/05/2017\t1,5\n".encode(),
        "Nom;Né(e) le;Solde\r\nRivière;04/05/2017;1,5\r\n".encode("cp1252"),
        a_workbook(rows[0], ("Rivière", date(2017, 5, 4), 1.5)),
    ):
        table = read_table(content)
        assert (table.headings, table.rows) == (list(rows[0]), [list(rows[1])])
    for content in (
        b"",
        b"Nom;Date\n",
        b"\xd0\xcf\x11\xe0ancien",
        b"PK\x03\x04abime",
        b"%PDF-1.7\nun;pdf\nde;deux",
    ):
        with pytest.raises(TableError):
            read_table(content)


def test_a_class_says_its_level_to_a_file_without_levels():
    names = {"CE2 B": "CE2", "cm1": "CM1", "Les Papillons": "", "CE1/CE2": "", "6e 3": "6E", "": ""}
    assert {name: level_of_class(name) for name in names} == names
    family = ("F00050", "Dupuis", "Karim", "Dupuis", "Inès", "04/05/2019", "CP A")
    imported(
        "familles",
        (
            "Dossier",
            "Nom responsable",
            "Prénom responsable",
            "Nom enfant",
            "Prénom enfant",
            "Date de naissance",
            "Classe",
        ),
        family,
    )
    child = Child.objects.get(first_name="Inès")
    assert (child.level, child.class_name) == ("CP", "CP A")


def test_families_are_made_with_their_children_and_taken_back():
    one = imported(
        "familles",
        FAMILY_COLUMNS,
        a_line(),
        a_line(first="Malo", born="2019-02-01", level="grande section"),
        a_line(last="Rivière", first="Noé", email="camille@exemple.fr", number="A12"),
    )
    assert (one.state, one.counts) == (ImportState.DONE, {"new": 3})
    assert list(Household.objects.values_list("number", "name", "address").order_by("number")) == [
        ("A12", "Rivière", "12 rue des Lavandes"),
        ("F00001", "Lavandier", "12 rue des Lavandes"),
    ]
    assert list(Child.objects.values_list("first_name", "level", "school__code").order_by("pk")) == [
        ("Jade", "CE2", "ecole-serment"), ("Malo", "GS", "ecole-serment"), ("Noé", "CE2", "ecole-serment"),
    ]  # fmt: skip
    assert set(Guardian.objects.values_list("email", "phone", "is_payer")) == {
        ("alix@exemple.fr", "06 12 34 56 78", True), ("camille@exemple.fr", "06 12 34 56 78", True),
    }  # fmt: skip
    undo_import(file=one, by=an_agent(), now=now())
    one.refresh_from_db()
    assert one.state == ImportState.UNDONE
    assert not Household.objects.exists()
    assert not Child.objects.exists()


def test_a_known_family_is_completed_and_a_blank_cell_erases_nothing():
    family = a_family(school=None, name="Rivière", level="CE1")
    Household.objects.update(address="Ancienne rue", city="Bellegarde")
    lines = (
        FAMILY_COLUMNS,
        a_line(last="RIVIERE", email=family.user.email, address="", phone=""),
        a_line(
            last="Rivière", email=family.user.email, first="Malo", born="01/02/2019", address="1 rue Neuve"
        ),
    )
    one = imported("familles", *lines)
    assert one.counts == {"new": 2}  # Alix, who was not in the file yet, and Malo
    child = Child.objects.get(first_name="Jade")
    assert (child.level, child.school.code) == ("CE2", "ecole-serment")
    assert (Household.objects.get().address, Household.objects.get().city) == ("1 rue Neuve", "Bellegarde")
    assert one.lines.first().changes == [
        ["Adresse", "Ancienne rue", "1 rue Neuve"], ["Niveau", "CE1", "CE2"], ["École", "", "Ecole Henri Serment"],
    ]  # fmt: skip
    assert opened("familles", *lines).counts == {"same": 2}
    undo_import(file=one, by=an_agent(), now=now())
    child.refresh_from_db()
    assert (child.level, child.school) == ("CE1", None)
    assert Child.objects.count() == 1


def test_what_is_wrong_is_said_on_its_line_and_holds_its_family_back():
    other = a_family(school=None, name="Durand")
    one = opened(
        "familles",
        FAMILY_COLUMNS,
        a_line(),
        a_line(first="Malo", born="31/02/2019", school="Inconnue", level="CE9"),
        a_line(last="Durand", email="autre@exemple.fr", number="Z9"),
        a_line(last="Petit", email="pas une adresse"),
    )
    found = errors(one)
    assert found[2] == ["La ligne 3 de la même famille est à corriger d’abord."]
    assert found[3] == [
        "Enfant – né(e) le\xa0: « 31/02/2019 » n’est pas une date (31/12/2026).",
        "Niveau\xa0: « CE9 » n’est pas un niveau (PS, CP, CM2, 6E…).",
        "Enfant\xa0: il faut le nom, le prénom et la date de naissance.",
    ]
    assert f"est déjà dans le dossier {other.household.number}" in found[4][0]
    assert "n’est pas une adresse mail" in found[5][0]
    with pytest.raises(NothingToImportError):
        start_import(file=one, by=one.created_by, now=now())


def test_those_who_were_imported_are_invited_once_and_the_import_then_stays():
    taken = a_family(school=None)
    one = imported(
        "familles", FAMILY_COLUMNS, a_line(), a_line("Z1", last="Durand", email=taken.user.email, first="Lou")
    )
    assert uninvited(one).count() == 2
    assert invite_imported(import_id=one.pk, now=now()) == 1
    assert invite_imported(import_id=one.pk, now=now()) == 0
    assert [mail.to for mail in OutgoingMail.objects.all()] == ["alix@exemple.fr"]
    with pytest.raises(UndoRefusedError) as refused:
        undo_import(file=one, by=an_agent(), now=now())
    assert "le compte est déjà ouvert" in str(refused.value)


def test_an_import_on_which_something_was_built_stays():
    one = imported("familles", FAMILY_COLUMNS, a_line())
    family = a_family(school=None)
    guardian = Guardian.objects.get(email="alix@exemple.fr")
    guardian.email = "nouvelle@exemple.fr"
    guardian.save()
    guardian.household.priorities.create(criterion="lone_parent", ticked_at=now(), ticked_by=an_agent())
    with pytest.raises(UndoRefusedError) as refused:
        undo_import(file=one, by=an_agent(), now=now())
    assert "Lavandier (F00001)" in str(refused.value)
    assert Household.objects.count() == 2
    assert FileImport.objects.get().state == ImportState.DONE
    assert family.household.pk


def test_the_roll_finds_children_and_says_who_is_missing():
    a_family(school=None, name="Rivière", level="CE1")
    a_family(school=a_school(code="autre", name="École Jean Jaurès"), name="Oublié")
    columns = ("Nom élève", "Prénom élève", "Date naissance", "Établissement", "Niveau", "Libellé classe")
    one = imported(
        "ecole",
        columns,
        ("RIVIERE", "jade", "04/05/2017", "JEAN JAURES", "COURS ELEMENTAIRE 2EME ANNEE", "CE2 A"),
        ("RIVIERE", "Jade", "05/05/2017", "", "CE2", ""),
        ("Personne", "Aucune", "01/01/2018", "", "CP", ""),
    )
    assert one.counts == {"changed": 1, "refused": 2}
    child = Child.objects.get(last_name="Rivière")
    assert (child.level, child.class_name, child.school.code) == ("CE2", "CE2 A", "autre")
    found = errors(one)
    assert "Est-ce Jade Rivière né(e) le 04/05/2017" in found[3][0]
    assert "Aucun dossier n’a cet enfant" in found[4][0]
    assert one.notes == ["École Jean Jaurès\xa0: 1 élève du portail n’est pas dans le fichier (Jade Oublié)."]
    undo_import(file=one, by=an_agent(), now=now())
    child.refresh_from_db()
    assert (child.level, child.class_name, child.school) == ("CE1", "", None)


def test_columns_are_corrected_and_remembered():
    one = opened("ecole", ("Colonne A", "Colonne B", "Naissance"), ("Rivière", "Jade", "04/05/2017"))
    assert one.mapping == {"born": 2}
    assert errors(one)[2][0] == "Nom de l’élève\xa0: il manque."
    name_columns(file=one, mapping={"last": 0, "first": 1, "born": 2})
    one.refresh_from_db()
    assert "Aucun dossier n’a cet enfant" in errors(one)[2][0]
    again = opened("ecole", ("Naissance", "Colonne B", "Colonne A"), ("04/05/2017", "Jade", "Rivière"))
    assert again.mapping == {"last": 2, "first": 1, "born": 0}


def test_a_lost_job_is_run_again_once_and_old_content_is_forgotten():
    one = opened("familles", FAMILY_COLUMNS, a_line())
    start_import(file=one, by=one.created_by, now=now())
    follow_imports(now=now())
    assert FileImport.objects.get().state == ImportState.RUNNING
    later = now() + KEPT * 2
    follow_imports(now=later)
    run_import(import_id=one.pk, now=later)
    assert Household.objects.count() == 1
    forget_imports(now=later)
    one.refresh_from_db()
    assert (one.rows, one.forgotten_at, one.can_be_undone) == ([], later, False)
    assert not ImportLine.objects.exists()
    assert one.to_write == 1


def test_fifty_families_cost_as_many_queries_as_five():
    def files(first: int, count: int) -> FileImport:
        lines = [
            a_line(last=f"Nom{rank}", email=f"n{rank}@exemple.fr") for rank in range(first, first + count)
        ]
        one = opened("familles", FAMILY_COLUMNS, *lines)
        start_import(file=one, by=one.created_by, now=now())
        return one

    few, many = files(0, 5), files(100, 50)
    begun = time.monotonic()
    assert count_queries(lambda: run_import(import_id=few.pk, now=now())) == count_queries(
        lambda: run_import(import_id=many.pk, now=now())
    )
    assert time.monotonic() - begun < 5
    assert Household.objects.count() == 55
    assert import_families.CHUNK >= 50


def test_an_agent_imports_from_the_page(commune, client_for):
    desk = client_for(commune, an_agent())
    model = load_workbook(filename=_file(desk.get("/agent/imports/modele/familles/")), read_only=True)
    assert [cell.value for cell in next(model.worksheets[0].iter_rows())][:2] == [
        "N° de dossier",
        "Nom du dossier",
    ]
    sent = desk.post(
        "/agent/imports/",
        {
            "kind": "familles",
            "file": _file_named(
                "familles.csv", a_csv(FAMILY_COLUMNS, a_line(), a_line(last="Petit", email="x"))
            ),
        },
    )
    address = sent["Location"]
    page = desk.get(address).content.decode()
    assert "Importer 1 ligne" in page
    assert "n’est pas une adresse mail" in page
    result = desk.get(f"{address}?format=csv&resultat=refused").content.decode("utf-8-sig").splitlines()
    assert len(result) == 2
    assert "n’est pas une adresse mail" in result[1]
    assert desk.post(f"{address}suite/", {"action": "importer"}).status_code == 302
    one = find_imports(["familles"]).get()
    assert one.state == ImportState.RUNNING
    assert "<progress" in desk.get(address).content.decode()
    run_import(import_id=one.pk, now=now())
    assert "Terminé" in desk.get(address).content.decode()
    assert desk.post(f"{address}suite/", {"action": "annuler"}).status_code == 302
    assert not Household.objects.exists()
    wrong = desk.post("/agent/imports/", {"kind": "familles", "file": _file_named("vide.csv", b"Nom\n")})
    assert "Ce fichier est vide" in wrong.content.decode()
    reader = client_for(commune, an_agent(roles=[Role.READER]))
    assert reader.get(address).status_code == 403


def test_a_large_import_is_taken_back_by_a_job_that_tells_what_refuses_it(commune, client_for, monkeypatch):
    monkeypatch.setattr(imports, "UNDONE_AT_ONCE", 0)
    agent = an_agent()
    one = imported("familles", FAMILY_COLUMNS, a_line())
    desk, page = client_for(commune, agent), f"/agent/imports/{one.pk}/"
    desk.post(f"{page}suite/", {"action": "annuler"})
    assert "Annulation en cours" in desk.get(page).content.decode()
    assert Household.objects.exists()
    conversation = {"title": "Cantine", "opened_at": now(), "last_message_at": now()}
    talk = Household.objects.get().conversations.create(**conversation)
    imports.run_undo(import_id=one.pk, now=now())
    assert "ne peut plus être annulé" in desk.get(page).content.decode()
    talk.delete()
    desk.post(f"{page}suite/", {"action": "annuler"})
    imports.follow_imports(now=now() + imports.LOST * 2)
    one.refresh_from_db()
    assert (one.state, one.undone_by) == (ImportState.UNDONE, agent)
    assert not Household.objects.exists()
    imports.run_undo(import_id=one.pk, now=now())


def _file(answer):
    return BytesIO(b"".join(answer.streaming_content))


def _file_named(name: str, content: bytes):
    return SimpleUploadedFile(name, content)
