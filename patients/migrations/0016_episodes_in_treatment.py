"""Whom a therapist treats now is found without reading the episodes of all the years."""

from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False

    dependencies = [("patients", "0015_name_word_indexes")]

    operations = [
        AddIndexConcurrently(
            model_name="episodeofcare",
            index=models.Index(
                condition=models.Q(("status", "active")), fields=["practitioner"], name="patients_episode_in_treatment"
            ),
        ),
    ]
