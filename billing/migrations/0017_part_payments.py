"""What a family may pay of its invoices without paying everything."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("billing", "0016_direct_debits"),
    ]

    operations = [
        migrations.AddField(
            model_name="regie",
            name="part_minimum",
            field=models.DecimalField(
                blank=True,
                decimal_places=2,
                max_digits=6,
                null=True,
                verbose_name="paiement partiel à partir de",
            ),
        ),
        migrations.AlterField(
            model_name="invoicepayment",
            name="amount",
            field=models.DecimalField(decimal_places=2, max_digits=10, verbose_name="à payer"),
        ),
        migrations.AddConstraint(
            model_name="regie",
            constraint=models.CheckConstraint(
                condition=models.Q(("part_minimum__gt", 0)), name="regie_part_minimum_positive"
            ),
        ),
    ]
