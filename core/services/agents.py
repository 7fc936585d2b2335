"""Accounts of the town's agents: invited by the vendor or by a colleague, blocked when they leave."""

from dataclasses import dataclass
from datetime import datetime

import structlog
from django.db import IntegrityError, transaction

from core.audit_acts import AuditAct
from core.enums import AccountKind
from core.errors import DomainError
from core.locks import locking_transaction
from core.models import RoleGrant, User
from core.rights import Role, ScopeKind
from core.services.accounts import send_activation
from core.services.audit import record
from core.services.roles import keep_an_administrator

log = structlog.get_logger(__name__)


class AgentKnownError(DomainError):
    code = "agent_known"
    message = "Cette adresse a déjà un compte d’agent dans cette commune."


class AgentBlockedError(DomainError):
    code = "agent_blocked"
    message = "Cet agent est bloqué : débloquez-le d’abord."


class OwnAccountError(DomainError):
    code = "own_account"
    message = "On ne bloque pas son propre compte : demandez-le à un collègue."


@dataclass(frozen=True, kw_only=True)
class Invitation:
    agent: User
    link: str  # also in the mail; whoever invites may hand it over before mail is configured


def invite_agent(
    *, email: str, name: str, by: User | None, now: datetime, role: Role = Role.ADMIN
) -> Invitation:
    """Open an agent's account with a role on the whole town, and send the link by which a password is chosen.

    Whoever was invited and never came is invited again, under the new name; roles already given stay. ``by``: None for
    the vendor, who opens the office to its first administrator. Raises AgentKnownError, AgentBlockedError.
    """
    try:
        with transaction.atomic():
            known = User.objects.agents().filter(email__iexact=email).first()
            agent = known or User(email=email.lower(), kind=AccountKind.AGENT)
            if agent.is_activated:
                raise AgentKnownError
            agent.name = name
            agent.save()
            if not agent.grants.exists():
                RoleGrant.objects.create(agent=agent, role=role, scope_kind=ScopeKind.TOWN)
            link = resend_invitation(agent=agent, by=by, now=now)
    except IntegrityError as error:  # two colleagues at the same instant
        raise AgentKnownError from error
    return Invitation(agent=agent, link=link)


def resend_invitation(*, agent: User, by: User | None, now: datetime) -> str:
    """Send a new link, and return it; the former one stops working. Raises AgentKnownError, AgentBlockedError."""
    if agent.is_activated:
        raise AgentKnownError
    if not agent.is_active:
        raise AgentBlockedError
    with transaction.atomic():
        link = send_activation(user=agent, now=now)
        record(act=AuditAct.AGENT_INVITED, by=by, now=now, on=agent)
    log.info("agent_invited", agent=agent.pk, by=by and by.pk)
    return link


def block_agent(*, agent: User, by: User | None, now: datetime) -> None:
    """Close the office to an agent at once, sessions included; what the agent did stays signed.

    The vendor may block the last administrator, and invite another. Raises OwnAccountError, LastAdministratorError.
    """
    if agent == by:
        raise OwnAccountError
    with locking_transaction():
        if by is not None:
            keep_an_administrator(besides=agent)
        _set_active(agent, is_active=False)
        record(act=AuditAct.AGENT_BLOCKED, by=by, now=now, on=agent)
    log.info("agent_blocked", agent=agent.pk, by=by and by.pk)


def unblock_agent(*, agent: User, by: User | None, now: datetime) -> None:
    with transaction.atomic():
        _set_active(agent, is_active=True)
        record(act=AuditAct.AGENT_UNBLOCKED, by=by, now=now, on=agent)
    log.info("agent_unblocked", agent=agent.pk, by=by and by.pk)


def _set_active(agent: User, *, is_active: bool) -> None:
    agent.is_active = is_active
    agent.save(update_fields=["is_active"])
