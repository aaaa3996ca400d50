"""Other programs that want it are told that a row changed (accounts.webhooks.announcing)."""

from django.db import migrations

from accounts.webhooks.announcing import announces


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0010_webhooks"),
        ("scheduling", "0006_removed_rows"),
    ]

    operations = [
        announces("scheduling_appointment", "appointment", status="cancelled"),
    ]
