"""A chain of practices: each database by itself, one that fails holds up no other, and no password is ever printed."""

import datetime
import json
import os
from collections.abc import Iterator
from io import StringIO
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import psycopg
import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.utils import timezone

from accounts.models import SecurityEvent
from fysicure import practices as chain
from fysicure.practices import Practice, PracticesError, practices
from tests.people import make_patient

SECRET = "vT9-qL2_xW7mRb4ZkP0s"


def address(name: str, variable: str = "DATABASE_URL") -> str:
    parts = urlsplit(os.environ[variable])
    return urlunsplit(parts._replace(path=f"/{name}"))


@pytest.fixture
def listed(tmp_path: Path) -> Iterator[Path]:
    """A list with a practice that is well (this test's database), one without tables, and one that is nowhere."""
    here, empty = connection.settings_dict["NAME"], f"{connection.settings_dict['NAME']}_empty"
    with psycopg.connect(os.environ["DATABASE_OWNER_URL"], autocommit=True) as server:
        server.execute(f"DROP DATABASE IF EXISTS {empty} WITH (FORCE)")
        server.execute(f"CREATE DATABASE {empty}")
        lines = []
        for name, database in {"mol": here, "geel": empty}.items():
            app, owner = address(database), address(database, "DATABASE_OWNER_URL")
            lines.append(f'[{name}]\nurl = "{app}"\nowner_url = "{owner}"\n')
        lines.append(f'[balen]\nurl = "postgresql://app:{SECRET}@127.0.0.1:1/none"\n')
        path = tmp_path / "practices.toml"
        path.write_text("\n".join(lines))
        path.chmod(0o600)
        yield path
        server.execute(f"DROP DATABASE IF EXISTS {empty} WITH (FORCE)")


def run(*words: str, path: Path) -> tuple[str, str, bool]:
    out, err = StringIO(), StringIO()
    try:
        call_command("practices", *words, file=path, stdout=out, stderr=err)
    except CommandError as error:
        return out.getvalue(), err.getvalue() + str(error), False
    return out.getvalue(), err.getvalue(), True


def test_a_migration_that_fails_is_told_without_the_password(listed: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    class Failed:
        returncode = 1
        stderr = f"Traceback\npsycopg.Error: postgresql://app:{SECRET}@127.0.0.1:1/none refused {SECRET}"

    monkeypatch.setattr("fysicure.practices.subprocess.run", lambda *_a, **_k: Failed())
    monkeypatch.setattr("fysicure.practices.pending", lambda _practice: ["a.0001"])
    out, err, is_well = run("migrate", "--only", "balen", path=listed)
    assert not is_well
    assert "balen: psycopg.Error: *** refused ***" in err
    assert SECRET not in out + err


def test_the_report_has_a_row_for_each(transactional_db: None, listed: Path) -> None:
    make_patient("Peeters")
    SecurityEvent.objects.create(kind=SecurityEvent.Kind.AUDIT_CHECKED)
    out, err, is_well = run("report", "--format", "json", path=listed)
    mol, geel, balen = json.loads(out)
    assert not is_well
    assert "2 of 3" in err  # one has no tables, one does not answer
    assert (mol["practice"], mol["pending"], mol["patients"], mol["fault"]) == ("mol", 0, 1, "")
    assert mol["bytes"] > 1_000_000
    assert mol["audit_age"] < 60
    assert (geel["practice"], balen["practice"]) == ("geel", "balen")
    assert geel["fault"]
    assert balen["fault"]
    table = run("report", "--only", "mol", path=listed)
    assert table[2]
    assert table[0].splitlines()[0].startswith("practice")
    assert run("report", "--only", "mol", "--format", "csv", path=listed)[0].startswith("practice,migration,pending")
    assert SECRET not in out + err + table[0]


def test_the_check_says_what_is_wrong(transactional_db: None, listed: Path) -> None:
    _out, err, is_well = run("check", "--only", "mol", path=listed)
    assert not is_well
    assert "mol: the audit was not checked" in err
    SecurityEvent.objects.create(kind=SecurityEvent.Kind.AUDIT_CHECKED)
    assert run("check", "--only", "mol", path=listed)[2]


def test_a_late_backup_and_a_waiting_job_are_faults(tmp_path: Path) -> None:
    row = chain.Row("mol", "a", 2, oldest_job=601, audit_age=1)
    found = list(chain._faults(row, Practice("mol", "", "", str(tmp_path))))
    assert found == ["2 migrations to run", "jobs wait", "the backup is late"]
    assert chain._backup_age(Practice("mol", "", "", str(tmp_path)), now=timezone.now()) is None
    late = chain.Row("mol", "a", 0, backup_age=int(datetime.timedelta(hours=27).total_seconds()), audit_age=1)
    assert list(chain._faults(late, Practice("mol", "", "", "/backups"))) == ["the backup is late"]


@pytest.mark.parametrize(
    ("text", "wrong"),
    [
        ("[mol", "no TOML"),
        ("[Mol]\nurl = 'postgresql://x'", "no name"),
        ("mol = 'postgresql://x'", "no name"),
        ("[mol]", "postgresql:// address"),
        ("[mol]\nurl = 'mysql://x'", "postgresql:// address"),
        ("[mol]\nurl = 'postgresql://x'\nuser = 'x'", "unknown user"),
        ("[mol]\nurl = 'postgresql://x'\nbackup_dir = 3", "text"),
        ("[mol]\nurl = 'postgresql://x'\nurl_file = '/x'", "not both"),
        ("[mol]\nurl_file = '/nowhere'", "not there"),
    ],
)
def test_a_list_that_is_wrong_is_refused(tmp_path: Path, text: str, wrong: str) -> None:
    path = tmp_path / "practices.toml"
    path.write_text(text)
    path.chmod(0o600)
    with pytest.raises(PracticesError, match=wrong):
        practices(path)


def test_addresses_may_stand_in_files_and_not_in_an_open_list(tmp_path: Path) -> None:
    path, secret = tmp_path / "practices.toml", tmp_path / "url"
    secret.write_text(f"postgresql://app:{SECRET}@db/mol\n")
    secret.chmod(0o600)
    path.write_text(f'[mol]\nurl_file = "{secret}"\n')
    path.chmod(0o644)
    (found,) = practices(path)
    assert found.url == found.owner_url == f"postgresql://app:{SECRET}@db/mol"
    path.write_text('[mol]\nurl = "postgresql://app@db/mol"\n')
    with pytest.raises(PracticesError, match="chmod 600"):
        practices(path)
    with pytest.raises(PracticesError, match="cannot be read"):
        practices(tmp_path / "none")


def test_the_command_wants_a_list_and_known_names(listed: Path) -> None:
    with pytest.raises(CommandError, match="PRACTICES_FILE"):
        call_command("practices", "report", file=None)
    assert "Not in the list: turnhout" in run("report", "--only", "turnhout", path=listed)[1]
