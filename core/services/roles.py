"""Roles are given and taken by whoever manages agents. A town always keeps an administrator who can sign in."""

from datetime import datetime

from core.audit_acts import AuditAct
from core.errors import DomainError
from core.locks import lock_rows, locking_transaction
from core.models import RoleGrant, User
from core.rights import PRESETS, Given, Role, ScopeKind
from core.services.audit import record


class LastAdministratorError(DomainError):
    code = "last_administrator"
    message = "C’est le dernier administrateur : donnez d’abord ce rôle à un collègue."


class RolePlaceError(DomainError):
    code = "role_place"
    message = "Ce rôle ne se donne pas pour ce lieu."


def give_role(*, agent: User, given: Given, where: str, by: User | None, now: datetime) -> None:
    """Give a role; nothing when it is held already. ``where`` names the place in words. Raises RolePlaceError."""
    if given.kind not in PRESETS[given.role].kinds:
        raise RolePlaceError
    with locking_transaction():
        _, is_new = RoleGrant.objects.get_or_create(
            agent=agent, role=given.role, scope_kind=given.kind, scope_code=given.code
        )
        if is_new:
            record(act=AuditAct.ROLE_GIVEN, by=by, now=now, on=agent, after={given.role.label: where})


def take_role(*, grant: RoleGrant, where: str, by: User | None, now: datetime) -> None:
    """Raises LastAdministratorError."""
    with locking_transaction():
        if grant.role == Role.ADMIN:
            keep_an_administrator(besides=grant.agent)
        deleted, _ = RoleGrant.objects.filter(pk=grant.pk).delete()
        if deleted:
            role = str(grant.get_role_display())
            record(act=AuditAct.ROLE_TAKEN, by=by, now=now, on=grant.agent, before={role: where})


def keep_an_administrator(*, besides: User) -> None:
    """Within a transaction: nobody else takes an administrator away meanwhile. Raises LastAdministratorError."""
    grants = RoleGrant.objects.filter(role=Role.ADMIN, scope_kind=ScopeKind.TOWN)
    holders = {grant.agent_id for grant in lock_rows(grants)}
    others = User.objects.agents().filter(pk__in=holders - {besides.pk}, is_active=True)
    if not others.filter(activated_at__isnull=False).exists():
        raise LastAdministratorError
