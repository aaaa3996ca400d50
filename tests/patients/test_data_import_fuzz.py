"""Whatever stands in a file, every line gets an outcome and nothing breaks."""

import csv
import datetime
import io

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from accounts.models import Practitioner, User
from patients.data_import.kinds import columns_of
from patients.data_import.staging import start
from patients.data_import.steps import ask_to_check, ask_to_run, ask_to_undo, carry_on
from patients.exceptions import NotATable
from patients.models import DataImport, Patient
from scheduling.models import Appointment
from tests.people import NOW

pytestmark = pytest.mark.django_db
ANYTHING = st.text(max_size=15)
GOOD = st.sampled_from(
    [
        "An", "Peeters", "Peeters, An", "14/03/1997", "14/3/97", "1997-03-14", "85.07.30-033.28", "m", "V",
        "0470123456", "an@mail.example", "2400", "2400 Mol", "BE", "nl", "Lotte Maes", "24/11/2026",
        "2026-11-24 10:00", "10:00", "28/03/2027", "02:30", "30", "0:45", "intake", "gepland", "99/99/9999",
        "0000-00-00", "9999-12-31", "0001-01-01", "24/11/2026 25:61", "1", "²", "١٢", "9999-12-31 23:59",
        "0001-01-01 00:00-23:59", "99999999999999999999",
    ]
)  # fmt: skip
# A line that is taken as it stands: what is drawn replaces some of its cells.
WHOLE = {
    "patients": {"family_name": "Claes", "given_name": "Bo", "birth_date": "01/02/1990"},
    "appointments": {
        "start": "24/11/2026 10:00", "practitioner": "Lotte Maes", "patient_name": "Peeters, An",
        "patient_birth_date": "14/03/1997",
    },
}  # fmt: skip
FEW = settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])


def as_file(headings: list[str], rows: list[list[str]]) -> bytes:
    file = io.StringIO()
    csv.writer(file, delimiter=";").writerows([headings, *rows])
    return file.getvalue().encode("utf-8", "replace")


@pytest.mark.parametrize("kind", ["patients", "appointments"])
@FEW
@given(data=st.data())
def test_every_line_gets_an_outcome(
    owner: User, patient: Patient, practitioner: Practitioner, kind: str, data: st.DataObject
) -> None:
    headings = [column.name for column in columns_of(kind)]
    others = data.draw(st.lists(st.dictionaries(st.sampled_from(headings), ANYTHING | GOOD), min_size=1, max_size=6))
    rows = [[{**WHOLE[kind], **other}.get(heading, "") for heading in headings] for other in others]
    try:
        row = start(as_file(headings, rows), kind=kind, file_name="a.csv", by=owner, now=NOW)
    except NotATable:
        return
    if kind == "patients" and "full_name" in row.columns:
        row.options |= {"name_order": data.draw(st.sampled_from(["", "family", "given"]))}
        row.save(update_fields=["options"])
    for ask, status in ((ask_to_check, "checked"), (ask_to_run, "done"), (ask_to_undo, "undone")):
        ask(row, by=owner, now=NOW)
        assert carry_on(row.pk, now=NOW + datetime.timedelta(seconds=1)) == status
    assert not row.rows.filter(outcome__in=["waiting", "new", "made"]).exists()
    assert list(Patient.objects.all()) == [patient]
    assert not Appointment.objects.exists()


@FEW
@given(content=st.binary(max_size=200))
def test_any_bytes_are_kept_as_a_table_or_refused(owner: User, content: bytes) -> None:
    try:
        row = start(content, kind="patients", file_name="\0/../a\\b", by=owner, now=NOW)
    except NotATable:
        return
    assert DataImport.objects.get(pk=row.pk).rows_total == row.rows.count() > 0
