"""The disk of the tables is full: writing is refused in words, reading goes on, and room is all it takes to go on."""

import os
import subprocess
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import psycopg
import pytest
from django.utils import timezone

from fysicure.backup.errors import BackupError
from fysicure.backup.keys import make_key, read_keys
from fysicure.backup.making import make_backup
from fysicure.backup.programs import with_database
from fysicure.database import EmbeddedServer
from tests.chaos.conftest import Web, rows

pytestmark = pytest.mark.concurrency
MEGABYTES = 96


@pytest.fixture
def small_disk(server_folder: Path) -> Iterator[Path]:
    """A disk of 96 MB in memory."""
    folder = server_folder / "disk"
    folder.mkdir(exist_ok=True)
    mounted = subprocess.run(
        ["/usr/bin/env", "mount", "-t", "tmpfs", "-o", f"size={MEGABYTES}m", "tmpfs", str(folder)],
        check=False,
        capture_output=True,
        text=True,
    )
    if mounted.returncode:
        how = "run it as root, or under `unshare --map-root-user --mount`"
        pytest.fail(f"This test mounts a small disk: {how} ({mounted.stderr.strip()}).")
    yield folder
    subprocess.run(["/usr/bin/env", "umount", "--lazy", str(folder)], check=True)


def fill_up(folder: Path) -> Path:
    """Leave no byte free; return the file that takes all the room."""
    ballast = folder / "ballast"
    with ballast.open("wb", buffering=0) as file:
        try:
            while True:
                file.write(b"\0" * 65536)
        except OSError:
            pass
        try:
            while True:
                file.write(b"\0" * 4096)
        except OSError:
            return ballast


@pytest.fixture
def tables_on_small_disk(cluster: EmbeddedServer, small_disk: Path) -> Iterator[Path]:
    """The practice's tables lie on the small disk; the write-ahead log does not."""
    place = small_disk / "tables"
    place.mkdir()
    os.chown(place, cluster.cluster.stat().st_uid, cluster.cluster.stat().st_gid)
    with psycopg.connect(with_database(cluster.owner_url, "postgres"), autocommit=True) as connection:
        connection.execute(f"CREATE TABLESPACE small LOCATION '{place}'")
        connection.execute("ALTER DATABASE fysicure SET TABLESPACE small")
    yield small_disk
    with psycopg.connect(with_database(cluster.owner_url, "postgres"), autocommit=True) as connection:
        connection.execute("DROP DATABASE fysicure WITH (FORCE)")
        connection.execute("DROP TABLESPACE small")


def test_writes_are_refused_and_reads_go_on(
    cluster: EmbeddedServer, tables_on_small_disk: Path, web: Web, bookings: dict[str, Any]
) -> None:
    wanted = bookings["bookings"]
    ballast = fill_up(tables_on_small_disk)
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda number: web.book(wanted[number], f"full {number}"), range(len(wanted))))
    promised = {number: said["id"] for number, (status, said) in enumerate(answers) if status == 201}
    refused = [number for number, (status, _said) in enumerate(answers) if status != 201]
    assert {answers[number][0] for number in refused} == {507}
    assert answers[refused[0]][1]["status"] == 507
    assert web.is_well()
    assert web.read("/api/v1/appointments/") == 200
    assert web.ask("GET", "/account/login/")[0] == 200
    ballast.unlink()
    status, said = web.book(wanted[refused[0]], f"full {refused[0]}")
    assert status == 201
    promised[refused[0]] = said["id"]
    kept = rows(cluster, "SELECT id::text FROM scheduling_appointment")
    assert sorted(row[0] for row in kept) == sorted(promised.values())
    history = rows(cluster, "SELECT DISTINCT pgh_obj_id::text FROM scheduling_appointmentevent")
    assert sorted(row[0] for row in history) == sorted(promised.values())


def test_a_backup_that_does_not_fit_leaves_the_others_alone(
    cluster: EmbeddedServer, small_disk: Path, tmp_path: Path
) -> None:
    make_key(tmp_path / "key", now=timezone.now())
    keys = read_keys(tmp_path / "key")
    old = make_backup(cluster.owner_url, small_disk / "old.age", keys=keys, now=timezone.now())
    before = old.path.read_bytes()
    ballast = fill_up(small_disk)
    with pytest.raises(BackupError, match="No space left on device"):
        make_backup(cluster.owner_url, small_disk / "new.age", keys=keys, now=timezone.now())
    with pytest.raises(BackupError, match="No space left on device"):
        make_backup(cluster.owner_url, small_disk / "old.age", keys=keys, now=timezone.now())
    assert sorted(path.name for path in small_disk.iterdir()) == ["ballast", "old.age", "old.age.json"]
    assert old.path.read_bytes() == before
    ballast.unlink()
    assert make_backup(cluster.owner_url, small_disk / "new.age", keys=keys, now=timezone.now()).path.exists()
