"""Patients from a file: read, checked, imported, undone."""

import datetime

import pytest
from django.utils import translation

from accounts.models import Practitioner, User
from patients.data_import.error_file import error_file
from patients.data_import.kinds import ROW, Outcome
from patients.data_import.staging import start
from patients.data_import.steps import ask_to_check, ask_to_run, ask_to_undo, carry_on
from patients.exceptions import InvalidRecord
from patients.models import DataImport, EpisodeOfCare, ExternalPractitioner, Patient
from patients.registration import correct, register
from scheduling.models import Appointment
from tests.people import NOW, make_patient

pytestmark = pytest.mark.django_db
FILE = """Naam;Voornaam;Geboortedatum;Geslacht;INSZ;GSM;Straat;Nr;Postcode;Gemeente;Huisarts;Dossiernummer
Peeters;An;14/03/1997;V;97.03.14-002.84;0470 12 34 56;Markt;1;2400;Mol;Dr. Jan Willems;1
Janssens;Jan;1985-07-30;M;85.07.30-033.28;;;;;;;2
Claes;Bo;31/02/1990;X;;;;;;;;3
"""


@pytest.fixture(autouse=True)
def reads_english(owner: User) -> None:
    """Let the sentences of these tests stand in the language of the code."""
    owner.language = "en"
    owner.save(update_fields=["language"])


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


def lines_of(row: DataImport) -> list[tuple[str, set[str]]]:
    return [(outcome, set(errors)) for outcome, errors in row.rows.values_list("outcome", "errors")]


def test_who_is_registered_is_left_as_he_or_she_is(owner: User, patient: Patient) -> None:
    born = datetime.date(1985, 7, 30)
    make_patient("Janssens", "Jan", birth_date=born, national_number="85073003328", archived_at=NOW)
    file = (
        "Naam;Voornaam;Geboortedatum;INSZ;Gemeente\n"
        "PEETERS;Án;14/03/1997;;Geel\n"  # by name and date of birth
        "Jansens;J.;30/07/1985;85.07.30-033.28;Geel\n"  # by number: spelt otherwise
        "Claes;Bo;01/01/1990;85.07.30-033.28;Geel\n"  # that number is another's
        "Janssens;Jan;30/07/1985;;Geel\n"
    )
    row = ran(imported(file, owner), owner)
    assert lines_of(row) == [("same", {ROW}), ("same", {ROW}), ("refused", {"national_number"}), ("same", {ROW})]
    assert Patient.objects.count() == 2
    assert not Patient.objects.filter(city="Geel").exists()
    assert row.rows.get(number=2).patient == patient
    assert "archived" in row.rows.get(number=5).errors[ROW]


def test_two_numbers_are_two_persons_also_with_one_name_and_date_of_birth(owner: User) -> None:
    make_patient(birth_date=datetime.date(1985, 7, 30), national_number="85073003328")
    row = imported("Naam;Voornaam;Geboortedatum;INSZ\nPeeters;An;30/07/1985;85.07.30-035.26\n", owner)
    assert row.counts == {"new": 1}


def test_lines_about_the_same_person_name_each_other(owner: User) -> None:
    file = (
        "Naam;Voornaam;Geboortedatum;INSZ\n"
        "Peeters;An;30/07/1985;85.07.30-033.28\n"
        "Peeters;An;30/07/1985;\n"
        "Peters;An;30/07/1985;85073003328\n"
        "Peeters;Bo;01/01/1990;85073003328\n"
        "Fout;;30/07/1985;85.07.30-035.26\n"
        "Goed;Fa;30/07/1985;85.07.30-035.26\n"
    )
    row = imported(file, owner)
    outcomes = [outcome for outcome, _errors in lines_of(row)]
    assert outcomes == ["new", "same", "same", "refused", "refused", "new"]
    assert "2" in row.rows.get(number=3).errors[ROW]


@pytest.mark.parametrize(
    ("cells", "column"),
    [
        ({"Voornaam": ""}, "given_name"),
        ({"Naam": "x" * 81}, "family_name"),
        ({"Geboortedatum": ""}, "birth_date"),
        ({"Geboortedatum": "14/03/2030"}, "birth_date"),
        ({"Geboortedatum": "14/03/1850"}, "birth_date"),
        ({"Geslacht": "kat"}, "gender"),
        ({"INSZ": "85073003329"}, "national_number"),
        ({"INSZ": "26123199889"}, "national_number"),
        ({"GSM": "bel mij"}, "mobile"),
        ({"E-mail": "an@"}, "email"),
        ({"Postcode": "0400"}, "postal_code"),
        ({"Land": "Atlantis"}, "country"),
        ({"Taal": "Klingon"}, "language"),
        ({"RIZIV huisarts": "12"}, "general_practitioner_number"),
        ({"RIZIV huisarts": "12345678901"}, "general_practitioner_number"),
    ],
)
def test_what_cannot_be_read_is_refused_at_its_column(owner: User, cells: dict[str, str], column: str) -> None:
    good = dict.fromkeys(("Geslacht", "INSZ", "GSM", "E-mail", "Postcode", "Land", "Taal", "RIZIV huisarts"), "")
    line = {"Naam": "Peeters", "Voornaam": "An", "Geboortedatum": "14/03/1997", **good, **cells}
    row = imported(f"{';'.join(line)}\n{';'.join(line.values())}\n", owner)
    assert lines_of(row) == [("refused", {column})]
    assert ran(row, owner).counts == {"refused": 1}
    assert not Patient.objects.exists()


def test_the_rules_are_those_of_the_desk(owner: User) -> None:
    """Whatever the desk refuses, an import refuses in the same words."""
    wrong = {"phone": "12", "national_number": "85073003329", "birth_date": datetime.date(1850, 1, 1)}
    for name, value in wrong.items():
        fields: dict[str, object] = {"family_name": "P", "given_name": "A", "birth_date": datetime.date(1997, 3, 14)}
        with translation.override("en"), pytest.raises(InvalidRecord) as refusal:
            register(by=owner, now=NOW, **{**fields, name: value})
        text = f"{value:%d/%m/%Y}" if isinstance(value, datetime.date) else value
        headings = ["family_name", "given_name", "birth_date", "phone", "national_number"]
        cells = {**dict.fromkeys(headings, ""), "family_name": "P", "given_name": "A", "birth_date": "14/03/1997"}
        row = imported(";".join(headings) + "\n" + ";".join({**cells, name: text}.values()), owner)
        assert row.rows.get().errors == {name: str(refusal.value.errors[name][0])}


def test_doctors_are_known_by_name_or_number_and_added_once(owner: User, doctor: ExternalPractitioner) -> None:
    ExternalPractitioner.objects.create(name="Dr. Mia Bos", nihdi_number="12345678901")
    file = (
        "Naam;Voornaam;Geboortedatum;Huisarts;RIZIV huisarts\n"
        "A;A;01/01/1990;dr. jan  WILLEMS;\n"
        "B;B;01/01/1990;;1-23456-78-901\n"
        "C;C;01/01/1990;Dr. Nieuw;\n"
        "D;D;01/01/1990;DR. NIEUW;\n"
        "E;E;01/01/1990;;\n"
    )
    row = ran(imported(file, owner), owner)
    names = dict(Patient.objects.values_list("family_name", "general_practitioner__name"))
    assert names == {"A": "Dr. Jan Willems", "B": "Dr. Mia Bos", "C": "Dr. Nieuw", "D": "Dr. Nieuw", "E": None}
    register(
        by=owner, now=NOW, family_name="F", given_name="F", birth_date=datetime.date(1990, 1, 1),
        general_practitioner="Dr. Nieuw",
    )  # fmt: skip
    undone(row, owner)
    assert ExternalPractitioner.objects.filter(name="Dr. Nieuw").exists(), "somebody has this doctor by now"


def test_a_name_in_one_column_and_a_town_behind_its_code(owner: User) -> None:
    row = imported("Naam;Geboortedatum;Postcode\nVan den Berg, An;14/03/1997;B-2400 Mol\n", owner)
    assert row.columns["full_name"] == "Naam"
    ran(row, owner)
    patient = Patient.objects.get()
    names = (patient.family_name, patient.given_name, patient.postal_code, patient.city)
    assert names == ("Van den Berg", "An", "2400", "Mol")


def test_a_number_that_was_given_away_after_the_check_is_refused_and_told(owner: User) -> None:
    row = imported("Naam;Voornaam;Geboortedatum;INSZ\nPeeters;An;30/07/1985;85.07.30-033.28\n", owner)
    make_patient("Claes", "Bo", birth_date=datetime.date(1985, 7, 30), national_number="85073003328")
    assert ran(row, owner).counts == {"same": 1}


def test_undoing_keeps_who_was_touched_and_says_why(owner: User, practitioner: Practitioner) -> None:
    file = "Naam;Voornaam;Geboortedatum\nA;A;01/01/1990\nB;B;01/01/1990\nC;C;01/01/1990\nD;D;01/01/1990\n"
    row = ran(imported(file, owner), owner)
    a, b, c, d = Patient.objects.order_by("family_name")
    correct(a, by=owner, now=NOW, version=1, city="Geel")
    EpisodeOfCare.objects.create(patient=b, reason="Knie", started_on=NOW.date())
    Appointment.objects.create(
        patient=c, practitioner=practitioner, start=NOW, end=NOW + datetime.timedelta(minutes=30), booked_by=owner
    )
    assert undone(row, owner).counts == {"kept": 3, "undone": 1}
    assert set(Patient.objects.all()) == {a, b, c}
    reasons = dict(row.rows.filter(outcome="kept").values_list("number", "errors"))
    assert "changed" in reasons[2][ROW]
    assert "episodes" in reasons[3][ROW]
    assert "appointments" in reasons[4][ROW]
    assert row.rows.get(number=5).made_id == d.pk


def test_refused_lines_can_be_mended_and_imported_again(owner: User) -> None:
    file = "Naam,Voornaam,Geboortedatum,GSM\n=Peeters,An,31/02/1990,+32470123456\n@Claes,Bo,01/01/1990,\n"
    row = ran(imported(file, owner), owner)
    text = "".join(error_file(row))
    assert text.splitlines()[1].startswith("'=Peeters,An,31/02/1990,'+32470123456,")
    assert "@Claes" not in text
    again = ran(imported(text.replace("31/02/1990", "28/02/1990"), owner), owner)
    assert again.counts == {"made": 1}
    mended = Patient.objects.get(given_name="An")
    assert (mended.family_name, mended.phone) == ("=Peeters", "+32470123456")
    assert "".join(error_file(again)).count("\n") == 1
