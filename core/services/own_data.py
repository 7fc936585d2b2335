"""What a family asks about its data: the archive it downloads, a correction, to be forgotten; and the answers."""

import calendar
import json
import zipfile
from datetime import date, datetime, timedelta
from io import BytesIO

import structlog
from django.core.files.base import ContentFile
from django.db import IntegrityError, transaction
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from core.audit_acts import AuditAct
from core.enums import DataRequestKind, DataRequestState
from core.errors import DomainError
from core.jobs import enqueue
from core.locks import lock_rows, locking_transaction
from core.models import DataRequest, Household, User
from core.queries.own_data import own_data, own_files
from core.services.audit import record
from core.services.files import forget_file
from core.services.outbox import write_mail
from core.words import NBSP
from tenants.context import town_timezone, town_url

log = structlog.get_logger(__name__)

ARCHIVE_KEPT = timedelta(days=7)


class DataRequestError(DomainError):
    code = "data_request"


def ask_about_data(
    *, household: Household, kind: DataRequestKind, message: str, by: User, now: datetime
) -> DataRequest:
    """Keep a request, due within one month as the law asks. An archive is prepared at once. Raises DataRequestError."""
    try:
        with transaction.atomic():
            request = DataRequest.objects.create(
                household=household,
                kind=kind,
                message=message.strip(),
                asked_at=now,
                asked_by=by,
                due_on=_one_month_after(now.astimezone(town_timezone()).date()),
            )
    except IntegrityError as error:
        raise DataRequestError(_("Une demande de ce genre est déjà en cours.")) from error
    if kind == DataRequestKind.EXPORT:
        enqueue("core.tasks.prepare_archives")
    return request


def prepare_archives(*, now: datetime) -> int:
    """Make the archives that wait, and erase those whose time is over. Returns how many were made."""
    over = DataRequest.objects.filter(file_until__lt=now).exclude(file="")
    for request in over:
        DataRequest.objects.filter(pk=request.pk).update(file="")
        forget_file(request.file)
    waiting = DataRequest.objects.filter(kind=DataRequestKind.EXPORT, state=DataRequestState.OPEN)
    pending = list(waiting.values_list("pk", flat=True))
    return sum(_prepare_archive(pk, now) for pk in pending)


def answer_request(
    *, request: DataRequest, state: DataRequestState, answer: str, by: User, now: datetime
) -> None:
    """Close a request and write its answer to who asked. Raises DataRequestError."""
    if not answer.strip():
        raise DataRequestError("Écrivez la réponse : la famille la lira.")
    with locking_transaction():
        locked = to_answer(request)
        close(locked, state=state, answer=answer, by=by, now=now)
        note = f"{locked.get_kind_display()}{NBSP}: {locked.get_state_display().lower()}"
        record(act=AuditAct.DATA_ANSWERED, by=by, now=now, on=locked.household, note=note)
        write_mail(to=locked.asked_by.email, template="data_answer", context={"asked": locked}, now=now)


def withdraw_request(*, request: DataRequest, by: User, now: datetime) -> None:
    """The family takes its request back before anybody answered. Raises DataRequestError."""
    with locking_transaction():
        close(to_answer(request), state=DataRequestState.WITHDRAWN, answer="", by=by, now=now)


def to_answer(request: DataRequest) -> DataRequest:
    """Lock an open request. Raises DataRequestError for one that has its answer."""
    locked = lock_rows(DataRequest.objects.filter(pk=request.pk).select_related("asked_by", "household"))[0]
    if locked.state != DataRequestState.OPEN:
        raise DataRequestError(_("Cette demande a déjà sa réponse."))
    return locked


def close(
    request: DataRequest, *, state: DataRequestState, answer: str, by: User | None, now: datetime
) -> None:
    request.state, request.answer = state, answer.strip()
    request.decided_by, request.decided_at = by, now
    request.save()
    log.info("data_request_closed", request=request.pk, state=state, by=by and by.pk)


def archive_of(household: Household) -> bytes:
    """A ZIP: the data as JSON for a program, as a page for a person, and the papers that were given."""
    tables = own_data(household)
    content = BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
        said = {table.title: table.rows for table in tables}
        archive.writestr("donnees.json", json.dumps(said, ensure_ascii=False, indent=2))
        archive.writestr(
            "donnees.html",
            render_to_string("account/own_data_archive.html", {"tables": tables, "household": household}),
        )
        for name, file in own_files(household):
            with file.open() as opened:
                archive.writestr(name, opened.read())
    return content.getvalue()


def _prepare_archive(pk: int, now: datetime) -> bool:
    request = DataRequest.objects.select_related("household").get(pk=pk)
    content = ContentFile(archive_of(request.household))
    with locking_transaction():
        locked = lock_rows(DataRequest.objects.filter(pk=pk).select_related("asked_by", "household"))[0]
        if locked.state != DataRequestState.OPEN:  # another worker made it in between
            return False
        locked.file.save("donnees.zip", content, save=False)
        locked.file_until = now + ARCHIVE_KEPT
        close(locked, state=DataRequestState.DONE, answer="", by=None, now=now)
        write_mail(
            to=locked.asked_by.email,
            template="data_archive",
            context={"asked": locked, "link": town_url(reverse("own_data"))},
            now=now,
        )
    return True


def _one_month_after(day: date) -> date:
    year, month = (day.year + 1, 1) if day.month == 12 else (day.year, day.month + 1)
    return date(year, month, min(day.day, calendar.monthrange(year, month)[1]))
