"""Typo-tolerant search: trigram indexes on the folded name and the phone number."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("patients", "0001_initial")]
    operations = [
        migrations.RunSQL(
            "CREATE INDEX patients_patient_name_trigram ON patients_patient USING gin (name_folded gin_trgm_ops)",
            "DROP INDEX patients_patient_name_trigram",
        ),
        migrations.RunSQL(
            "CREATE INDEX patients_patient_phone_trigram ON patients_patient USING gin (phone gin_trgm_ops)",
            "DROP INDEX patients_patient_phone_trigram",
        ),
    ]
