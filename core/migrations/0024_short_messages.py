import django.core.validators
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('core', '0023_mail_texts'),
    ]

    operations = [
        migrations.CreateModel(
            name='OutgoingSms',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('to', models.CharField(max_length=20, verbose_name='destinataire')),
                ('text', models.CharField(max_length=320, verbose_name='texte')),
                ('state', models.CharField(choices=[('pending', 'En attente d’envoi'), ('sent', 'Envoyé'), ('failed', 'Échec définitif')], default='pending', max_length=8, verbose_name='état')),
                ('attempts', models.IntegerField(default=0, verbose_name='essais')),
                ('last_error', models.TextField(blank=True, verbose_name='dernière erreur')),
                ('created_at', models.DateTimeField(verbose_name='écrit le')),
                ('sent_at', models.DateTimeField(blank=True, null=True, verbose_name='envoyé le')),
                ('reference', models.CharField(blank=True, max_length=80, verbose_name='référence chez le prestataire')),
                ('dedupe_key', models.CharField(max_length=120, unique=True, verbose_name='clé')),
            ],
            options={
                'verbose_name': 'SMS',
                'verbose_name_plural': 'SMS',
                'ordering': ['-created_at', '-pk'],
                'indexes': [models.Index(condition=models.Q(('state', 'pending')), fields=['created_at'], name='outgoingsms_pending')],
                'constraints': [models.CheckConstraint(condition=models.Q(('state__in', ['pending', 'sent', 'failed'])), name='outgoingsms_state_known'), models.CheckConstraint(condition=models.Q(models.Q(('state', 'sent'), _negated=True), ('sent_at__isnull', False), _connector='OR'), name='outgoingsms_sent_has_date')],
            },
        ),
        migrations.AddField(
            model_name='communesettings',
            name='sms_sender',
            field=models.CharField(blank=True, default='', max_length=11, validators=[django.core.validators.RegexValidator('^[A-Za-z0-9]{3,11}$')], verbose_name='expéditeur des SMS'),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name='user',
            name='sms_reminders',
            field=models.BooleanField(default=False, verbose_name='rappels par SMS'),
        ),
    ]
