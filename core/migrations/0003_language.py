from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("core", "0002_guards")]

    operations = [
        migrations.AddField(
            model_name="user",
            name="language",
            field=models.CharField(blank=True, max_length=8, verbose_name="langue"),
        ),
        migrations.AddField(
            model_name="familyregistration",
            name="language",
            field=models.CharField(blank=True, max_length=8, verbose_name="langue"),
        ),
    ]
