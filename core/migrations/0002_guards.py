"""What the database itself refuses to change, whatever the code does.

The functions serve the apps above as well. Each trigger is named after its table.
"""

from django.db import migrations

# The one change that frozen rows bear: their file was united with another one, and they follow it as they are
# (docs/adr/0007).
IS_REFILED = """
CREATE FUNCTION is_refiled(before jsonb, after jsonb) RETURNS boolean LANGUAGE plpgsql STABLE AS $$
DECLARE may_change text[] := ARRAY['household_id', 'child_id'];
BEGIN
    RETURN before <> after
       AND before - may_change = after - may_change
       AND (before -> 'household_id' IS NOT DISTINCT FROM after -> 'household_id'
            OR EXISTS (SELECT 1 FROM core_household WHERE id = (before ->> 'household_id')::bigint
                       AND merged_into_id = (after ->> 'household_id')::bigint))
       AND (before -> 'child_id' IS NOT DISTINCT FROM after -> 'child_id'
            OR EXISTS (SELECT 1 FROM core_child WHERE id = (before ->> 'child_id')::bigint
                       AND merged_into_id = (after ->> 'child_id')::bigint));
END
$$;
"""

# A correction is a new row.
REFUSE_CHANGE = """
CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' AND is_refiled(to_jsonb(OLD), to_jsonb(NEW)) THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'la table % ne se modifie pas : une correction est une nouvelle ligne', TG_TABLE_NAME
        USING ERRCODE = 'restrict_violation';
END
$$;
"""

# A proof that goes only with what it proves.
REFUSE_REWRITING = """
CREATE FUNCTION refuse_rewriting() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF is_refiled(to_jsonb(OLD), to_jsonb(NEW)) THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'la table % ne se modifie pas', TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
END
$$;
"""
NEVER_REWRITTEN = ("core_healthreading", "core_householdmerge")

# What was written stays as it was; only age takes it away (core.services.housekeeping).
KEEP_AUDIT = """
CREATE FUNCTION keep_audit() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' AND OLD.at < now() - interval '180 days' THEN
        RETURN OLD;
    END IF;
    RAISE EXCEPTION 'le journal ne se modifie pas' USING ERRCODE = 'restrict_violation';
END
$$;
CREATE TRIGGER core_auditentry_frozen BEFORE UPDATE OR DELETE ON core_auditentry
    FOR EACH ROW EXECUTE FUNCTION keep_audit();
"""
DROP_AUDIT = "DROP TRIGGER core_auditentry_frozen ON core_auditentry; DROP FUNCTION keep_audit();"

# A range of one number has its own GiST index, so that no extension of the database is needed; Django's
# ExclusionConstraint would ask for the whole of contrib.postgres.
ONE_CUSTODY_A_DAY = """
ALTER TABLE core_custody ADD CONSTRAINT custody_one_a_day EXCLUDE USING gist (
    int8range(child_id, child_id, '[]') WITH &&,
    daterange(valid_from, valid_until, '[]') WITH &&
)
"""


class Migration(migrations.Migration):
    dependencies = [("core", "0001_initial")]

    operations = [
        migrations.RunSQL(IS_REFILED, "DROP FUNCTION is_refiled(jsonb, jsonb);"),
        migrations.RunSQL(REFUSE_CHANGE, "DROP FUNCTION refuse_change();"),
        migrations.RunSQL(REFUSE_REWRITING, "DROP FUNCTION refuse_rewriting();"),
        *(
            migrations.RunSQL(
                f"CREATE TRIGGER {table}_frozen BEFORE UPDATE ON {table} "
                "FOR EACH ROW EXECUTE FUNCTION refuse_rewriting();",
                f"DROP TRIGGER {table}_frozen ON {table};",
            )
            for table in NEVER_REWRITTEN
        ),
        migrations.RunSQL(KEEP_AUDIT, DROP_AUDIT),
        migrations.RunSQL(ONE_CUSTODY_A_DAY, "ALTER TABLE core_custody DROP CONSTRAINT custody_one_a_day"),
    ]
