"""Background work: each task in its own town's schema, and no town can stop another."""

import time
from collections.abc import Callable
from datetime import timedelta

import pytest
from celery import current_app, shared_task
from celery.contrib.testing.worker import start_worker
from django.conf import settings
from django.db import connection, transaction
from django.utils.timezone import get_current_timezone
from tenant_schemas_celery.app import CeleryApp

from core import jobs
from core.clock import now
from core.jobs import enqueue
from core.models import OutgoingMail, StaffTask
from core.services.office import open_task
from portail.celery_app import NIGHTLY, PERIODIC, app
from tenants.context import use_commune
from tenants.enums import CommuneStatus
from tenants.models import Commune


@shared_task(name="tests.leave_a_trace")
def leave_a_trace(word: str = "") -> None:
    if connection.tenant.slug == "balaruc" and word == "panne":
        raise RuntimeError("cette commune est en panne")
    open_task(
        kind="contact",
        source=f"test:{word}",
        title=connection.schema_name,
        body=str(get_current_timezone()),
        now=now(),
    )


def traces(towns: list[Commune]) -> dict[str, list[tuple[str, str, str]]]:
    found = {}
    for town in towns:
        with use_commune(town):
            found[town.slug] = sorted(StaffTask.objects.values_list("source", "title", "body"))
    return found


def wait_for(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 15
    while not condition() and time.monotonic() < deadline:
        time.sleep(0.05)


@pytest.fixture(autouse=True)
def tasks_are_known() -> None:
    """As a worker does when it starts; a web process never needs them."""
    app.loader.import_default_modules()


@pytest.fixture
def sent(monkeypatch) -> list[tuple[str, str]]:
    """What is sent, as (task, schema), instead of being sent."""
    found: list[tuple[str, str]] = []
    monkeypatch.setattr(
        type(app), "send_task", lambda _, task, headers, **__: found.append((task, headers["_schema_name"]))
    )
    return found


def test_the_application_of_the_workers_is_the_current_one():
    assert current_app.main == "portail"
    assert {*PERIODIC, *NIGHTLY, "portail.tasks.for_each_town"} <= set(app.tasks)


def test_periodic_work_is_sent_by_the_dispatcher_in_public():
    for entry in app.conf.beat_schedule.values():
        assert entry["task"] == "portail.tasks.for_each_town"
        assert entry["args"][0] in app.tasks
        assert entry["options"]["headers"] == {"_schema_name": "public"}


def test_the_dispatcher_sends_one_task_a_ready_town(public, sent):
    Commune.objects.create(
        schema_name="c_fermee", slug="fermee", name="Fermée", status=CommuneStatus.SUSPENDED
    )

    app.tasks["portail.tasks.for_each_town"]("core.tasks.send_mails")

    assert sent == [("core.tasks.send_mails", "c_balaruc"), ("core.tasks.send_mails", "c_bellegarde")]


def test_a_task_is_sent_once_its_facts_are_committed(transactional_db, commune, sent):
    with transaction.atomic():
        enqueue("core.tasks.send_mails")
        assert sent == []
    assert sent == [("core.tasks.send_mails", "c_bellegarde")]

    with pytest.raises(RuntimeError), transaction.atomic():
        enqueue("core.tasks.send_mails")
        raise RuntimeError
    assert len(sent) == 1


def test_a_broker_that_is_down_stops_nobody(transactional_db, commune, monkeypatch):
    unreachable = CeleryApp("panne", broker="redis://127.0.0.1:1/0", set_as_current=False)
    unreachable.conf.update(
        task_publish_retry_policy=settings.CELERY_TASK_PUBLISH_RETRY_POLICY, task_default_queue="celery"
    )
    monkeypatch.setattr(jobs, "current_app", unreachable)
    monkeypatch.delenv("CELERY_BROKER_URL")
    before = now()

    with transaction.atomic():
        enqueue("core.tasks.send_mails")
        OutgoingMail.objects.create(to="a@exemple.fr", subject="s", text="t", created_at=before)

    assert OutgoingMail.objects.count() == 1
    assert now() - before < timedelta(seconds=5)


def test_tasks_land_in_the_schema_and_the_time_of_their_town(transactional_db, public):
    Commune.objects.filter(slug="balaruc").update(timezone="Indian/Reunion")
    towns = list(Commune.objects.order_by("slug"))
    app.control.purge()  # what earlier tests sent and nobody did
    with start_worker(app, perform_ping_check=False, pool="solo"):
        for town in towns:
            with use_commune(town):
                current_app.send_task("tests.leave_a_trace", args=["un"])
                current_app.send_task("tests.leave_a_trace", args=["panne"])
        app.tasks["portail.tasks.for_each_town"]("tests.leave_a_trace")
        wait_for(lambda: sum(map(len, traces(towns).values())) == 5)

    balaruc, bellegarde = ("c_balaruc", "Indian/Reunion"), ("c_bellegarde", "Europe/Paris")
    assert traces(towns) == {
        "balaruc": [("test:", *balaruc), ("test:un", *balaruc)],
        "bellegarde": [("test:", *bellegarde), ("test:panne", *bellegarde), ("test:un", *bellegarde)],
    }
