"""A picture of a plan says what the plan asks and what its diary came to, so that a list is cut in the database."""

import django.contrib.postgres.fields
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('pathways', '0016_announce_changes'),
    ]

    operations = [
        migrations.AddField(
            model_name='planstanding',
            name='asks',
            field=django.contrib.postgres.fields.ArrayField(base_field=models.SmallIntegerField(), null=True),
        ),
        migrations.AddField(
            model_name='planstanding',
            name='judged',
            field=models.JSONField(null=True),
        ),
        migrations.AddField(
            model_name='planstanding',
            name='judged_at',
            field=models.DateTimeField(null=True),
        ),
    ]
