"""Whether the audit is whole: each link as written, each row as linked, nothing cut off, nothing slipped in."""

from collections.abc import Iterator
from dataclasses import dataclass

import pghistory.models
from django.apps import apps
from django.db import connection, transaction
from django.db.backends.utils import CursorWrapper
from django.db.models import Model

from accounts.audit_sql import CANONICAL
from accounts.models import AccessLog, AuditHead, SecurityEvent

# So many links are checked with one set of statements.
BATCH = 50_000
LINKS = "accounts_auditlink"


@dataclass(frozen=True, slots=True)
class Break:
    """The first thing that is wrong: in which row, at which place of the chain (0: it has none), and what."""

    table: str
    key: str
    position: int
    wrong: str

    def __str__(self) -> str:
        return f"{self.table} {self.key or '-'} (position {self.position or '-'}): {self.wrong}"


@dataclass(frozen=True, slots=True)
class Verdict:
    """How many links were checked and where the chain ends. `found` is None when the audit is whole."""

    links: int
    erased: int
    position: int
    head: str
    found: Break | None = None


def sealed_models() -> list[type[Model]]:
    """Return the models whose rows the chain must hold: reads, security events, and the history of every model."""
    events = [model for model in apps.get_models() if issubclass(model, pghistory.models.Event)]
    histories = [model for model in events if model._meta.managed and not model._meta.proxy]
    return [AccessLog, SecurityEvent, pghistory.models.Context, *histories]


def head() -> tuple[int, str]:
    """Return where the chain ends: position and hash (hexadecimal); 0 and "" before the first link."""
    row = AuditHead.objects.first()
    return (row.position, bytes(row.hash).hex()) if row else (0, "")


def append_waiting() -> int:
    """Append the committed rows that wait in the queue and return how many; the chain is locked a batch at a time."""
    appended = 0
    with connection.cursor() as cursor:
        while True:
            cursor.execute("SELECT accounts_audit_append_waiting(%s)", [BATCH])
            (taken,) = cursor.fetchone()
            appended += taken
            if taken < BATCH:
                return appended


def verify(*, since: int = 1, expect: str = "") -> Verdict:
    """Append what waits and check the chain from a position on; rows written meanwhile are left for the next time.

    `expect` is a head that was noted elsewhere (hexadecimal): it must stand in the chain, so that even an owner of the
    database who rewrote everything after it cannot have rewritten what came before.
    """
    append_waiting()
    end, tip = head()
    with transaction.atomic(), connection.cursor() as cursor:
        for name, value in CANONICAL.items():
            cursor.execute("SELECT set_config(%s, %s, true)", [name, value])
        found = next(_breaks(cursor, since, end, tip, expect), None)
        cursor.execute(
            f"SELECT count(*), count(erased_by) FROM {LINKS} WHERE position BETWEEN %s AND %s",  # noqa: S608
            [since, end],
        )
        links, erased = cursor.fetchone()
    return Verdict(links, erased, end, tip, found)


def _breaks(cursor: CursorWrapper, since: int, end: int, tip: str, expect: str) -> Iterator[Break]:
    """Yield what is wrong, in the order in which it is looked for; the first one is enough."""
    sealed = _sealed_tables(cursor)
    yield from _unsealed(cursor, sealed)
    for start in range(since, end + 1, BATCH):
        last = min(start + BATCH - 1, end)
        yield from _links(cursor, start, last)
        for table, (key, kind) in sealed.items():
            yield from _rows(cursor, table, key, kind, (start, last))
        yield from _tombstones(cursor, start, last)
    yield from _tail(cursor, end, tip, expect)
    for table, (key, kind) in sealed.items():
        yield from _strays(cursor, table, key, kind)


def _sealed_tables(cursor: CursorWrapper) -> dict[str, tuple[str, str]]:
    """Return for each table under the chain its primary key and the type of it."""
    cursor.execute("""
        SELECT c.relname, a.attname, format_type(a.atttypid, a.atttypmod)
        FROM pg_class c
        JOIN pg_constraint p ON p.conrelid = c.oid AND p.contype = 'p'
        JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum = p.conkey[1]
        WHERE c.relnamespace = 'public'::regnamespace AND EXISTS (
            SELECT FROM pg_trigger t WHERE t.tgrelid = c.oid AND t.tgname = 'audit_link'
        ) ORDER BY c.relname
    """)
    return {table: (key, kind) for table, key, kind in cursor.fetchall()}


def _unsealed(cursor: CursorWrapper, sealed: dict[str, tuple[str, str]]) -> Iterator[Break]:
    """Tables whose triggers are gone or switched off: what is written there leaves no trace."""
    for model in sealed_models():
        if model._meta.db_table not in sealed:
            yield Break(model._meta.db_table, "", 0, "the table is not under the chain")
    cursor.execute(
        """
        SELECT t.tgrelid::regclass::text, t.tgname FROM pg_trigger t
        WHERE t.tgenabled IN ('D', 'R') AND NOT t.tgisinternal AND t.tgrelid = ANY(%s::regclass[]) ORDER BY 1, 2
        """,
        [[*sealed, LINKS, "accounts_audithead", "accounts_auditqueue"]],
    )
    for table, name in cursor.fetchall():
        yield Break(table, "", 0, f"the trigger {name} is switched off")
    cursor.execute(
        f"SELECT table_name, row_key, position FROM {LINKS} WHERE table_name <> ALL(%s) ORDER BY position LIMIT 1",  # noqa: S608
        [[*sealed, LINKS]],
    )
    for table, key, position in cursor.fetchall():
        yield Break(table, key, position, "the table of this row is gone, or no longer under the chain")


def _links(cursor: CursorWrapper, start: int, last: int) -> Iterator[Break]:
    """Links that are missing, changed or in another order, between two positions."""
    cursor.execute(
        f"""
        SELECT position, table_name, row_key, before, hash_before, previous,
            hash = accounts_audit_hash(position, table_name, row_key, width, digest, previous)
        FROM (
            SELECT *, lag(position, 1, %(start)s - 1) OVER w AS before, lag(hash) OVER w AS hash_before
            FROM {LINKS} WHERE position BETWEEN %(start)s - 1 AND %(last)s WINDOW w AS (ORDER BY position)
        ) link
        WHERE position >= %(start)s AND (
            before <> position - 1
            OR previous <> coalesce(hash_before, CASE WHEN position = 1 THEN ''::bytea END, previous)
            OR hash <> accounts_audit_hash(position, table_name, row_key, width, digest, previous)
        ) ORDER BY position LIMIT 1
        """,  # noqa: S608
        {"start": start, "last": last},
    )
    for position, table, key, before, _hash_before, _previous, holds in cursor.fetchall():
        if before != position - 1:
            yield Break(table, key, before + 1, f"link {before + 1} of the chain is missing")
        wrong = "the link before it was changed or replaced" if holds else "the link was changed"
        yield Break(table, key, position, wrong)


def _rows(cursor: CursorWrapper, table: str, key: str, kind: str, span: tuple[int, int]) -> Iterator[Break]:
    """Rows of one table that are gone or changed since they were linked. Columns added later are left out."""
    cursor.execute(
        f"""
        WITH names AS (
            SELECT attname, row_number() OVER (ORDER BY attnum) AS rank FROM pg_attribute
            WHERE attrelid = %(table)s::regclass AND attnum > 0 AND NOT attisdropped
        )
        SELECT DISTINCT width, ARRAY(SELECT attname::text FROM names WHERE rank > width) FROM {LINKS}
        WHERE table_name = %(table)s AND position BETWEEN %(start)s AND %(last)s
        """,  # noqa: S608
        {"table": table, "start": span[0], "last": span[1]},
    )
    for width, newer in cursor.fetchall():
        content = "to_jsonb(t)" + (" - %(newer)s::text[]" if newer else "")
        cursor.execute(
            f"""
            SELECT link.row_key, link.position, t."{key}" IS NULL FROM {LINKS} link
            LEFT JOIN "{table}" t ON t."{key}" = link.row_key::{kind}
            WHERE link.table_name = %(table)s AND link.position BETWEEN %(start)s AND %(last)s
                AND link.width = %(width)s AND link.erased_by IS NULL
                AND (t."{key}" IS NULL OR link.digest <> accounts_audit_digest(link.salt, {content}))
            ORDER BY link.position LIMIT 1
            """,  # noqa: S608
            {"table": table, "start": span[0], "last": span[1], "width": width, "newer": newer},
        )
        for row_key, position, is_gone in cursor.fetchall():
            yield Break(table, row_key, position, "the row is gone" if is_gone else "the row was changed")


def _tombstones(cursor: CursorWrapper, start: int, last: int) -> Iterator[Break]:
    """Links that say their row was erased, without a link that tells of it or an event that names the erasure."""
    cursor.execute(
        f"""
        SELECT link.table_name, link.row_key, link.position FROM {LINKS} link
        LEFT JOIN {LINKS} told ON told.table_name = '{LINKS}' AND told.row_key = link.position::text
        WHERE link.position BETWEEN %s AND %s AND link.erased_by IS NOT NULL AND (
            told.position IS NULL OR told.digest <> sha256(convert_to(link.erased_by::text, 'UTF8'))
            OR NOT EXISTS (
                SELECT FROM accounts_securityevent e
                WHERE e.kind = 'erased' AND e.detail->>'erasure' = link.erased_by::text
            )
        ) ORDER BY link.position LIMIT 1
        """,  # noqa: S608
        [start, last],
    )
    for table, key, position in cursor.fetchall():
        yield Break(table, key, position, "the row is marked as erased, but no erasure is recorded for it")


def _tail(cursor: CursorWrapper, end: int, tip: str, expect: str) -> Iterator[Break]:
    """The end of the chain against what the database last wrote, and a noted head against the chain."""
    cursor.execute(
        f"SELECT position, encode(hash, 'hex') FROM {LINKS} WHERE position <= greatest(%s, 1)"  # noqa: S608
        " ORDER BY position DESC LIMIT 1",
        [end],
    )
    position, found = cursor.fetchone() or (0, "")
    if (position, found) != (end, tip):
        gone = f"the end of the chain is missing: {end - position} of {end} links are gone"
        yield Break(LINKS, str(end), end, gone if position != end else "the head of the chain was changed")
    if expect:
        cursor.execute(f"SELECT 1 FROM {LINKS} WHERE hash = decode(%s, 'hex') LIMIT 1", [expect])  # noqa: S608
        if cursor.fetchone() is None:
            yield Break(LINKS, "", 0, f"the expected head {expect} does not stand in the chain")


def _strays(cursor: CursorWrapper, table: str, key: str, kind: str) -> Iterator[Break]:
    """Rows that the chain does not know: slipped in while the triggers were off."""
    cursor.execute(
        f"""
        SELECT t."{key}"::text FROM "{table}" t LEFT JOIN (
            SELECT row_key::{kind} AS row_key FROM {LINKS} WHERE table_name = %s
        ) link ON link.row_key = t."{key}" WHERE link.row_key IS NULL
            AND NOT EXISTS (
                SELECT FROM accounts_auditqueue q, unnest(q.row_keys) AS waiting
                WHERE q.table_name = %s AND waiting = t."{key}"::text
            ) LIMIT 1
        """,  # noqa: S608
        [table, table],
    )
    for (row_key,) in cursor.fetchall():
        yield Break(table, row_key, 0, "the row is not in the chain")
