"""What a page says while the database cannot serve; the real outages are in tests/chaos."""

from typing import Any

import psycopg
import pytest
from django.db import IntegrityError, InterfaceError, OperationalError
from django.test import Client, RequestFactory
from psycopg_pool import PoolTimeout

from fysicure.outage import Away, Guard, answer, is_outage

ENGLISH = {"Accept-Language": "en"}


@pytest.fixture(autouse=True)
def own_guard(monkeypatch: pytest.MonkeyPatch) -> None:
    """What these tests pretend is not remembered by the next ones."""
    monkeypatch.setattr("fysicure.outage.guard", Guard())


def caused(cause: Exception, error: type[Exception] = OperationalError) -> Exception:
    made = error("told with a name in it: Peeters")
    made.__cause__ = cause
    return made


LOST = caused(psycopg.OperationalError("server closed the connection unexpectedly"))
FULL = caused(psycopg.errors.DiskFull("no space"))
CROWDED = caused(psycopg.errors.TooManyConnections("too many"))
WAITED = caused(PoolTimeout("no connection"))


@pytest.mark.parametrize(
    ("error", "is_one"),
    [
        (LOST, True),
        (FULL, True),
        (CROWDED, True),
        (WAITED, True),
        (caused(psycopg.errors.AdminShutdown("bye")), True),
        (caused(psycopg.InterfaceError("closed"), InterfaceError), True),
        (caused(psycopg.errors.DeadlockDetected("mutual")), False),
        (caused(psycopg.errors.LockNotAvailable("held")), False),
        (caused(psycopg.errors.QueryCanceled("too slow")), False),
        (caused(psycopg.errors.UniqueViolation("twice"), IntegrityError), False),
        (None, False),
    ],
)
def test_what_counts_as_an_outage(error: Exception | None, is_one: bool) -> None:
    assert is_outage(error) is is_one


@pytest.mark.parametrize(
    ("error", "status", "said"),
    [
        (LOST, 503, "It is not certain"),
        (FULL, 507, "Nothing was saved"),
        (CROWDED, 503, "Nothing was saved"),
        (Away(), 503, "Nothing was saved"),
    ],
)
def test_a_form_is_kept_and_what_became_of_it_is_said(
    error: Exception, status: int, said: str, rf: RequestFactory
) -> None:
    response = answer(
        rf.post("/patients/new/?back=/", {"family_name": 'Peeters "<b>"', "side": ["L", "R"]}, headers=ENGLISH), error
    )
    page = response.content.decode()
    assert (response.status_code, response["Retry-After"], response["Cache-Control"]) == (status, "5", "no-store")
    assert 'action="/patients/new/?back=/"' in page
    assert 'name="family_name" value="Peeters &quot;&lt;b&gt;&quot;"' in page
    assert page.count('name="side"') == 2
    assert said in page
    assert "told with a name" not in page


@pytest.mark.parametrize("field", ["password", "new_password1", "code"])
def test_a_secret_is_not_echoed(field: str, rf: RequestFactory) -> None:
    page = answer(rf.post("/account/login/", {"login": "an@mail.example", field: "hunter2"}), LOST).content.decode()
    assert "hunter2" not in page
    assert "an@mail.example" not in page


def test_a_program_gets_a_problem_document(rf: RequestFactory) -> None:
    response = answer(rf.get("/api/v1/patients/", headers=ENGLISH), WAITED)
    assert response["Content-Type"] == "application/problem+json"
    assert b'"detail": "The database does not answer."' in response.content


def test_a_session_that_cannot_be_read_gives_the_page(settings: Any) -> None:
    """No database is allowed in this test: the session's middleware itself fails, as in an outage."""
    settings.SESSION_ENGINE = "tests.broken_sessions"
    browser = Client(raise_request_exception=False)
    browser.cookies[settings.SESSION_COOKIE_NAME] = "s" * 32
    assert browser.get("/").status_code == 503


def test_while_away_nobody_waits_and_one_looks(monkeypatch: pytest.MonkeyPatch) -> None:
    moments, looked = iter([10.0, 10.5, 11.1, 11.2, 12.5]), []
    monkeypatch.setattr("fysicure.outage.time.monotonic", lambda: next(moments))
    monkeypatch.setattr("fysicure.outage.answers", lambda: looked.append(1) or len(looked) > 1)
    guard = Guard()
    assert not guard.is_away()
    guard.note(FULL)
    assert not guard.is_away()
    guard.note(LOST)
    assert [guard.is_away() for _each in range(4)] == [True, True, True, False]
    assert len(looked) == 2
    assert not guard.is_away()
