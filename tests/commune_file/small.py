"""A small town, and what a family has booked there."""

from datetime import UTC, date, datetime

from booking.enums import LineAction, LineState, PlaceState, ReservationState
from booking.models import Opening, Place, Reservation, ReservationLine, Stage
from core.models import Child, Establishment, Household

TOWN = """\
[commune]
identifiant = "bellegarde"
nom = "Bellegarde"
zone_scolaire = "C"

[accueil]
en_tete = "MAIRIE"
service = "Guichet"
adresse = "1 place de la Mairie"
code_postal = "30127"
ville = "BELLEGARDE"
telephone = "04 00 00 00 00"

[[etablissements]]
code = "ecole"
nom = "École"
type = "primaire"

[[regies]]
code = "cantine"
nom = "Régie Cantine"
titre_bloc = "CANTINE"
prefixe = "CANT"

[regies.paiement]
prestataire = "payfip"
mode = "test"
numcli = "090909"

[[tarifs]]
code = "repas"
libelle = "Repas"

[[tarifs.versions]]
a_partir_du = 2022-09-01
regle = { type = "flat", amount = 3.30 }

[[activites]]
code = "restauration"
nom = "RESTAURATION"
etablissement = "ecole"
regie = "cantine"

[[activites.periodes]]
code = "cantine"
nom = "Cantine"
debut = 2023-03-06
fin = 2023-03-31
jours = ["lun", "mar", "jeu", "ven"]
paiement = "panier"
annulation = { type = "never" }

[[activites.periodes.accueils]]
code = "repas"
libelle = "REPAS"
debut = "11:30"
fin = "13:00"
places = 10

[[activites.periodes.accueils.stades]]
code = "normal"
libelle = "REPAS"
delai = { type = "week_before", weekday = "sun", time = "23:55" }
tarif = "repas"
"""


def altered(*changes: tuple[str, str], text: str = TOWN) -> str:
    """The town's file with some of its words replaced; each must be there."""
    for old, new in changes:
        assert old in text, old
        text = text.replace(old, new)
    return text


def without(*starts: str, text: str = TOWN) -> str:
    """The file without the tables whose header is one of `starts`, up to the next blank line."""
    blocks = text.split("\n\n")
    kept = [block for block in blocks if not block.startswith(starts)]
    assert len(kept) == len(blocks) - len(starts)
    return "\n\n".join(kept)


def a_booking(day: date, *, state: PlaceState = PlaceState.CONFIRMED) -> Place:
    """A child of the school holds a place at the canteen on that day."""
    household = Household.objects.create(number="F1", name="Essai")
    school = Establishment.objects.get(code="ecole")
    child = Child.objects.create(
        household=household, first_name="Léa", last_name="Essai", birth_date=date(2015, 5, 4), school=school
    )
    opening = Opening.objects.select_related("slot__period").get(date=day)
    reservation = Reservation.objects.create(
        household=household,
        child=child,
        period=opening.slot.period,
        state=ReservationState.ACCEPTED,
        first_date=day,
        last_date=day,
        created_at=datetime(2023, 2, 1, tzinfo=UTC),
    )
    line = ReservationLine.objects.create(
        reservation=reservation,
        opening=opening,
        stage=Stage.objects.get(code="normal"),
        action=LineAction.ADD,
        state=LineState.ACCEPTED,
        label="REPAS",
        price="3.30",
    )
    released_at = datetime(2023, 2, 2, tzinfo=UTC) if state == PlaceState.RELEASED else None
    Opening.objects.filter(pk=opening.pk).update(taken=0 if released_at else 1)
    return Place.objects.create(opening=opening, child=child, line=line, state=state, released_at=released_at)
