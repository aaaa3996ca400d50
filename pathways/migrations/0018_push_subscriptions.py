"""Browsers that want to be told of the morning-after question."""

import accounts.identifiers
import django.db.models.deletion
import django.utils.timezone
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('pathways', '0017_standings_say_what_they_ask'),
        ('patients', '0015_name_word_indexes'),
    ]

    operations = [
        migrations.CreateModel(
            name='PushSubscription',
            fields=[
                ('id', models.UUIDField(default=accounts.identifiers.uuid7, editable=False, primary_key=True, serialize=False)),
                ('endpoint', models.CharField(max_length=500, verbose_name='address')),
                ('p256dh', models.CharField(editable=False, max_length=88)),
                ('auth', models.CharField(editable=False, max_length=24)),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='asked on')),
                ('asked', models.UUIDField(blank=True, editable=False, null=True)),
                ('patient', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='push_subscriptions', to='patients.patient', verbose_name='patient')),
            ],
            options={
                'verbose_name': 'browser to remind',
                'verbose_name_plural': 'browsers to remind',
                'ordering': ['created_at', 'id'],
                'constraints': [models.UniqueConstraint(fields=('patient', 'endpoint'), name='pathways_pushsubscription_endpoint_once', violation_error_message='This browser is reminded already.'), models.CheckConstraint(condition=models.Q(('endpoint__startswith', 'https://'), ('endpoint__startswith', 'http://'), _connector='OR'), name='pathways_pushsubscription_web_address', violation_error_message='A browser is reminded through a web address.'), models.CheckConstraint(condition=models.Q(('p256dh__regex', '^[A-Za-z0-9_-]{87}=?$'), ('auth__regex', '^[A-Za-z0-9_-]{22}(==)?$')), name='pathways_pushsubscription_keys', violation_error_message='A browser gives two keys.')],
            },
        ),
    ]
