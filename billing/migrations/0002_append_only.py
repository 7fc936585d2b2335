"""Issued documents and events are never edited or deleted: the database says no, whatever the code does."""

from django.db import migrations

FROZEN_TABLES = ("billing_invoice", "billing_invoiceline", "billing_allocation", "billing_paymentevent")

CREATE_FUNCTION = """
CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'la table % ne se modifie pas : une correction est une nouvelle ligne', TG_TABLE_NAME
        USING ERRCODE = 'restrict_violation';
END
$$;
"""


class Migration(migrations.Migration):
    dependencies = [("billing", "0001_initial")]

    operations = [
        migrations.RunSQL(CREATE_FUNCTION, "DROP FUNCTION refuse_change();"),
        *(
            migrations.RunSQL(
                f"CREATE TRIGGER {table}_frozen BEFORE UPDATE OR DELETE ON {table} "
                "FOR EACH ROW EXECUTE FUNCTION refuse_change();",
                f"DROP TRIGGER {table}_frozen ON {table};",
            )
            for table in FROZEN_TABLES
        ),
    ]
