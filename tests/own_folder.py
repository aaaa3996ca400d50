"""A folder for a throw-away server. Not pytest's: each new run of pytest closes that one to other users."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def own_folder() -> Iterator[Path]:
    """Yield a new folder that the server's own user can reach; it is removed at the end."""
    with tempfile.TemporaryDirectory(prefix="fysicure-test-", ignore_cleanup_errors=True) as name:
        yield Path(name)
