"""Forgetting what stood in a file: its lines hold personal data, and serve nothing once the import is settled."""

import datetime
from uuid import UUID

import pghistory
from django.db import transaction
from django.db.models import Max, Q, QuerySet
from django.utils.translation import gettext as _

from accounts.locking import locked
from accounts.models import User
from patients.exceptions import StepRefused
from patients.models import DataImport, DataImportRow

_AT_ONCE = 10_000
KEPT_FOR = datetime.timedelta(days=30)
Status = DataImport.Status


def clear_old(*, now: datetime.datetime) -> int:
    """Empty the lines of imports that were done, undone or left alone for 30 days; return how many imports.

    What remains of a line is its number, its outcome, and which patient or visit it became.
    """
    before = now - KEPT_FOR
    settled = Q(status=Status.DONE, finished_at__lt=before) | Q(status=Status.UNDONE, undone_at__lt=before)
    left_alone = Q(status__in=[Status.DRAFT, Status.CHECKED, Status.FAILED], created_at__lt=before)
    due = DataImport.objects.filter(settled | left_alone, cleared_at__isnull=True)
    return sum(_clear_due(due.filter(pk=each), now) for each in list(due.values_list("pk", flat=True)))


def _clear_due(due: QuerySet[DataImport], now: datetime.datetime) -> bool:
    """Empty the lines of an import that is locked and due still: somebody may have asked for a step meanwhile."""
    with transaction.atomic():
        row = due.select_for_update(of=("self",)).first()
        if row is None:
            return False
        _empty(row.pk)
        row.cleared_at = now
        row.save(update_fields=["cleared_at"])
        return True


def _empty(data_import_id: UUID) -> None:
    """Empty the lines, some thousands at a time: all at once would outlast the time that a statement has."""
    first, last = 0, DataImportRow.objects.filter(data_import_id=data_import_id).aggregate(Max("number"))["number__max"]
    while first <= (last or 0):
        rows = DataImportRow.objects.filter(
            data_import_id=data_import_id, number__gte=first, number__lt=first + _AT_ONCE
        )
        rows.update(cells=None, errors={}, external_number="")
        first += _AT_ONCE


def clear(data_import: DataImport, *, by: User, now: datetime.datetime) -> DataImport:
    """Empty the lines of one import before its time, as its page offers. A second time changes nothing.

    Raises StepRefused while a step is under way.
    """
    with transaction.atomic(), pghistory.context(user=str(by.pk)):
        row: DataImport = locked(DataImport.objects.all(), data_import.pk)
        if row.status in {Status.CHECKING, Status.RUNNING, Status.UNDOING}:
            raise StepRefused(_("This import is being worked on: wait until that is over."))
        if row.cleared_at is None:
            _empty(row.pk)
            row.cleared_at = now
            row.save(update_fields=["cleared_at"])
        return row
