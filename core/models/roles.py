from django.conf import settings
from django.db import models
from django.db.models import Q

from core.rights import Given, Role, ScopeKind


class RoleGrant(models.Model):
    """A role given to an agent, on the whole town or on one establishment, activity or régie.

    The place is named by its code, the one of the town's file: activities and régies belong to the apps above. A code
    that no longer exists opens nothing.
    """

    agent = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="grants", verbose_name="agent"
    )
    role = models.CharField("rôle", max_length=12, choices=Role)
    scope_kind = models.CharField("sur", max_length=13, choices=ScopeKind, default=ScopeKind.TOWN)
    scope_code = models.CharField("code du lieu", max_length=80, blank=True)
    given_at = models.DateTimeField("donné le", auto_now_add=True)

    class Meta:
        verbose_name = "rôle d’un agent"
        constraints = [
            models.UniqueConstraint(
                fields=["agent", "role", "scope_kind", "scope_code"], name="rolegrant_unique"
            ),
            models.CheckConstraint(name="rolegrant_role_known", condition=Q(role__in=Role.values)),
            models.CheckConstraint(name="rolegrant_kind_known", condition=Q(scope_kind__in=ScopeKind.values)),
            models.CheckConstraint(
                name="rolegrant_place_named",
                condition=Q(scope_kind=ScopeKind.TOWN, scope_code="")
                | (~Q(scope_kind=ScopeKind.TOWN) & ~Q(scope_code="")),
            ),
        ]

    def __str__(self) -> str:
        return self.get_role_display()

    @property
    def given(self) -> Given:
        return Given(role=Role(self.role), kind=ScopeKind(self.scope_kind), code=self.scope_code)
