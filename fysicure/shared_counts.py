"""Where the processes of one server keep their counts together; read by the settings, so it imports no Django."""

import os
from pathlib import Path

import psutil


def shared_folder(parent: Path) -> Path:
    """Return the folder in which the processes of one server share their counts, named after the process above them.

    Folders of servers that no longer run are emptied: their counts belong to nobody.
    """
    mine = parent / str(os.getppid())
    for old in parent.glob("*") if parent.exists() else ():
        if old.name.isdecimal() and old != mine and not psutil.pid_exists(int(old.name)):
            for file in old.glob("*.db"):
                file.unlink(missing_ok=True)
    mine.mkdir(parents=True, exist_ok=True)
    return mine
