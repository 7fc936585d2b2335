"""Accounts of those who work: the town's agents and the vendor's people."""

from collections.abc import Iterable
from itertools import count

from core.clock import now
from core.enums import AccountKind
from core.models import RoleGrant, User
from core.rights import Given, Role, ScopeKind
from tenants.models import VendorUser
from tests.factories.world import PASSWORD

_numbers = count(1)


def an_agent(*, email: str = "", roles: Iterable[Given | Role] = (Role.ADMIN,)) -> User:
    """An administrator, unless other roles are named; a bare role is given for the whole town."""
    agent = User(
        email=email or f"agent{next(_numbers)}@bellegarde.example",
        kind=AccountKind.AGENT,
        name="Dominique Guichet",
        activated_at=now(),
    )
    agent.set_password(PASSWORD)
    agent.save()
    for role in roles:
        given = role if isinstance(role, Given) else Given(role=role, kind=ScopeKind.TOWN)
        RoleGrant.objects.create(agent=agent, role=given.role, scope_kind=given.kind, scope_code=given.code)
    return agent


def a_vendor(*, email: str = "editeur@portail.example") -> VendorUser:
    return VendorUser.objects.create_user(email=email, password=PASSWORD, name="Alix Éditrice")
