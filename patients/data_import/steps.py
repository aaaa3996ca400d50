"""The steps of an import: a person asks for one, a job does it. What a job left half done is taken up again."""

import datetime
import logging
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from uuid import UUID

import pghistory
from django.db import DatabaseError, connection, transaction
from django.utils import translation
from django.utils.translation import gettext as _

from accounts.locking import locked
from accounts.models import User
from patients.data_import.checking import check
from patients.data_import.kinds import Tell, kind_of, nobody
from patients.data_import.rows import counted
from patients.data_import.running import run
from patients.data_import.undoing import undo
from patients.exceptions import StepRefused
from patients.models import DataImport
from patients.validation import refuse

logger = logging.getLogger(__name__)
Status = DataImport.Status
AT_WORK: Mapping[str, Callable[..., DataImport]] = {Status.CHECKING: check, Status.RUNNING: run, Status.UNDOING: undo}
_LOCK = 0x1355  # one number for all imports; the second half of the key is the import's own


def ask_to_check(data_import: DataImport, *, by: User, now: datetime.datetime) -> DataImport:
    """Ask for the dry run. Raises InvalidRecord when columns are missing, StepRefused when it is not its time."""
    missing = kind_of(data_import.kind).missing_columns(set(data_import.columns))
    if missing:
        raise refuse(**dict.fromkeys(missing, _("Choose a column for this.")))
    return _ask(data_import, Status.CHECKING, by=by)


def ask_to_run(data_import: DataImport, *, by: User, now: datetime.datetime) -> DataImport:
    """Ask to make what the check found new. Raises StepRefused."""
    return _ask(data_import, Status.RUNNING, by=by)


def ask_to_undo(data_import: DataImport, *, by: User, now: datetime.datetime) -> DataImport:
    """Ask to remove what an import made. Raises StepRefused."""
    return _ask(data_import, Status.UNDOING, by=by)


def may_be_asked(data_import: DataImport) -> set[str]:
    """Return the steps that can be asked for now: "checking", "running", "undoing". No query unless it failed."""
    status = data_import.status
    if status == Status.FAILED:
        counts = counted(data_import)
        has_made = any(counts.get(each) for each in ("made", "undone", "kept"))
        steps = set() if has_made else {Status.CHECKING}
        steps |= {Status.RUNNING} if data_import.checked_at and not data_import.finished_at else set()
        return {str(each) for each in steps | ({Status.UNDOING} if counts.get("made") else set())}
    allowed = {
        Status.DRAFT: {Status.CHECKING},
        Status.CHECKED: {Status.CHECKING, Status.RUNNING},
        Status.DONE: {Status.UNDOING},
    }
    return {str(each) for each in allowed.get(Status(status), set())}


def _ask(data_import: DataImport, step: DataImport.Status, *, by: User) -> DataImport:
    with transaction.atomic(), pghistory.context(user=str(by.pk)):
        row: DataImport = locked(DataImport.objects.all(), data_import.pk)
        if step not in may_be_asked(row):
            raise StepRefused(_("This import is not so far, or it is being worked on."))
        if row.cleared_at is not None and step != Status.UNDOING:
            raise StepRefused(_("The lines of this file are not kept any more. Read the file again."))
        row.status, row.asked_by, row.failure, row.rows_done = step, by, "", 0
        row.checked_at = None if step == Status.CHECKING else row.checked_at
        row.save(update_fields=["status", "asked_by", "failure", "rows_done", "checked_at"])
        return row


def carry_on(data_import_id: UUID, *, now: datetime.datetime, tell: Tell = nobody) -> str:
    """Do the step that was asked for, to its end; return the status afterwards ("" when another job is at it).

    Safe to call at any time, also after a job was killed in the middle. A fault of the database is raised and leaves
    the step to the next call; any other fault ends the step, and the import says that it failed.
    """
    with _alone(data_import_id) as is_alone:
        if not is_alone:
            return ""
        row = DataImport.objects.select_related("asked_by").get(pk=data_import_id)
        act = AT_WORK.get(row.status)
        if act is None:
            return str(row.status)
        language = row.asked_by.language if row.asked_by else translation.get_language()
        with translation.override(language):
            try:
                return str(act(row, now=now, tell=tell).status)
            except DatabaseError:
                raise
            except Exception:
                logger.exception("import %s failed", data_import_id)
                _fail(row)
                return str(Status.FAILED)


def left_behind() -> list[UUID]:
    """Return the imports with a step under way, the oldest first; a job that is at it is not disturbed. One query."""
    rows = DataImport.objects.filter(status__in=list(AT_WORK)).order_by("created_at", "pk")
    return list(rows.values_list("pk", flat=True))


def _fail(row: DataImport) -> None:
    failure = _("Something went wrong that should not. Nothing that was imported is lost; the log says more.")
    DataImport.objects.filter(pk=row.pk).update(status=Status.FAILED, failure=failure, counts=counted(row))


@contextmanager
def _alone(data_import_id: UUID) -> Iterator[bool]:
    """Hold the import for this job; the database lets go by itself when the job dies."""
    key = [_LOCK, int.from_bytes(data_import_id.bytes[-4:], "big", signed=True)]
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s, %s)", key)
        is_alone = bool((cursor.fetchone() or (False,))[0])
    try:
        yield is_alone
    finally:
        if is_alone:
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_unlock(%s, %s)", key)
