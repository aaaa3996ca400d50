"""Working on the database as the role that owns the tables: migrations, and emptying a test database."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.conf import settings
from django.db import connection

_ADDRESS = ("USER", "PASSWORD", "HOST", "PORT", "OPTIONS")


@contextmanager
def as_owner() -> Iterator[None]:
    """Let the connection of this process sign in as the owner (DATABASE_OWNER_URL), in the same database.

    Within a transaction this is impossible, and in a process that serves requests a mistake.
    """
    before = {name: connection.settings_dict[name] for name in _ADDRESS}
    owner: dict[str, Any] = {name: settings.DATABASE_OWNER[name] for name in _ADDRESS}
    if before == owner:
        yield
        return
    _sign_in(owner)
    try:
        yield
    finally:
        _sign_in(before)


def _sign_in(address: dict[str, Any]) -> None:
    wrapper: Any = connection
    wrapper.close()
    wrapper.close_pool()
    wrapper.settings_dict.update(address)
