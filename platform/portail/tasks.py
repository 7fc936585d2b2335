from celery import current_app, shared_task

from tenants.context import ready_communes


@shared_task
def for_each_town(task: str) -> None:
    """Send the named task once for every open town. Each runs alone: a town that fails stops no other."""
    for commune in ready_communes():
        current_app.send_task(task, headers={"_schema_name": commune.schema_name})
