"""The way of an import from file to undoing: columns, steps, jobs, forgetting."""

import datetime
import io
import json
from pathlib import Path
from typing import Any
from unittest.mock import patch

import pytest
from django.core.management import CommandError, call_command
from django.db import OperationalError, connection
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from fysicure.tasks import carry_on_imports, clear_imports, import_step
from patients.data_import import rows, undoing
from patients.data_import.clearing import clear_old
from patients.data_import.columns import guess_columns, preset_columns, presets, set_columns
from patients.data_import.kinds import columns_of, options_of
from patients.data_import.patients import PatientImport
from patients.data_import.staging import start
from patients.data_import.steps import (
    ask_to_check,
    ask_to_run,
    ask_to_undo,
    carry_on,
    left_behind,
    may_be_asked,
)
from patients.erasure import erase
from patients.exceptions import InvalidRecord, NotATable, StepRefused
from patients.models import DataImport, DataImportRow, Erasure, Patient
from tests.patients.test_data_import import FILE, imported, ran, reads_english, undone
from tests.people import NOW, make_patient

pytestmark = pytest.mark.django_db
__all__ = ["reads_english"]
LATER = NOW + datetime.timedelta(days=31)


def begun(by: User, text: str = FILE, kind: str = "patients") -> DataImport:
    return start(text.encode(), kind=kind, file_name=r"C:\export\mijn.csv", by=by, now=NOW)


def test_a_file_keeps_its_name_its_columns_and_how_it_was_read(owner: User) -> None:
    row = begun(owner)
    assert (row.file_name, row.status, row.rows_total, row.counts) == ("mijn.csv", "draft", 3, {"waiting": 3})
    assert row.options == {"encoding": "utf-8", "delimiter": ";"}
    assert row.columns["national_number"] == "INSZ"
    assert row.events.get(pgh_label="insert").pgh_context.metadata["user"] == str(owner.pk)


def test_nothing_is_kept_of_a_file_that_is_refused_halfway(owner: User) -> None:
    text = "a;b\n" + "1;2\n" * 6_000 + "3\n"
    with pytest.raises(NotATable):
        begun(owner, text)
    assert not DataImport.objects.exists()
    assert not DataImportRow.objects.exists()


@pytest.mark.parametrize(
    ("kind", "headings", "found"),
    [
        ("patients", ["NOM", "Prénom", "Date de naissance"], ["family_name", "given_name", "birth_date"]),
        ("patients", ["Last name", "First name", "Date of birth"], ["family_name", "given_name", "birth_date"]),
        ("patients", ["Achternaam", "Roepnaam", "Geb.datum"], ["family_name", "given_name", "birth_date"]),
        ("patients", ["family_name", "given_name", "birth_date"], ["family_name", "given_name", "birth_date"]),
        ("patients", ["Naam", "Geboortedatum"], ["birth_date", "full_name"]),
        ("appointments", ["Datum", "Uur", "Rijksregisternr."], ["date", "time", "patient_national_number"]),
        ("appointments", ["Begin", "Patiënt", "Geboortedatum"], ["patient_birth_date", "patient_name", "start"]),
    ],
)
def test_columns_are_guessed_in_three_languages(kind: str, headings: list[str], found: list[str]) -> None:
    assert sorted(guess_columns(kind, headings)) == sorted(found)


def test_every_layout_names_columns_that_exist_and_reads_its_own_headings() -> None:
    assert {each.kind for each in presets()} == {"patients", "appointments"}
    for preset in presets():
        headings = [words[0] for words in preset.columns.values()]
        assert preset_columns(preset, headings) == dict(zip(preset.columns, headings, strict=True))
        assert set(preset.options) <= {option.name for option in options_of(preset.kind)}


def test_no_heading_is_known_by_two_columns_in_the_same_words() -> None:
    for kind in ("patients", "appointments"):
        words = [word for column in columns_of(kind) for word in column.words.split()]
        assert len(words) == len(set(words)), kind


def test_columns_are_chosen_by_hand_and_come_back_with_the_next_file(owner: User) -> None:
    text = "Kolom A;Kolom B;Kolom C\nPeeters;An;03/14/1997\n"
    row = begun(owner, text)
    chosen = {"family_name": "Kolom A", "given_name": "Kolom B", "birth_date": "Kolom C", "city": ""}
    row = set_columns(row, chosen, {"date_format": "mdy"}, by=owner, now=NOW)
    ask_to_check(row, by=owner, now=NOW)
    carry_on(row.pk, now=NOW)
    again = begun(owner, text)
    assert (again.columns, again.options["date_format"]) == ({k: v for k, v in chosen.items() if v}, "mdy")


@pytest.mark.parametrize(
    ("columns", "options", "named"),
    [
        ({"family_name": "Naam"}, {}, {"given_name", "birth_date"}),
        ({"family_name": "Bestaat niet"}, {}, {"family_name"}),
        ({"role": "Naam"}, {}, {"role"}),
        ({}, {"date_format": "ooit"}, {"date_format"}),
        ({}, {"rol": "admin"}, {"rol"}),
    ],
)
def test_columns_that_cannot_be_are_refused(
    owner: User, columns: dict[str, str], options: dict[str, str], named: set[str]
) -> None:
    row = begun(owner)
    with pytest.raises(InvalidRecord) as refusal:
        set_columns(row, columns, options, by=owner, now=NOW)
    assert set(refusal.value.errors) == named


def test_a_step_is_asked_in_its_turn_only(owner: User) -> None:
    row = begun(owner)
    for ask in (ask_to_run, ask_to_undo):
        with pytest.raises(StepRefused):
            ask(row, by=owner, now=NOW)
    ran(imported(FILE, owner), owner)
    done = DataImport.objects.get(status="done")
    for ask in (ask_to_check, ask_to_run):
        with pytest.raises(StepRefused):
            ask(done, by=owner, now=NOW)
    with pytest.raises(StepRefused):
        set_columns(done, done.columns, {}, by=owner, now=NOW)
    assert may_be_asked(done) == {"undoing"}
    assert may_be_asked(undone(done, owner)) == set()


def test_a_check_without_the_columns_that_it_needs_is_refused(owner: User) -> None:
    row = begun(owner, "Iets;Anders\na;b\n")
    with pytest.raises(InvalidRecord):
        ask_to_check(row, by=owner, now=NOW)


def test_a_check_can_be_asked_again_with_other_columns(owner: User) -> None:
    row = imported(FILE, owner)
    row = set_columns(row, {**row.columns, "phone": "GSM"}, {}, by=owner, now=NOW)
    assert (row.status, row.checked_at) == ("draft", None)
    ask_to_check(row, by=owner, now=NOW)
    assert carry_on(row.pk, now=NOW) == "checked"
    assert row.rows.filter(outcome="new").count() == 2


def test_a_job_that_broke_off_is_taken_up_where_it_was(owner: User, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("patients.data_import.running.PART", 1)
    row = imported(FILE, owner)
    ask_to_run(row, by=owner, now=NOW)
    make = PatientImport.make
    calls: list[int] = []

    def breaks(self: PatientImport, lines: object) -> None:
        calls.append(1)
        if len(calls) == 2:
            raise OperationalError("gone")
        make(self, lines)  # type: ignore[arg-type]

    monkeypatch.setattr(PatientImport, "make", breaks)
    with pytest.raises(OperationalError):
        carry_on(row.pk, now=NOW)
    row.refresh_from_db()
    assert (row.status, Patient.objects.count(), left_behind()) == ("running", 1, [row.pk])
    assert carry_on(row.pk, now=NOW) == "done"
    assert Patient.objects.count() == 2
    assert left_behind() == []
    assert carry_on(row.pk, now=NOW) == "done", "once more does nothing"


def test_a_fault_of_the_code_ends_the_step_and_says_so(owner: User, monkeypatch: pytest.MonkeyPatch) -> None:
    row = imported(FILE, owner)
    ask_to_run(row, by=owner, now=NOW)
    with patch.object(PatientImport, "make", side_effect=ValueError("x")):
        assert carry_on(row.pk, now=NOW) == "failed"
    row.refresh_from_db()
    assert row.failure.startswith("Something went wrong"), "in the language of who asked"
    assert may_be_asked(row) == {"checking", "running"}
    assert ran(row, owner).counts == {"made": 2, "refused": 1}


def test_two_jobs_do_not_work_on_one_import(owner: User) -> None:
    row = imported(FILE, owner)
    ask_to_run(row, by=owner, now=NOW)
    parameters = connection.get_connection_params()
    with connection.Database.connect(**{**parameters, "autocommit": True}) as other:
        other.execute(
            "SELECT pg_advisory_lock(%s, %s)", [0x1355, int.from_bytes(row.pk.bytes[-4:], "big", signed=True)]
        )
        assert carry_on(row.pk, now=NOW) == ""
    assert not Patient.objects.exists()


def test_the_jobs_do_what_was_asked(owner: User) -> None:
    row = begun(owner)
    ask_to_check(row, by=owner, now=NOW)
    import_step(data_import=str(row.pk))
    row.refresh_from_db()
    assert row.status == "checked"
    ask_to_run(row, by=owner, now=NOW)
    carry_on_imports(timestamp=0)
    with connection.cursor() as cursor:
        cursor.execute("SELECT args FROM procrastinate_jobs WHERE task_name = 'fysicure.tasks.import_step'")
        assert [json.loads(args)["data_import"] for (args,) in cursor.fetchall()] == [str(row.pk)]


def test_the_words_are_those_of_who_asked(owner: User) -> None:
    owner.language = "nl"
    owner.save(update_fields=["language"])
    text = "Naam;Voornaam;Geboortedatum;GSM\nPeeters;An;14/03/1997;12\n"
    dutch = imported(text, owner).rows.get().errors["mobile"]
    owner.language = "en"
    owner.save(update_fields=["language"])
    assert imported(text, owner).rows.get().errors["mobile"] == "Enter a phone number such as 0470 12 34 56."
    assert dutch != "Enter a phone number such as 0470 12 34 56."


def test_what_stood_in_the_file_is_forgotten_after_thirty_days(owner: User) -> None:
    row, draft = ran(imported(FILE, owner), owner), begun(owner)
    assert clear_old(now=NOW + datetime.timedelta(days=29)) == 0
    assert clear_old(now=LATER) == 2
    assert not DataImportRow.objects.exclude(cells=None, errors={}, external_number="").exists()
    row.refresh_from_db()
    assert (row.cleared_at, row.counts) == (LATER, {"made": 2, "refused": 1})
    assert clear_old(now=LATER) == 0
    with pytest.raises(StepRefused):
        ask_to_check(draft, by=owner, now=LATER)
    assert undone(row, owner).counts == {"undone": 2, "refused": 1}
    clear_imports(timestamp=0)


def test_lines_that_are_needed_again_meanwhile_are_not_forgotten(owner: User) -> None:
    row = begun(owner)

    def asked_meanwhile(execute: Any, sql: str, *more: Any) -> Any:
        found = execute(sql, *more)
        if sql.startswith("SELECT") and "FOR UPDATE" not in sql:  # what is due was just listed
            DataImport.objects.filter(pk=row.pk, status="draft").update(status="checking")
        return found

    with connection.execute_wrapper(asked_meanwhile):
        assert clear_old(now=LATER) == 0
    assert row.rows.exclude(cells=None).count() == 3


def test_an_erasure_takes_the_lines_of_the_file_along(owner: User) -> None:
    row = ran(imported(FILE, owner), owner)
    an = Patient.objects.get(given_name="An")
    erase(an, by=owner, now=NOW)
    assert Erasure.objects.get().proofs.get().is_clean
    assert list(row.rows.values_list("number", flat=True)) == [3, 4]
    assert undone(row, owner).counts == {"undone": 1, "refused": 1}


def test_the_number_of_queries_does_not_grow_with_the_lines(owner: User, monkeypatch: pytest.MonkeyPatch) -> None:
    def queries(count: int, first: int) -> int:
        lines = "".join(f"Naam{n};An;14/03/1997;0470{n:06};Dr. {n}\n" for n in range(first, first + count))
        row = begun(owner, f"Naam;Voornaam;Geboortedatum;GSM;Huisarts\n{lines}")
        with CaptureQueriesContext(
            connection,
        ) as captured:
            for ask in (ask_to_check, ask_to_run, ask_to_undo):
                ask(row, by=owner, now=NOW)
                carry_on(row.pk, now=NOW)
        return len(captured)

    assert undoing.PART == rows.PART >= 400
    assert queries(20, 0) == queries(400, 1000)


def run_command(*words: str) -> tuple[int, str, str]:
    """Run the command; return its exit code and what it said."""
    out, err = io.StringIO(), io.StringIO()
    try:
        call_command("import_csv", *words, stdout=out, stderr=err)
    except SystemExit as end:
        return int(str(end.code)), out.getvalue(), err.getvalue()
    return 0, out.getvalue(), err.getvalue()


def test_the_command_checks_imports_and_writes_the_refused_lines(owner: User, tmp_path: Path) -> None:
    file, errors = tmp_path / "export.csv", tmp_path / "fout.csv"
    file.write_text(FILE, encoding="utf-8")
    code, out, err = run_command("patients", str(file), "--check", "--preset", "generic-belgian-patients")
    assert (code, Patient.objects.count()) == (3, 0)
    assert "new 2" in out
    assert "3 of 3" in err
    code, out, _err = run_command("patients", str(file), "--errors", str(errors), "--by", owner.email)
    assert (code, Patient.objects.count()) == (3, 2)
    assert "Claes" in errors.read_text(encoding="utf-8-sig")
    file.write_text(FILE.replace("31/02/1990", "28/02/1990"), encoding="utf-8")
    assert run_command("patients", str(file))[0] == 0
    assert Patient.objects.count() == 3


@pytest.mark.parametrize(
    "words",
    [
        ["--preset", "nergens"],
        ["--column", "family_name"],
        ["--column", "rol=Naam"],
        ["--column", "family_name=Bestaat niet"],
        ["--option", "date_format=ooit"],
        ["--by", "niemand@practice.example"],
    ],
)
def test_the_command_refuses_what_it_cannot_do(owner: User, tmp_path: Path, words: list[str]) -> None:
    file = tmp_path / "export.csv"
    file.write_text(FILE, encoding="utf-8")
    with pytest.raises(CommandError):
        run_command("patients", str(file), *words)
    with pytest.raises(CommandError):
        run_command("patients", str(tmp_path / "er-is-niets.csv"))
    assert not Patient.objects.exists()


def test_only_the_owner_sees_imports(owner: User, therapist: User, receptionist: User, patient_user: User) -> None:
    begun(owner)
    assert DataImport.objects.visible_to(owner).count() == 1
    for user in (therapist, receptionist, patient_user):
        assert not DataImport.objects.visible_to(user).exists()


def test_a_patient_that_is_known_is_found_in_one_query_however_many_lines(owner: User) -> None:
    make_patient()
    row = imported("Naam;Voornaam;Geboortedatum\nPeeters;An;14/03/1997\n", owner)
    assert row.counts == {"same": 1}
