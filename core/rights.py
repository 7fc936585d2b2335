"""Who may do what: rights, the roles that towns name, and where a role holds. Values only; no database.

A right is held everywhere or within a *reach*: some establishments and activities, or some régies. Those of an activity
are limited by establishments and activities, those of money by régies; the others are held on the whole town or not at all.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field

from django.db.models import TextChoices


class Right(TextChoices):
    READ = "read", "Lire les dossiers et les réservations"
    FAMILY = "family", "Tenir les dossiers des familles"
    HEALTH = "health", "Lire les données de santé"
    BOOK = "book", "Réserver pour une famille"
    DECIDE = "decide", "Décider des demandes et des documents"
    ATTEND = "attend", "Pointer"
    MESSAGE = "message", "Écrire aux familles"
    TASKS = "tasks", "Traiter les tâches"
    ACCOUNTS = "accounts", "Lire les comptes"
    INVOICE = "invoice", "Facturer"
    CASH = "cash", "Encaisser et tenir la régie"
    PUBLISH = "publish", "Écrire le portail"
    CONFIGURE = "configure", "Régler la commune"
    STAFF = "staff", "Gérer les agents"


class Role(TextChoices):
    ADMIN = "admin", "Administrateur"
    DESK = "desk", "Guichet"
    TREASURER = "treasurer", "Régisseur"
    LEADER = "leader", "Animateur"
    HEAD = "head", "Directeur d’école"
    EDITOR = "editor", "Communication"
    READER = "reader", "Lecture seule"


class ScopeKind(TextChoices):
    TOWN = "town", "Toute la commune"
    ESTABLISHMENT = "establishment", "Établissement"
    ACTIVITY = "activity", "Activité"
    REGIE = "regie", "Régie"


OF_ACTIVITIES = frozenset({Right.READ, Right.HEALTH, Right.BOOK, Right.DECIDE, Right.ATTEND, Right.MESSAGE})
OF_MONEY = frozenset({Right.ACCOUNTS, Right.INVOICE, Right.CASH})
LIMITED_BY: dict[ScopeKind, frozenset[Right]] = {
    ScopeKind.TOWN: frozenset(Right),
    ScopeKind.ESTABLISHMENT: OF_ACTIVITIES,
    ScopeKind.ACTIVITY: OF_ACTIVITIES,
    ScopeKind.REGIE: OF_MONEY,
}
PLACES = (ScopeKind.TOWN, ScopeKind.ESTABLISHMENT, ScopeKind.ACTIVITY)


@dataclass(frozen=True, kw_only=True)
class Preset:
    """What a role opens. ``always`` holds on the whole town even when the role is given for less."""

    rights: frozenset[Right]
    always: frozenset[Right] = frozenset()
    kinds: tuple[ScopeKind, ...] = (ScopeKind.TOWN,)
    says: str = ""


PRESETS: dict[Role, Preset] = {
    Role.ADMIN: Preset(rights=frozenset(Right), says="Tout, y compris les réglages et les agents."),
    Role.DESK: Preset(
        rights=frozenset(
            {Right.READ, Right.FAMILY, Right.HEALTH, Right.BOOK, Right.DECIDE, Right.ATTEND}
            | {Right.MESSAGE, Right.TASKS, Right.ACCOUNTS}
        ),
        kinds=PLACES,
        says="Les dossiers, les demandes, les réservations et le pointage ; voit les comptes sans y toucher.",
    ),
    Role.TREASURER: Preset(
        rights=OF_MONEY,
        # Whoever stands at the till may be of any family.
        always=frozenset({Right.READ, Right.MESSAGE, Right.TASKS}),
        kinds=(ScopeKind.TOWN, ScopeKind.REGIE),
        says="Encaisse, facture et arrête les comptes de sa régie ; lit les dossiers de toutes les familles.",
    ),
    Role.LEADER: Preset(
        rights=frozenset({Right.ATTEND}), kinds=PLACES, says="Les feuilles de pointage et les repas, rien d’autre."
    ),
    Role.HEAD: Preset(
        rights=frozenset({Right.READ, Right.ATTEND}),
        kinds=PLACES,
        says="Lit les enfants et les réservations, et pointe.",
    ),
    Role.EDITOR: Preset(rights=frozenset({Right.PUBLISH}), says="Les pages publiques et l’identité du portail."),
    Role.READER: Preset(
        rights=frozenset({Right.READ, Right.ACCOUNTS}), kinds=PLACES, says="Voit tout ce qui se lit, ne change rien."
    ),
}  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Reach:
    """Where a right is held: everywhere, or at the places named by their codes."""

    everywhere: bool = False
    establishments: frozenset[str] = frozenset()
    activities: frozenset[str] = frozenset()
    regies: frozenset[str] = frozenset()

    def __bool__(self) -> bool:
        return self.everywhere or bool(self.establishments or self.activities or self.regies)


NOWHERE = Reach()
EVERYWHERE = Reach(everywhere=True)


@dataclass(frozen=True, kw_only=True)
class Given:
    """A role, and where: ``code`` names the establishment, activity or régie, empty for the whole town."""

    role: Role
    kind: ScopeKind
    code: str = ""


@dataclass(frozen=True)
class Rights:
    """What one agent may do, from all that was given."""

    reaches: dict[Right, Reach] = field(default_factory=dict)

    def reach(self, right: Right) -> Reach:
        return self.reaches.get(right, NOWHERE)

    def may(self, right: Right) -> bool:
        """Somewhere at least."""
        return bool(self.reach(right))

    def may_everywhere(self, right: Right) -> bool:
        return self.reach(right).everywhere

    def opens(self, right: Right, *, scoped: bool) -> bool:
        """Whether it opens a page, ``scoped`` when the page shows each agent only the places that are theirs."""
        return self.may(right) if scoped else self.may_everywhere(right)

    def words(self) -> dict[str, bool]:
        """For templates: ``{% if may.cash %}``."""
        return {right.value: self.may(right) for right in Right}

    def words_everywhere(self) -> dict[str, bool]:
        """For links to pages that are not scoped: ``{% if may_everywhere.message %}``."""
        return {right.value: self.may_everywhere(right) for right in Right}


NOBODY = Rights()


@dataclass(frozen=True, kw_only=True)
class Door:
    """What a page of the desk asks for, left on its view for the menu; see ``core.views.access.agent_required``."""

    right: Right | None
    acting: Right | None
    scoped: bool

    def lets_in(self, rights: Rights) -> bool:
        return self.right is None or rights.opens(self.right, scoped=self.scoped)

    def reach(self, rights: Rights) -> Reach:
        """Of what these rights show there: nothing when they do not let in."""
        if not self.lets_in(rights):
            return NOWHERE
        return rights.reach(self.right) if self.right else EVERYWHERE


def rights_from(given: Iterable[Given]) -> Rights:
    grants = list(given)
    return Rights({right: _reach_of(right, grants) for right in Right})


def _reach_of(right: Right, given: list[Given]) -> Reach:
    codes: dict[ScopeKind, set[str]] = {kind: set() for kind in ScopeKind}
    for grant in given:
        preset = PRESETS[grant.role]
        if right in preset.always or (right in preset.rights and grant.kind == ScopeKind.TOWN):
            return EVERYWHERE
        if right in preset.rights and right in LIMITED_BY[grant.kind]:
            codes[grant.kind].add(grant.code)
    return Reach(
        establishments=frozenset(codes[ScopeKind.ESTABLISHMENT]),
        activities=frozenset(codes[ScopeKind.ACTIVITY]),
        regies=frozenset(codes[ScopeKind.REGIE]),
    )
