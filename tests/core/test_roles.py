"""Who may do what: roles given and taken, pages refused in words, and a town that keeps an administrator."""

from datetime import date

import pytest
from django.db import DatabaseError, transaction

from core import clock
from core.models import AuditEntry, RoleGrant
from core.rights import PRESETS, Given, Reach, Right, Role, ScopeKind, rights_from
from core.services.agents import block_agent
from core.services.roles import LastAdministratorError, RolePlaceError, give_role, take_role
from tests.factories.people import an_agent
from tests.factories.world import a_canteen, town_settings

AGENTS = "/agent/agents/"


@pytest.fixture
def admin(commune):
    town_settings()
    return an_agent(email="admin@mairie.example")


def at(role: Role, kind: ScopeKind, code: str) -> Given:
    return Given(role=role, kind=kind, code=code)


def test_rights_add_up_and_stay_within_their_places():
    rights = rights_from(
        [
            at(Role.LEADER, ScopeKind.ESTABLISHMENT, "jaures"),
            at(Role.LEADER, ScopeKind.ACTIVITY, "cantine"),
            at(Role.TREASURER, ScopeKind.REGIE, "sej"),
        ]
    )
    assert rights.reach(Right.ATTEND) == Reach(
        establishments=frozenset({"jaures"}), activities=frozenset({"cantine"})
    )
    assert rights.reach(Right.CASH) == Reach(regies=frozenset({"sej"}))
    assert rights.may_everywhere(Right.READ), "whoever stands at the till may be of any family"
    assert not rights.opens(Right.ATTEND, scoped=False)
    assert rights.opens(Right.ATTEND, scoped=True)
    assert not rights.may(Right.CONFIGURE)
    assert not rights_from([]).may(Right.READ)


def test_a_role_limited_to_a_school_gives_nothing_that_a_school_cannot_limit():
    rights = rights_from([at(Role.READER, ScopeKind.ESTABLISHMENT, "jaures")])
    assert rights.may(Right.READ)
    assert not rights.may(Right.ACCOUNTS)
    assert {right for right in Right if rights_from([at(Role.ADMIN, ScopeKind.TOWN, "")]).may(right)} == set(
        Right
    )
    assert set(PRESETS) == set(Role)


def test_an_administrator_gives_and_takes_roles_for_a_place(admin, commune, client_for):
    canteen = a_canteen(start=date(2026, 11, 23), days=1)
    lou = an_agent(email="lou@mairie.example", roles=())
    desk = client_for(commune, admin)
    page = desk.get(f"{AGENTS}{lou.pk}/").content.decode()
    assert "Aucun rôle" in page
    assert canteen.school.name in page
    assert canteen.regie.name in page

    given = desk.post(
        f"{AGENTS}{lou.pk}/roles/",
        {"role": "leader", "place": f"establishment:{canteen.school.code}"},
        follow=True,
    )
    assert f"Animateur, {canteen.school.name}" in given.content.decode()
    grant = RoleGrant.objects.get(agent=lou)
    assert (grant.role, grant.scope_kind, grant.scope_code) == (
        "leader",
        "establishment",
        canteen.school.code,
    )
    desk.post(f"{AGENTS}roles/{grant.pk}/retirer/")
    assert not lou.grants.exists()
    entries = AuditEntry.objects.filter(subject_id=lou.pk).order_by("pk")
    assert [(entry.act, entry.before, entry.after, entry.actor_id) for entry in entries] == [
        ("role_given", None, {"Animateur": canteen.school.name}, admin.pk),
        ("role_taken", {"Animateur": canteen.school.name}, None, admin.pk),
    ]
    assert entries[0].address == "127.0.0.1"


def test_a_role_is_refused_for_a_place_that_does_not_limit_it(admin, commune, client_for):
    canteen = a_canteen(start=date(2026, 11, 23), days=1)
    given = at(Role.ADMIN, ScopeKind.ESTABLISHMENT, canteen.school.code)
    with pytest.raises(RolePlaceError):
        give_role(agent=admin, given=given, where="École", by=admin, now=clock.now())
    answer = client_for(commune, admin).post(
        f"{AGENTS}{admin.pk}/roles/", {"role": "treasurer", "place": f"establishment:{canteen.school.code}"}
    )
    assert "se donne pour : toute la commune, régie" in answer.content.decode()


def test_the_last_administrator_stays(admin, commune, client_for):
    grant = admin.grants.get()
    answer = client_for(commune, admin).post(f"{AGENTS}roles/{grant.pk}/retirer/", follow=True)
    assert "C’est le dernier administrateur" in answer.content.decode()
    other = an_agent()
    block_agent(agent=other, by=admin, now=clock.now())
    with pytest.raises(LastAdministratorError):
        take_role(grant=grant, where="", by=None, now=clock.now())
    block_agent(agent=admin, by=None, now=clock.now())  # the vendor may, and invites another


def test_a_refused_page_says_which_right_is_missing_and_who_gives_it(admin, commune, client_for):
    leader = client_for(commune, an_agent(roles=[Role.LEADER]))
    answer = leader.get("/agent/familles/")
    assert answer.status_code == 403
    page = answer.content.decode()
    assert "Il vous manque le droit « Lire les dossiers et les réservations »" in page
    assert "admin@mairie.example" in page
    assert "/agent/facturation/" not in page, "le menu ne mène pas où l’on ne peut pas aller"
    nobody = client_for(commune, an_agent(roles=()))
    assert nobody.get("/agent/").status_code == 200


def test_the_journal_is_not_rewritten(admin):
    give_role(
        agent=admin, given=at(Role.DESK, ScopeKind.TOWN, ""), where="Commune", by=admin, now=clock.now()
    )
    for change in (AuditEntry.objects.all().delete, lambda: AuditEntry.objects.update(actor_name="X")):
        with pytest.raises(DatabaseError), transaction.atomic():
            change()
