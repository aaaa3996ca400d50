"""Make a practice of a size, and keep it: its database stands in the cluster of the benchmarks.

python -m benchmarks.practice small|medium|large [--anew]
"""

import datetime
import hashlib
import os
import subprocess
import sys
from pathlib import Path

from benchmarks.practice import cluster as place
from fysicure.database import EmbeddedServer

ROOT = Path(__file__).resolve().parents[2]
SIZES = {"tiny": (2_400, 0.1), "small": (5_000, 1), "medium": (50_000, 10), "large": (500_000, 10)}


def database_of(size: str, today: datetime.date) -> str:
    """Return the name of the database of a size: its days are counted from today, its tables are those of this code."""
    return f"fysicure_{size}_{today:%m%d}_{_tables()}"


def _tables() -> str:
    """A mark of everything that makes the tables and what stands in them: migrations, seeds, this generator."""
    whole = hashlib.sha256()
    for pattern in ("*/migrations/*.py", "seeds/*.yaml", "seeds/*/*.yaml", "benchmarks/practice/*.py"):
        for path in sorted(ROOT.glob(pattern)):
            whole.update(path.read_bytes())
    return whole.hexdigest()[:8]


def make(size: str, *, anew: bool = False) -> str:
    """Return the name of the database of a size, made if it is not there yet. What has the name is whole."""
    server, name = place.cluster(), database_of(size, datetime.datetime.now().astimezone().date())
    server.attach()
    if place.exists(server, name) and not anew:
        return name
    place.drop(server, name)
    unfinished = f"{name}_unfinished"
    place.drop(server, unfinished)
    place.copy(server, _migrated(server), unfinished)
    _run(server, unfinished, sys.executable, "-m", "benchmarks.practice.one", *map(str, SIZES[size]))
    place.rename(server, unfinished, name)
    return name


def _migrated(server: EmbeddedServer) -> str:
    """Return the empty database that all sizes begin as."""
    name = f"{place.TEMPLATE}_{_tables()}"
    if not place.exists(server, name):
        unfinished = f"{name}_unfinished"
        place.drop(server, unfinished)
        place.copy(server, "template0", unfinished)
        for words in (("migrate", "--verbosity", "0"), ("load_pathways",)):
            _run(server, unfinished, sys.executable, "manage.py", *words)
        place.rename(server, unfinished, name)
    return name


def _run(server: EmbeddedServer, database: str, *command: str) -> None:
    owner = place.owner_address(server, database)
    environment = {**os.environ, "DATABASE_URL": owner, "DATABASE_OWNER_URL": owner}
    subprocess.run(command, check=True, cwd=ROOT, env=environment)  # noqa: S603


if __name__ == "__main__":
    print(make(sys.argv[1], anew="--anew" in sys.argv))
