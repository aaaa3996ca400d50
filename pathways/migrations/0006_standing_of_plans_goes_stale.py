"""Every write that the rules look at raises the change counter of its plan; a new plan gets its row."""

from django.db import migrations

# Table, and how its rows lead to plans. Triggers fire once for each statement, so that a bulk write costs one update.
SOURCES = {
    "pathways_diaryentry": "SELECT plan_id FROM changed_rows",
    "pathways_phase": "SELECT plan_id FROM changed_rows",
    "pathways_decision": "SELECT plan_id FROM changed_rows",
    "pathways_exerciseprescription": "SELECT plan_id FROM changed_rows",
    "pathways_followup": "SELECT plan_id FROM changed_rows",
    "pathways_planpause": "SELECT plan_id FROM changed_rows",
    "pathways_careplan": "SELECT id FROM changed_rows",
    "patients_observation": (
        "SELECT p.id FROM pathways_careplan p WHERE p.episode_id IN (SELECT episode_id FROM changed_rows)"
    ),
}
EVENTS = {"INSERT": "NEW", "UPDATE": "NEW", "DELETE": "OLD"}

NEW_PLAN = """
CREATE FUNCTION pathways_standing_of_new_plan() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO pathways_planstanding (plan_id, changes) SELECT id, 0 FROM changed_rows ON CONFLICT DO NOTHING;
    RETURN NULL;
END $$;
CREATE TRIGGER standing_is_made AFTER INSERT ON pathways_careplan REFERENCING NEW TABLE AS changed_rows
    FOR EACH STATEMENT EXECUTE FUNCTION pathways_standing_of_new_plan();
INSERT INTO pathways_planstanding (plan_id, changes) SELECT id, 0 FROM pathways_careplan;
"""


def watch(table: str, plans: str) -> str:
    """SQL that makes the standings of a table's plans stale with every write; rows are locked in one order."""
    function = f"""
CREATE FUNCTION {table}_changes_standing() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE pathways_planstanding s SET changes = s.changes + 1
    FROM (SELECT plan_id FROM pathways_planstanding WHERE plan_id IN ({plans}) ORDER BY plan_id FOR UPDATE) hit
    WHERE s.plan_id = hit.plan_id;
    RETURN NULL;
END $$;"""  # noqa: S608 - names from the table above
    triggers = [
        f"CREATE TRIGGER standing_goes_stale_{event.lower()} AFTER {event} ON {table} "
        f"REFERENCING {rows} TABLE AS changed_rows FOR EACH STATEMENT EXECUTE FUNCTION {table}_changes_standing();"
        for event, rows in EVENTS.items()
    ]
    return "\n".join([function, *triggers])


class Migration(migrations.Migration):
    dependencies = [
        ("patients", "0003_notes_and_trials"),
        ("pathways", "0005_lifecycle_pauses_outcomes_letters"),
    ]

    operations = [
        migrations.RunSQL(NEW_PLAN, "DROP FUNCTION pathways_standing_of_new_plan() CASCADE"),
        *(
            migrations.RunSQL(watch(table, plans), f"DROP FUNCTION {table}_changes_standing() CASCADE")
            for table, plans in SOURCES.items()
        ),
    ]
