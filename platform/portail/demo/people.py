"""Who lives in the demo. Every name is invented; every address ends in .example, which can never receive mail."""

from datetime import date, timedelta
from functools import cache

from django.contrib.auth.hashers import make_password

from billing.models import Regie
from booking.models import Activity, Enrolment
from core.clock import now
from core.enums import AccountKind, EstablishmentKind
from core.models import Child, CommuneSettings, Establishment, Guardian, Household, RoleGrant, User
from portail.demo.books import write_books
from portail.demo.campaigns import write_campaigns
from portail.demo.child_files import write_child_files
from portail.demo.custody import share_a_child
from portail.demo.debits import write_mandates
from portail.demo.demands import write_demands
from portail.demo.desk import leave_notes, share_a_picnic, write_desk_work
from portail.demo.face import write_face
from portail.demo.family_acts import write_family_acts
from portail.demo.history import write_history, write_weeks
from portail.demo.homes import HOMES, Home
from portail.demo.imports import write_roll
from portail.demo.invoices import write_invoices
from portail.demo.merged import unite_a_double
from portail.demo.messages import write_group_messages, write_portal
from portail.demo.neighbours import neighbours
from portail.demo.organisation import write_organisation
from portail.demo.papers import give_papers
from portail.demo.quotients import give_quotient, write_quotients
from portail.demo.registrations import write_registrations
from portail.demo.staff import Colleague, staff_of
from portail.demo.waiting import write_waiting_lists
from portail.demo.youth import write_outings
from tenants.context import use_commune
from tenants.models import Commune, VendorUser

PASSWORD = "Cantine-et-garderie-1"  # noqa: S105  printed on the terminal of a demo
# What the first families next door have given of the papers asked; the others are in order.
NEIGHBOURS_PAPERS = ("refused", "expired", "missing")
VENDOR_EMAIL = "editeur@portail.example"


def seed() -> list[dict[str, str]]:
    """Create what is missing and return the accounts to announce, as role, login, password, host, path of their door."""
    accounts = [account("Famille", "famille@bellegarde.example", "bellegarde")]
    for slug, homes in HOMES.items():
        with use_commune(Commune.objects.get(slug=slug)):
            staff = staff_of(slug)
            for colleague in staff:
                _hire(colleague)
            for home in homes:
                if not Household.objects.filter(number=home.number).exists():
                    _move_in(home)
            if slug == "bellegarde":
                _give_papers()
                write_history(Child.objects.get(first_name="Jade", household__number="F00001"))
                _settle_neighbours()
                write_child_files(agent=User.objects.agents().earliest("pk"))
                write_waiting_lists(
                    Child.objects.select_related("school", "household").get(
                        first_name="Jade", household__number="F00001"
                    ),
                    agent=User.objects.agents().earliest("pk"),
                )
                write_desk_work(User.objects.agents().earliest("pk"))
                write_roll(User.objects.agents().earliest("pk"))
                write_quotients(agent=User.objects.agents().earliest("pk"))
                write_outings(Household.objects.get(number="F00001"), Regie.objects.get(code="mdj"))
                write_mandates()
                write_campaigns(User.objects.agents().earliest("pk"))
                share_a_picnic(User.objects.agents().earliest("pk"))
                share_a_child(User.objects.agents().earliest("pk"))
                write_registrations()
                write_family_acts()
                unite_a_double(_first_agent())
            if slug == "balaruc":
                # Before the first demand: it makes their prices.
                give_quotient(Household.objects.get(number="F00001"), "734", agent=_first_agent())
                write_child_files(agent=User.objects.agents().earliest("pk"))
                write_demands(
                    list(
                        Child.objects.filter(household__number="F00001").select_related("school", "household")
                    ),
                    agent=User.objects.agents().earliest("pk"),
                )
            if slug == "balaruc":
                write_invoices(Household.objects.get(number="F00001"), Regie.objects.get(code="sej"))
                write_books(Regie.objects.get(code="sej"), User.objects.agents().earliest("pk"))
            if slug == "bellegarde":
                write_portal(agent=User.objects.agents().earliest("pk"))
                write_group_messages(agent=User.objects.agents().earliest("pk"))
            write_face(slug)
            leave_notes(User.objects.agents().earliest("pk"))
            write_organisation(agent=User.objects.agents().earliest("pk"))
        accounts += [account(one.title, one.email, slug, path="/agent/") for one in staff]
    accounts.insert(1, account("Famille", "famille@balaruc.example", "balaruc"))
    if not VendorUser.objects.filter(email=VENDOR_EMAIL).exists():
        VendorUser.objects.create_user(email=VENDOR_EMAIL, password=PASSWORD, name="Alix Vendeur")
    return [*accounts, account("Éditeur", VENDOR_EMAIL, "console")]


def account(role: str, login: str, host: str, *, path: str = "/") -> dict[str, str]:
    return {"role": role, "login": login, "password": PASSWORD, "host": host, "path": path}


def _settle_neighbours() -> None:
    """The families next door, and what they booked for last week and this one."""
    for rank, home in enumerate(neighbours()):
        if Household.objects.filter(number=home.number).exists():
            continue
        _move_in(home)
        state = NEIGHBOURS_PAPERS[rank] if rank < len(NEIGHBOURS_PAPERS) else "accepted"
        give_papers(Household.objects.get(number=home.number), state, agent=_first_agent())
        if home.activated:
            moment = now() - timedelta(days=14, minutes=11 * rank)
            for child in Child.objects.filter(household__number=home.number).select_related(
                "school", "household"
            ):
                write_weeks(child, moment, prepaid=rank % 3 == 0)


def _give_papers() -> None:
    """Before anything is booked: the « périscolaire » asks for them."""
    for number, state in (("F00001", "ending"), ("F00002", "resent"), ("F00003", "missing")):
        give_papers(Household.objects.get(number=number), state, agent=_first_agent())


def _first_agent() -> User:
    return User.objects.agents().earliest("pk")


def _hire(colleague: Colleague) -> None:
    if User.objects.agents().filter(email=colleague.email).exists():
        return
    agent = _user(colleague.email, AccountKind.AGENT, colleague.name, activated=True)
    given = colleague.given
    RoleGrant.objects.create(agent=agent, role=given.role, scope_kind=given.kind, scope_code=given.code)


def _user(email: str, kind: AccountKind, name: str, *, activated: bool) -> User:
    user = User(email=email, kind=kind, name=name, activated_at=now() if activated else None)
    user.password = _hashed_password() if activated else make_password(None)
    user.save()
    return user


@cache
def _hashed_password() -> str:
    """Hashed once: it is slow on purpose, and the same for everybody here."""
    return make_password(PASSWORD)


def _move_in(home: Home) -> None:
    schools = list(Establishment.objects.filter(kind__in=EstablishmentKind.schools()))
    town = CommuneSettings.objects.get()
    household = Household.objects.create(
        number=home.number, name=home.name, address=home.street, postcode=town.postcode, city=town.city
    )
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
