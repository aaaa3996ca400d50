"""Steps of an import begin at once in the background; a job that takes up what was left behind is the safety net."""

from functools import partial

from django.db import transaction

from fysicure.tasks import ask_import_step
from patients.models import DataImport


def begin_soon(data_import: DataImport) -> None:
    """Let a worker take the step that was asked for as soon as it is saved."""
    transaction.on_commit(partial(ask_import_step, data_import.pk))
