"""The journal, the quittances and the closings are never edited, and nothing is written in a closed day.

Money recorded before the journal existed is written in it. No closing exists yet, so the day of Paris is near enough
for the days of these first entries, overseas too.
"""

from django.db import migrations

FROZEN_TABLES = ("billing_journalentry", "billing_quittance", "billing_closing", "billing_tender")
DATED_TABLES = ("billing_journalentry", "billing_depositslip")

CREATE_FUNCTION = """
CREATE FUNCTION refuse_closed_day() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT 1 FROM billing_closing WHERE regie_id = NEW.regie_id AND last_day >= NEW."on") THEN
        RAISE EXCEPTION 'la journée du % est arrêtée : rien ne s’y écrit plus', NEW."on"
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END
$$;
"""

FIRST_PAYMENTS = """
INSERT INTO billing_journalentry (regie_id, household_id, payment_id, "on", at, kind, means, amount, reason)
SELECT regie_id, household_id, id, (paid_at AT TIME ZONE 'Europe/Paris')::date, paid_at, 'received', means, amount, ''
FROM billing_payment WHERE state IN ('paid', 'bank_pending') ORDER BY paid_at, id;
"""

FIRST_REFUNDS = """
INSERT INTO billing_journalentry (regie_id, household_id, refund_id, "on", at, kind, means, amount, by_id, reason)
SELECT regie_id, household_id, id, (done_at AT TIME ZONE 'Europe/Paris')::date, done_at, 'refunded', 'transfer',
       -amount, done_by_id, reason
FROM billing_refund WHERE done_at IS NOT NULL ORDER BY done_at, id;
"""


class Migration(migrations.Migration):
    dependencies = [("billing", "0008_regie_books")]

    operations = [
        migrations.RunSQL(FIRST_PAYMENTS, migrations.RunSQL.noop),
        migrations.RunSQL(FIRST_REFUNDS, migrations.RunSQL.noop),
        migrations.RunSQL(CREATE_FUNCTION, "DROP FUNCTION refuse_closed_day();"),
        *(
            migrations.RunSQL(
                f"CREATE TRIGGER {table}_frozen BEFORE UPDATE OR DELETE ON {table} "
                "FOR EACH ROW EXECUTE FUNCTION refuse_change();",
                f"DROP TRIGGER {table}_frozen ON {table};",
            )
            for table in FROZEN_TABLES
        ),
        *(
            migrations.RunSQL(
                f"CREATE TRIGGER {table}_open_day BEFORE INSERT OR UPDATE ON {table} "
                "FOR EACH ROW EXECUTE FUNCTION refuse_closed_day();",
                f"DROP TRIGGER {table}_open_day ON {table};",
            )
            for table in DATED_TABLES
        ),
    ]
