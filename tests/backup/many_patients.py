"""A practice of any size, written by the server itself into the real tables: constraints, generated columns and all.

Each patient has an episode, two encounters, six observations, three visits, their history, and five look-ups in the
access log. Triggers sleep while it is written; history is written as they would have written it.
"""

import hashlib
from collections.abc import Iterator

import psycopg
from psycopg import sql

from fysicure.backup.manifest import snapshot, tables_of

THERAPISTS, ROWS_OF_A_PATIENT = 40, 22
# What a column of a type holds when nothing is said of it.
PLAIN = {
    "boolean": "false",
    "timestamp with time zone": "'2026-01-05 09:00+01'",
    "date": "'2026-01-05'",
    "uuid": "gen_random_uuid()",
    "jsonb": "'{}'",
    "integer": "1",
    "bigint": "1",
}
COLUMNS = """
SELECT column_name, data_type, is_nullable = 'YES' OR column_default IS NOT NULL FROM information_schema.columns
WHERE table_schema = 'public' AND table_name = %s AND is_identity = 'NO' AND is_generated = 'NEVER'
ORDER BY ordinal_position
"""
PEOPLE = "generate_series(1, %(patients)s) AS n"
NAMES = "('{Peeters,Janssens,Maes,Jacobs,Mertens,Willems,Claes,Goossens,Wouters,De Smedt,Çelik,Lefèvre}'::text[])"


def each(kind: str, times: int) -> str:
    """Return the FROM of a table with so many rows (m) for each patient (n)."""
    return f"generate_series(1, %(patients)s) AS n, generate_series(1, {times}) AS m /* {kind} */"


def identity(kind: str, number: str = "n") -> str:
    """Return the SQL of the id that the row with a number always gets."""
    return f"md5('{kind} ' || {number})::uuid"


VISIT = "((m - 1) * %(patients)s + n)"  # a therapist has one at a time, and so has a patient
START = (
    f"timestamptz '2000-01-03 07:00+00' + {VISIT} / {THERAPISTS} / 20 * interval '1 day' "
    f"+ {VISIT} / {THERAPISTS} %% 20 * interval '30 minutes'"
)
TABLES: tuple[tuple[str, str, dict[str, str]], ...] = (
    (
        "accounts_user",
        f"generate_series(1, {THERAPISTS}) AS n",
        {
            "id": identity("user"),
            "email": "'kine' || n || '@practice.example'",
            "name": "'Kine ' || n",
            "role": "'therapist'",
            "language": "'nl'",
        },
    ),
    (
        "accounts_practitioner",
        f"generate_series(1, {THERAPISTS}) AS n",
        {"id": identity("kine"), "user_id": identity("user"), "name": "'Kine ' || n", "colour": "'#0f5c63'"},
    ),
    (
        "patients_measure",
        "generate_series(1, 6) AS n",
        {"key": "'size_' || n", "label": "'Meting ' || n", "type": "'number'"},
    ),
    (
        "patients_patient",
        PEOPLE,
        {
            "id": identity("patient"),
            "family_name": f"{NAMES}[1 + n %% 12]",
            "given_name": "'Zoë ' || n",
            "birth_date": "date '1940-01-01' + n %% 25000",
            "gender": "'female'",
            "national_number": "lpad(n::text, 11, '0')",
            "phone": "'+32' || (470000000 + n)",
            "email": "'p' || n || '@mail.example'",
            "country": "'BE'",
            "language": "'nl'",
        },
    ),
    (
        "patients_episodeofcare",
        PEOPLE,
        {
            "id": identity("episode"),
            "patient_id": identity("patient"),
            "practitioner_id": identity("kine", f"1 + n %% {THERAPISTS}"),
            "reason": "'Pijn aan de buitenkant van de knie, ' || n",
            "side": "'R'",
            "status": "'active'",
        },
    ),
    (
        "patients_encounter",
        each("encounter", 2),
        {
            "id": identity("encounter", "n || ' ' || m"),
            "patient_id": identity("patient"),
            "episode_id": identity("episode"),
            "kind": "'session'",
            "status": "'completed'",
            "note": "repeat('Oefeningen hernomen, geen pijn. ', 4) || n",
        },
    ),
    (
        "patients_observation",
        each("observation", 6),
        {
            "patient_id": identity("patient"),
            "episode_id": identity("episode"),
            "encounter_id": identity("encounter", "n || ' ' || 1 + m %% 2"),
            "entered_by_id": identity("user", f"1 + n %% {THERAPISTS}"),
            "measure_id": "'size_' || m",
            "number": "n %% 200 + m / 10.0",
            "value": "to_jsonb(n %% 200 + m / 10.0)",
            "unit": "'N'",
        },
    ),
    (
        "scheduling_appointment",
        each("appointment", 3),
        {
            "patient_id": identity("patient"),
            "episode_id": identity("episode"),
            "practitioner_id": identity("kine", f"1 + {VISIT} %% {THERAPISTS}"),
            "booked_by_id": identity("user", f"1 + n %% {THERAPISTS}"),
            "type": "'session'",
            "status": "'fulfilled'",
            "start": START,
            "end": f"{START} + interval '30 minutes'",
        },
    ),
    (
        "accounts_accesslog",
        each("look-up", 5),
        {
            "user_id": identity("user", f"1 + n %% {THERAPISTS}"),
            "patient_id": identity("patient"),
            "role": "'therapist'",
            "part": "'chart'",
        },
    ),
)
# Rows that came without the triggers of the audit: one link each, as the migrations make them.
CHAIN = """
SELECT accounts_audit_link_existing(tgrelid::regclass::text, replace(encode(tgargs, 'escape'), '\\000', ''))
FROM pg_trigger WHERE tgname = 'audit_link'
"""
HISTORIES = (("patients_patientevent", "patients_patient"), ("scheduling_appointmentevent", "scheduling_appointment"))


def fill(url: str, patients: int) -> None:
    """Write a practice with so many patients into an empty migrated database, and plan its statistics anew."""
    with psycopg.connect(url) as connection:
        connection.execute("SET session_replication_role = replica")
        for table, source, said in TABLES:
            _write(connection, table, source, said, patients)
        for table, of in HISTORIES:
            names = [name for name, _type, _free in connection.execute(COLUMNS, [of])]
            said = {name: f'o."{name}"' for name in names} | {"pgh_obj_id": "o.id", "pgh_label": "'insert'"}
            _write(connection, table, f"{of} AS o", said, patients)
    with psycopg.connect(url) as connection:
        connection.execute(CHAIN)
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("VACUUM ANALYZE")


def _write(connection: psycopg.Connection, table: str, source: str, said: dict[str, str], patients: int) -> None:
    """Insert the rows of one table; columns of which nothing is said hold what is plain for their type."""
    columns = connection.execute(COLUMNS, [table]).fetchall()
    values = {name: said.get(name) or PLAIN.get(kind, "''") for name, kind, free in columns if name in said or not free}
    names = ", ".join(f'"{name}"' for name in values)
    query = f"INSERT INTO {table} ({names}) SELECT {', '.join(values.values())} FROM {source}"  # noqa: S608
    connection.execute(query.encode(), {"patients": patients})


def ordered_rows(url: str, table: str) -> Iterator[bytes]:
    """Yield every row of a table as text, in one order on every server."""
    with snapshot(url) as connection, connection.cursor() as cursor:
        query = sql.SQL('COPY (SELECT t::text FROM {} AS t ORDER BY t::text COLLATE "C") TO STDOUT')
        with cursor.copy(query.format(sql.Identifier(*table.split(".", 1)))) as copy:
            for block in copy:
                yield bytes(block)


def tables_in(url: str) -> list[str]:
    """Return the tables of a database."""
    with snapshot(url) as connection:
        return tables_of(connection)


def fingerprint(url: str, table: str) -> tuple[int, str]:
    """Return how many rows a table has and the SHA-256 of all of them in order: equal only when row for row equal."""
    digest, rows = hashlib.sha256(), 0
    for block in ordered_rows(url, table):
        digest.update(block)
        rows += block.count(b"\n")
    return rows, digest.hexdigest()
