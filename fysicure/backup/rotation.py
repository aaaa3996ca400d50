"""Which backups are kept: of the last 7 days, 4 weeks and 12 months that have one, the newest of each."""

import datetime
import json
import re
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from zoneinfo import ZoneInfo

from fysicure.backup.errors import BackupError
from fysicure.backup.keys import Keys
from fysicure.backup.making import Backup, make_backup, write_whole

DAYS, WEEKS, MONTHS = 7, 4, 12
FAILURE = "failed.json"
STAMP = "%Y%m%dT%H%M%SZ"
NAME = re.compile(r"fysicure-(\d{8}T\d{6}Z)\.age")
Period = Callable[[datetime.datetime], object]


def to_keep(moments: Iterable[datetime.datetime], *, now: datetime.datetime, zone: ZoneInfo) -> set[datetime.datetime]:
    """Return which of the backups of these moments stay. Days, weeks (ISO 8601) and months are those of `zone`.

    A gap costs nothing: only periods that have a backup count. What lies after `now` was made by a clock that was
    wrong: it stays, and takes the place of no other. The newest backup always stays.
    """
    past = sorted((moment for moment in moments if moment <= now), reverse=True)
    kept = {moment for moment in moments if moment > now}
    rules: tuple[tuple[int, Period], ...] = (
        (DAYS, lambda local: local.date()),
        (WEEKS, lambda local: local.isocalendar()[:2]),
        (MONTHS, lambda local: (local.year, local.month)),
    )
    for most, period in rules:
        newest: dict[object, datetime.datetime] = {}
        for moment in past:
            newest.setdefault(period(moment.astimezone(zone)), moment)
        kept.update(list(newest.values())[:most])
    return kept


@dataclass(frozen=True)
class Kept:
    """One good backup in the folder: when it was made and how large it is in bytes."""

    path: Path
    at: datetime.datetime
    size: int


def good_backups(folder: Path) -> list[Kept]:
    """Return the backups of a folder that are whole by their description, the newest first. Reads no backup."""
    found = []
    for path in folder.glob("fysicure-*.age"):
        named = NAME.fullmatch(path.name)
        with suppress(OSError, ValueError, KeyError):
            described = json.loads(path.with_name(f"{path.name}.json").read_text(encoding="utf-8"))
            size = path.stat().st_size
            if named and size == described["bytes"]:
                at = datetime.datetime.strptime(named[1], STAMP).replace(tzinfo=datetime.UTC)
                found.append(Kept(path, at, size))
    return sorted(found, key=lambda kept: kept.at, reverse=True)


def note_failure(folder: Path, error: BackupError, *, now: datetime.datetime) -> None:
    """Write why there is no backup to `failed.json` in the folder; the next one that is made takes it away."""
    with suppress(OSError):
        write_whole(folder / FAILURE, json.dumps({"at": now.isoformat(), "reason": str(error)}) + "\n")


def rotate(url: str, folder: Path, *, keys: Keys, now: datetime.datetime, zone: ZoneInfo) -> tuple[Backup, list[Path]]:
    """Make a backup in a folder and, only when it is whole, remove those that need not stay; return both.

    A failure is written to `failed.json` in the folder, which the owner's first page shows, and removes nothing.
    """
    stamp = now.astimezone(datetime.UTC).strftime(STAMP)
    try:
        made = make_backup(url, folder / f"fysicure-{stamp}.age", keys=keys, now=now)
    except BackupError as error:
        note_failure(folder, error, now=now)
        raise
    (folder / FAILURE).unlink(missing_ok=True)
    there = good_backups(folder)
    kept = to_keep([each.at for each in there], now=now, zone=zone)
    gone = [each.path for each in there if each.at not in kept and each.path != made.path]
    for path in gone:
        path.unlink(missing_ok=True)
        path.with_name(f"{path.name}.json").unlink(missing_ok=True)
    return made, gone
