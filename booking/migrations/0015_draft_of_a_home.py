"""What is ticked belongs to one home of the child: the other parent does not see it."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("booking", "0014_outing_costs"), ("core", "0013_custody")]

    operations = [
        migrations.AddField(
            model_name="bookingdraft",
            name="household",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="booking_drafts",
                to="core.household",
                verbose_name="dossier",
            ),
        ),
        migrations.RunSQL(
            "UPDATE booking_bookingdraft draft SET household_id = child.household_id "
            "FROM core_child child WHERE child.id = draft.child_id; "
            # The column's own check must be over before the table changes again.
            "SET CONSTRAINTS ALL IMMEDIATE; SET CONSTRAINTS ALL DEFERRED;",
            migrations.RunSQL.noop,
        ),
        migrations.AlterField(
            model_name="bookingdraft",
            name="household",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="booking_drafts",
                to="core.household",
                verbose_name="dossier",
            ),
        ),
        migrations.RemoveConstraint(model_name="bookingdraft", name="bookingdraft_unique"),
        migrations.AddConstraint(
            model_name="bookingdraft",
            constraint=models.UniqueConstraint(
                fields=("child", "household", "period"), name="bookingdraft_one_a_home"
            ),
        ),
    ]
