"""Why a colleague's record was opened, and what the owner made of it, stand under the audit chain too."""

from django.db import migrations

from accounts.audit_sql import seal


class Migration(migrations.Migration):
    dependencies = [("accounts", "0006_audit_chain")]
    operations = [seal(table, key="id", guarded=True) for table in ("accounts_accessreason", "accounts_accessreview")]
