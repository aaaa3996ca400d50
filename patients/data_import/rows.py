"""The lines of an import in the database: read in chunks, and written back with what became of them."""

import json
from collections.abc import Iterator, Sequence
from typing import Any

from django.db import connection
from django.db.models import Count, F

from patients.data_import.kinds import Line
from patients.models import DataImport, DataImportRow

CHUNK = 2_000  # lines that are judged at once
PART = 500  # lines that are made or undone in one transaction: some seconds at most
_WRITE = """
UPDATE patients_dataimportrow kept
SET outcome = told.outcome, errors = told.errors::jsonb, patient_id = told.patient, made_id = told.made,
    external_number = told.external
FROM unnest(%s::int[], %s::text[], %s::text[], %s::uuid[], %s::uuid[], %s::text[])
    AS told (number, outcome, errors, patient, made, external)
WHERE kept.data_import_id = %s AND kept.number = told.number
"""


def chunks(data_import: DataImport) -> Iterator[list[Line]]:
    """Yield all lines of an import in order, some at a time, each as it was read. One query a chunk."""
    after = 0
    while lines := take(data_import, CHUNK, number__gt=after):
        yield lines
        after = lines[-1].number


def take(data_import: DataImport, size: int, **wanted: Any) -> list[Line]:
    """Return the first lines that are wanted, with what was said of them before. One query."""
    rows = DataImportRow.objects.filter(data_import=data_import, **wanted).order_by("number")[:size]
    columns = ("number", "cells", "external_number", "patient_id", "made_id")
    return [
        Line(number, cells or [], external_number=external, patient_id=patient, made_id=made)
        for number, cells, external, patient, made in rows.values_list(*columns)
    ]


def write(data_import: DataImport, lines: Sequence[Line]) -> None:
    """Keep what became of lines. One statement."""
    values: list[Any] = [
        [line.number for line in lines],
        [str(line.outcome) for line in lines],
        [json.dumps(line.errors) for line in lines],
        [line.patient_id for line in lines],
        [line.made_id for line in lines],
        [line.external_number for line in lines],
    ]
    with connection.cursor() as cursor:
        cursor.execute(_WRITE, [*values, data_import.pk])


def counted(data_import: DataImport) -> dict[str, int]:
    """Return how many lines have each outcome. One query."""
    rows = data_import.rows.order_by().values_list("outcome").annotate(count=Count("id"))
    return dict(rows)


def begin_at(data_import: DataImport, count: int) -> None:
    """Put the bar where a step begins: at the lines that it has nothing to do with."""
    DataImport.objects.filter(pk=data_import.pk).update(rows_done=count)


def add_done(data_import: DataImport, count: int) -> None:
    """Move the bar on by some lines, in the transaction of what was done."""
    DataImport.objects.filter(pk=data_import.pk).update(rows_done=F("rows_done") + count)
