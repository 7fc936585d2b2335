"""Preparing the town's settings, object by object, then publishing them in one act."""

from collections.abc import Collection, Mapping, Sequence
from copy import deepcopy
from datetime import datetime
from typing import Any

from django.db import transaction

from core.commune_file.lines import Path
from core.commune_file.objects import (
    Data,
    Edit,
    Names,
    edit,
    find,
    handle,
    items,
    kind_of,
    lists_of,
    model_of,
    own_values,
    place_of,
)
from core.commune_file.problems import Fault
from core.commune_file.reading import read_data
from core.commune_file.report import Report
from core.commune_file.services import apply_text, check_text, hold_settings
from core.commune_file.telling import tongue_of
from core.commune_file.writing import toml_value
from core.errors import DomainError
from core.locks import locking_transaction
from core.models import AppliedFile, SettingsChange, User
from core.queries.face import forget_face
from core.queries.settings_draft import SEPARATOR, Draft, draft_text, load_draft
from core.words import NBSP
from tenants.context import Commune


class SettingsRefusedError(DomainError):
    """Values that an object cannot have. ``faults``: what is wrong, each with the keys that lead to it from the
    object."""

    code = "settings_refused"

    def __init__(self, faults: Sequence[Fault]) -> None:
        self.faults = faults
        super().__init__(" ".join(fault.message for fault in faults))


@transaction.atomic
def save_object(
    *, commune: Commune, names: Names, values: Mapping[str, Any], by: User, now: datetime
) -> None:
    """Change keys of an object in the draft (None: the key goes away), or add it.

    Raises SettingsRefusedError when the object cannot be so. What it still lacks inside (a period without any slot) is no
    reason to refuse: publishing asks for it.
    """
    hold_settings()
    draft = load_draft(commune)
    given = {key: value for key, value in values.items() if value is not None}
    dropped = tuple(key for key, value in values.items() if value is None)
    data = deepcopy(draft.data)
    edit(data, Edit(names=names, values=given, dropped=dropped))
    if faults := _own_faults(data, names, values):
        raise SettingsRefusedError(faults)
    _keep_all(draft, data, names, given, by=by, now=now)


@transaction.atomic
def replace_object(
    *, commune: Commune, names: Names, new_names: Names, values: Mapping[str, Any], by: User, now: datetime
) -> None:
    """Change an object whose values are its name, such as days of the calendar. Raises SettingsRefusedError."""
    if names != new_names:
        remove_object(commune=commune, names=names, by=by, now=now)
    save_object(commune=commune, names=new_names, values=values, by=by, now=now)


@transaction.atomic
def remove_object(*, commune: Commune, names: Names, by: User, now: datetime) -> None:
    hold_settings()
    draft = load_draft(commune)
    inside = SEPARATOR.join(names) + SEPARATOR
    SettingsChange.objects.filter(path__startswith=inside).delete()
    if find(draft.base, names) is None:
        SettingsChange.objects.filter(path=SEPARATOR.join(names)).delete()
        return
    _write(names, SettingsChange.Act.REMOVE, title=title_of(draft.data, names), by=by, now=now)


@transaction.atomic
def move_object(*, commune: Commune, names: Names, places: int, by: User, now: datetime) -> None:
    """Move an object in its list by ``places`` (-1: one up); beyond an end it stays at that end."""
    hold_settings()
    draft = load_draft(commune)
    order = [handle(one) for one in items(draft.data, names[:-1])]
    here = order.index(names[-1])
    order.insert(min(max(here + places, 0), len(order) - 1), order.pop(here))
    if order == [handle(one) for one in items(draft.base, names[:-1])]:
        SettingsChange.objects.filter(path=SEPARATOR.join(names[:-1])).delete()
        return
    text = f"ordre = {toml_value(order)}\n"
    title = f"Ordre{NBSP}: {title_of(draft.data, names[:-2]) or _noun(names)}".strip()
    _write(names[:-1], SettingsChange.Act.ORDER, title=title, values=text, by=by, now=now)


@transaction.atomic
def undo_change(*, change: SettingsChange) -> None:
    """Forget what is prepared for an object, and for what is inside it."""
    hold_settings()
    SettingsChange.objects.filter(path__startswith=change.path + SEPARATOR).delete()
    change.delete()


@transaction.atomic
def forget_draft() -> None:
    hold_settings()
    SettingsChange.objects.all().delete()


def copy_object(*, commune: Commune, copies: Sequence[tuple[Names, Data]], by: User, now: datetime) -> None:
    """Add whole objects to the draft, what is inside them included. Raises SettingsRefusedError, and adds nothing."""
    with transaction.atomic():
        hold_settings()
        draft = load_draft(commune)
        data = deepcopy(draft.data)
        for names, item in copies:
            edit(data, Edit(names=names, values=item))
        for names, item in copies:
            if faults := _own_faults(data, names, item):
                raise SettingsRefusedError(faults)
        for names, item in copies:
            _keep_all(draft, data, names, item, by=by, now=now)


def publish_draft(*, commune: Commune, seen: Collection[int], by: User) -> Report:
    """Make the town what the draft says, all or nothing. ``seen``: the changes whose effect the agent has read.

    Raises CommuneFileError when it cannot be, StaleDraftError when somebody changed the draft meanwhile, BusyError.
    """
    try:
        with locking_transaction():
            hold_settings()
            draft = load_draft(commune)
            if {change.pk for change in draft.changes} != set(seen):
                raise StaleDraftError
            report = apply_text(commune, draft_text(draft), by=by, name="réglages")
            SettingsChange.objects.filter(pk__in=list(seen)).delete()
    finally:
        forget_face()
    return report


def apply_seen(*, commune: Commune, text: str, since: int | None, by: User) -> Report:
    """Make the town what a whole file says: one that an agent brings, or one that was published before.

    ``since``: the last publication when the agent read its effect. Raises CommuneFileError, StaleTownError when there was
    another one meanwhile, BusyError.
    """
    try:
        with locking_transaction():
            hold_settings()
            last = AppliedFile.objects.select_related("by").last()
            if last and since is not None and last.pk != since:
                raise StaleTownError(last)
            return apply_text(commune, text, by=by, name="fichier")
    finally:
        forget_face()


class StaleTownError(DomainError):
    code = "stale_town"

    def __init__(self, last: AppliedFile) -> None:
        who = last.by.name if last.by else "l’éditeur du portail"
        super().__init__(
            f"Les réglages ont été publiés entre-temps par {who}. Relisez l’effet de votre fichier : "
            "l’appliquer reviendrait sur cette publication."
        )


class StaleDraftError(DomainError):
    code = "stale_draft"
    message = (
        "Les réglages en préparation ont changé pendant votre lecture. Relisez leur effet avant de publier."
    )

    def __init__(self) -> None:
        super().__init__(self.message)


@transaction.atomic
def drop_broken_examples(*, commune: Commune, by: User, now: datetime) -> int:
    """Take away the worked examples that no longer hold with the draft. Returns how many."""
    draft = load_draft(commune)
    data = draft.data
    ranks = {fault.path[1] for fault in read_data(data).faults if fault.path[:1] == ("exemples",)}
    examples = items(data, ("exemples",))
    broken = [one for rank, one in enumerate(examples) if rank in ranks]
    if not broken:
        failing = {one.title for one in check_text(draft_text(draft)).examples if one.failures}
        broken = [one for one in examples if one["nom"] in failing]
    for one in broken:
        remove_object(commune=commune, names=("exemples", handle(one)), by=by, now=now)
    return len(broken)


def title_of(data: Data, names: Names) -> str:
    """« Activité RESTAURATION › période Cantine 2026-2027 »."""
    titles = []
    for length in range(1 if len(names) == 1 else 2, len(names) + 1, 2):
        part = names[:length]
        noun, name = _noun(part), "" if length == 1 else _name(data, part)
        titles.append(name if name.lower().startswith(noun) else f"{noun} {name}".strip())
    text = " › ".join(titles)[:300]
    return text[:1].upper() + text[1:]


def _name(data: Data, names: Names) -> str:
    item, tongue = find(data, names), tongue_of(kind_of(names))
    return tongue.name(item) if item and tongue else str((item or {}).get("nom", names[-1]))


def _noun(names: Names) -> str:
    return model_of(kind_of(names)).noun or names[0].rstrip("s")


def _own_faults(data: Data, names: Names, edited: Mapping[str, Any]) -> list[Fault]:
    """The faults of an object's own keys, with paths from it; those of its lists are for later."""
    place = place_of(data, names)
    inside = lists_of(model_of(kind_of(names)))
    own = [
        Fault(_within(fault.path, place), fault.message)
        for fault in read_data(data).faults
        if fault.path[: len(place)] == place
    ]
    return [
        fault for fault in own if not fault.path or fault.path[0] not in inside or fault.path[0] in edited
    ]


def _within(path: Path, place: Path) -> Path:
    return path[len(place) :]


def _keep(draft: Draft, data: Data, names: Names, *, by: User, now: datetime) -> None:
    """Write down what the object differs by from the town as it is."""
    before, after = own_values(find(draft.base, names) or {}), own_values(find(data, names) or {})
    values = {key: value for key, value in after.items() if before.get(key) != value}
    dropped = [key for key in before if key not in after]
    if not values and not dropped and find(draft.base, names) is not None:
        SettingsChange.objects.filter(path=SEPARATOR.join(names)).delete()
        return
    _write(
        names,
        SettingsChange.Act.SET,
        title=title_of(data, names),
        values="".join(f"{key} = {toml_value(value)}\n" for key, value in values.items()),
        dropped=dropped,
        by=by,
        now=now,
    )


def _keep_all(
    draft: Draft, data: Data, names: Names, item: Mapping[str, Any], *, by: User, now: datetime
) -> None:
    _keep(draft, data, names, by=by, now=now)
    for key in lists_of(model_of(kind_of(names))):
        for one in item.get(key, ()):
            _keep_all(draft, data, (*names, key, handle(one)), one, by=by, now=now)


def _write(
    names: Names,
    act: SettingsChange.Act,
    *,
    title: str,
    by: User,
    now: datetime,
    values: str = "",
    dropped: Sequence[str] = (),
) -> None:
    # What is written again is another change: whoever has read the first one has not read this one.
    SettingsChange.objects.filter(path=SEPARATOR.join(names)).delete()
    SettingsChange.objects.create(
        path=SEPARATOR.join(names),
        act=act,
        title=title,
        values=values,
        dropped=list(dropped),
        by=by,
        at=now,
    )
