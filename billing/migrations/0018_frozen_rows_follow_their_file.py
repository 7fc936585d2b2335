"""Frozen rows of money follow their household when its file is united with another one; nothing else of them changes.

See core.migrations.0018_household_merges and docs/adr/0007.
"""

from django.db import migrations

REFUSED = """
    RAISE EXCEPTION 'la table % ne se modifie pas : une correction est une nouvelle ligne', TG_TABLE_NAME
        USING ERRCODE = 'restrict_violation';
END
$$;
"""
REFUSE_CHANGE = "CREATE OR REPLACE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$\nBEGIN"
FOLLOWS = """
    IF TG_OP = 'UPDATE' AND is_refiled(to_jsonb(OLD), to_jsonb(NEW)) THEN
        RETURN NEW;
    END IF;
"""

KEEP_CHARGE = """
CREATE OR REPLACE FUNCTION keep_charge() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE may_change text[] := ARRAY['voided_at', 'void_reason', 'tariff_id'];
BEGIN
    IF TG_OP = 'UPDATE' THEN
        IF to_jsonb(NEW) - may_change = to_jsonb(OLD) - may_change
           AND (OLD.voided_at IS NULL OR NEW.voided_at = OLD.voided_at) THEN
            RETURN NEW;
        END IF;
{follows}    END IF;
    RAISE EXCEPTION 'une ligne à facturer ne se modifie pas : une correction est une nouvelle ligne'
        USING ERRCODE = 'restrict_violation';
END
$$;
"""
CHARGE_FOLLOWS = """        IF is_refiled(to_jsonb(OLD), to_jsonb(NEW)) THEN
            RETURN NEW;
        END IF;
"""

CLOSED_DAY = """
CREATE OR REPLACE FUNCTION refuse_closed_day() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
{follows}    IF EXISTS (SELECT 1 FROM billing_closing WHERE regie_id = NEW.regie_id AND last_day >= NEW."on") THEN
        RAISE EXCEPTION 'la journée du % est arrêtée : rien ne s’y écrit plus', NEW."on"
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END
$$;
"""


class Migration(migrations.Migration):
    dependencies = [("billing", "0017_part_payments"), ("core", "0018_household_merges")]

    operations = [
        migrations.RunSQL(REFUSE_CHANGE + FOLLOWS + REFUSED, REFUSE_CHANGE + REFUSED),
        migrations.RunSQL(
            KEEP_CHARGE.replace("{follows}", CHARGE_FOLLOWS), KEEP_CHARGE.replace("{follows}", "")
        ),
        migrations.RunSQL(
            CLOSED_DAY.replace("{follows}", FOLLOWS.lstrip("\n")), CLOSED_DAY.replace("{follows}", "")
        ),
    ]
