"""Patients from a file: read, checked, imported, undone."""

import datetime

import pytest

from accounts.models import User
from patients.data_import.kinds import Outcome
from patients.data_import.staging import start
from patients.data_import.steps import ask_to_check, ask_to_run, ask_to_undo, carry_on
from patients.models import DataImport, ExternalPractitioner, Patient
from tests.people import NOW

pytestmark = pytest.mark.django_db
FILE = """Naam;Voornaam;Geboortedatum;Geslacht;INSZ;GSM;Straat;Nr;Postcode;Gemeente;Huisarts;Dossiernummer
Peeters;An;14/03/1997;V;97.03.14-002.84;0470 12 34 56;Markt;1;2400;Mol;Dr. Jan Willems;1
Janssens;Jan;1985-07-30;M;85.07.30-033.28;;;;;;;2
Claes;Bo;31/02/1990;X;;;;;;;;3
"""


def imported(text: str, by: User, kind: str = "patients", **options: str) -> DataImport:
    """Read and check a file."""
    row = start(text.encode(), kind=kind, file_name="export.csv", by=by, now=NOW)
    row.options |= options
    row.save(update_fields=["options"])
    ask_to_check(row, by=by, now=NOW)
    assert carry_on(row.pk, now=NOW) == "checked"
    row.refresh_from_db()
    return row


def ran(row: DataImport, by: User) -> DataImport:
    """Import what was checked."""
    ask_to_run(row, by=by, now=NOW)
    assert carry_on(row.pk, now=NOW) == "done"
    row.refresh_from_db()
    return row


def undone(row: DataImport, by: User) -> DataImport:
    """Undo an import."""
    ask_to_undo(row, by=by, now=NOW)
    assert carry_on(row.pk, now=NOW) == "undone"
    row.refresh_from_db()
    return row


def test_a_file_is_checked_imported_and_undone(owner: User) -> None:
    row = imported(FILE, owner)
    assert (row.rows_total, row.rows_done, row.counts) == (3, 3, {"new": 2, "refused": 1})
    assert not Patient.objects.exists()
    refused = row.rows.get(outcome=Outcome.REFUSED)
    assert (refused.number, set(refused.errors)) == (4, {"birth_date"})
    row = ran(row, owner)
    assert row.counts == {"made": 2, "refused": 1}
    an = Patient.objects.get(given_name="An")
    assert (an.birth_date, an.gender, an.national_number) == (datetime.date(1997, 3, 14), "female", "97031400284")
    assert (an.phone, an.street, an.postal_code, an.city) == ("+32470123456", "Markt 1", "2400", "Mol")
    assert an.general_practitioner == ExternalPractitioner.objects.get(name="Dr. Jan Willems")
    assert an.events.get().pgh_context.metadata["user"] == str(owner.pk)
    assert undone(row, owner).counts == {"undone": 2, "refused": 1}
    assert not Patient.objects.exists()
    assert not ExternalPractitioner.objects.exists()
    assert [each.pgh_label for each in Patient.pgh_event_model.objects.filter(pgh_obj_id=an.pk).order_by("pgh_id")] == [
        "insert",
        "delete",
    ]
