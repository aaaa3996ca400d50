"""The functions and triggers of the audit chain, as the migration of that name installs them.

A row is linked in two rounds of the commit. Round one (deferred trigger on the table) works out the digest and puts it
in a queue. Round two (deferred trigger on the queue) appends to the chain what waits there, when nobody else is doing
that; else the row waits for the next commit, the job of each minute or `verify_audit`. Nobody waits for the lock: there
is no deadlock, and commits still reach the disk together. (With a lock that waits, sixteen connections wrote a tenth of
what they write now.)
"""

from accounts.audit_sql import CANONICAL

# "FYSI", and 5: the chain's advisory lock.
LOCK = "1180259145, 5"

_PINNED = "SET search_path = pg_catalog, pg_temp " + " ".join(f"SET {k} = '{v}'" for k, v in CANONICAL.items())
_DEFINER = "LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp"

QUEUE = """
CREATE TABLE accounts_auditqueue (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    xact xid8 NOT NULL,
    table_name text NOT NULL,
    row_key text NOT NULL,
    width smallint NOT NULL,
    salt uuid,
    digest bytea NOT NULL
);
REVOKE ALL ON accounts_auditqueue FROM PUBLIC;
"""

HASHES = """
CREATE FUNCTION accounts_audit_digest(salt uuid, content jsonb) RETURNS bytea
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN sha256(convert_to(salt::text || '|' || content::text, 'UTF8'));

CREATE FUNCTION accounts_audit_hash(
    place bigint, table_name text, row_key text, width integer, digest bytea, previous bytea
) RETURNS bytea
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN sha256(convert_to(
    place || '|' || table_name || '|' || row_key || '|' || width || '|' || encode(digest, 'hex')
    || '|' || encode(previous, 'hex'), 'UTF8'));
"""

# The gate stands open for the erasure whose event was written in this very transaction: it is not linked yet.
GATE = f"""
CREATE FUNCTION accounts_erasure_is_open() RETURNS boolean {_DEFINER} STABLE AS $$
DECLARE erasure text := current_setting('fysicure.erasing', true);
BEGIN
    IF coalesce(erasure, '') = '' THEN RETURN false; END IF;
    RETURN EXISTS (
        SELECT FROM public.accounts_securityevent event
        WHERE event.kind = 'erased' AND event.detail->>'erasure' = erasure AND NOT EXISTS (
            SELECT FROM public.accounts_auditlink link
            WHERE link.table_name = 'accounts_securityevent' AND link.row_key = event.id::text
        )
    );
END $$;

CREATE FUNCTION accounts_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' AND public.accounts_erasure_is_open() THEN RETURN OLD; END IF;
    RAISE EXCEPTION 'rows of % are kept: % is refused', TG_TABLE_NAME, TG_OP;
END $$;
"""  # noqa: S608

# Round one. During an erasure a row may be gone again before the commit.
ROUND_ONE = f"""
CREATE FUNCTION accounts_audit_queue_row() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER {_PINNED} AS $$
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
    INSERT INTO public.accounts_auditqueue (xact, table_name, row_key, width, salt, digest) VALUES (
        pg_current_xact_id(), TG_TABLE_NAME, content->>TG_ARGV[0], (SELECT count(*) FROM jsonb_object_keys(content)),
        salt, public.accounts_audit_digest(salt, content));
    RETURN NULL;
END $$;
"""  # noqa: S608

# Round two. Whoever gets the lock appends the own rows and some that others left; who does not get it leaves them.
ROUND_TWO = f"""
CREATE FUNCTION accounts_audit_take(own xid8, since bigint, most integer) RETURNS bigint {_DEFINER} AS $$
DECLARE
    place bigint;
    tip bytea;
    before bytea;
    entry record;
    taken bigint := 0;
BEGIN
    SELECT head.position, head.hash INTO place, tip FROM public.accounts_audithead head;
    place := coalesce(place, 0);
    tip := coalesce(tip, ''::bytea);
    FOR entry IN
        WITH chosen AS (
            (SELECT id FROM public.accounts_auditqueue WHERE xact <> own ORDER BY id LIMIT most)
            UNION ALL SELECT id FROM public.accounts_auditqueue WHERE id >= since AND xact = own
        ), gone AS (
            DELETE FROM public.accounts_auditqueue queued USING chosen WHERE queued.id = chosen.id RETURNING queued.*
        ) SELECT * FROM gone ORDER BY id
    LOOP
        taken := taken + 1;
        place := place + 1;
        before := tip;
        tip := public.accounts_audit_hash(
            place, entry.table_name, entry.row_key, entry.width, entry.digest, before);
        INSERT INTO public.accounts_auditlink
            (position, table_name, row_key, width, salt, digest, previous, hash)
        VALUES (place, entry.table_name, entry.row_key, entry.width, entry.salt, entry.digest, before, tip);
    END LOOP;
    IF taken > 0 THEN
        INSERT INTO public.accounts_audithead (id, position, hash) VALUES (1, place, tip)
            ON CONFLICT (id) DO UPDATE SET position = excluded.position, hash = excluded.hash;
    END IF;
    RETURN taken;
END $$;
REVOKE ALL ON FUNCTION accounts_audit_take(xid8, bigint, integer) FROM PUBLIC;

CREATE FUNCTION accounts_audit_append() RETURNS trigger {_DEFINER} AS $$
BEGIN
    PERFORM FROM public.accounts_auditqueue queued WHERE queued.id = NEW.id;
    IF FOUND AND pg_try_advisory_xact_lock({LOCK}) THEN
        PERFORM public.accounts_audit_take(NEW.xact, NEW.id, 100);
    END IF;
    RETURN NULL;
END $$;

CREATE FUNCTION accounts_audit_append_waiting(most integer) RETURNS bigint {_DEFINER} AS $$
BEGIN
    PERFORM pg_advisory_xact_lock({LOCK});
    RETURN public.accounts_audit_take(pg_current_xact_id(), 0, most);
END $$;

CREATE CONSTRAINT TRIGGER audit_append AFTER INSERT ON accounts_auditqueue
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION accounts_audit_append();
"""  # noqa: S608

# What an erasure leaves behind: the link without its salt, and a link that tells of the erasure.
TOMBSTONE = f"""
CREATE FUNCTION accounts_audit_erased() RETURNS trigger {_DEFINER} AS $$
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
        INSERT INTO public.accounts_auditqueue (xact, table_name, row_key, width, digest) VALUES (
            pg_current_xact_id(), 'accounts_auditlink', place::text, 0, sha256(convert_to(erasure, 'UTF8')));
    ELSE
        -- Committed a moment ago and not linked yet; the erasure holds the lock of the chain.
        DELETE FROM public.accounts_auditqueue queued
            WHERE queued.table_name = TG_TABLE_NAME AND queued.row_key = to_jsonb(OLD)->>TG_ARGV[0];
    END IF;
    RETURN NULL;
END $$;

CREATE FUNCTION accounts_audit_keep_link() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' THEN
        IF (to_jsonb(NEW) - '{{salt,erased_by}}'::text[]) = (to_jsonb(OLD) - '{{salt,erased_by}}'::text[])
            AND NEW.salt IS NULL AND OLD.erased_by IS NULL
            AND NEW.erased_by::text = current_setting('fysicure.erasing', true)
            AND public.accounts_erasure_is_open()
        THEN RETURN NEW; END IF;
    END IF;
    RAISE EXCEPTION 'the links of the audit are kept: % is refused', TG_OP;
END $$;

CREATE TRIGGER kept BEFORE UPDATE OR DELETE ON accounts_auditlink
    FOR EACH ROW EXECUTE FUNCTION accounts_audit_keep_link();
CREATE TRIGGER kept_whole BEFORE TRUNCATE ON accounts_auditlink
    FOR EACH STATEMENT EXECUTE FUNCTION accounts_audit_keep_link();
CREATE TRIGGER kept BEFORE DELETE ON accounts_audithead
    FOR EACH ROW EXECUTE FUNCTION accounts_refuse_change();
CREATE TRIGGER kept_whole BEFORE TRUNCATE ON accounts_audithead
    FOR EACH STATEMENT EXECUTE FUNCTION accounts_refuse_change();
"""  # noqa: S608

# The rows that were there before the table was sealed.
EXISTING = f"""
CREATE FUNCTION accounts_audit_link_existing(sealed text, key text) RETURNS bigint
LANGUAGE plpgsql {_PINNED} AS $$
DECLARE
    place bigint;
    tip bytea;
    before bytea;
    seed uuid;
    found_width integer;
    content bytea;
    entry record;
    linked bigint := 0;
BEGIN
    PERFORM pg_advisory_xact_lock({LOCK});
    SELECT head.position, head.hash INTO place, tip FROM public.accounts_audithead head;
    place := coalesce(place, 0);
    tip := coalesce(tip, ''::bytea);
    FOR entry IN EXECUTE format(
        'SELECT t.%1$I::text AS name, to_jsonb(t) AS body FROM public.%2$I t WHERE NOT EXISTS (
            SELECT FROM public.accounts_auditlink link WHERE link.table_name = %2$L AND link.row_key = t.%1$I::text
        ) ORDER BY t.%1$I', key, sealed)
    LOOP
        linked := linked + 1;
        place := place + 1;
        before := tip;
        seed := gen_random_uuid();
        found_width := (SELECT count(*) FROM jsonb_object_keys(entry.body));
        content := public.accounts_audit_digest(seed, entry.body);
        tip := public.accounts_audit_hash(place, sealed, entry.name, found_width, content, before);
        INSERT INTO public.accounts_auditlink
            (position, table_name, row_key, width, salt, digest, previous, hash)
        VALUES (place, sealed, entry.name, found_width, seed, content, before, tip);
    END LOOP;
    IF linked > 0 THEN
        INSERT INTO public.accounts_audithead (id, position, hash) VALUES (1, place, tip)
            ON CONFLICT (id) DO UPDATE SET position = excluded.position, hash = excluded.hash;
    END IF;
    RETURN linked;
END $$;
REVOKE ALL ON FUNCTION accounts_audit_link_existing(text, text) FROM PUBLIC;
"""  # noqa: S608

# pghistory's context (who, which request) is written once and sealed like the rest. Its own function rewrites the row
# when a request changes its mind about the user, and would so rewrite who made the earlier changes.
CONTEXT = """
CREATE OR REPLACE FUNCTION _pgh_attach_context() RETURNS uuid LANGUAGE plpgsql AS $$
DECLARE
    told text := nullif(current_setting('pghistory.context_metadata', true), '');
    name uuid := encode(substr(sha256(convert_to(
        current_setting('pghistory.context_id', true) || '|' || told, 'UTF8')), 1, 16), 'hex')::uuid;
BEGIN
    IF name IS NOT NULL THEN
        INSERT INTO public.pghistory_context (id, metadata, created_at, updated_at)
        VALUES (name, told::jsonb, now(), now()) ON CONFLICT (id) DO NOTHING;
    END IF;
    RETURN name;
END $$;
"""

INSTALL = QUEUE + HASHES + GATE + ROUND_ONE + ROUND_TWO + TOMBSTONE + EXISTING + CONTEXT
REMOVE = """
DROP TRIGGER kept ON accounts_auditlink;
DROP TRIGGER kept_whole ON accounts_auditlink;
DROP TRIGGER kept ON accounts_audithead;
DROP TRIGGER kept_whole ON accounts_audithead;
DROP TABLE accounts_auditqueue;
DROP FUNCTION accounts_audit_link_existing(text, text);
DROP FUNCTION accounts_audit_keep_link();
DROP FUNCTION accounts_audit_erased();
DROP FUNCTION accounts_audit_append();
DROP FUNCTION accounts_audit_append_waiting(integer);
DROP FUNCTION accounts_audit_take(xid8, bigint, integer);
DROP FUNCTION accounts_audit_queue_row();
DROP FUNCTION accounts_refuse_change();
DROP FUNCTION accounts_erasure_is_open();
DROP FUNCTION accounts_audit_hash(bigint, text, text, integer, bytea, bytea);
DROP FUNCTION accounts_audit_digest(uuid, jsonb);
"""
