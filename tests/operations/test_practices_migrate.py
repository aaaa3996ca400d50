"""Three real databases of a chain: one up to date, one that is a migration behind, one that cannot be reached."""

import os
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from django.db import connection

from tests.migrated_database import copy_of_template, drop
from tests.operations.test_practices import SECRET, address, run

BEHIND = ("patients", "0016_episodes_in_treatment", "patients_episode_in_treatment")  # a migration, and its index
HAS_INDEX = "SELECT to_regclass(%s) IS NOT NULL"


@pytest.fixture
def behind() -> Iterator[str]:
    """A database as it was before the last but some migration: without its index, and without the note that it ran."""
    name, (app, migration, index) = f"{connection.settings_dict['NAME']}_behind", BEHIND
    with psycopg.connect(os.environ["DATABASE_OWNER_URL"], dbname="postgres", autocommit=True) as server:
        copy_of_template(server, name)
        with psycopg.connect(address(name, "DATABASE_OWNER_URL"), autocommit=True) as database:
            database.execute(f"DROP INDEX {index}".encode())
            database.execute("DELETE FROM django_migrations WHERE app = %s AND name = %s", [app, migration])
        yield name
        drop(server, name)


@pytest.fixture
def listed(transactional_db: None, behind: str, tmp_path: Path) -> Path:
    """The list: mol is this test's own database, geel is behind, nobody answers in balen."""
    lines = [
        f'[{name}]\nurl = "{address(database)}"\nowner_url = "{address(database, "DATABASE_OWNER_URL")}"\n'
        for name, database in {"mol": connection.settings_dict["NAME"], "geel": behind}.items()
    ]
    path = tmp_path / "practices.toml"
    path.write_text("\n".join([*lines, f'[balen]\nurl = "postgresql://app:{SECRET}@127.0.0.1:1/none"\n']))
    path.chmod(0o600)
    return path


def test_who_is_behind_is_told_migrated_and_left_alone_from_then_on(listed: Path, behind: str) -> None:
    table, _err, _is_well = run("report", "--format", "csv", path=listed)
    pending = {line.split(",")[0]: line.split(",")[2] for line in table.splitlines()[1:]}
    assert pending == {"mol": "0", "geel": "1", "balen": ""}
    assert "geel: 1 migration to run" in run("check", path=listed)[1]

    out, err, is_well = run("migrate", path=listed)
    assert not is_well
    assert sorted(out.splitlines()) == ["geel: 1 migration ran", "mol: up to date"]
    assert err.startswith("balen: ")
    assert "1 of 3" in err
    assert SECRET not in table + out + err
    with psycopg.connect(address(behind)) as database:
        assert database.execute(HAS_INDEX, [BEHIND[2]]).fetchone() == (True,)

    out, _err, is_well = run("migrate", "--only", "mol", "geel", path=listed)
    assert is_well
    assert sorted(out.splitlines()) == ["geel: up to date", "mol: up to date"]
    assert "to run" not in run("check", "--only", "geel", path=listed)[1]
