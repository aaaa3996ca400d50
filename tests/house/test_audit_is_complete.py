"""Every history is kept and under the audit chain; a new one without it fails here."""

import pytest
from django.apps import apps
from django.db import connection
from django.db.migrations import RemoveField, RenameField
from django.db.migrations.loader import MigrationLoader

from accounts.audit_chain import sealed_models

ROOMS = ("accounts", "patients", "scheduling", "pathways")
SEALED = {model._meta.db_table for model in sealed_models()}
WRITTEN_ONCE = {
    model._meta.db_table
    for room in ROOMS
    for model in apps.get_app_config(room).get_models()
    if any(trigger.name == "append_only" for trigger in getattr(model._meta, "triggers", []))
}
# Models whose changes leave no history of their own, and why that is enough.
UNTRACKED = {
    "accounts_auditlink": "the chain itself",
    "accounts_audithead": "the chain itself",
    "accounts_device": "where somebody is signed in; begin and end are security events",
    "accounts_idempotencykey": "a key of a program, gone after a day; what it made has its history",
    "accounts_limitcount": "counts of attempts, gone after a while",
    "accounts_signincode": "lives ten minutes; its use is a security event",
    "accounts_webhookattempt": "a log itself, thirty days",
    "accounts_webhookdelivery": "each attempt is a row; thirty days",
    "accounts_webhookevent": "written once by a trigger; thirty days",
    "patients_invitation": "sending, use and withdrawal are security events",
    "patients_dataimportrow": "a line of a file; what it became keeps its own history, and the line is emptied",
    "patients_nameword": "words of names, kept by triggers; whose they are stands in the history of patients",
    "patients_privacytext": "a published version never changes, by trigger",
    "scheduling_communicationline": "written with its message, never changed",
    "pathways_pushsubscription": "the address of a browser; the patient asks for it and ends it, and then it is gone",
    "pathways_planstanding": "a kept picture, worked out again from the rest",
    "patients_questionnaire": "never changed, by trigger",
    "patients_measure": "loaded from seeds, a snapshot in each version",
    "pathways_reference": "loaded from seeds, a snapshot in each version",
    "pathways_exercise": "loaded from seeds, a snapshot in each version",
    "pathways_pathway": "a name; its versions are tracked",
    "pathways_instrument": "loaded from seeds; its text is written once",
}


def triggers() -> set[tuple[str, str]]:
    """Return the triggers that are switched on, with their table."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT tgrelid::regclass::text, tgname FROM pg_trigger WHERE tgenabled = 'O'")
        return set(cursor.fetchall())


@pytest.mark.django_db
def test_each_history_is_kept_and_in_the_chain() -> None:
    found = triggers()
    tables = SEALED | WRITTEN_ONCE
    assert len(tables) > 40
    for name in ("audit_link", "audit_erased", "kept_whole"):
        assert sorted(table for table in tables if (table, name) not in found) == []
    own = {"accounts_accesslog", "accounts_securityevent"} | WRITTEN_ONCE
    assert sorted(table for table in tables - own if (table, "kept") not in found) == []


def test_each_model_has_a_history_or_a_reason() -> None:
    tracked = {
        model.pgh_tracked_model._meta.db_table for model in sealed_models() if hasattr(model, "pgh_tracked_model")
    }
    ours = {model._meta.db_table for room in ROOMS for model in apps.get_app_config(room).get_models()}
    assert sorted(ours - tracked - SEALED - WRITTEN_ONCE - set(UNTRACKED)) == []


def test_no_secret_stands_in_a_history() -> None:
    columns = {
        (model._meta.db_table, field.column) for model in sealed_models() for field in model._meta.concrete_fields
    }
    assert not {column for _table, column in columns} & {"password", "digest", "secret", "last_login"}


def test_columns_of_sealed_tables_are_added_and_never_taken_away() -> None:
    """The digests of older rows stand on the columns that were there: see accounts.audit_sql.seal."""
    loader = MigrationLoader(None)  # the files alone say it: no database is asked
    broken = [
        f"{migration}: {operation.describe()}"
        for key, migration in loader.disk_migrations.items()
        if key[0] in ROOMS and any("audit" in name for _room, name in loader.graph.forwards_plan(key))
        for operation in migration.operations
        if isinstance(operation, RemoveField | RenameField)
        and f"{key[0]}_{operation.model_name_lower}" in SEALED | WRITTEN_ONCE
    ]
    assert broken == []
