"""Attendance, meal orders and changes of service. What was marked, by whom and when, is never rewritten."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('booking', '0006_rules_as_data'),
        ('core', '0004_household_tie'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='AttendanceSheet',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('closed_at', models.DateTimeField(verbose_name='terminée le')),
                ('closed_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to=settings.AUTH_USER_MODEL, verbose_name='terminée par')),
                ('opening', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='attendance_sheet', to='booking.opening', verbose_name='ouverture')),
            ],
            options={
                'verbose_name': 'feuille de pointage',
            },
        ),
        migrations.CreateModel(
            name='ServiceChange',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('cancelled', 'Annulé'), ('meal', 'Repas remplacé')], max_length=9, verbose_name='nature')),
                ('title', models.CharField(max_length=200, verbose_name='objet')),
                ('reason', models.CharField(max_length=110, verbose_name='motif')),
                ('first_date', models.DateField(verbose_name='du')),
                ('last_date', models.DateField(verbose_name='au')),
                ('class_name', models.CharField(blank=True, max_length=60, verbose_name='classe')),
                ('level', models.CharField(blank=True, max_length=12, verbose_name='niveau')),
                ('children', models.IntegerField(default=0, verbose_name='enfants')),
                ('families', models.IntegerField(default=0, verbose_name='familles')),
                ('voided', models.DecimalField(decimal_places=2, default=0, max_digits=10, verbose_name='non facturé')),
                ('credited', models.DecimalField(decimal_places=2, default=0, max_digits=10, verbose_name='à rendre')),
                ('at', models.DateTimeField(verbose_name='le')),
                ('told_at', models.DateTimeField(blank=True, null=True, verbose_name='familles prévenues le')),
                ('undone_at', models.DateTimeField(blank=True, null=True, verbose_name='reprise le')),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='par')),
                ('openings', models.ManyToManyField(related_name='changes', to='booking.opening', verbose_name='ouvertures')),
                ('undone_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='reprise par')),
            ],
            options={
                'verbose_name': 'annulation groupée',
                'ordering': ['-at', '-pk'],
            },
        ),
        migrations.CreateModel(
            name='ChangedLine',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('before', models.CharField(choices=[('requested', 'En attente de traitement'), ('held', 'En attente de paiement'), ('confirmed', 'Acceptée'), ('released', 'Libérée')], max_length=9, verbose_name='état avant')),
                ('line', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='booking.reservationline', verbose_name='ligne')),
                ('change', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='lines', to='booking.servicechange', verbose_name='annulation')),
            ],
            options={
                'verbose_name': 'jour concerné',
            },
        ),
        migrations.CreateModel(
            name='AttendanceAct',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('uuid', models.UUIDField(unique=True, verbose_name='identifiant')),
                ('mark', models.CharField(choices=[('none', 'À pointer'), ('present', 'Présent'), ('absent', 'Absent')], max_length=8, verbose_name='pointage')),
                ('arrived', models.TimeField(blank=True, null=True, verbose_name='arrivée')),
                ('left', models.TimeField(blank=True, null=True, verbose_name='départ')),
                ('at', models.DateTimeField(verbose_name='le')),
                ('received_at', models.DateTimeField(verbose_name='reçu le')),
                ('device', models.CharField(blank=True, max_length=40, verbose_name='appareil')),
                ('seen', models.UUIDField(blank=True, null=True, verbose_name='acte affiché')),
                ('contested', models.BooleanField(default=False, verbose_name='contredit un autre appareil')),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to=settings.AUTH_USER_MODEL, verbose_name='par')),
                ('child', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='attendance_acts', to='core.child', verbose_name='enfant')),
                ('opening', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='attendance_acts', to='booking.opening', verbose_name='ouverture')),
            ],
            options={
                'verbose_name': 'acte de pointage',
                'ordering': ['at', 'pk'],
                'indexes': [models.Index(fields=['opening', 'child', '-at', '-id'], name='attendanceact_latest')],
                'constraints': [models.CheckConstraint(condition=models.Q(('mark__in', ['none', 'present', 'absent'])), name='attendanceact_mark_known'), models.CheckConstraint(condition=models.Q(('mark', 'present'), models.Q(('arrived__isnull', True), ('left__isnull', True)), _connector='OR'), name='attendanceact_times_of_present'), models.CheckConstraint(condition=models.Q(('arrived__isnull', True), ('left__isnull', True), ('arrived__lte', models.F('left')), _connector='OR'), name='attendanceact_times_order')],
            },
        ),
        migrations.CreateModel(
            name='MealOrder',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('date', models.DateField(verbose_name='jour')),
                ('total', models.IntegerField(verbose_name='repas')),
                ('counts', models.JSONField(default=list, verbose_name='détail')),
                ('ordered_at', models.DateTimeField(verbose_name='commandé le')),
                ('activity', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='meal_orders', to='booking.activity', verbose_name='service')),
                ('ordered_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to=settings.AUTH_USER_MODEL, verbose_name='commandé par')),
            ],
            options={
                'verbose_name': 'commande de repas',
                'verbose_name_plural': 'commandes de repas',
                'ordering': ['-ordered_at', '-pk'],
                'indexes': [models.Index(fields=['date', 'activity', '-id'], name='mealorder_latest')],
                'constraints': [models.CheckConstraint(condition=models.Q(('total__gte', 0)), name='mealorder_total_not_negative')],
            },
        ),
        migrations.AddIndex(
            model_name='servicechange',
            index=models.Index(condition=models.Q(('told_at__isnull', True)), fields=['at'], name='servicechange_untold'),
        ),
        migrations.AddConstraint(
            model_name='servicechange',
            constraint=models.CheckConstraint(condition=models.Q(('kind__in', ['cancelled', 'meal'])), name='servicechange_kind_known'),
        ),
        migrations.AddConstraint(
            model_name='servicechange',
            constraint=models.CheckConstraint(condition=models.Q(('undone_at__isnull', True), ('undone_by__isnull', False), _connector='OR'), name='servicechange_undone_has_author'),
        ),
        migrations.AddConstraint(
            model_name='changedline',
            constraint=models.UniqueConstraint(fields=('change', 'line'), name='changedline_unique'),
        ),
        migrations.RunSQL(
            "CREATE TRIGGER booking_attendanceact_frozen BEFORE UPDATE OR DELETE ON booking_attendanceact "
            "FOR EACH ROW EXECUTE FUNCTION refuse_change();",
            "DROP TRIGGER booking_attendanceact_frozen ON booking_attendanceact;",
        ),
    ]
