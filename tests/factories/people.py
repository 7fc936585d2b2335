"""Accounts of those who work: the town's agents and the vendor's people."""

from itertools import count

from core.clock import now
from core.enums import AccountKind
from core.models import User
from tenants.models import VendorUser
from tests.factories.world import PASSWORD

_numbers = count(1)


def an_agent(*, email: str = "") -> User:
    agent = User(
        email=email or f"agent{next(_numbers)}@bellegarde.example",
        kind=AccountKind.AGENT,
        name="Dominique Guichet",
        activated_at=now(),
    )
    agent.set_password(PASSWORD)
    agent.save()
    return agent


def a_vendor(*, email: str = "editeur@portail.example") -> VendorUser:
    return VendorUser.objects.create_user(email=email, password=PASSWORD, name="Alix Éditrice")
