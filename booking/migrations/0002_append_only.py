"""The history of a request is the proof a family may need: the database refuses to rewrite it."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("booking", "0001_initial"), ("billing", "0002_append_only")]

    operations = [
        migrations.RunSQL(
            "CREATE TRIGGER booking_reservationevent_frozen BEFORE UPDATE OR DELETE ON booking_reservationevent "
            "FOR EACH ROW EXECUTE FUNCTION refuse_change();",
            "DROP TRIGGER booking_reservationevent_frozen ON booking_reservationevent;",
        ),
    ]
