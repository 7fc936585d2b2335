from django.apps import AppConfig


class TenantsConfig(AppConfig):
    name = "tenants"
    verbose_name = "Communes"

    def ready(self) -> None:
        import tenants.checks  # noqa: F401  registers the system checks
