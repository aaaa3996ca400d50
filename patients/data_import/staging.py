"""Keeping a file's lines until they are imported: `start` reads the whole file or refuses it."""

import datetime
import json
from collections.abc import Iterable
from itertools import batched

import pghistory
from django.conf import settings
from django.db import connection, transaction
from django.utils.translation import gettext as _

from accounts.models import User
from patients.data_import.columns import columns_for
from patients.data_import.reading import read_table
from patients.exceptions import NotATable
from patients.models import DataImport

# Row security allows no COPY into the table; one statement for thousands of lines is almost as quick.
_KEEP = """
INSERT INTO patients_dataimportrow (data_import_id, number, cells, outcome, errors, external_number)
SELECT %s, number, cells::jsonb, 'waiting', '{}', '' FROM unnest(%s::int[], %s::text[]) AS line (number, cells)
"""
_AT_ONCE = 5_000
_LONGEST_NAME = 200


def start(content: bytes, *, kind: str, file_name: str, by: User, now: datetime.datetime) -> DataImport:
    """Read a file and keep its lines, with the columns guessed from the headings. Nothing else is made yet.

    All of it or nothing: raises NotATable when the file is no table or a line does not fit.
    """
    if kind not in settings.DATA_IMPORTS:
        raise NotATable(_("This kind of import does not exist."))
    table = read_table(content)
    name = file_name.replace("\\", "/").rsplit("/", 1)[-1].replace("\0", "")[-_LONGEST_NAME:] or "import.csv"
    columns, options = columns_for(kind, table.headings)
    row = DataImport(kind=kind, file_name=name, headings=table.headings, columns=columns, created_by=by, created_at=now)
    row.options = {**options, "encoding": table.encoding, "delimiter": table.delimiter}
    with transaction.atomic(), pghistory.context(user=str(by.pk)):
        row.save(force_insert=True)
        row.rows_total = _keep(row, table.rows)
        row.counts = {"waiting": row.rows_total}
        row.save(update_fields=["rows_total", "counts"])
    return row


def _keep(row: DataImport, lines: Iterable[tuple[int, list[str]]]) -> int:
    """Write the lines, some thousands at a time, and return how many there are."""
    count = 0
    with connection.cursor() as cursor:
        for part in batched(lines, _AT_ONCE):
            cells = [json.dumps(each, ensure_ascii=False) for _number, each in part]
            cursor.execute(_KEEP, [row.pk, [number for number, _cells in part], cells])
            count += len(part)
    return count
