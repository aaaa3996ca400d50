"""Many readings of one statement are queued for the audit chain as one entry; each commit costs the chain a part of what it did."""

from django.db import migrations

from accounts.migrations._audit_batches import INSTALL, REMOVE


class Migration(migrations.Migration):
    dependencies = [("accounts", "0011_audit_queue_by_index")]

    operations = [migrations.RunSQL(INSTALL, REMOVE)]
