from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("billing", "0002_guards")]

    operations = [
        migrations.AlterField(
            model_name="regie",
            name="block_title",
            field=models.CharField(blank=True, max_length=120, verbose_name="titre du bloc famille"),
        ),
    ]
