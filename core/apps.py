from django.apps import AppConfig


class CoreConfig(AppConfig):
    name = "core"
    verbose_name = "Socle"

    def ready(self) -> None:
        from core import audiences
        from core.imports.base import register
        from core.privacy import register_detail
        from core.queries.audiences import Classes, Everybody, Schools
        from core.queries.journal_objects import register_own
        from core.services.import_families import FamilyImport
        from core.services.import_roll import RollImport

        register_own()
        register(FamilyImport())
        register(RollImport())
        audiences.register(Everybody(), Schools(), Classes())
        register_detail("core.DocumentPage", "document__household")
        register_detail("core.ConversationMessage", "conversation__household")
        register_detail("core.MessageFile", "message__conversation__household")
