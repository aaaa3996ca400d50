"""Whether a backup of a large practice comes back on an empty server equal, row for row, and how long each step takes.

    python benchmarks/backup_size.py [patients]

Makes two servers of its own, fills the first with 100,000 patients, backs it up, restores it on the second, compares
every row of every table, prints a table and removes both. Exits 1 on a difference.
"""

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import django
import psutil
from django.utils import timezone

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))
# By the restore itself: that it took place, and the link of that.
WRITTEN_AFTER = {"public.accounts_securityevent", "public.accounts_auditlink", "public.accounts_audithead"}
steps: list[tuple[str, float]] = []


def say(text: str) -> None:
    """Show progress."""
    print(text, flush=True)  # noqa: T201


@contextmanager
def timed(step: str) -> Iterator[None]:
    """Note how long a step takes."""
    began = time.perf_counter()
    yield
    steps.append((step, time.perf_counter() - began))
    say(f"{step:<44}{steps[-1][1]:>8.1f} s")


def migrate(url: str) -> None:
    """Make the tables."""
    environment = {**os.environ, "DATABASE_URL": url, "DATABASE_OWNER_URL": url}
    subprocess.run([sys.executable, str(ROOT / "manage.py"), "migrate", "-v0"], check=True, env=environment)  # noqa: S603


def main(patients: int) -> int:
    """Fill, back up, restore, compare; return the exit code."""
    from fysicure.backup.keys import make_key, read_keys  # noqa: PLC0415 after Django is set up
    from fysicure.backup.making import make_backup  # noqa: PLC0415
    from fysicure.backup.restoring import restore  # noqa: PLC0415
    from fysicure.database import EmbeddedServer, data_dir  # noqa: PLC0415
    from tests.backup.many_patients import fill, fingerprint, tables_in  # noqa: PLC0415

    folder = data_dir() / "backup-size"
    shutil.rmtree(folder, ignore_errors=True)
    first, second = EmbeddedServer(folder / "first"), EmbeddedServer(folder / "second")
    try:
        first.attach(), second.attach()
        source, target = first.owner_url, second.owner_url
        with timed("tables made"):
            migrate(source)
        with timed(f"{patients:,} patients written"):
            fill(source, patients)
        make_key(folder / "key", now=timezone.now())
        keys = read_keys(folder / "key")
        with timed("backed up, encrypted, read back"):
            made = make_backup(source, folder / "practice.age", keys=keys, now=timezone.now())
        memory = psutil.Process().memory_info().rss
        with timed("restored on an empty server, proved, swapped"):
            restore(target, made.path, keys=keys, now=timezone.now(), say=lambda _text: None)
        with timed("every row of every table compared"):
            tables = tables_in(source)
            wrong = [
                name
                for name in tables
                if name not in WRITTEN_AFTER and fingerprint(source, name) != fingerprint(target, name)
            ]
        same_tables = tables_in(target) == tables
        before = made.manifest.database_bytes / 1e6
        say(
            f"{made.manifest.rows:,} rows, {len(tables)} tables; database {before:,.0f} MB, "
            f"backup {made.size / 1e6:,.0f} MB; memory of the process {memory / 1e6:,.0f} MB"
        )
        say("Equal row for row." if same_tables and not wrong else f"DIFFERENT: {wrong}")
        return 0 if same_tables and not wrong else 1
    finally:
        first.leave()
        second.leave()
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "fysicure.settings")
    os.environ["DATABASE_URL"] = "postgresql:///unused"
    django.setup()
    sys.exit(main(int(sys.argv[1]) if len(sys.argv) > 1 else 100_000))
