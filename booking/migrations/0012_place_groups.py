"""Places of a slot shared out by age or level, on each of its days."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('booking', '0011_price_facts'),
    ]

    operations = [
        migrations.CreateModel(
            name='SlotGroup',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('code', models.SlugField(max_length=80, verbose_name='code')),
                ('label', models.CharField(max_length=80, verbose_name='libellé')),
                ('levels', models.JSONField(blank=True, default=list, verbose_name='niveaux')),
                ('ages', models.JSONField(blank=True, null=True, verbose_name='âges')),
                ('capacity', models.IntegerField(blank=True, null=True, verbose_name='places')),
                ('position', models.IntegerField(default=0, verbose_name='ordre')),
                ('slot', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='groups', to='booking.slot', verbose_name='accueil')),
            ],
            options={
                'verbose_name': 'groupe',
                'ordering': ['position', 'pk'],
            },
        ),
        migrations.CreateModel(
            name='OpeningGroup',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('capacity', models.IntegerField(blank=True, null=True, verbose_name='places')),
                ('taken', models.IntegerField(default=0, verbose_name='occupées')),
                ('opening', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='groups', to='booking.opening', verbose_name='ouverture')),
                ('group', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='days', to='booking.slotgroup', verbose_name='groupe')),
            ],
            options={
                'verbose_name': 'places d’un groupe',
                'ordering': ['group__position', 'group_id'],
            },
        ),
        migrations.AddField(
            model_name='place',
            name='group',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='booking.slotgroup', verbose_name='groupe'),
        ),
        migrations.AddField(
            model_name='waitingentry',
            name='group',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='booking.slotgroup', verbose_name='groupe'),
        ),
        migrations.AddConstraint(
            model_name='slotgroup',
            constraint=models.UniqueConstraint(fields=('slot', 'code'), name='slotgroup_code_unique'),
        ),
        migrations.AddConstraint(
            model_name='slotgroup',
            constraint=models.CheckConstraint(condition=models.Q(('capacity__isnull', True), ('capacity__gte', 0), _connector='OR'), name='slotgroup_capacity_positive'),
        ),
        migrations.AddConstraint(
            model_name='openinggroup',
            constraint=models.UniqueConstraint(fields=('opening', 'group'), name='openinggroup_unique'),
        ),
        migrations.AddConstraint(
            model_name='openinggroup',
            constraint=models.CheckConstraint(condition=models.Q(('capacity__isnull', True), ('taken__lte', models.F('capacity')), _connector='OR'), name='openinggroup_not_oversold'),
        ),
        migrations.AddConstraint(
            model_name='openinggroup',
            constraint=models.CheckConstraint(condition=models.Q(('taken__gte', 0)), name='openinggroup_taken_not_negative'),
        ),
    ]
