"""A charge is written once, then at most voided, once: the database refuses any other change, and that it disappears.

What corrects an older charge is told by its source.
"""

from django.db import migrations

CORRECTS = """
UPDATE billing_charge AS later SET corrects_id = first.id FROM billing_charge AS first
WHERE later.source <> first.source
  AND regexp_replace(later.source, '(:rectif:[0-9]+)?(:credit)?$', '') = first.source;
SET CONSTRAINTS ALL IMMEDIATE;
"""

# A tariff may still be taken away by its town: the price and its reasons stay.
CREATE_FUNCTION = """
CREATE FUNCTION keep_charge() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE may_change text[] := ARRAY['voided_at', 'void_reason', 'tariff_id'];
BEGIN
    IF TG_OP = 'UPDATE' THEN
        IF to_jsonb(NEW) - may_change = to_jsonb(OLD) - may_change
           AND (OLD.voided_at IS NULL OR NEW.voided_at = OLD.voided_at) THEN
            RETURN NEW;
        END IF;
    END IF;
    RAISE EXCEPTION 'une ligne à facturer ne se modifie pas : une correction est une nouvelle ligne'
        USING ERRCODE = 'restrict_violation';
END
$$;
"""
CREATE_TRIGGER = (
    "CREATE TRIGGER billing_charge_frozen BEFORE UPDATE OR DELETE ON billing_charge "
    "FOR EACH ROW EXECUTE FUNCTION keep_charge();"
)


class Migration(migrations.Migration):
    dependencies = [("billing", "0010_price_facts")]

    operations = [
        migrations.RunSQL(CORRECTS, migrations.RunSQL.noop),
        migrations.RunSQL(CREATE_FUNCTION, "DROP FUNCTION keep_charge();"),
        migrations.RunSQL(CREATE_TRIGGER, "DROP TRIGGER billing_charge_frozen ON billing_charge;"),
    ]
