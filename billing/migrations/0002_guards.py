"""What the database itself refuses to change in the books, whatever the code does."""

from django.db import migrations

FROZEN = (
    "billing_allocation",
    "billing_cashcount",
    "billing_closing",
    "billing_debitdownload",
    "billing_debitreject",
    "billing_invoice",
    "billing_invoiceline",
    "billing_journalentry",
    "billing_mandateevent",
    "billing_paymentevent",
    "billing_providerstatement",
    "billing_quittance",
    "billing_settleddifference",
    "billing_statementline",
    "billing_tender",
)

# What is written once after the row; the first column is empty until then.
WRITTEN_ONCE = {
    "billing_depositslip": "cancelled_at,cancelled_by_id,cancel_reason",
    "billing_deposititem": "withdrawn_at",
}
REFUSE_SECOND_CHANGE = """
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

# A charge is at most voided, once. A tariff may be taken away by its town: the price and its reasons stay.
KEEP_CHARGE = """
CREATE FUNCTION keep_charge() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE may_change text[] := ARRAY['voided_at', 'void_reason', 'tariff_id'];
BEGIN
    IF TG_OP = 'UPDATE' THEN
        IF to_jsonb(NEW) - may_change = to_jsonb(OLD) - may_change
           AND (OLD.voided_at IS NULL OR NEW.voided_at = OLD.voided_at) THEN
            RETURN NEW;
        END IF;
        IF is_refiled(to_jsonb(OLD), to_jsonb(NEW)) THEN
            RETURN NEW;
        END IF;
    END IF;
    RAISE EXCEPTION 'une ligne à facturer ne se modifie pas : une correction est une nouvelle ligne'
        USING ERRCODE = 'restrict_violation';
END
$$;
CREATE TRIGGER billing_charge_frozen BEFORE UPDATE OR DELETE ON billing_charge
    FOR EACH ROW EXECUTE FUNCTION keep_charge();
"""
DROP_CHARGE = "DROP TRIGGER billing_charge_frozen ON billing_charge; DROP FUNCTION keep_charge();"

DATED = ("billing_journalentry", "billing_depositslip")
REFUSE_CLOSED_DAY = """
CREATE FUNCTION refuse_closed_day() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' AND is_refiled(to_jsonb(OLD), to_jsonb(NEW)) THEN
        RETURN NEW;
    END IF;
    IF EXISTS (SELECT 1 FROM billing_closing WHERE regie_id = NEW.regie_id AND last_day >= NEW."on") THEN
        RAISE EXCEPTION 'la journée du % est arrêtée : rien ne s’y écrit plus', NEW."on"
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END
$$;
"""

# Two standing quotients of one household and basis never cover the same day (the range of one number: core/0002).
ONE_A_DAY = """
ALTER TABLE billing_quotient ADD CONSTRAINT quotient_one_{basis} EXCLUDE USING gist (
    int8range(household_id, household_id, '[]') WITH &&,
    daterange(valid_from, valid_until, '[]') WITH &&
) WHERE (withdrawn_at IS NULL AND basis = '{basis}')
"""
BASES = ("quotient", "own_quotient", "yearly_income")


class Migration(migrations.Migration):
    dependencies = [("billing", "0001_initial"), ("core", "0002_guards")]

    operations = [
        *(
            migrations.RunSQL(
                f"CREATE TRIGGER {table}_frozen BEFORE UPDATE OR DELETE ON {table} "
                "FOR EACH ROW EXECUTE FUNCTION refuse_change();",
                f"DROP TRIGGER {table}_frozen ON {table};",
            )
            for table in FROZEN
        ),
        migrations.RunSQL(REFUSE_SECOND_CHANGE, "DROP FUNCTION refuse_second_change();"),
        *(
            migrations.RunSQL(
                f"CREATE TRIGGER {table}_frozen BEFORE UPDATE OR DELETE ON {table} "
                f"FOR EACH ROW EXECUTE FUNCTION refuse_second_change('{columns}');",
                f"DROP TRIGGER {table}_frozen ON {table};",
            )
            for table, columns in WRITTEN_ONCE.items()
        ),
        migrations.RunSQL(KEEP_CHARGE, DROP_CHARGE),
        migrations.RunSQL(REFUSE_CLOSED_DAY, "DROP FUNCTION refuse_closed_day();"),
        *(
            migrations.RunSQL(
                f"CREATE TRIGGER {table}_open_day BEFORE INSERT OR UPDATE ON {table} "
                "FOR EACH ROW EXECUTE FUNCTION refuse_closed_day();",
                f"DROP TRIGGER {table}_open_day ON {table};",
            )
            for table in DATED
        ),
        *(
            migrations.RunSQL(
                ONE_A_DAY.format(basis=basis),
                f"ALTER TABLE billing_quotient DROP CONSTRAINT quotient_one_{basis}",
            )
            for basis in BASES
        ),
    ]
