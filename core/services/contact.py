from datetime import datetime
from uuid import UUID

from django.db import transaction

from core.enums import TaskKind
from core.models import CommuneSettings
from core.services.office import open_task
from core.services.outbox import write_mail


@transaction.atomic
def send_to_town(*, nonce: UUID, name: str, email: str, phone: str, message: str, now: datetime) -> None:
    """A visitor's message: a task for the office and, when the town has an address, a mail. Once for one ``nonce``."""
    source = f"contact:{nonce}"
    sender = f"{name}\n{email}" + (f"\n{phone}" if phone else "")
    open_task(
        kind=TaskKind.CONTACT,
        source=source,
        title=f"Message de {name}"[:200],
        body=f"{sender}\n\n{message}",
        now=now,
    )
    town_email = CommuneSettings.objects.values_list("email", flat=True).first()
    if town_email:
        write_mail(
            to=town_email,
            template="contact",
            context={"name": name, "email": email, "phone": phone, "message": message},
            now=now,
            dedupe_key=source,
        )
