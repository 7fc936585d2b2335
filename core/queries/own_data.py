"""All that the town's tables hold of a family, as it may read it."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.apps import apps
from django.db import models
from django.db.models import Q, QuerySet
from django.db.models.fields.files import FieldFile

from core.merging import owned_keys
from core.models import (
    Child,
    Custody,
    DataRequest,
    FileChange,
    Guardian,
    HealthRecord,
    Household,
    OutgoingMail,
    User,
)
from core.privacy import details
from core.queries.mails import mails_to
from tenants.context import town_timezone

# Keys and machinery that say nothing to anybody, and what is sealed: opened below where it is the family's.
_HIDDEN = frozenset(
    {
        "id",
        "sealed",
        "sealed_iban",
        "sealed_account",
        "digest",
        "token",
        "uuid",
        "seen",
        "dedupe_key",
        "nonce",
        "author_name",  # of an agent: « Le service », as in the thread
    }
)


@dataclass(frozen=True, kw_only=True)
class Table:
    """One kind of things: a line is French label → value (text, number, ISO date, list)."""

    title: str
    rows: list[dict[str, Any]]


def own_data(household: Household) -> list[Table]:
    """Everything, table by table; empty ones are left out. Of a child that another household shares, only the file
    that this one keeps: what the other parent did is not its own."""
    tables = [
        Table(title="Dossier", rows=[_row(household)]),
        Table(title="Responsables", rows=[_row(one) for one in household.guardians.select_related("user")]),
        Table(title="Comptes", rows=[_account(user) for user in _users(household)]),
        Table(title="Enfants", rows=[_row(child) for child in household.children.select_related("school")]),
    ]
    for rows in _owned(household):
        title = str(rows.model._meta.verbose_name_plural).capitalize()
        tables.append(Table(title=title, rows=[_row(one) for one in rows]))
    mails = mails_to([address for user in _users(household) for address in (user.email,)])
    tables.append(Table(title="Courriels reçus", rows=[_mail(mail) for mail in mails]))
    return [table for table in tables if table.rows]


def own_files(household: Household) -> Iterator[tuple[str, FieldFile]]:
    """The files the family gave, each with a name for the archive."""
    for rows in _owned(household):
        if rows.model is DataRequest:  # an archive in the archive
            continue
        fields = [one for one in rows.model._meta.local_fields if isinstance(one, models.FileField)]
        for row in rows if fields else ():
            for one in fields:
                file = getattr(row, one.name)
                if file:
                    yield (
                        f"documents/{rows.model._meta.model_name}-{row.pk}-{file.name.rsplit('/')[-1]}",
                        file,
                    )


def _owned(household: Household) -> Iterator[QuerySet]:
    children = list(household.children.values_list("pk", flat=True))
    shared = set(Custody.objects.filter(child__in=children).values_list("child", flat=True))
    seen: set[type[models.Model]] = {Guardian, Child, FileChange}
    yield FileChange.objects.filter(
        Q(household=household) | Q(guardian__household=household) | Q(child__in=children)
    )
    for key in owned_keys(Household):
        if key.model not in seen:
            seen.add(key.model)
            yield key.model._default_manager.filter(**{key.attname: household.pk})
    for key in owned_keys(Child):
        if key.model not in seen:
            seen.add(key.model)
            of = (
                children
                if key.model._meta.app_label == "core"
                else [pk for pk in children if pk not in shared]
            )
            yield key.model._default_manager.filter(**{f"{key.attname}__in": of})
    for label, path in details().items():
        yield apps.get_model(label)._default_manager.filter(**{path: household.pk})


def _users(household: Household) -> list[User]:
    return list(User.objects.filter(guardian__household=household))


def _account(user: User) -> dict[str, Any]:
    said = {"Identifiant": user.email, "Créé le": user.created_at, "Activé le": user.activated_at}
    return {label: _plain(value) for label, value in (said | {"Dernière connexion": user.last_login}).items()}


def _mail(mail: OutgoingMail) -> dict[str, Any]:
    return {"Le": _plain(mail.created_at), "À": mail.to, "Objet": mail.subject}


def _row(row: models.Model) -> dict[str, Any]:
    said: dict[str, Any] = {}
    for one in row._meta.local_fields:
        if one.name in _HIDDEN or (one.is_relation and one.related_model is Household):
            continue
        label = str(one.verbose_name).capitalize()
        if one.choices:
            said[label] = str(getattr(row, f"get_{one.name}_display")())
        elif one.is_relation:
            said[label] = _named(getattr(row, one.name))
        else:
            said[label] = _plain(getattr(row, one.name))
    return said | _opened(row)


def _opened(row: models.Model) -> dict[str, Any]:
    """What is sealed at rest and is the family's own."""
    if isinstance(row, HealthRecord):
        return {str(field.label): value for field, value in row.values.items()}
    if isinstance(row, FileChange):
        return {"Avant": row.before, "Après": row.after}
    return {}


def _named(other: models.Model | None) -> str:
    if isinstance(other, User) and other.is_agent:
        return "Le service"
    return "" if other is None else str(other)


def _plain(value: Any) -> Any:
    match value:
        case datetime():
            return value.astimezone(town_timezone()).isoformat(timespec="minutes")
        case date() | Decimal():
            return str(value)
        case FieldFile():
            return value.name or ""
        case None | bool() | int() | str() | list() | dict():
            return value
    return str(value)
