"""How a table is put under the audit chain, and how its rows become text. The functions: migrations/_audit_chain.py."""

from django.db import migrations

# How values become text must not hang on the session: the digest has to come out the same next year, elsewhere.
CANONICAL = {
    "timezone": "UTC",
    "datestyle": "ISO, MDY",
    "intervalstyle": "postgres",
    "extra_float_digits": "1",
    "bytea_output": "hex",
}


def seal(table: str, *, key: str = "pgh_id", guarded: bool = False) -> migrations.RunSQL:
    """Put a table under the chain, the rows that it has already included. `key` is its primary key.

    Rows are then never changed, removed (but by an erasure) or truncated away; `guarded`: a trigger of the model's own
    refuses changes and removals already. Columns of a sealed table are added, never renamed, retyped or dropped: the
    digests of older rows stand on them.
    """
    when = f"CREATE INDEX {table[:58]}_when ON {table} USING brin (pgh_created_at);" if key == "pgh_id" else ""
    guard = (
        ""
        if guarded
        else f"""
        CREATE TRIGGER kept BEFORE UPDATE OR DELETE ON {table}
            FOR EACH ROW EXECUTE FUNCTION accounts_refuse_change();"""
    )
    return migrations.RunSQL(
        f"""
        CREATE CONSTRAINT TRIGGER audit_link AFTER INSERT ON {table} DEFERRABLE INITIALLY DEFERRED
            FOR EACH ROW EXECUTE FUNCTION accounts_audit_queue_row('{key}');
        CREATE TRIGGER audit_erased AFTER DELETE ON {table}
            FOR EACH ROW EXECUTE FUNCTION accounts_audit_erased('{key}');
        CREATE TRIGGER kept_whole BEFORE TRUNCATE ON {table}
            FOR EACH STATEMENT EXECUTE FUNCTION accounts_refuse_change();{guard}
        {when}
        SELECT accounts_audit_link_existing('{table}', '{key}');
        """,  # noqa: S608
        f"""
        DROP TRIGGER audit_link ON {table};
        DROP TRIGGER audit_erased ON {table};
        DROP TRIGGER kept_whole ON {table};
        DROP TRIGGER IF EXISTS kept ON {table};
        DROP INDEX IF EXISTS {table[:58]}_when;
        """,
    )
