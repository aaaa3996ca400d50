"""The database of the test suite: DATABASE_URL when it is set, else an embedded server that stops with the last run.

A plugin and not a conftest, because pytest-django reads the settings before any conftest.py is loaded. The workers
of pytest-xdist inherit the address, so that all share one server.
"""

import os

import pytest

from fysicure.database import server_for_tests

_server = None if os.environ.get("DATABASE_URL") else server_for_tests()
if _server is not None:
    os.environ["DATABASE_URL"] = _server.attach()


@pytest.hookimpl(trylast=True)
def pytest_unconfigure() -> None:
    """Stop the server at the end of the session, unless another run uses it."""
    if _server is not None:
        _server.leave()
