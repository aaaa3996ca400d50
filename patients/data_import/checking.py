"""The dry run: what would become of each line. Nothing is written but that."""

import datetime

import pghistory
from django.db import transaction

from patients.data_import.kinds import Tell, kind_of, nobody
from patients.data_import.rows import add_done, begin_at, chunks, counted, write
from patients.models import DataImport


def check(data_import: DataImport, *, now: datetime.datetime, tell: Tell = nobody) -> DataImport:
    """Judge every line of an import from its first one, and keep what would become of it. Repeatable.

    Called by patients.data_import.steps, which sees to it that one job at a time does so.
    """
    kind = kind_of(data_import.kind)(data_import, now=now)
    begin_at(data_import, 0)
    for lines in chunks(data_import):
        for line in lines:  # what an earlier check found says nothing
            line.patient_id, line.external_number = None, ""
        kind.judge(lines)
        with transaction.atomic():
            write(data_import, lines)
            add_done(data_import, len(lines))
        tell(len(lines))
    with pghistory.context(user=str(data_import.asked_by_id)):
        DataImport.objects.filter(pk=data_import.pk).update(
            status=DataImport.Status.CHECKED, checked_at=now, counts=counted(data_import)
        )
    data_import.refresh_from_db()
    return data_import
