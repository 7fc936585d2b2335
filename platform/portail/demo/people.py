"""Who lives in the demo. Every name is invented; every address ends in .example, which can never receive mail."""

from dataclasses import dataclass
from datetime import date

from booking.models import Activity, Enrolment
from core.clock import now
from core.enums import AccountKind, EstablishmentKind
from core.models import Child, Establishment, Guardian, Household, User
from portail.demo.history import write_history
from tenants.context import use_commune
from tenants.models import Commune, VendorUser

PASSWORD = "Cantine-et-garderie-1"  # noqa: S105  printed on the terminal of a demo
VENDOR_EMAIL = "editeur@portail.example"


@dataclass(frozen=True, kw_only=True)
class Kid:
    first_name: str
    born: date
    level: str
    school: int  # which of the town's schools, in their order


@dataclass(frozen=True, kw_only=True)
class Home:
    number: str
    name: str
    street: str
    adults: tuple[str, ...]  # the first one has the account
    kids: tuple[Kid, ...]
    login: str = ""
    activated: bool = True


HOMES = {
    "bellegarde": (
        Home(
            number="F00001",
            name="Rivière",
            street="12 rue des Oliviers",
            adults=("Camille", "Sacha"),
            kids=(
                Kid(first_name="Jade", born=date(2018, 3, 14), level="CE2", school=1),
                Kid(first_name="Noé", born=date(2021, 9, 2), level="MS", school=0),
            ),
            login="famille@bellegarde.example",
        ),
        Home(
            number="F00002",
            name="Lavandier",
            street="3 chemin du Moulin",
            adults=("Dominique",),
            kids=(Kid(first_name="Tom", born=date(2017, 6, 21), level="CM1", school=1),),
            login="lavandier@bellegarde.example",
        ),
        Home(
            number="F00003",
            name="Garance-Petit",
            street="8 place du Marché",
            adults=("Claude",),
            kids=(Kid(first_name="Lilou", born=date(2022, 1, 30), level="PS", school=0),),
            login="garance@bellegarde.example",
            activated=False,
        ),
    ),
    "balaruc": (
        Home(
            number="F00001",
            name="Test",
            street="2 rue des Rosiers",
            adults=("Andréa",),
            kids=(
                Kid(first_name="Valentina", born=date(2018, 5, 11), level="CE2", school=0),
                Kid(first_name="Roméo", born=date(2021, 4, 3), level="MS", school=0),
            ),
            login="famille@balaruc.example",
        ),
    ),
}


def seed() -> list[dict[str, str]]:
    """Create what is missing and return the accounts to announce, as role, login, password, host."""
    accounts = [account("Famille", "famille@bellegarde.example", "bellegarde")]
    for slug, homes in HOMES.items():
        with use_commune(Commune.objects.get(slug=slug)):
            _agent(f"agent@{slug}.example")
            for home in homes:
                if not Household.objects.filter(number=home.number).exists():
                    _move_in(home)
            if slug == "bellegarde":
                write_history(Child.objects.get(first_name="Jade", household__number="F00001"))
        accounts.append(account("Agent", f"agent@{slug}.example", slug))
    accounts.insert(1, account("Famille", "famille@balaruc.example", "balaruc"))
    if not VendorUser.objects.filter(email=VENDOR_EMAIL).exists():
        VendorUser.objects.create_user(email=VENDOR_EMAIL, password=PASSWORD, name="Alix Vendeur")
    return [*accounts, account("Éditeur", VENDOR_EMAIL, "console")]


def account(role: str, login: str, host: str) -> dict[str, str]:
    return {"role": role, "login": login, "password": PASSWORD, "host": host}


def _agent(email: str) -> None:
    if not User.objects.agents().filter(email=email).exists():
        _user(email, AccountKind.AGENT, "Morgane Guichet", activated=True)


def _user(email: str, kind: AccountKind, name: str, *, activated: bool) -> User:
    user = User(email=email, kind=kind, name=name, activated_at=now() if activated else None)
    if activated:
        user.set_password(PASSWORD)
    else:
        user.set_unusable_password()
    user.save()
    return user


def _move_in(home: Home) -> None:
    schools = list(Establishment.objects.filter(kind__in=EstablishmentKind.schools()))
    household = Household.objects.create(number=home.number, name=home.name, address=home.street)
    for position, first_name in enumerate(home.adults):
        name = f"{first_name} {home.name}"
        user = None
        if position == 0:
            user = _user(home.login, AccountKind.FAMILY, name, activated=home.activated)
        Guardian.objects.create(
            household=household,
            user=user,
            first_name=first_name,
            last_name=home.name,
            email=user.email if user else "",
            is_payer=position == 0,
        )
    for kid in home.kids:
        child = Child.objects.create(
            household=household,
            first_name=kid.first_name,
            last_name=home.name,
            birth_date=kid.born,
            school=schools[kid.school % len(schools)] if schools else None,
            level=kid.level,
        )
        Enrolment.objects.bulk_create(
            Enrolment(child=child, activity=activity, valid_from=date(2020, 9, 1))
            for activity in Activity.objects.filter(needs_enrolment=True)
        )
