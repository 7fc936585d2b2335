"""What two households pay of one day: each its part."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("billing", "0014_treasury_and_statements")]

    operations = [
        migrations.AddField(
            model_name="charge",
            name="share",
            field=models.DecimalField(decimal_places=2, max_digits=5, null=True, verbose_name="part"),
        ),
        migrations.AddField(
            model_name="charge",
            name="share_of",
            field=models.CharField(blank=True, db_index=True, max_length=80, verbose_name="part de"),
        ),
    ]
