"""A practice that is planted once for a module, on a server that sees it although it is never committed.

The server answers one request at a time on the connection of the test itself: what a test does in the browser goes back
with it, and no table is emptied in between. A plugin: `pytest_plugins = ["tests.browser.planted_site"]`.
"""

import copy
import threading
from collections.abc import Iterable, Iterator
from typing import Any
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

import pytest
from django.contrib.staticfiles.handlers import StaticFilesHandler
from django.core.servers.basehttp import ThreadedWSGIServer
from django.db import DEFAULT_DB_ALIAS, connections
from django.test.testcases import LiveServerThread, QuietWSGIRequestHandler
from django.utils import timezone
from playwright.sync_api import Browser
from pytest_django import DjangoDbBlocker

from tests.people import NOW
from tests.planted import planted_once
from tests.security.practice import Practice, plant

_TURN = threading.Lock()


class _OneByOne:
    """Answers whole requests one after the other; files of the look may be kept by the browser."""

    def __init__(self, application: WSGIApplication) -> None:
        self.application = StaticFilesHandler(application)

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        is_file = environ["PATH_INFO"].startswith("/static/")

        def start(status: str, headers: list[tuple[str, str]], *more: Any) -> Any:
            return start_response(status, [*headers, ("Cache-Control", "max-age=600")] if is_file else headers, *more)

        with _TURN:
            answer = self.application(environ, start)
            try:
                return [b"".join(answer)]
            finally:
                getattr(answer, "close", lambda: None)()


class _Server(ThreadedWSGIServer):
    def _close_connections(self) -> None:
        """Keep the one connection open: it is the test's."""


class _Thread(LiveServerThread):
    """Lends the test's connection to the threads of requests only: its own end would close it."""

    shared: dict[str, Any]

    def _create_server(self, connections_override: object = None) -> _Server:
        where = (self.host, self.port)
        return _Server(where, QuietWSGIRequestHandler, allow_reuse_address=False, connections_override=self.shared)


@pytest.fixture
def day_of_the_tests(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let pages see the day of the tests."""
    monkeypatch.setattr(timezone, "now", lambda: NOW)


@pytest.fixture(scope="module")
def planted(chrome: Browser, django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[Practice]:
    with planted_once(_plant_for_long, django_db_blocker) as made:
        yield made


def _plant_for_long() -> Practice:
    """Plant where the server of the database waits as long as the browser takes."""
    with connections[DEFAULT_DB_ALIAS].cursor() as cursor:
        cursor.execute("SET LOCAL idle_in_transaction_session_timeout = 0")
    return plant()


@pytest.fixture
def practice(planted: Practice, db: None, day_of_the_tests: None) -> Practice:
    """The practice as it was made, in objects of the test's own."""
    return copy.deepcopy(planted)


@pytest.fixture
def site(practice: Practice, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """The address of the server; pytest-django has another for tests that commit."""
    connection = connections[DEFAULT_DB_ALIAS]
    connection.inc_thread_sharing()
    thread = _Thread("localhost", _OneByOne)
    thread.shared = {DEFAULT_DB_ALIAS: connection}
    thread.daemon = True
    # A request that ends gives up a connection that does not commit by itself.
    monkeypatch.setattr(connection, "close_if_unusable_or_obsolete", lambda: None)
    thread.start()
    thread.is_ready.wait()
    if thread.error:
        raise thread.error
    yield f"http://localhost:{thread.port}"
    with _TURN:  # what was asked last has been answered
        thread.terminate()
    connection.dec_thread_sharing()
