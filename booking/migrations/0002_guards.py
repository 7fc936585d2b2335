"""Acts are the proof that a family may need: the database refuses to rewrite them."""

from django.db import migrations

FROZEN = ("booking_attendanceact", "booking_reservationevent", "booking_waitingevent")


class Migration(migrations.Migration):
    dependencies = [("booking", "0001_initial"), ("core", "0002_guards")]

    operations = [
        migrations.RunSQL(
            f"CREATE TRIGGER {table}_frozen BEFORE UPDATE OR DELETE ON {table} "
            "FOR EACH ROW EXECUTE FUNCTION refuse_change();",
            f"DROP TRIGGER {table}_frozen ON {table};",
        )
        for table in FROZEN
    ]
