"""The queue of the audit is looked up by its index, however many rows one commit puts into it.

The planner sees a queue that is almost always empty and reads it whole; within a commit of many rows each look then
passes all rows that were linked and removed before it. Ten thousand readings in one commit did not end in minutes, and
take four seconds by the index.
"""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("accounts", "0010_webhooks")]

    operations = [
        migrations.RunSQL(
            "ALTER FUNCTION accounts_audit_append() SET enable_seqscan = off",
            "ALTER FUNCTION accounts_audit_append() RESET enable_seqscan",
        ),
    ]
