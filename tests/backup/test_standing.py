"""What the owner sees of the backups, the check that warns, and the commands as they are typed."""

import datetime
import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from accounts.models import User
from fysicure.backup.checks import backups_are_made
from fysicure.backup.errors import BackupError
from fysicure.backup.keys import make_key
from fysicure.backup.standing import last_backup, standing
from fysicure.tasks import back_up
from tests.people import NOW

HOUR = datetime.timedelta(hours=1)
UTC_NOW = NOW.astimezone(datetime.UTC)  # forty days ago it was summer time


def put_backup(folder: Path, made: datetime.datetime) -> None:
    path = folder / f"fysicure-{made.astimezone(datetime.UTC):%Y%m%dT%H%M%SZ}.age"
    path.write_bytes(b"x" * 10)
    path.with_name(f"{path.name}.json").write_text(json.dumps({"bytes": 10}))


def test_none_is_late_and_an_old_one_too(tmp_path: Path, settings: Any) -> None:
    settings.BACKUP_DIR = ""
    assert (standing(now=NOW).is_on, last_backup()) == (False, None)
    settings.BACKUP_DIR = str(tmp_path)
    seen = standing(now=NOW)
    assert (seen.is_on, seen.is_late, seen.last) == (True, True, None)
    put_backup(tmp_path, NOW - 27 * HOUR)
    assert standing(now=NOW).is_late
    put_backup(tmp_path, NOW - 8 * HOUR)
    seen = standing(now=NOW)
    assert seen.last is not None
    assert (seen.is_late, seen.age, seen.last.size) == (False, 8 * HOUR, 10)


def test_a_drill_that_failed_is_none(tmp_path: Path, settings: Any) -> None:
    settings.BACKUP_DIR = str(tmp_path)
    (tmp_path / "drills").mkdir()
    for number, passed in ((1, True), (2, False)):
        report = {"at": (UTC_NOW - datetime.timedelta(days=41 - number)).isoformat(), "passed": passed}
        (tmp_path / "drills" / f"{number}.json").write_text(json.dumps(report))
    assert standing(now=NOW).last_drill == UTC_NOW - datetime.timedelta(days=40)
    assert not standing(now=NOW).is_drill_late
    assert standing(now=UTC_NOW + HOUR).is_drill_late


def test_a_night_without_a_key_is_a_failure_that_is_shown(tmp_path: Path, settings: Any) -> None:
    settings.BACKUP_DIR, settings.BACKUP_KEY_FILE = str(tmp_path), str(tmp_path / "none.pub")
    with pytest.raises(BackupError):
        back_up(0)
    assert "none.pub cannot be read" in standing(now=NOW).failure


@pytest.mark.django_db
def test_the_owner_sees_it(owner: User, client_of: Callable[[User], Client], tmp_path: Path, settings: Any) -> None:
    User.objects.update(language="en")
    settings.BACKUP_DIR = ""
    assert "BACKUP_DIR" in client_of(owner).get("/").content.decode()
    settings.BACKUP_DIR = str(tmp_path)
    put_backup(tmp_path, timezone.now() - 30 * HOUR)
    (tmp_path / "failed.json").write_text(json.dumps({"reason": "No space left on device"}))
    page = client_of(owner).get("/").content.decode()
    assert "No space left on device" in page
    assert "octagon-alert" in page or "tag-red" in page


def test_the_check_warns(tmp_path: Path, settings: Any) -> None:
    settings.BACKUP_DIR = ""
    assert [each.id for each in backups_are_made(None)] == ["fysicure.W601"]
    settings.BACKUP_DIR, settings.BACKUP_KEY_FILE = str(tmp_path / "nowhere"), str(tmp_path / "key.pub")
    assert [each.id for each in backups_are_made(None)] == ["fysicure.W602", "fysicure.W603"]
    make_key(tmp_path / "key", now=NOW)
    settings.BACKUP_DIR = str(tmp_path)
    assert backups_are_made(None) == []


def test_as_it_is_typed(practice: str, tmp_path: Path) -> None:
    environment = {**os.environ, "DATABASE_URL": practice, "DATABASE_OWNER_URL": practice, "BACKUP_KEY_FILE": ""}

    def manage(*arguments: str, **more: str) -> "subprocess.CompletedProcess[str]":
        command = [sys.executable, "manage.py", *arguments]
        return subprocess.run(command, check=False, env=environment | more, capture_output=True, text=True)

    file, key = str(tmp_path / "practice.age"), str(tmp_path / "practice.key")
    refused = manage("backup", file, FYSICURE_DEMO="")
    assert (refused.returncode, list(tmp_path.iterdir())) == (1, [])
    assert "Set BACKUP_KEY_FILE" in refused.stderr
    assert manage("backup_key", key).returncode == 0
    made = manage("backup", file, BACKUP_KEY_FILE=f"{key}.pub")
    assert (made.returncode, made.stderr) == (0, "")
    unread = manage("restore", file, BACKUP_KEY_FILE=f"{key}.pub")
    assert unread.returncode == 1
    assert "Nothing was changed." in unread.stderr
    restored = manage("restore", file, BACKUP_KEY_FILE=key)
    assert restored.returncode == 0, restored.stderr
    assert "DROP DATABASE" in restored.stdout
