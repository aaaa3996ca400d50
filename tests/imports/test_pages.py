"""The pages of an import, step by step: what they show, who may see them, and that sending twice does no harm."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from procrastinate.contrib.django.models import ProcrastinateJob

from accounts.models import AccessLog, SecurityEvent, User
from fysicure.imports.examples import EXAMPLES, example_file
from patients.models import DataImport, Patient
from patients.registration import correct
from tests.imports.files import checked, csv_file, done, imported, many, read_in, undone
from tests.people import NOW

pytestmark = pytest.mark.django_db
SignIn = Callable[[User], Client]


@pytest.fixture(autouse=True)
def _today(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(timezone, "now", lambda: NOW)


@pytest.fixture
def web(client_of: SignIn, owner: User) -> Client:
    """The owner's browser."""
    return client_of(owner)


def url(name: str, row: DataImport) -> str:
    return reverse(f"imports:{name}", args=[row.pk])


def text_of(response: Any) -> str:
    return str(response.content.decode())


def choices_of(row: DataImport) -> dict[str, str]:
    return {f"column-{name}": heading for name, heading in row.columns.items()}


def test_the_list_is_empty_and_says_what_to_do(web: Client) -> None:
    text = text_of(web.get("/import/"))
    assert reverse("imports:new") in text
    for kind in EXAMPLES:
        assert reverse("imports:example", args=[kind]) in text


def test_the_list_shows_each_import_with_its_counts(web: Client, owner: User) -> None:
    checked(owner)
    row = DataImport.objects.get()
    text = text_of(web.get("/import/"))
    assert url("show", row) in text
    assert "oud.csv" in text
    assert owner.name in text
    assert "2 nieuw" in text
    assert "1 geweigerd" in text


@pytest.mark.parametrize("kind", EXAMPLES)
def test_an_example_needs_no_choosing(kind: str, web: Client, owner: User) -> None:
    """In Dutch, as the owner downloads it: every heading is recognised, and every required column is there."""
    answer = web.get(reverse("imports:example", args=[kind]))
    assert answer["Content-Disposition"].startswith("attachment")
    row = read_in(owner, answer.content, kind=kind)
    assert set(row.columns.values()) == set(row.headings)
    sent = web.post(url("columns", row), choices_of(row))
    assert sent["Location"] == url("show", row)
    if kind == "patients":
        assert done(row).counts == {"new": 3}


def test_an_example_of_another_kind_is_nowhere(web: Client) -> None:
    assert web.get("/import/example/horses.csv").status_code == 404
    assert example_file("patients").startswith("\ufeff")


def test_columns_show_what_the_file_holds(web: Client, owner: User) -> None:
    row = read_in(owner)
    assert web.get(url("show", row))["Location"] == url("columns", row)
    text = text_of(web.get(url("columns", row)))
    assert "Claes · Maes · Fout" in text
    assert "0470 11 22 33" in text
    assert 'id="unused-names">Schoenmaat<' in text
    assert 'name="column-birth_date"' in text


def test_a_layout_is_taken_on_request(web: Client, owner: User) -> None:
    row = read_in(owner)
    assert row.columns
    guessed = text_of(web.get(url("columns", row), {"preset": "guess"}))
    layout = text_of(web.get(url("columns", row), {"preset": "generic-belgian-patients"}))
    assert '<option value="generic-belgian-patients" selected>' in layout
    assert '<option value="guess" selected>' in guessed
    assert web.get(url("columns", row), {"preset": "nonsense"}).status_code == 200


def test_a_missing_column_is_told_beside_its_field(web: Client, owner: User) -> None:
    row = read_in(owner)
    answer = web.post(url("columns", row), choices_of(row) | {"column-birth_date": ""})
    assert answer.status_code == 422
    text = text_of(answer)
    assert 'href="#column-birth_date"' in text
    assert 'aria-invalid="true"' in text
    row.refresh_from_db()
    assert row.status == "draft"


def test_a_heading_that_the_file_has_not_is_refused(web: Client, owner: User) -> None:
    row = read_in(owner)
    answer = web.post(url("columns", row), choices_of(row) | {"column-city": "<b>Nergens</b>"})
    assert answer.status_code == 422
    assert "<b>Nergens</b>" not in text_of(answer)


def test_checking_runs_in_the_background(
    web: Client, owner: User, django_capture_on_commit_callbacks: Callable[..., Any]
) -> None:
    row = read_in(owner)
    with django_capture_on_commit_callbacks(execute=True):
        assert web.post(url("columns", row), choices_of(row))["Location"] == url("show", row)
    job = ProcrastinateJob.objects.get(task_name="fysicure.tasks.import_step")
    assert job.args == {"data_import": str(row.pk)}
    page = text_of(web.get(url("show", row)))
    assert 'role="progressbar"' in page
    assert 'aria-valuenow="0"' in page
    assert 'aria-valuemax="3"' in page
    assert f'<noscript><a class="btn btn-quiet" href="{url("show", row)}"' in page


def test_the_bar_moves_and_gives_way_to_the_page(web: Client, owner: User) -> None:
    row = read_in(owner)
    web.post(url("columns", row), choices_of(row))
    DataImport.objects.filter(pk=row.pk).update(rows_done=1)
    asked = web.get(url("progress", row), headers={"HX-Request": "true"})
    assert "HX-Refresh" not in asked
    assert 'aria-valuenow="1"' in text_of(asked)
    assert "33 %" in text_of(asked)
    done(row)
    assert web.get(url("progress", row), headers={"HX-Request": "true"})["HX-Refresh"] == "true"
    assert web.get(url("progress", row))["Location"] == url("show", row)


def test_sending_the_columns_twice_checks_once(web: Client, owner: User) -> None:
    row = read_in(owner)
    first, second = (web.post(url("columns", row), choices_of(row)) for _time in range(2))
    assert first["Location"] == second["Location"] == url("show", row)
    assert done(row).status == "checked"


def test_the_outcome_of_the_check(web: Client, owner: User) -> None:
    row = checked(owner)
    text = text_of(web.get(url("show", row)))
    assert "Claes" in text
    assert "12/05/1971" in text
    assert "2 patiënten importeren" in text
    assert Patient.objects.count() == 0
    refused = text_of(web.get(url("show", row), {"rows": "refused"}))
    assert "Fout" in refused
    assert row.rows.get(outcome="refused").errors["birth_date"] in refused
    assert "import-wrong" in refused
    file = web.get(url("errors", row))
    assert "Fout;Datum;31/02/1980" in text_of(file)
    assert SecurityEvent.objects.filter(kind="exported").count() == 1


def test_a_name_that_would_run_is_only_a_name(web: Client, owner: User) -> None:
    row = checked(
        owner,
        csv_file(
            "<script>alert(1)</script>;'\"><img src=x onerror=alert(1)>;12/05/1971;v;;;",
            '=HYPERLINK("evil");An;31/31/1971;v;;;@SUM(A1)',
        ),
    )
    for outcome in ("new", "refused"):
        text = text_of(web.get(url("show", row), {"rows": outcome}))
        assert "<script>alert" not in text
        assert "<img src=x" not in text
    text = text_of(web.get(url("columns", row)))
    assert "<script>alert" not in text
    assert "<img src=x" not in text
    file = text_of(web.get(url("errors", row)))
    assert "'=HYPERLINK" in file
    assert "'@SUM" in file


def test_importing_asks_first_and_happens_once(web: Client, owner: User) -> None:
    row = checked(owner)
    asked = text_of(web.get(url("run", row)))
    assert "2 patiënten" in asked
    assert Patient.objects.count() == 0
    assert web.post(url("run", row))["Location"] == url("show", row)
    assert web.post(url("run", row))["Location"] == url("show", row)
    done(row)
    assert row.status == "done"
    assert Patient.objects.count() == 2
    assert web.post(url("run", row))["Location"] == url("show", row)
    assert web.get(url("run", row))["Location"] == url("show", row)
    page = text_of(web.get(url("show", row)))
    assert reverse("patients:list") in page
    assert url("undo", row) in page
    patient = Patient.objects.get(family_name="Claes")
    assert reverse("patients:chart", args=[patient.pk]) in page
    assert AccessLog.objects.filter(patient_id=patient.pk, part="patient list").exists()


def test_undoing_keeps_what_was_touched_and_says_why(web: Client, owner: User) -> None:
    row = imported(owner)
    touched = Patient.objects.get(family_name="Maes")
    correct(touched, by=owner, now=NOW, version=touched.version, city="Geel")
    assert "2 patiënten" in text_of(web.get(url("undo", row)))
    assert web.post(url("undo", row))["Location"] == url("show", row)
    assert web.post(url("undo", row))["Location"] == url("show", row)
    done(row)
    assert list(Patient.objects.values_list("family_name", flat=True)) == ["Maes"]
    page = text_of(web.get(url("show", row)))
    assert row.rows.get(outcome="kept").errors["row"] in page
    assert reverse("patients:chart", args=[touched.pk]) in page
    assert web.get(url("undo", row))["Location"] == url("show", row)


def test_what_stopped_halfway_goes_on(web: Client, owner: User) -> None:
    row = checked(owner)
    DataImport.objects.filter(pk=row.pk).update(status="failed", failure="De schijf is vol.")
    page = text_of(web.get(url("show", row)))
    assert "De schijf is vol." in page
    assert url("continue", row) in page
    assert web.post(url("continue", row))["Location"] == url("show", row)
    assert done(row).status == "done"
    assert web.post(url("continue", row))["Location"] == url("show", row)
    assert DataImport.objects.get().status == "done"


def test_the_lines_are_cleared_on_request(web: Client, owner: User) -> None:
    row = imported(owner)
    page = text_of(web.get(url("show", row)))
    assert "23 dec. 2026" in page
    assert url("clear", row) in page
    assert web.post(url("clear", row))["Location"] == url("show", row)
    assert web.post(url("clear", row))["Location"] == url("show", row)
    assert not row.rows.filter(cells__isnull=False).exists()
    page = text_of(web.get(url("show", row)))
    assert "Claes" not in page
    assert url("clear", row) not in page
    assert Patient.objects.count() == 2
    assert url("undo", row) in page


def test_a_file_that_is_cleared_before_it_was_imported_is_over(web: Client, owner: User) -> None:
    row = read_in(owner)
    web.post(url("clear", row))
    assert web.get(url("show", row)).status_code == 200
    assert web.get(url("columns", row))["Location"] == url("show", row)
    assert web.post(url("run", row))["Location"] == url("show", row)
    row.refresh_from_db()
    assert row.status == "draft"


def test_nothing_is_cleared_while_a_step_is_under_way(web: Client, owner: User) -> None:
    row = read_in(owner)
    web.post(url("columns", row), choices_of(row))
    web.post(url("clear", row))
    row.refresh_from_db()
    assert row.cleared_at is None
    assert row.rows.filter(cells__isnull=False).count() == 3


@pytest.mark.parametrize("role", ["therapist", "receptionist", "patient_user"])
def test_nobody_else_comes_here(
    role: str, owner: User, client_of: SignIn, request: pytest.FixtureRequest, patient: object
) -> None:
    row = imported(owner)
    client = client_of(request.getfixturevalue(role))
    for name in ("show", "columns", "progress", "run", "undo", "errors"):
        assert client.get(url(name, row)).status_code == 403, name
    for name in ("columns", "run", "undo", "continue", "clear"):
        assert client.post(url(name, row)).status_code == 403, name
    row.refresh_from_db()
    assert row.status == "done"


def test_undone_rows_are_only_counted_as_removed(web: Client, owner: User) -> None:
    row = undone(owner)
    assert row.counts["undone"] == 2
    assert web.get(url("show", row)).status_code == 200


@pytest.mark.parametrize("path", ["show", "columns"])
def test_a_page_asks_the_database_as_often_for_many_rows(
    path: str, web: Client, owner: User, django_assert_max_num_queries: Any, django_assert_num_queries: Any
) -> None:
    few, lots = checked(owner, many(30)), checked(owner, many(400).replace(b"Naam", b"Ander"))
    web.get(url(path, few))
    with django_assert_max_num_queries(20) as seen:
        web.get(url(path, few))
    with django_assert_num_queries(len(seen.captured_queries)):
        web.get(url(path, lots))


def test_the_list_asks_the_database_as_often_for_many_imports(
    web: Client, owner: User, django_assert_max_num_queries: Any, django_assert_num_queries: Any
) -> None:
    read_in(owner)
    web.get("/import/")
    with django_assert_max_num_queries(12) as seen:
        web.get("/import/")
    for _time in range(5):
        read_in(owner)
    with django_assert_num_queries(len(seen.captured_queries)):
        web.get("/import/")


def test_pages_of_rows_follow_each_other(web: Client, owner: User) -> None:
    row = checked(owner, many(60))
    first, last = (text_of(web.get(url("show", row), {"rows": "new", "page": page})) for page in ("1", "3"))
    assert "Naam000000" in first
    assert "Naam000059" in last
    assert "Naam000000" not in last
    for strange in ("0", "-1", "x", "9" * 30):
        assert web.get(url("show", row), {"rows": strange, "page": strange}).status_code == 200
