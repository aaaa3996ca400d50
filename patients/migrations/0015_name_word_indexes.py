"""Patients by the words of their names and by phone; the trigrams of whole names are not searched any more."""

from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models

import patients.models.name_word

# Written through at once: a list of pending entries would be read from end to end by every search.
_PHONES = "CREATE INDEX CONCURRENTLY {} ON patients_patient USING gin (phone gin_trgm_ops) {}"
_NAMES = "CREATE INDEX CONCURRENTLY patients_patient_name_trigram ON patients_patient USING gin (name_folded gin_trgm_ops)"
_OLD, _NEW = "patients_patient_phone_trigram", "patients_patient_phone_part"


class Migration(migrations.Migration):
    atomic = False

    dependencies = [("patients", "0014_name_words")]

    operations = [
        AddIndexConcurrently(
            model_name="patient",
            index=models.Index(fields=["phone"], name="patients_patient_phone"),
        ),
        AddIndexConcurrently(
            model_name="patient",
            index=GinIndex(
                patients.models.name_word.NameWords("family_name", "given_name"),
                fastupdate=False,
                name="patients_patient_words",
            ),
        ),
        migrations.RunSQL(
            _PHONES.format(_NEW, "WITH (fastupdate = off)"), f"DROP INDEX CONCURRENTLY IF EXISTS {_NEW}"
        ),
        migrations.RunSQL(f"DROP INDEX CONCURRENTLY IF EXISTS {_OLD}", _PHONES.format(_OLD, "")),
        migrations.RunSQL("DROP INDEX CONCURRENTLY IF EXISTS patients_patient_name_trigram", _NAMES),
    ]
