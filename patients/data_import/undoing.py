"""Undoing an import: what it made goes again, unless somebody has touched it since or something hangs on it.

The histories keep that a row was made and removed; nothing in them goes.
"""

import datetime
from collections.abc import Collection, Sequence
from typing import Any
from uuid import UUID

import pghistory
from django.db import models, transaction
from django.utils.translation import gettext as _

from patients.belongings import every_model, foreign_keys, is_history
from patients.data_import.kinds import ROW, Line, Outcome, Tell, kind_of, nobody
from patients.data_import.rows import PART, add_done, begin_at, counted, take, write
from patients.erasure_rows import delete_rows
from patients.models import DataImport, DataImportRow, ExternalPractitioner


def undo(data_import: DataImport, *, now: datetime.datetime, tell: Tell = nobody) -> DataImport:
    """Remove what an import made and nobody touched; the rest is kept, and its line says why. Repeatable.

    Called by patients.data_import.steps.
    """
    model = kind_of(data_import.kind).model
    waiting = data_import.rows.filter(outcome=Outcome.MADE).count()
    begin_at(data_import, data_import.rows_total - waiting)
    with pghistory.context(user=str(data_import.asked_by_id), data_import=str(data_import.pk)):
        while True:
            with transaction.atomic():
                lines = take(data_import, PART, outcome=Outcome.MADE)
                if not lines:
                    break
                _take_back(model, lines)
                _write_and_remove(data_import, model, lines)
            tell(len(lines))
        _remove_doctors(data_import)
        DataImport.objects.filter(pk=data_import.pk).update(
            status=DataImport.Status.UNDONE, undone_at=now, counts=counted(data_import)
        )
    data_import.refresh_from_db()
    return data_import


def _take_back(model: type[models.Model], lines: Sequence[Line]) -> None:
    """Say of each line whether what it made can go. The rows are locked, so that nothing comes to hang on them."""
    ids = [line.made_id for line in lines if line.made_id]
    rows = model._base_manager.order_by("pk").select_for_update().filter(pk__in=ids)
    versions: dict[Any, int] = dict(rows.values_list("pk", "version"))
    reasons = what_hangs_on(model, versions)
    for line in lines:
        line.outcome = Outcome.UNDONE
        if line.made_id not in versions:
            line.errors = {ROW: _("It was removed before.")}
        elif versions[line.made_id] > 1:
            line.outcome, line.errors = Outcome.KEPT, {ROW: _("Somebody changed it since.")}
        elif line.made_id in reasons:
            sentence = _("In use meanwhile: %(what)s.")
            line.outcome, line.errors = Outcome.KEPT, {ROW: sentence % {"what": reasons[line.made_id]}}


def _write_and_remove(data_import: DataImport, model: type[models.Model], lines: Sequence[Line]) -> None:
    """Write the lines first: they point at the patients that go."""
    gone = {line.made_id for line in lines if line.made_id is not None and line.outcome == Outcome.UNDONE}
    for line in lines:
        if line.made_id in gone and line.patient_id == line.made_id:
            line.patient_id = None
    write(data_import, lines)
    DataImportRow.objects.filter(patient_id__in=gone).update(patient=None)
    delete_rows(model, gone)
    add_done(data_import, len(lines))


def what_hangs_on(model: type[models.Model], ids: Collection[Any]) -> dict[Any, str]:
    """Return for the rows that others refer to what that is ("appointments"). One query for each such column.

    Lines of imports and histories do not count: they say where a row came from.
    """
    found: dict[Any, str] = {}
    for other in every_model():
        if other is DataImportRow or is_history(other):
            continue
        for column in foreign_keys(other):
            if column.related_model is model:
                rows = other._base_manager.order_by().filter(**{f"{column.attname}__in": list(ids)})
                for key in set(rows.values_list(column.attname, flat=True)):
                    found.setdefault(key, str(other._meta.verbose_name_plural))
    return found


def _remove_doctors(data_import: DataImport) -> None:
    """Doctors that came along and whom nobody needs go too."""
    ids = [UUID(each) for each in data_import.made_doctors]
    with transaction.atomic():
        rows = ExternalPractitioner.objects.order_by("pk").select_for_update().filter(pk__in=ids)
        there = set(rows.values_list("pk", flat=True))
        delete_rows(ExternalPractitioner, there - set(what_hangs_on(ExternalPractitioner, there)))
