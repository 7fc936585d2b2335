"""The application of the workers. A task runs in the schema of the town that sent it (tenant_schemas_celery), and in
its time zone: a mail written by a worker says the town's hours.

Periodic work goes through one dispatcher, ``portail.tasks.for_each_town``, which runs in ``public``.
"""

import os

from celery.schedules import crontab
from celery.signals import task_postrun, task_prerun
from django.utils import timezone
from tenant_schemas_celery.app import CeleryApp

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portail.settings.production")

EVERY_MINUTE = 60.0
EVERY_QUARTER = 900.0
# What each open town needs done regularly: task → seconds between two rounds.
PERIODIC = {
    "core.tasks.send_mails": EVERY_MINUTE,
    "core.tasks.send_texts": EVERY_MINUTE,
    "core.tasks.send_scheduled_mailings": EVERY_MINUTE,
    "core.tasks.follow_imports": EVERY_MINUTE,
    "core.tasks.prepare_archives": EVERY_QUARTER,
    "billing.tasks.sweep_payments": EVERY_MINUTE,
    "billing.tasks.follow_campaigns": EVERY_MINUTE,
    "booking.tasks.expire_unpaid": EVERY_MINUTE,
    "booking.tasks.tell_changes": EVERY_MINUTE,
    "booking.tasks.offer_freed_places": EVERY_MINUTE,
    "booking.tasks.send_reminders": EVERY_QUARTER,
    "core.tasks.apply_planned_years": EVERY_QUARTER,
}
# What each open town needs done once a night, in UTC.
NIGHTLY = {
    "core.tasks.tidy_up": crontab(hour=1, minute=10),
    "core.tasks.propose_retention": crontab(hour=2, minute=10, day_of_month=1),
    "billing.tasks.remind": crontab(hour=6, minute=20),
    "billing.tasks.remind_quotients": crontab(hour=6, minute=40),
    "booking.tasks.remind_documents": crontab(hour=6, minute=50),
    "billing.tasks.end_unused_mandates": crontab(hour=1, minute=20),
    "billing.tasks.prove_books": crontab(hour=1, minute=40),
}
ONE_HOUR = 3600.0

app = CeleryApp("portail")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
app.conf.beat_schedule = {
    task: {
        "task": "portail.tasks.for_each_town",
        "schedule": seconds,
        "args": (task,),
        # A round that no worker took before the next one is due is not worth running.
        "options": {"expires": seconds, "headers": {"_schema_name": "public"}},
    }
    for task, seconds in PERIODIC.items()
} | {
    task: {
        "task": "portail.tasks.for_each_town",
        "schedule": moment,
        "args": (task,),
        "options": {"expires": ONE_HOUR, "headers": {"_schema_name": "public"}},
    }
    for task, moment in NIGHTLY.items()
}


# Connected after tenant_schemas_celery's own receiver, which has chosen the town by then.
@task_prerun.connect
def use_town_time(**_: object) -> None:
    from tenants.context import in_public_schema, town_timezone

    if not in_public_schema():
        timezone.activate(town_timezone())


@task_postrun.connect
def leave_town_time(**_: object) -> None:
    timezone.deactivate()
