"""What the plan adds to a record stands still with it (see patients 0005). Booking a follow-up stays possible."""

from django.db import migrations

PLAN = ("plan_id", "pathways_careplan")
FROZEN = [
    ("pathways_careplan", "patient_id"),
    ("pathways_task", "patient_id"),
    ("pathways_diaryentry", "patient_id"),
    ("pathways_letter", "patient_id"),
    ("pathways_outcomeresponse", "patient_id"),
    ("pathways_classification", "episode_id", "patients_episodeofcare"),
    ("pathways_phase", *PLAN),
    ("pathways_goal", *PLAN),
    ("pathways_exerciseprescription", *PLAN),
    ("pathways_educationitem", *PLAN),
    ("pathways_checkin", *PLAN),
    ("pathways_decision", *PLAN),
    ("pathways_planpause", *PLAN),
]


def freeze(table: str, *path: str) -> str:
    """SQL of the trigger that keeps a table's rows of frozen records as they are."""
    arguments = ", ".join(f"'{each}'" for each in path)
    return (
        f"CREATE TRIGGER frozen_record BEFORE INSERT OR UPDATE OR DELETE ON {table} FOR EACH ROW "
        f"EXECUTE FUNCTION patients_refuse_frozen({arguments});"
    )


class Migration(migrations.Migration):
    dependencies = [("patients", "0005_frozen_records"), ("pathways", "0009_erasable_rows")]

    operations = [
        migrations.RunSQL(freeze(*row), f"DROP TRIGGER frozen_record ON {row[0]}") for row in FROZEN
    ]
