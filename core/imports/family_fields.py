"""The columns of a file of families, as towns' older software name them."""

from collections.abc import Iterable

from core.imports import fields
from core.imports.fields import Field


def _guardian_fields(rank: int, *, example: tuple[str, str, str, str]) -> Iterable[Field]:
    who = f"Responsable {rank}"
    extra = (
        ("père", "parent 1", "représentant légal 1")
        if rank == 1
        else ("mère", "parent 2", "représentant légal 2")
    )
    labels = (("last", "nom"), ("first", "prénom"), ("email", "mail"), ("phone", "téléphone"))
    readers = (fields.text(80), fields.text(80), fields.email, fields.phone)
    synonyms = {"email": ("courriel", "email", "adresse mail"), "phone": ("portable", "tel", "mobile")}
    for (key, label), read, shown in zip(labels, readers, example, strict=True):
        names = [f"{one} {word}" for one in (who, *extra) for word in (label, *synonyms.get(key, ()))]
        names += [f"{word} {one}" for one in (who, *extra) for word in (label, *synonyms.get(key, ()))]
        if rank == 1:
            names += [
                f"{label} responsable",
                f"{label} du responsable",
                f"responsable {label}",
                *((label, *synonyms[key]) if key in synonyms else ()),
            ]
        yield Field(
            key=f"g{rank}_{key}", label=f"{who} – {label}", read=read, names=tuple(names), example=shown
        )


FIELDS = (
    Field(key="number", label="N° de dossier", read=fields.text(12), names=("dossier", "code famille", "n° famille", "référence"), example="F00120", help="Laissez vide\u00a0: le portail en donne un."),
    Field(key="name", label="Nom du dossier", read=fields.text(120), names=("famille", "nom famille", "foyer"), example="Lavandier"),
    Field(key="address", label="Adresse", read=fields.text(200), names=("rue", "adresse postale", "voie"), example="12 rue des Lavandes"),
    Field(key="postcode", label="Code postal", read=fields.postcode, names=("cp",), example="30127"),
    Field(key="city", label="Ville", read=fields.text(100), names=("commune", "localité"), example="Bellegarde"),
    Field(key="is_resident", label="Habite la commune", read=fields.yes_no, names=("résident", "commune oui non", "habitant"), example="oui"),
    *_guardian_fields(1, example=("Lavandier", "Alix", "alix.lavandier@exemple.fr", "06 12 34 56 78")),
    *_guardian_fields(2, example=("Rivière", "Noé", "noe.riviere@exemple.fr", "06 98 76 54 32")),
    Field(key="last", label="Enfant – nom", read=fields.text(80), names=("nom enfant", "nom de l’enfant", "nom élève"), example="Lavandier"),
    Field(key="first", label="Enfant – prénom", read=fields.text(80), names=("prénom enfant", "prénom de l’enfant", "prénom élève"), example="Jade"),
    Field(key="born", label="Enfant – né(e) le", read=fields.past_day, names=("date de naissance", "naissance", "né le", "date naissance enfant"), example="04/05/2017"),
    Field(key="school", label="École", read=fields.text(120), names=("établissement", "école de l’enfant"), example="École Henri Serment"),
    Field(key="level", label="Niveau", read=fields.level, names=("niveau scolaire",), example="CE2"),
    Field(key="class_name", label="Classe", read=fields.text(60), names=("libellé classe", "division"), example="CE2 A"),
)  # fmt: skip
