"""What the demo's towns know of some children: diets, an allergy, a PAI, who may fetch them; a diet, an address and a
school that wait for an agent."""

from datetime import datetime, timedelta
from io import BytesIO
from typing import Any

from PIL import Image, ImageDraw

from core.child_file import DossierField, Value
from core.clock import now
from core.enums import EstablishmentKind
from core.models import Child, Establishment, FileChange, MealChoice, User
from core.services.child_file import propose_changes, write_values
from core.services.pickup_photos import keep_photo
from tenants.context import town_timezone

ALLERGY: Value = [{"known": "yes", "text": "Arachides et noisettes : gonflement des lèvres"}]
NO_ALLERGY: Value = [{"known": "no"}]
CONDUCT: Value = [
    {"text": "Trousse d’urgence dans le bureau de la direction. Donner l’antihistaminique, appeler le 15."}
]
DOCTOR: Value = [{"name": "Dr Anis Fenouil", "phone": "04 66 00 00 12"}]
GRANDMOTHER = {"name": "Odile Genêt", "link": "grand-mère", "phone": "06 00 00 00 21"}
NEIGHBOURS: Value = [
    {"name": "Gaël Tilleul", "link": "voisin", "phone": "06 00 00 00 22"},
]
EVERY = 5  # one neighbour in so many does not eat the usual meal


def write_child_files(*, agent: User) -> None:
    """Nothing when a file was written before, or when the town offers no diet."""
    diets = list(MealChoice.objects.filter(is_offered=True))
    if FileChange.objects.exists() or not diets:
        return
    at = now()
    today = at.astimezone(town_timezone()).date()
    written = {"by": agent, "now": at, "valid_from": today - timedelta(days=60)}
    elder, *others = Child.objects.order_by("household__number", "pk").select_related("household")
    pai: Value = [{"known": "yes", "until": (today + timedelta(days=240)).isoformat()}]
    write_values(
        child=elder,
        values={
            DossierField.ALLERGIES: ALLERGY,
            DossierField.PAI: pai,
            DossierField.CONDUCT: CONDUCT,
            DossierField.DOCTOR: DOCTOR,
            DossierField.INSURANCE: [{"company": "Assurance des Garrigues", "number": "SC-1042"}],
            DossierField.PICKUPS: [GRANDMOTHER | {"photo": _face(elder, by=agent, at=at)}, *NEIGHBOURS],
            DossierField.SWIMMING: [{"swims": "yes"}],
        },
        **written,
    )
    for rank, child in enumerate(others):
        values: dict[DossierField, Value] = {DossierField.ALLERGIES: NO_ALLERGY}
        if rank % EVERY == 0:
            values[DossierField.MEAL] = [{"meal": diets[rank // EVERY % len(diets)].code}]
        write_values(child=child, values=values, **written)
    guardian = elder.household.guardians.get(user__isnull=False)
    wish: Value = [{"meal": diets[0].code}]
    asked = {"by": guardian.user, "now": at, "today": today}
    propose_changes(owner=elder, values={DossierField.MEAL: wish}, **asked)
    home = elder.household
    moved: Value = [{"address": "14 chemin des Amandiers", "postcode": home.postcode, "city": home.city}]
    propose_changes(owner=home, values={DossierField.ADDRESS: moved}, **asked)
    _ask_another_school(elder, **asked)


def _ask_another_school(child: Child, **asked: Any) -> None:
    """The family is moving: the desk reads what becomes of the days it has booked. Nothing where there is one school."""
    schools = Establishment.objects.filter(kind__in=EstablishmentKind.schools())
    other = schools.exclude(pk=child.school_id).order_by("pk").first()
    if child.school and child.level and other:
        wish: Value = [{"school": other.code, "level": child.level}]
        propose_changes(owner=child, values={DossierField.SCHOOLING: wish}, **asked)


def _face(child: Child, *, by: User, at: datetime) -> str:
    """A drawn face: nobody in the demo is a real person."""
    picture = Image.new("RGB", (480, 480), "#dfe8ea")
    pen = ImageDraw.Draw(picture)
    pen.ellipse((60, 330, 420, 690), fill="#7a5c86")  # shoulders
    pen.ellipse((120, 60, 360, 300), fill="#c9c2bd")  # grey hair
    pen.ellipse((145, 105, 335, 345), fill="#e8bd9c")
    for left in (195, 265):
        pen.ellipse((left, 205, left + 20, 225), fill="#3a3330")
    pen.arc((200, 240, 280, 300), 20, 160, fill="#8a4a3f", width=6)
    content = BytesIO()
    picture.save(content, "JPEG", quality=80)
    return keep_photo(child=child, content=content.getvalue(), by=by, now=at).token
