"""The list of erased records beside the backups, so that a restore cannot bring anyone back (GDPR art. 17)."""

import tempfile
from collections.abc import Callable
from pathlib import Path

from fysicure.backup.making import write_whole

ERASURES = "erasures.txt"


def add_erasures(listed: Path, export: Callable[[Path], object]) -> None:
    """Add to the list what `export` writes into the file it is given, one id a line. The list never gets shorter.

    A database that is younger, empty or itself restored knows less than the list does: it takes nothing away.
    """
    with tempfile.TemporaryDirectory() as folder:
        found = Path(folder) / ERASURES
        export(found)
        ids = set(found.read_text(encoding="ascii").split())
    known = set(listed.read_text(encoding="ascii").split()) if listed.exists() else set()
    if ids - known or not listed.exists():
        write_whole(listed, "".join(f"{each}\n" for each in sorted(ids | known)))
