"""The application of the workers. A task runs in the schema of the town that sent it (tenant_schemas_celery).

Periodic work goes through one dispatcher, ``portail.tasks.for_each_town``, which runs in ``public``.
"""

import os

from tenant_schemas_celery.app import CeleryApp

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portail.settings.production")

EVERY_MINUTE = 60.0
# What each open town needs done regularly: task → seconds between two rounds.
PERIODIC = {
    "core.tasks.send_mails": EVERY_MINUTE,
    "billing.tasks.sweep_payments": EVERY_MINUTE,
    "booking.tasks.expire_unpaid": EVERY_MINUTE,
}

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
}
