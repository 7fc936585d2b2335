"""Uniting two files of one family: one transaction, everything or nothing, and a trace of what moved."""

from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import datetime

import structlog
from django.db.models import QuerySet

from core.audit_acts import AuditAct
from core.child_file import FileChangeState
from core.enums import DataRequestState, DocumentState
from core.errors import DomainError
from core.guardian_roles import GuardianRole, stronger
from core.locks import lock_ids, locking_transaction
from core.merging import (
    Key,
    Reunion,
    keep_the_others,
    leave_as_it_is,
    locked_rows,
    move_all,
    move_plainly,
    obstacles,
    owned_keys,
    register_mover,
    register_obstacles,
    register_words,
    words_for,
)
from core.models import (
    Child,
    Custody,
    DataRequest,
    FamilyDocument,
    FileChange,
    Guardian,
    HealthRecord,
    Household,
    HouseholdMerge,
    User,
)
from core.queries.plain_text import plain
from core.services.accounts import close_account
from core.services.audit import record
from core.services.documents import forget_pages
from core.words import NBSP, and_list

log = structlog.get_logger(__name__)

UNITED = "Dossiers réunis : ce que disait l’autre dossier est gardé."


class MergeError(DomainError):
    code = "merge"


def unite_households(
    *,
    gone: Household,
    kept: Household,
    children: Mapping[int, int],
    guardians: Mapping[int, int],
    reason: str,
    by: User,
    now: datetime,
    payer: int | None = None,
) -> HouseholdMerge:
    """Give ``kept`` everything of ``gone``, whose file stays as a sign to it. Issued documents move as they are.

    ``children``, ``guardians``: keys of those who are the same person, from the emptied file to the kept one. The
    account of a guardian who has two is the kept file's; the other one is closed. ``payer``: key of the adult of either
    file who alone pays from now on; None: whoever paid still does. Raises MergeError with all that must be settled before.
    """
    if not reason.strip():
        raise MergeError("Dites pourquoi ces deux dossiers sont la même famille.")
    reunion = Reunion(gone=gone, kept=kept, children=children, guardians=guardians, by=by, now=now)
    with locking_transaction():
        for rows in locked_rows(reunion):
            lock_ids(rows)
        # Last, and against new rows as well: what would be written for one of them waits.
        _hold(Household.objects.filter(pk__in=[gone.pk, kept.pk]))
        _hold(reunion.everyone)
        _check(reunion)
        told = list(Child.objects.filter(pk__in=children).values_list("first_name", flat=True))
        moved = dict(counts(reunion))
        Household.objects.filter(pk=gone.pk).update(merged_into=kept)
        for child, same in children.items():
            Child.objects.filter(pk=child).update(merged_into=same)
        move_all(Child, reunion)
        Child.objects.filter(pk__in=children).delete()
        _unite_guardians(reunion)
        move_all(Household, reunion)
        if payer is not None:
            _name_payer(reunion, reunion.guardians.get(payer, payer))
        Household.objects.filter(merged_into=gone).update(merged_into=kept)
        merge = HouseholdMerge.objects.create(
            gone=gone, kept=kept, at=now, by=by, reason=reason.strip(), moved=moved, united=told
        )
        note = f"{gone} a rejoint ce dossier{NBSP}: {reason.strip()}"
        record(act=AuditAct.FAMILIES_UNITED, by=by, now=now, on=kept, note=note)
    log.info("households_united", gone=gone.pk, kept=kept.pk, by=by.pk)
    return merge


def counts(reunion: Reunion) -> list[tuple[str, int]]:
    """What the emptied file owns, in words: what a preview shows, and what the trace keeps."""
    found: Counter[str] = Counter()
    for owner in (Household, Child):
        keys = [reunion.gone.pk] if owner is Household else list(
            Child.objects.filter(household=reunion.gone).values_list("pk", flat=True)
        )  # fmt: skip
        for key in owned_keys(owner):
            label = words_for(key)
            found[label] = max(
                found[label], key.model._default_manager.filter(**{f"{key.attname}__in": keys}).count()
            )
    return sorted(((label, count) for label, count in found.items() if count), key=lambda one: plain(one[0]))


def _hold(rows: QuerySet) -> None:
    list(rows.order_by("pk").select_for_update(of=("self",)).values_list("pk", flat=True))


def _check(reunion: Reunion) -> None:
    gone, kept = reunion.households
    if gone.pk == kept.pk:
        raise MergeError("C’est le même dossier.")
    if Household.objects.filter(pk__in=[gone.pk, kept.pk], merged_into__isnull=False).exists():
        raise MergeError("L’un de ces dossiers est déjà réuni à un autre.")
    own = dict(reunion.everyone.values_list("pk", "household"))
    adults = dict(Guardian.objects.filter(household__in=reunion.households).values_list("pk", "household"))
    for pairs, people in ((reunion.children, own), (reunion.guardians, adults)):
        wrong = any(people.get(a) != gone.pk or people.get(b) != kept.pk for a, b in pairs.items())
        if wrong or len(set(pairs.values())) < len(pairs):
            raise MergeError("Les personnes de ces dossiers ont changé : rechargez la page.")
    if found := obstacles(reunion):
        raise MergeError(" ".join(found))


def _unite_guardians(reunion: Reunion) -> None:
    people = Guardian.objects.select_related("user").in_bulk(
        [*reunion.guardians, *reunion.guardians.values()]
    )
    for gone_pk, kept_pk in reunion.guardians.items():
        gone, kept = people[gone_pk], people[kept_pk]
        account, gone.user = gone.user, None
        gone.save(update_fields=["user"])
        if account and kept.user is None:
            kept.user = account
        elif account:
            close_account(user=account)
        kept.email, kept.phone = kept.email or gone.email, kept.phone or gone.phone
        kept.role = stronger(GuardianRole(gone.role), GuardianRole(kept.role))
        kept.is_payer = kept.is_payer or gone.is_payer
        kept.save()
    move_all(Guardian, reunion)
    Guardian.objects.filter(pk__in=reunion.guardians).delete()


def _name_payer(reunion: Reunion, payer: int) -> None:
    adults = Guardian.objects.filter(household=reunion.kept)
    if not adults.filter(pk=payer, role=GuardianRole.MANAGER).update(is_payer=True):
        raise MergeError("Seul un responsable de ces dossiers peut payer les factures.")
    adults.exclude(pk=payer).update(is_payer=False)


def _custody_obstacles(reunion: Reunion) -> Iterable[str]:
    shared = Custody.objects.filter(child__in=reunion.everyone, second__in=reunion.households).select_related(
        "child"
    )
    if shared:
        names = and_list(sorted({custody.child.first_name for custody in shared}))
        yield f"Ces deux dossiers se partagent la garde de {names} : ce sont deux foyers, pas un doublon."
    both = Custody.objects.filter(child__in=[*reunion.children, *reunion.children.values()])
    if both.filter(child__in=reunion.children) and both.filter(child__in=reunion.children.values()):
        yield "Un même enfant a une garde partagée dans chacun des deux dossiers : terminez l’une des deux."


def _move_health(_key: Key, reunion: Reunion) -> None:
    """The kept file's answers win, the other one's fill what it does not say."""
    records = HealthRecord.objects.in_bulk([*reunion.children, *reunion.children.values()])
    for gone, kept in reunion.children.items():
        if gone not in records:
            continue
        united = HealthRecord(child_id=kept)
        united.values = records[gone].values | (records[kept].values if kept in records else {})
        united.save()
        records[gone].delete()


def _move_changes(key: Key, reunion: Reunion) -> None:
    for gone, kept in reunion.pairs(key.related_model).items():
        waiting = FileChange.objects.filter(state=FileChangeState.PENDING)
        told = waiting.filter(**{key.attname: kept}).values("field")
        double = waiting.filter(**{key.attname: gone}, field__in=told)
        double.update(
            state=FileChangeState.REFUSED, reason=UNITED, decided_by=reunion.by, decided_at=reunion.now
        )
    move_plainly(key, reunion)


def _move_documents(key: Key, reunion: Reunion) -> None:
    """Of one paper sent twice that nobody has read, the kept file's stays. Children are united already."""
    waiting = FamilyDocument.objects.filter(state=DocumentState.RECEIVED, household__in=reunion.households)
    known = {(one.kind_id, one.child_id) for one in waiting if one.household_id == reunion.kept.pk}
    for one in waiting:
        if one.household_id == reunion.gone.pk and (one.kind_id, one.child_id) in known:
            forget_pages([one])
            one.delete()
    move_plainly(key, reunion)


def _move_requests(key: Key, reunion: Reunion) -> None:
    """Of one request that both files wait an answer to, the kept file's stays open."""
    waiting = DataRequest.objects.filter(state=DataRequestState.OPEN)
    double = waiting.filter(
        household=reunion.gone, kind__in=waiting.filter(household=reunion.kept).values("kind")
    )
    double.update(state=DataRequestState.DONE, answer=UNITED, decided_by=reunion.by, decided_at=reunion.now)
    move_plainly(key, reunion)


register_words(
    {
        "core.Agreement": "accords et autorisations",
        "core.ChildFact": "renseignements sur les enfants",
        "core.ChildMeal": "choix de repas des enfants",
        "core.DraftPage": "pages de documents pas encore envoyées",
        "core.FamilyDocument": "documents remis",
        "core.FileChange": "changements demandés",
        "core.HealthRecord": "fiches de santé",
        "core.HealthReading": "lectures des fiches de santé",
        "core.HouseholdMerge": "dossiers déjà réunis à celui-ci",
        "core.MailingRecipient": "messages groupés reçus",
        "core.YearChangeLine": "changements de classe à la rentrée",
    }
)
register_obstacles("core.custody", _custody_obstacles)
# The trace of reunions is not theirs.
register_mover("core.HouseholdMerge.gone", leave_as_it_is)
register_mover("core.HouseholdMerge.kept", leave_as_it_is)
register_mover("core.FamilyDocument.child", move_plainly)  # of two files still: their households differ
register_mover("core.FamilyDocument.household", _move_documents)
register_mover("core.ChildMeal.child", keep_the_others("valid_from"))
register_mover("core.ChildFact.child", keep_the_others("field"))
register_mover("core.HealthRecord.child", _move_health)
for _owner in ("child", "household", "guardian"):
    register_mover(f"core.FileChange.{_owner}", _move_changes)
register_mover("core.DataRequest.household", _move_requests)
register_mover("core.YearChangeLine.child", keep_the_others("change"))
