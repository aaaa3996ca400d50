"""The queue of the audit chain as accounts/0012 leaves it: an entry is what one statement added to one table.

Of the chain nothing changes: the same digests, hashes, rounds and lock. What is cheaper: a statement of many rows makes
one entry instead of one each; a commit calls for its links once, not for each row; they are one insert; digest and hash
are part of the query that asks them; and no statement is planned anew at each commit.
"""

from accounts.audit_sql import CANONICAL
from accounts.migrations._audit_chain import LOCK, ROUND_ONE, ROUND_TWO, TOMBSTONE

_DEFINER = "LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp"
_PINNED = _DEFINER + "".join(f" SET {name} = '{value}'" for name, value in CANONICAL.items())

# What transactions that still run have queued is waited for, and all of it is linked before the queue changes shape.
EMPTY = """
LOCK TABLE accounts_auditqueue IN ACCESS EXCLUSIVE MODE;
SELECT accounts_audit_append_waiting(2147483647);
DROP TRIGGER audit_append ON accounts_auditqueue;
"""

# `calls`: the round of the commit in which this entry calls for the append; null when an earlier one of its transaction
# does. The setting `fysicure.audit_called` only saves calls: who sets it by hand leaves the own rows to the next commit.
# The columns of one row stay empty: the release before still asks for them; a later migration takes them away.
QUEUE = """
ALTER TABLE accounts_auditqueue
    ALTER COLUMN row_key DROP NOT NULL,
    ALTER COLUMN digest DROP NOT NULL,
    ADD COLUMN row_keys text[] NOT NULL DEFAULT '{}',
    ADD COLUMN salts uuid[] NOT NULL DEFAULT '{}',
    ADD COLUMN digests bytea[] NOT NULL DEFAULT '{}',
    ADD COLUMN calls smallint;

CREATE FUNCTION accounts_audit_first_call() RETURNS boolean LANGUAGE plpgsql AS $$
DECLARE
    own text := pg_current_xact_id()::text;
BEGIN
    IF current_setting('fysicure.audit_called', true) = own THEN RETURN false; END IF;
    PERFORM set_config('fysicure.audit_called', own, true);
    RETURN true;
END $$;
"""

# How text becomes bytes hangs on the encoding of the database: to PostgreSQL that is stable, not immutable. A function
# that claims more is called for each row; one that does not becomes part of the query.
DIGESTS = """
ALTER FUNCTION accounts_audit_digest(uuid, jsonb) STABLE;
ALTER FUNCTION accounts_audit_hash(bigint, text, text, integer, bytea, bytea) STABLE;

CREATE FUNCTION accounts_audit_width(content jsonb) RETURNS smallint
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN jsonb_array_length(jsonb_path_query_array(content, 'strict $.*'))::smallint;
"""

# Round one, for a table whose rows come one by one: deferred. During an erasure a row may be gone before the commit.
ROW = f"""
CREATE OR REPLACE FUNCTION accounts_audit_queue_row() RETURNS trigger {_PINNED} AS $$
DECLARE
    content jsonb := to_jsonb(NEW);
    salt uuid := gen_random_uuid();
    is_there boolean;
BEGIN
    IF current_setting('fysicure.erased', true) = 'yes' THEN
        EXECUTE format('SELECT EXISTS (SELECT FROM public.%I row WHERE row.%I = ($1).%I)',
            TG_TABLE_NAME, TG_ARGV[0], TG_ARGV[0]) INTO is_there USING NEW;
        IF NOT is_there THEN RETURN NULL; END IF;
    END IF;
    INSERT INTO public.accounts_auditqueue (xact, table_name, row_keys, width, salts, digests, calls) VALUES (
        pg_current_xact_id(), TG_TABLE_NAME, ARRAY[content->>TG_ARGV[0]], public.accounts_audit_width(content),
        ARRAY[salt], ARRAY[public.accounts_audit_digest(salt, content)],
        CASE WHEN public.accounts_audit_first_call() THEN 2 END);
    RETURN NULL;
END $$;
"""  # noqa: S608

# Round one, for a table to which one statement adds many rows, none of which ever leaves. A trigger of a whole statement
# cannot be deferred: the digests are queued at once, and the call for the append waits for round two all the same. Else
# the lock of the chain were held while the commit still waits for rows that others hold.
ROWS = f"""
CREATE FUNCTION accounts_audit_queue_rows() RETURNS trigger {_PINNED} AS $$
BEGIN
    INSERT INTO public.accounts_auditqueue (xact, table_name, row_keys, width, salts, digests, calls)
    SELECT pg_current_xact_id(), TG_TABLE_NAME, array_agg(content->>TG_ARGV[0]),
        max(public.accounts_audit_width(content)), array_agg(salt),
        array_agg(public.accounts_audit_digest(salt, content)),
        CASE WHEN public.accounts_audit_first_call() THEN 1 END
    FROM (SELECT to_jsonb(added) AS content, gen_random_uuid() AS salt FROM added) entry HAVING count(*) > 0;
    RETURN NULL;
END $$;

DROP TRIGGER audit_link ON accounts_accesslog;
CREATE TRIGGER audit_link AFTER INSERT ON accounts_accesslog REFERENCING NEW TABLE AS added
    FOR EACH STATEMENT EXECUTE FUNCTION accounts_audit_queue_rows('id');
"""  # noqa: S608

# Round two: whoever gets the lock appends the own entries and some that others left. `most` is a number of entries;
# how many rows were appended is returned. Plans are kept: with a custom one each commit would plan for as long as it writes.
APPEND = f"""
CREATE OR REPLACE FUNCTION accounts_audit_take(own xid8, since bigint, most integer) RETURNS bigint {_DEFINER}
SET enable_seqscan = off SET plan_cache_mode = force_generic_plan AS $$
DECLARE
    place bigint;
    tip bytea;
    tables text[];
    keys text[];
    widths smallint[];
    salts uuid[];
    digests bytea[];
    hashes bytea[];
BEGIN
    WITH chosen AS (
        (SELECT id FROM public.accounts_auditqueue WHERE xact <> own ORDER BY id LIMIT most)
        UNION ALL SELECT id FROM public.accounts_auditqueue WHERE id >= since AND xact = own
    ), gone AS (
        DELETE FROM public.accounts_auditqueue queued USING chosen WHERE queued.id = chosen.id RETURNING queued.*
    )
    SELECT array_agg(table_name), array_agg(row_key), array_agg(width), array_agg(salt), array_agg(digest)
    INTO tables, keys, widths, salts, digests FROM (
        SELECT gone.table_name, gone.width, link.row_key, link.salt, link.digest
        FROM gone, unnest(gone.row_keys, gone.salts, gone.digests) WITH ORDINALITY link (row_key, salt, digest, n)
        ORDER BY gone.id, link.n
    ) entry;
    IF keys IS NULL THEN RETURN 0; END IF;
    SELECT head.position, head.hash INTO place, tip FROM public.accounts_audithead head WHERE head.id = 1;
    place := coalesce(place, 0);
    hashes[1] := coalesce(tip, ''::bytea);
    FOR n IN 1..cardinality(keys) LOOP
        hashes[n + 1] := public.accounts_audit_hash(
            place + n, tables[n], keys[n], widths[n], digests[n], hashes[n]);
    END LOOP;
    INSERT INTO public.accounts_auditlink (position, table_name, row_key, width, salt, digest, previous, hash)
    SELECT place + n, table_name, row_key, width, salt, digest, hashes[n], hashes[n + 1]
    FROM unnest(tables, keys, widths, salts, digests) WITH ORDINALITY link (table_name, row_key, width, salt, digest, n);
    place := place + cardinality(keys);
    tip := hashes[cardinality(hashes)];
    UPDATE public.accounts_audithead head SET position = place, hash = tip WHERE head.id = 1;
    IF NOT FOUND THEN INSERT INTO public.accounts_audithead (id, position, hash) VALUES (1, place, tip); END IF;
    RETURN cardinality(keys);
END $$;

CREATE OR REPLACE FUNCTION accounts_audit_append() RETURNS trigger {_DEFINER} AS $$
BEGIN
    IF NEW.calls = 1 THEN
        UPDATE public.accounts_auditqueue SET calls = 2 WHERE id = NEW.id;
    ELSIF NEW.calls = 2 THEN
        PERFORM set_config('fysicure.audit_called', '', true);
        IF pg_try_advisory_xact_lock({LOCK}) THEN PERFORM public.accounts_audit_take(NEW.xact, NEW.id, 100); END IF;
    END IF;
    RETURN NULL;
END $$;

CREATE OR REPLACE FUNCTION accounts_audit_append_waiting(most integer) RETURNS bigint {_DEFINER} AS $$
BEGIN
    PERFORM pg_advisory_xact_lock({LOCK}), set_config('fysicure.audit_called', '', true);
    RETURN public.accounts_audit_take(pg_current_xact_id(), 0, most);
END $$;

CREATE CONSTRAINT TRIGGER audit_append AFTER INSERT OR UPDATE OF calls ON accounts_auditqueue
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION accounts_audit_append();
"""  # noqa: S608

# What an erasure leaves behind, as before; rows that an erasure may take are queued one by one.
ERASED = f"""
CREATE OR REPLACE FUNCTION accounts_audit_erased() RETURNS trigger {_DEFINER} AS $$
DECLARE
    erasure text := current_setting('fysicure.erasing', true);
    place bigint;
BEGIN
    IF NOT public.accounts_erasure_is_open() THEN RETURN NULL; END IF;
    PERFORM set_config('fysicure.erased', 'yes', true);
    UPDATE public.accounts_auditlink link SET salt = NULL, erased_by = erasure::uuid
        WHERE link.table_name = TG_TABLE_NAME AND link.row_key = to_jsonb(OLD)->>TG_ARGV[0]
        RETURNING link.position INTO place;
    IF FOUND THEN
        INSERT INTO public.accounts_auditqueue (xact, table_name, row_keys, width, salts, digests, calls) VALUES (
            pg_current_xact_id(), 'accounts_auditlink', ARRAY[place::text], 0, ARRAY[NULL::uuid],
            ARRAY[sha256(convert_to(erasure, 'UTF8'))], CASE WHEN public.accounts_audit_first_call() THEN 1 END);
    ELSE
        -- Committed a moment ago and not linked yet; the erasure holds the lock of the chain.
        DELETE FROM public.accounts_auditqueue queued
            WHERE queued.table_name = TG_TABLE_NAME AND queued.row_keys = ARRAY[to_jsonb(OLD)->>TG_ARGV[0]];
    END IF;
    RETURN NULL;
END $$;
"""  # noqa: S608

INSTALL = EMPTY + QUEUE + DIGESTS + ROW + ROWS + APPEND + ERASED
REMOVE = (
    EMPTY
    + """
DROP TRIGGER audit_link ON accounts_accesslog;
CREATE CONSTRAINT TRIGGER audit_link AFTER INSERT ON accounts_accesslog DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW EXECUTE FUNCTION accounts_audit_queue_row('id');
ALTER TABLE accounts_auditqueue
    ALTER COLUMN row_key SET NOT NULL,
    ALTER COLUMN digest SET NOT NULL,
    DROP COLUMN row_keys,
    DROP COLUMN salts,
    DROP COLUMN digests,
    DROP COLUMN calls;
"""
    + (ROUND_ONE + ROUND_TWO + TOMBSTONE)
    .replace("CREATE FUNCTION", "CREATE OR REPLACE FUNCTION")
    .replace("CREATE TRIGGER", "CREATE OR REPLACE TRIGGER")
    + """
ALTER FUNCTION accounts_audit_append() SET enable_seqscan = off;
ALTER FUNCTION accounts_audit_digest(uuid, jsonb) IMMUTABLE;
ALTER FUNCTION accounts_audit_hash(bigint, text, text, integer, bytea, bytea) IMMUTABLE;
DROP FUNCTION accounts_audit_queue_rows();
DROP FUNCTION accounts_audit_first_call();
DROP FUNCTION accounts_audit_width(jsonb);
"""
)
