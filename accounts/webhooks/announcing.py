"""How a table is made to announce its changes to other programs: triggers, so that no way of writing is forgotten."""

from django.db import migrations

# Written when somebody wants to hear it, in the transaction of the change. One look at a table of a few rows decides.
# Runs as the owner of the tables: a patient's request writes visits too, and sees none of this.
INSTALL = """
CREATE FUNCTION accounts_announce() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public AS $$
DECLARE
    told text;
    row_now jsonb;
    object uuid;
    new_event bigint;
BEGIN
    IF NOT EXISTS (SELECT FROM accounts_webhookendpoint) THEN
        RETURN NULL;
    END IF;
    row_now := CASE TG_OP WHEN 'DELETE' THEN to_jsonb(OLD) ELSE to_jsonb(NEW) END;
    object := (row_now ->> TG_ARGV[1])::uuid;
    told := CASE TG_OP WHEN 'INSERT' THEN TG_ARGV[2] WHEN 'UPDATE' THEN TG_ARGV[3] ELSE TG_ARGV[4] END;
    IF TG_OP = 'UPDATE' AND TG_ARGV[5] <> '' AND row_now ->> 'status' = TG_ARGV[5]
            AND to_jsonb(OLD) ->> 'status' <> TG_ARGV[5] THEN
        told := TG_ARGV[5];
    ELSIF TG_OP = 'DELETE' AND TG_ARGV[1] = 'id' THEN
        PERFORM accounts_forget_announced(object);
    END IF;
    IF told = '' THEN
        RETURN NULL;
    END IF;
    told := TG_ARGV[0] || '.' || told;
    IF NOT EXISTS (SELECT FROM accounts_webhookendpoint WHERE status <> 'off' AND told = ANY (kinds)) THEN
        RETURN NULL;
    END IF;
    INSERT INTO accounts_webhookevent (kind, object_type, object_id, row_version)
        VALUES (told, TG_ARGV[0], object, (row_now ->> 'version')::integer) RETURNING sequence INTO new_event;
    INSERT INTO accounts_webhookdelivery (endpoint_id, event_id, object_id)
        SELECT id, new_event, object FROM accounts_webhookendpoint WHERE status <> 'off' AND told = ANY (kinds)
        FOR KEY SHARE;  -- one that is being removed is waited for, and then left out
    RETURN NULL;
END $$;

CREATE FUNCTION accounts_forget_announced(gone uuid) RETURNS void
LANGUAGE sql SET search_path = pg_catalog, public AS $$
    DELETE FROM accounts_webhookattempt t USING accounts_webhookdelivery d, accounts_webhookevent e
        WHERE t.delivery_id = d.id AND d.event_id = e.sequence AND e.object_id = gone;
    DELETE FROM accounts_webhookdelivery d USING accounts_webhookevent e
        WHERE d.event_id = e.sequence AND e.object_id = gone;
    DELETE FROM accounts_webhookevent WHERE object_id = gone;
$$;
REVOKE ALL ON FUNCTION accounts_forget_announced(uuid) FROM PUBLIC;
"""
REMOVE = """
DROP FUNCTION accounts_announce();
DROP FUNCTION accounts_forget_announced(uuid);
"""


def announces(
    table: str,
    object_type: str,
    *,
    key: str = "id",
    created: str = "created",
    updated: str = "updated",
    removed: str = "removed",
    status: str = "",
) -> migrations.RunSQL:
    """Let a table announce its changes as events of an object: "appointment" gives "appointment.created" and so on.

    `key` is the column with the id of the object that is spoken of. "" for a deed tells nothing of it. `status` names
    one status whose coming is told by its own name instead of `updated`. When a row with key "id" goes, what was told
    of it before goes too: only its removal is left.
    """
    words = ", ".join(f"'{each}'" for each in (object_type, key, created, updated, removed, status))
    deeds = {"INSERT": created, "UPDATE": updated, "DELETE": removed or key == "id"}
    when = " OR ".join(deed for deed, wanted in deeds.items() if wanted)
    return migrations.RunSQL(
        f"CREATE TRIGGER announced AFTER {when} ON {table} FOR EACH ROW EXECUTE FUNCTION accounts_announce({words});",
        f"DROP TRIGGER announced ON {table};",
    )
