"""A frozen record (patients.Restriction) takes no writes: the database refuses them, whichever code asks."""

from django.db import migrations

FUNCTION = """
CREATE FUNCTION patients_refuse_frozen() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = public, pg_temp AS $$
DECLARE
    line record := CASE WHEN TG_OP = 'INSERT' THEN NEW ELSE OLD END;
    patient uuid;
BEGIN
    IF COALESCE(current_setting('fysicure.erasing', true), '') = ''
            AND EXISTS (SELECT 1 FROM patients_restriction WHERE lifted_at IS NULL) THEN
        EXECUTE format('SELECT ($1).%I', TG_ARGV[0]) USING line INTO patient;
        IF TG_NARGS > 1 THEN
            EXECUTE format('SELECT patient_id FROM %I WHERE id = $1', TG_ARGV[1]) USING patient INTO patient;
        END IF;
        IF EXISTS (SELECT 1 FROM patients_restriction WHERE lifted_at IS NULL AND patient_id = patient) THEN
            RAISE EXCEPTION 'the record is frozen'
                USING ERRCODE = 'check_violation', CONSTRAINT = 'patients_restriction_frozen';
        END IF;
    END IF;
    RETURN CASE WHEN TG_OP = 'DELETE' THEN OLD ELSE NEW END;
END $$;
"""
# Table, the column that leads to the patient, and the table that it leads through.
FROZEN = [
    ("patients_encounter", "patient_id"),
    ("patients_episodeofcare", "patient_id"),
    ("patients_sessionnote", "patient_id"),
    ("patients_observation", "patient_id"),
    ("patients_prescription", "episode_id", "patients_episodeofcare"),
    ("patients_intakeresponse", "episode_id", "patients_episodeofcare"),
    ("patients_noteaddendum", "note_id", "patients_sessionnote"),
]
# Who the person is stands still too; how to reach them, and whether they may sign in, does not.
IDENTITY = (
    "family_name given_name birth_date gender national_number street postal_code city country language"
    " general_practitioner_id archived_at"
).split()


def freeze(table: str, *path: str, event: str = "INSERT OR UPDATE OR DELETE", when: str = "") -> str:
    """SQL of the trigger that keeps a table's rows of frozen records as they are."""
    arguments = ", ".join(f"'{each}'" for each in path)
    return (
        f"CREATE TRIGGER frozen_record BEFORE {event} ON {table} FOR EACH ROW {when} "
        f"EXECUTE FUNCTION patients_refuse_frozen({arguments});"
    )


def differs(columns: list[str]) -> str:
    """SQL that says whether one of the columns changes."""
    old, new = (", ".join(f"{side}.{column}" for column in columns) for side in ("OLD", "NEW"))
    return f"WHEN (({old}) IS DISTINCT FROM ({new}))"


class Migration(migrations.Migration):
    dependencies = [("patients", "0004_privacy")]

    operations = [
        migrations.RunSQL(FUNCTION, "DROP FUNCTION patients_refuse_frozen() CASCADE"),
        *(migrations.RunSQL(freeze(*row), migrations.RunSQL.noop) for row in FROZEN),
        migrations.RunSQL(
            freeze("patients_patient", "id", event="UPDATE", when=differs(IDENTITY)), migrations.RunSQL.noop
        ),
    ]
