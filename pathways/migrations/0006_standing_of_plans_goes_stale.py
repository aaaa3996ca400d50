"""Every write that the rules look at raises the change counter of its plan; a new plan gets its row."""

from django.db import migrations

BY_PLAN = (
    "diaryentry",
    "phase",
    "decision",
    "exerciseprescription",
    "followup",
    "planpause",
)

FUNCTIONS = """
CREATE FUNCTION pathways_standing_of_plan() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE pathways_planstanding SET changes = changes + 1 WHERE plan_id = COALESCE(NEW.plan_id, OLD.plan_id);
    RETURN NULL;
END $$;
CREATE FUNCTION pathways_standing_of_episode() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE pathways_planstanding SET changes = changes + 1
    WHERE plan_id IN (SELECT id FROM pathways_careplan WHERE episode_id = NEW.episode_id);
    RETURN NULL;
END $$;
CREATE FUNCTION pathways_standing_of_new_plan() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO pathways_planstanding (plan_id, changes) VALUES (NEW.id, 0)
    ON CONFLICT (plan_id) DO UPDATE SET changes = pathways_planstanding.changes + 1;
    RETURN NULL;
END $$;
"""
DROP_FUNCTIONS = """
DROP FUNCTION pathways_standing_of_plan(); DROP FUNCTION pathways_standing_of_episode();
DROP FUNCTION pathways_standing_of_new_plan();
"""
TRIGGERS = "".join(
    f"CREATE TRIGGER standing_goes_stale AFTER INSERT OR UPDATE OR DELETE ON pathways_{table} "
    "FOR EACH ROW EXECUTE FUNCTION pathways_standing_of_plan();\n"
    for table in BY_PLAN
) + """
CREATE TRIGGER standing_goes_stale AFTER INSERT ON patients_observation
    FOR EACH ROW EXECUTE FUNCTION pathways_standing_of_episode();
CREATE TRIGGER standing_goes_stale AFTER INSERT OR UPDATE ON pathways_careplan
    FOR EACH ROW EXECUTE FUNCTION pathways_standing_of_new_plan();
INSERT INTO pathways_planstanding (plan_id, changes) SELECT id, 0 FROM pathways_careplan;
"""
DROP_TRIGGERS = "".join(
    f"DROP TRIGGER standing_goes_stale ON {table};\n"
    for table in (*(f"pathways_{name}" for name in BY_PLAN), "patients_observation", "pathways_careplan")
)


class Migration(migrations.Migration):
    dependencies = [
        ("patients", "0003_notes_and_trials"),
        ("pathways", "0005_lifecycle_pauses_outcomes_letters"),
    ]

    operations = [
        migrations.RunSQL(FUNCTIONS, DROP_FUNCTIONS),
        migrations.RunSQL(TRIGGERS, DROP_TRIGGERS),
    ]
