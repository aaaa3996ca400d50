"""What a log line holds, and what can never stand in one."""

import json
import logging
from collections.abc import Callable
from typing import Any

import pytest
from django.conf import settings as django_settings
from django.contrib.auth.decorators import login_not_required
from django.core.cache import caches
from django.db import IntegrityError, connection
from django.http import HttpRequest, HttpResponse
from django.test import Client
from django.urls import path
from django.utils import timezone

from accounts.models import User
from fysicure.log_secrets import Scrub, on_one_line, scrub, trace_without_words
from fysicure.logging_config import JsonLines, logging_config
from fysicure.urls import urlpatterns as real_urls
from patients.models import Patient

SignIn = Callable[[User], Client]


@login_not_required
def crash(request: HttpRequest) -> HttpResponse:
    """Fail as a view fails that holds a patient in its hands."""
    name, number = "Quetzalcoatlus", "85073003328"
    with connection.cursor() as cursor:
        cursor.execute("SELECT %s::int", [f"{name} {number}"])
    return HttpResponse(name)


urlpatterns = [*real_urls, path("crash/<str:word>/", crash, name="crash")]


class Written(logging.Handler):
    """Keeps what the handler of production would write."""

    def __init__(self) -> None:
        super().__init__()
        self.addFilter(Scrub())
        self.setFormatter(JsonLines())
        self.texts: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.texts.append(self.format(record))

    @property
    def lines(self) -> list[dict[str, Any]]:
        return [json.loads(text) for text in self.texts]


@pytest.fixture
def written(monkeypatch: pytest.MonkeyPatch) -> Any:
    """Everything that is logged from here on, as production writes it."""
    handler, logger = Written(), logging.getLogger()
    logger.addHandler(handler)
    for name in ("fysicure", "django.request", "procrastinate"):
        monkeypatch.setattr(logging.getLogger(name), "level", logging.INFO)
        logging.getLogger(name).manager._clear_cache()  # type: ignore[attr-defined]
    yield handler
    logger.removeHandler(handler)


def test_a_request_is_one_line(written: Written, client_of: SignIn, receptionist: User, patient: Patient) -> None:
    response = client_of(receptionist).get(f"/patients/{patient.pk}/?q=Peeters")
    (line,) = [each for each in written.lines if each["logger"] == "fysicure.access"]
    assert (line["method"], line["status"], line["route"]) == ("GET", response.status_code, "patients:chart")
    assert line["user"] == str(receptionist.pk)
    assert line["request"] == response["X-Request-ID"]
    assert line["queries"] > 3
    assert line["ms"] > 0
    assert set(line) == {*("at", "level", "logger", "message"), *("request", "user", "method", "route", "status")} | {
        "ms",
        "queries",
    }
    assert str(patient.pk) not in written.texts[0]
    assert "Peeters" not in "".join(written.texts)


@pytest.mark.urls("tests.security.test_log_lines")
def test_a_crash_tells_where_and_never_about_whom(written: Written, client: Client, db: None) -> None:
    client.raise_request_exception = False
    response = client.get("/crash/Quetzalcoatlus/?name=Quetzalcoatlus")
    assert response.status_code in {400, 500}  # within the test's transaction the page of a 400 cannot be drawn
    monkey = [each for each in written.lines if each["logger"] == "django.request"]
    assert "Quetzalcoatlus" not in "".join(written.texts) + response.content.decode()
    assert all("85073003328" not in text for text in written.texts)
    assert monkey[-1]["request"] == response["X-Request-ID"]


@pytest.mark.owner  # to others PostgreSQL does not quote the row at all
def test_words_of_an_exception_stay_out_and_its_facts_stay_in(therapist: User) -> None:
    try:
        User.objects.create_user(therapist.email, None, role=therapist.role, name="Quetzalcoatlus")
    except IntegrityError as error:
        assert therapist.email in str(error)
        trace = trace_without_words(error)
    assert therapist.email not in trace
    assert "UniqueViolation [23505 accounts_user_email" in trace
    assert "which came from" in trace
    assert "create_user" in trace


@pytest.mark.parametrize(
    ("text", "gone"),
    [
        ("GET /calendar/abcDEF123.ics", "abcDEF123"),
        ("POST /messages/stop/eyJhbGciOi:1tK/", "eyJhbGciOi"),
        ("Authorization: Bearer abc.def-ghi", "abc.def"),
        ("password=hunter2hunter2", "hunter2"),
        ("{'token': 'q9fjq9fj'}", "q9fjq9fj"),
        ("connect to postgresql://app:p4ssw0rdp4ss@db/x", "p4ssw0rdp4ss"),
        ("mail to an.peeters@mail.example failed", "an.peeters"),
        ("number 85073003328", "85073003328"),
        ("number 85.07.30-033.28", "033.28"),
        ("call +32470123456", "470123456"),
        ("call 0470 12 34 56", "12 34 56"),
        ("call 014/31.23.45", "31.23.45"),
        ("duplicate\nDETAIL:  Key (email)=(an@x) already exists.", "an@x"),
        ("Failing row contains (1, Peeters, An).", "Peeters"),
        ("GET /patients/?q=Peeters", "Peeters"),
    ],
)
def test_what_has_a_form_is_struck_out(text: str, gone: str) -> None:
    assert gone not in scrub(text)
    assert "***" in scrub(text)


@pytest.mark.parametrize(
    "text", ["0190a1b2-0000-7000-8000-000000000000", "12 migrations", "2026-11-23T10:00:00+01:00", "took 1234567 ms"]
)
def test_what_a_line_is_for_stays(text: str) -> None:
    assert scrub(text) == text


def test_nobody_begins_a_line_of_his_own(written: Written) -> None:
    logging.getLogger("fysicure").warning("hello %s", 'x\n{"level": "error"}\r\x1b[31m\u2028y')
    assert len(written.texts) == 1
    assert "\n" not in written.texts[0]
    assert "\x1b" not in on_one_line("a\x1b[31m")
    assert "\\n" in written.lines[0]["message"]


def test_a_job_is_told_by_name_and_number(written: Written) -> None:
    job = {"id": 7, "task_name": "fysicure.tasks.remind", "call_string": "remind(who='Quetzalcoatlus')"}
    extra = {"action": "start_job", "job": job | {"task_kwargs": {"who": "Quetzalcoatlus"}}}
    logging.getLogger("procrastinate.worker").info("Starting job %s", job["call_string"], extra=extra)
    (line,) = written.lines
    assert (line["job"], line["task"]) == (7, "fysicure.tasks.remind")
    assert line["message"] == "start_job fysicure.tasks.remind[7]"
    assert "Quetzalcoatlus" not in written.texts[0]


def test_every_handler_has_the_filter_and_no_error_is_mailed() -> None:
    for as_json in (True, False):
        config = logging_config(debug=False, as_json=as_json, level="INFO")
        assert {handler["class"] for handler in config["handlers"].values()} == {"logging.StreamHandler"}
        assert all(handler["filters"] == ["scrub"] for handler in config["handlers"].values())
        assert config["filters"]["scrub"]["keep_words"] is False
    assert django_settings.ADMINS == []


REPORT = {"csp-report": {"document-uri": "https://fysicure.example/patients/x/?q=Quetzalcoatlus", "referrer": "secret",
                         "effective-directive": "script-src-elem", "blocked-uri": "https://evil.example/Quetzalcoatlus",
                         "script-sample": "Quetzalcoatlus"}}  # fmt: skip


@pytest.fixture
def no_count() -> None:
    caches["counters"].clear()


def report(client: Client, body: Any, content_type: str = "application/csp-report") -> int:
    text = body if isinstance(body, bytes) else json.dumps(body).encode()
    return int(client.generic("POST", "/csp-report/", text, content_type=content_type).status_code)


def test_a_report_of_the_browser_is_one_line_without_addresses(
    client: Client, db: None, written: Written, no_count: None
) -> None:
    assert report(client, REPORT) == 204
    modern = [{"type": "csp-violation", "body": {"documentURL": "https://x.example/", "effectiveDirective": "evil\nx"}}]
    assert report(client, modern, "application/reports+json") == 204
    lines = [each for each in written.lines if each["logger"] == "fysicure.csp"]
    assert [each["directive"] for each in lines] == ["script-src-elem", "other"]
    assert (lines[0]["blocked"], lines[0]["route"]) == ("https://evil.example", "none")
    assert "Quetzalcoatlus" not in "".join(written.texts)
    assert Client(enforce_csrf_checks=True).get("/csp-report/").status_code == 405


def test_reports_are_few_and_small(client: Client, db: None, no_count: None) -> None:
    assert report(client, b"x" * 9000) == 413
    assert report(client, REPORT, "text/html") == 415
    for broken in (
        b"{",
        b"[" * 5000,
        b"[1, null, {}]",
        b'{"csp-report": 5}',
        b'{"csp-report": {"blocked-uri": "//[::1"}}',
    ):
        assert report(client, broken) in {204, 400}
    assert {report(client, REPORT) for _time in range(25)} == {204, 429}
    assert timezone.now()
