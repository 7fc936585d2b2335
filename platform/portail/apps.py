from django.apps import AppConfig


class PortailConfig(AppConfig):
    name = "portail"
    verbose_name = "Portail"

    def ready(self) -> None:
        from portail import celery_app  # noqa: F401 - makes it the application that tasks are sent with
