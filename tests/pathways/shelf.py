"""What a test publishes is worked out once in a process; the tests after it get the same rows in one statement each."""

from django.db import connection

from pathways.models import Exercise, Instrument, Pathway, PathwayVersion, Reference
from patients.models import Measure, Questionnaire

# In the order in which the rows need each other.
TABLES = tuple(
    model._meta.db_table for model in (Measure, Exercise, Reference, Instrument, Questionnaire, Pathway, PathwayVersion)
)

_kept: dict[str, list[tuple[str, str]]] = {}


def is_bare() -> bool:
    """Whether the practice holds none of these rows yet."""
    return not any(model.objects.exists() for model in (Measure, Questionnaire, Pathway))


def keep(slug: str) -> None:
    """Remember the rows that publishing a pathway in a bare practice made."""
    with connection.cursor() as cursor:
        rows = []
        for table in TABLES:
            cursor.execute(f'SELECT json_agg(row)::text FROM "{table}" AS row')  # noqa: S608
            rows.append((table, cursor.fetchone()[0]))
        _kept[slug] = rows


def take(slug: str) -> bool:
    """Write the rows that were kept of a pathway; return whether there were any.

    Their numbers came from the sequences of the same database, which never give a number twice.
    """
    with connection.cursor() as cursor:
        for table, rows in _kept.get(slug, []):
            cursor.execute(f'INSERT INTO "{table}" SELECT * FROM json_populate_recordset(NULL::"{table}", %s)', [rows])  # noqa: S608
    return slug in _kept
