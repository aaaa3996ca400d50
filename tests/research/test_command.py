"""manage.py research_export."""

import io
import zipfile
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from accounts.models import AccessLog, Practitioner, User
from tests.research.population import Person, populate

pytestmark = pytest.mark.django_db


def run(*arguments: Any) -> str:
    out = io.StringIO()
    call_command("research_export", *map(str, arguments), stdout=out)
    return out.getvalue()


@pytest.fixture
def _people(practitioner: Practitioner, owner: User) -> None:
    populate([Person() for _ in range(6)] + [Person(consent=())], practitioner, owner)


@pytest.mark.usefixtures("_people")
def test_a_file_is_written_with_a_report(owner: User, tmp_path: Path) -> None:
    key = tmp_path / "study.key"
    key.write_bytes(b"0123456789abcdef" * 2)
    key.chmod(0o600)
    path = tmp_path / "out.zip"
    told = run(path, "--by", owner.email, "--format", "csv", "--outcomes-only", "--study-key", key)
    assert '"patients": 6' in told and "the same in every file of this study" in told
    with zipfile.ZipFile(path) as archive:
        assert "outcomes.csv" in archive.namelist() and "outcomes.parquet" not in archive.namelist()
        assert not any(b"0123456789abcdef" in archive.read(name) for name in archive.namelist())


@pytest.mark.usefixtures("_people")
def test_a_dry_run_writes_and_notes_nothing(owner: User, tmp_path: Path) -> None:
    told = run(tmp_path / "out.zip", "--by", owner.email, "--dry-run")
    assert "left out, not_asked: 1 patients, 1 plans" in told and "1 classes of 6 to 6 patients" in told
    assert list(tmp_path.iterdir()) == [] and not AccessLog.objects.exists()
    with pytest.raises(CommandError, match="7"):
        run("--by", owner.email, "--dry-run", "--k", 7)


@pytest.mark.usefixtures("_people")
@pytest.mark.parametrize("arguments", [["--k", "2"], ["--k", "7"], ["--from-year", "2026", "--to-year", "2025"]])
def test_what_cannot_be_is_refused_and_no_file_appears(owner: User, tmp_path: Path, arguments: list[str]) -> None:
    with pytest.raises(CommandError):
        run(tmp_path / "out.zip", "--by", owner.email, *arguments)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.usefixtures("_people")
def test_a_file_that_is_there_stays_and_nothing_is_noted(owner: User, tmp_path: Path) -> None:
    path = tmp_path / "out.zip"
    path.write_text("mine")
    for given in (path, tmp_path / "no folder" / "out.zip"):
        with pytest.raises(CommandError):
            run(given, "--by", owner.email)
    with pytest.raises(CommandError):
        run("--by", owner.email)
    assert path.read_text() == "mine" and not AccessLog.objects.exists()


@pytest.mark.usefixtures("_people")
def test_only_an_owner_answers_for_it(therapist: User, tmp_path: Path) -> None:
    for email in (therapist.email, "nobody@practice.example"):
        with pytest.raises(CommandError, match="owner"):
            run(tmp_path / "out.zip", "--by", email)
    assert list(tmp_path.iterdir()) == []
