"""Making what was new: in parts that are each whole, so that who is stopped goes on where it was."""

import datetime

import pghistory
from django.db import transaction

from patients.data_import.kinds import Outcome, Tell, kind_of, nobody
from patients.data_import.rows import PART, add_done, begin_at, counted, take, write
from patients.models import DataImport


def run(data_import: DataImport, *, now: datetime.datetime, tell: Tell = nobody) -> DataImport:
    """Make every line that the check found new. Repeatable: lines that were made are not new any more.

    The changes carry who asked for the step. Called by patients.data_import.steps.
    """
    waiting = data_import.rows.filter(outcome=Outcome.NEW).count()
    begin_at(data_import, data_import.rows_total - waiting)
    kind = kind_of(data_import.kind)(data_import, now=now)
    with pghistory.context(user=str(data_import.asked_by_id), data_import=str(data_import.pk)):
        while True:
            with transaction.atomic():
                lines = take(data_import, PART, outcome=Outcome.NEW)
                if not lines:
                    break
                kind.make(lines)
                write(data_import, lines)
                add_done(data_import, len(lines))
                _keep_doctors(data_import)
            tell(len(lines))
        DataImport.objects.filter(pk=data_import.pk).update(
            status=DataImport.Status.DONE, finished_at=now, counts=counted(data_import)
        )
    data_import.refresh_from_db()
    return data_import


def _keep_doctors(data_import: DataImport) -> None:
    """Remember which doctors came along, in the transaction that added them."""
    if data_import.made_doctors:
        rows = DataImport.objects.filter(pk=data_import.pk).exclude(made_doctors=data_import.made_doctors)
        rows.update(made_doctors=data_import.made_doctors)
