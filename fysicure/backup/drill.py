"""The rehearsal: a backup that was never restored is a hope. Restores one into a throw-away database and proves it."""

import datetime
import json
import time
from pathlib import Path
from typing import Any

from django.conf import settings
from django.utils.crypto import constant_time_compare, salted_hmac

from fysicure.backup.errors import BackupError
from fysicure.backup.keys import Keys
from fysicure.backup.making import write_whole
from fysicure.backup.places import create_database, drop_database
from fysicure.backup.programs import database_of, with_database
from fysicure.backup.restoring import Say, examine, fill, finish

DRILLS = "drills"
SALT = "fysicure.backup.drill"


def rehearse(url: str, path: Path, *, keys: Keys, now: datetime.datetime, say: Say) -> dict[str, Any]:
    """Restore a backup into a database that is dropped again; return the signed report.

    Proves each table's rows and digest, the migrations, the facts of the manifest, and the audit chain, and times it.
    Raises BackupError as `restore` does; the report of a failed drill is written by the caller with `signed`.
    """
    began = time.monotonic()
    manifest = examine(url, path, keys=keys, say=say)
    name = f"{database_of(url)}_drill_{now.astimezone(datetime.UTC):%Y%m%d_%H%M%S}"
    target = with_database(url, name)
    create_database(url, name, manifest)
    try:
        fill(target, path, manifest, keys=keys, say=say)
        proved = time.monotonic() - began
        finish(target, path, manifest, migrate=True, say=say, current=None)
    finally:
        drop_database(url, name)
    return signed(
        {
            "at": now.isoformat(timespec="seconds"),
            "backup": path.name,
            "made_at": manifest.made_at,
            "passed": True,
            "tables": len(manifest.tables),
            "rows": manifest.rows,
            "migrations": len(manifest.migrations),
            "facts": sorted(manifest.facts),
            "seconds_to_proved_rows": round(proved, 1),
            "seconds": round(time.monotonic() - began, 1),
        }
    )


def signed(report: dict[str, Any]) -> dict[str, Any]:
    """Return the report with a signature that only this installation can make (HMAC-SHA256 under SECRET_KEY)."""
    return {**report, "signature": _signature(report)}


def is_signed(report: dict[str, Any]) -> bool:
    """Whether a report is as this installation wrote it."""
    rest = {name: value for name, value in report.items() if name != "signature"}
    return constant_time_compare(str(report.get("signature", "")), _signature(rest))


def _signature(report: dict[str, Any]) -> str:
    text = json.dumps(report, sort_keys=True)
    return salted_hmac(SALT, text, secret=settings.SECRET_KEY, algorithm="sha256").hexdigest()


def hold_drill(url: str, path: Path, *, keys: Keys, now: datetime.datetime, say: Say) -> Path:
    """Rehearse a restore and write its report to `drills/` beside the backup, a failed one too; return the report."""
    folder = path.parent / DRILLS
    folder.mkdir(exist_ok=True)
    written = folder / f"drill-{now.astimezone(datetime.UTC):%Y%m%dT%H%M%SZ}.json"
    try:
        report = rehearse(url, path, keys=keys, now=now, say=say)
    except BackupError as error:
        failed = {"at": now.isoformat(timespec="seconds"), "backup": path.name, "passed": False, "reason": str(error)}
        write_whole(written, json.dumps(signed(failed), indent=1) + "\n")
        raise
    write_whole(written, json.dumps(report, indent=1) + "\n")
    return written
