"""Other programs that want it are told that a row changed (accounts.webhooks.announcing)."""

from django.db import migrations

from accounts.webhooks.announcing import announces


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0010_webhooks"),
        ("pathways", "0015_erasures_are_recorded"),
    ]

    operations = [
        announces("pathways_careplan", "plan", removed=""),
        announces("pathways_decision", "plan", key="plan_id", created="decided", updated="", removed=""),
        announces("pathways_diaryentry", "diary", created="logged", removed=""),
    ]
