"""The school insurances of Bellegarde, that its « périscolaire » asks for: one family in each state, the others in order."""

from collections.abc import Callable
from datetime import date, datetime, timedelta

from core.clock import now
from core.models import Child, DocumentKind, FamilyDocument, Household, RegulationVersion, User
from core.services.documents import hand_in_document, record_document, refuse_document
from core.services.regulations import answer_regulation
from portail.demo.pages import a_pdf, a_photograph
from tenants.context import town_timezone

INSURANCE = "assurance"


def give_papers(household: Household, state: str = "accepted", *, agent: User) -> None:
    """``state`` of the insurance of each child: accepted, ending, received, resent, refused, expired or missing. Once."""
    kind = DocumentKind.objects.filter(code=INSURANCE).first()
    if kind is None or FamilyDocument.objects.filter(household=household).exists():
        return
    guardian = household.guardians.filter(user__isnull=False).select_related("user").first()
    if guardian is None or guardian.user is None:
        return
    at = now()
    for child in household.children.all():
        _STATES[state](kind, child, guardian.user, agent, at)
    if state != "missing":
        for version in RegulationVersion.objects.select_related("regulation"):
            if not version.regulation.is_about_child:
                answer_regulation(
                    version=version, household=household, child=None, agrees=True, by=guardian.user, now=at
                )


def _shown(kind: DocumentKind, child: Child, agent: User, at: datetime, until: date | None) -> None:
    record_document(
        kind=kind,
        household=child.household,
        child=child,
        issued_on=None,
        valid_until=until,
        by=agent,
        now=at,
    )


def _accepted(kind: DocumentKind, child: Child, _family: User, agent: User, at: datetime) -> None:
    _shown(kind, child, agent, at, None)


def _ending(kind: DocumentKind, child: Child, _family: User, agent: User, at: datetime) -> None:
    _shown(kind, child, agent, at, at.astimezone(town_timezone()).date() + timedelta(days=20))


def _expired(kind: DocumentKind, child: Child, _family: User, agent: User, at: datetime) -> None:
    last_year = at - timedelta(days=360)
    _shown(kind, child, agent, last_year, at.astimezone(town_timezone()).date() - timedelta(days=5))


def _received(kind: DocumentKind, child: Child, family: User, _agent: User, at: datetime) -> None:
    _sent(kind, child, family, at)


def _refused(kind: DocumentKind, child: Child, family: User, agent: User, at: datetime) -> None:
    document = _sent(kind, child, family, at - timedelta(days=2))
    refuse_document(
        document=document, reason="Cette attestation est celle de l’année dernière.", by=agent, now=at
    )


def _resent(kind: DocumentKind, child: Child, family: User, agent: User, at: datetime) -> None:
    """Two pages of which one could not be read, then both again."""
    paper = {"kind": kind, "household": child.household, "child": child, "by": family}
    first = hand_in_document(
        **paper,
        files=[a_photograph("recto.jpg"), a_photograph("verso.jpg", is_blurred=True)],
        now=at - timedelta(days=3),
    )
    refuse_document(document=first, reason="La seconde page est floue.", by=agent, now=at - timedelta(days=2))
    hand_in_document(**paper, files=[a_photograph("recto.jpg"), a_photograph("verso.jpg")], now=at)


def _missing(_kind: DocumentKind, _child: Child, _family: User, _agent: User, _at: datetime) -> None:
    """Nothing was given."""


def _sent(kind: DocumentKind, child: Child, family: User, at: datetime) -> FamilyDocument:
    return hand_in_document(
        kind=kind,
        household=child.household,
        child=child,
        files=[a_pdf("Attestation d’assurance scolaire", child)],
        by=family,
        now=at,
    )


_STATES: dict[str, Callable[[DocumentKind, Child, User, User, datetime], None]] = {
    "accepted": _accepted,
    "ending": _ending,
    "received": _received,
    "resent": _resent,
    "refused": _refused,
    "expired": _expired,
    "missing": _missing,
}
