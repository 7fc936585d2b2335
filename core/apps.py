from django.apps import AppConfig


class CoreConfig(AppConfig):
    name = "core"
    verbose_name = "Socle"

    def ready(self) -> None:
        from core.imports.base import register
        from core.services.import_families import FamilyImport
        from core.services.import_roll import RollImport

        register(FamilyImport())
        register(RollImport())
