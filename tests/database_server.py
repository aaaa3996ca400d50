"""The database of the test suite: DATABASE_URL when it is set, else an embedded server that stops with the last run.

The tests sign in as the application does, with its few rights; DATABASE_OWNER_URL leads to the owner of the tables, who
migrates and empties them. Who sets the one must set the other.

A plugin and not a conftest, because pytest-django reads the settings before any conftest.py is loaded. The workers
of pytest-xdist inherit the address, so that all share one server.
"""

import os

import pytest

from fysicure.database import server_for_tests

_server = None if os.environ.get("DATABASE_URL") else server_for_tests()
if _server is not None:
    os.environ["DATABASE_URL"] = _server.attach()
    os.environ["DATABASE_OWNER_URL"] = _server.owner_url
elif not os.environ.get("DATABASE_OWNER_URL"):
    raise pytest.UsageError("Set DATABASE_OWNER_URL beside DATABASE_URL (docs/decisions/0011-row-security.md).")


@pytest.hookimpl(trylast=True)
def pytest_unconfigure() -> None:
    """Stop the server at the end of the session, unless another run uses it."""
    if _server is not None:
        _server.leave()
