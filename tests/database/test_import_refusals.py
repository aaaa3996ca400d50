"""What the database refuses about imports, whoever asks."""

from collections.abc import Callable
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from accounts.identifiers import uuid7
from accounts.models import User
from patients.models import DataImport, DataImportRow
from tests.people import NOW

pytestmark = pytest.mark.django_db


def refusal(act: Callable[[], Any]) -> str:
    """Return the name of the constraint that refuses an act."""
    with pytest.raises(IntegrityError) as error, transaction.atomic():
        act()
    return str(error.value.__cause__.diag.constraint_name)  # type: ignore[union-attr]


def make_import(owner: User, **fields: Any) -> DataImport:
    values = {"kind": "patients", "file_name": "a.csv", "headings": ["a"], "rows_total": 1, "created_by": owner}
    return DataImport.objects.create(**values | fields)


@pytest.mark.parametrize(
    ("fields", "constraint"),
    [
        ({"kind": "invoices"}, "patients_dataimport_kind_known"),
        ({"status": "lost"}, "patients_dataimport_status_known"),
        ({"rows_done": 2}, "patients_dataimport_done_within_total"),
        ({"status": "failed"}, "patients_dataimport_failure_has_reason"),
        ({"failure": "Mislukt"}, "patients_dataimport_failure_has_reason"),
        ({"status": "checked"}, "patients_dataimport_checked_before_run"),
        ({"status": "running"}, "patients_dataimport_checked_before_run"),
        ({"status": "done"}, "patients_dataimport_checked_before_run"),
    ],
)
def test_an_import(owner: User, fields: dict[str, Any], constraint: str) -> None:
    make_import(owner)
    make_import(owner, status="failed", failure="Mislukt")
    make_import(owner, status="done", checked_at=NOW)
    assert refusal(lambda: make_import(owner, **fields)) == constraint


@pytest.mark.parametrize(
    ("fields", "constraint"),
    [
        ({"number": 2}, "patients_dataimportrow_line_once"),
        ({"number": 0}, "patients_dataimportrow_line_counts_from_one"),
        ({"outcome": "lost"}, "patients_dataimportrow_outcome_known"),
        ({"outcome": "refused"}, "patients_dataimportrow_refusal_has_reason"),
        ({"outcome": "kept", "made_id": uuid7()}, "patients_dataimportrow_refusal_has_reason"),
        ({"outcome": "made"}, "patients_dataimportrow_made_says_what"),
        ({"outcome": "undone"}, "patients_dataimportrow_made_says_what"),
    ],
)
def test_a_line_of_an_import(owner: User, fields: dict[str, Any], constraint: str) -> None:
    row = make_import(owner)
    values = {"data_import": row, "number": 3, "cells": ["x"]}
    DataImportRow.objects.create(**values | {"number": 2})
    DataImportRow.objects.create(**values | {"number": 4, "outcome": "refused", "cells": None})
    assert refusal(lambda: DataImportRow.objects.create(**values | fields)) == constraint
