"""Other programs that want it are told that a row changed (accounts.webhooks.announcing)."""

from django.db import migrations

from accounts.webhooks.announcing import announces


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0010_webhooks"),
        ("patients", "0011_data_import"),
    ]

    operations = [
        announces("patients_patient", "patient"),
        announces("patients_episodeofcare", "episode"),
    ]
