"""A restore while the practice works: the web server loses its connections and goes on, with what was backed up."""

from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone

from fysicure.backup.keys import make_key, read_keys
from fysicure.backup.making import make_backup
from fysicure.backup.restoring import restore
from fysicure.database import EmbeddedServer
from tests.chaos.conftest import Web, rows, wait_until

pytestmark = [pytest.mark.concurrency, pytest.mark.nightly]
VISITS = "SELECT id::text FROM scheduling_appointment ORDER BY id"


def test_the_web_server_goes_on(cluster: EmbeddedServer, web: Web, bookings: dict[str, Any], tmp_path: Path) -> None:
    make_key(tmp_path / "key", now=timezone.now())
    keys = read_keys(tmp_path / "key")
    wanted = bookings["bookings"]
    assert web.book(wanted[0], "before")[0] == 201
    kept = rows(cluster, VISITS)
    made = make_backup(cluster.owner_url, tmp_path / "practice.age", keys=keys, now=timezone.now())
    assert web.book(wanted[1], "after")[0] == 201
    restore(cluster.owner_url, made.path, keys=keys, now=timezone.now(), say=lambda _text: None)
    wait_until(web.is_well)
    assert rows(cluster, VISITS) == kept
    waiting = rows(cluster, "SELECT DISTINCT status FROM scheduling_communication WHERE due_at <= now()")
    assert waiting in ([], [("unknown",)])
    assert web.book(wanted[1], "again")[0] == 201
