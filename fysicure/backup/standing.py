"""How the backups stand: for the owner's first page, the system check and metrics. Reads no database."""

import datetime
import json
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings

from fysicure.backup.drill import DRILLS
from fysicure.backup.rotation import FAILURE, Kept, good_backups

LATE_AFTER = datetime.timedelta(hours=26)  # one is made each night
DRILL_LATE_AFTER = datetime.timedelta(days=40)  # one is held each month


@dataclass(frozen=True)
class Standing:
    """How the backups of this installation stand; `is_on` is false when none are made by themselves."""

    is_on: bool
    last: Kept | None
    age: datetime.timedelta | None
    is_late: bool
    failure: str
    last_drill: datetime.datetime | None
    is_drill_late: bool


def last_backup() -> Kept | None:
    """Return the newest good backup in BACKUP_DIR, or None."""
    return next(iter(good_backups(Path(settings.BACKUP_DIR))), None) if settings.BACKUP_DIR else None


def last_drill() -> datetime.datetime | None:
    """Return when a restore was last rehearsed with success, or None."""
    if not settings.BACKUP_DIR:
        return None
    found = []
    for path in (Path(settings.BACKUP_DIR) / DRILLS).glob("*.json"):
        with suppress(OSError, ValueError, KeyError):
            report = json.loads(path.read_text(encoding="utf-8"))
            if report["passed"]:
                found.append(datetime.datetime.fromisoformat(report["at"]))
    return max(found, default=None)


def standing(*, now: datetime.datetime) -> Standing:
    """Return how the backups stand at `now`."""
    last, drill, failure = last_backup(), last_drill(), ""
    with suppress(OSError, ValueError, KeyError):
        failure = json.loads((Path(settings.BACKUP_DIR) / FAILURE).read_text())["reason"] if settings.BACKUP_DIR else ""
    age = now - last.at if last else None
    return Standing(
        is_on=bool(settings.BACKUP_DIR),
        last=last,
        age=age,
        is_late=age is None or age > LATE_AFTER,
        failure=failure,
        last_drill=drill,
        is_drill_late=drill is None or now - drill > DRILL_LATE_AFTER,
    )
