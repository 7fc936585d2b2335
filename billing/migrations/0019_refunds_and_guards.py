"""A refund says its transfer, and may be given up; slips and statements are guarded by the database as closings are.

A slip is cancelled once, and its payments leave it once: nothing else of them ever changes.
"""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models
from django.db.models import Q

FROZEN_TABLES = (
    "billing_cashcount",
    "billing_providerstatement",
    "billing_statementline",
    "billing_settleddifference",
)
# What may be written once; the first column is empty until then.
WRITTEN_ONCE = {
    "billing_depositslip": "cancelled_at,cancelled_by_id,cancel_reason",
    "billing_deposititem": "withdrawn_at",
}

CREATE_FUNCTION = """
CREATE FUNCTION refuse_second_change() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE may_change text[] := string_to_array(TG_ARGV[0], ',');
BEGIN
    IF TG_OP = 'UPDATE' AND to_jsonb(NEW) - may_change = to_jsonb(OLD) - may_change
       AND to_jsonb(OLD) ->> may_change[1] IS NULL THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'la table % ne se modifie pas : une correction est une nouvelle ligne', TG_TABLE_NAME
        USING ERRCODE = 'restrict_violation';
END
$$;
"""
# Before, a refund was dated by the moment at which somebody said it was done.
FIRST_DATES = """
UPDATE billing_refund SET paid_on = (done_at AT TIME ZONE 'Europe/Paris')::date WHERE done_at IS NOT NULL;
"""


class Migration(migrations.Migration):
    dependencies = [("billing", "0018_frozen_rows_follow_their_file")]

    operations = [
        migrations.AddField(
            "refund", "paid_on", models.DateField(blank=True, null=True, verbose_name="viré le")
        ),
        migrations.AddField(
            "refund",
            "transfer_ref",
            models.CharField(blank=True, default="", max_length=60, verbose_name="référence du virement"),
            preserve_default=False,
        ),
        migrations.AddField(
            "refund",
            "asked_at",
            models.DateTimeField(blank=True, null=True, verbose_name="demandé au prestataire le"),
        ),
        migrations.AddField(
            "refund",
            "cancelled_at",
            models.DateTimeField(blank=True, null=True, verbose_name="abandonné le"),
        ),
        migrations.AddField(
            "refund",
            "cancelled_by",
            models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="abandonné par",
            ),
        ),
        migrations.AddField(
            "refund",
            "cancel_reason",
            models.CharField(blank=True, default="", max_length=200, verbose_name="motif de l’abandon"),
            preserve_default=False,
        ),
        migrations.AddConstraint(
            "refund",
            models.CheckConstraint(
                name="refund_done_or_cancelled",
                condition=Q(cancelled_at__isnull=True) | Q(done_at__isnull=True) & ~Q(cancel_reason=""),
            ),
        ),
        migrations.RunSQL(FIRST_DATES, migrations.RunSQL.noop),
        migrations.RunSQL(CREATE_FUNCTION, "DROP FUNCTION refuse_second_change();"),
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
                f"CREATE TRIGGER {table}_frozen BEFORE UPDATE OR DELETE ON {table} "
                f"FOR EACH ROW EXECUTE FUNCTION refuse_second_change('{columns}');",
                f"DROP TRIGGER {table}_frozen ON {table};",
            )
            for table, columns in WRITTEN_ONCE.items()
        ),
    ]
