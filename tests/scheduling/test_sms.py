"""Text messages: the file of the demo, and a real provider's answers played by a small server on 127.0.0.1."""

import base64
import datetime
import json
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs

import pytest
from django.core.exceptions import ImproperlyConfigured

from accounts.models import Practitioner, User
from patients.models import Patient
from scheduling import sms_twilio
from scheduling.booking import book
from scheduling.consents import give
from scheduling.delivery import deliver
from scheduling.models import Communication, Room
from scheduling.sms import NotSent, Unsure, gateway, is_mobile
from scheduling.sms_twilio import TwilioGateway
from tests.people import NOW, at

T = NOW + datetime.timedelta(minutes=3)


class Provider(ThreadingHTTPServer):
    """Answers what it is told to, and keeps what it was asked. None: it hangs up; "slow": it never answers in time."""

    daemon_threads = True
    answer: Any = (201, {"sid": "SM1", "status": "queued"})

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Conversation)
        self.asked: list[tuple[str, str, dict[str, list[str]]]] = []


class _Conversation(BaseHTTPRequestHandler):
    server: Provider

    def do_POST(self) -> None:
        form = parse_qs(self.rfile.read(int(self.headers["Content-Length"])).decode())
        self.server.asked.append((self.path, self.headers["Authorization"], form))
        if self.server.answer == "slow":
            time.sleep(1)
        if self.server.answer in (None, "slow"):
            self.close_connection = True
            return
        status, body = self.server.answer
        content = body if isinstance(body, bytes) else json.dumps(body).encode()
        self.send_response(status)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *args: Any) -> None:
        """Say nothing."""


@pytest.fixture
def provider(settings: Any) -> Iterator[Provider]:
    with Provider() as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        settings.SMS_GATEWAY = "scheduling.sms_twilio.TwilioGateway"
        settings.TWILIO_URL = f"http://127.0.0.1:{server.server_address[1]}"
        settings.TWILIO_ACCOUNT, settings.TWILIO_TOKEN, settings.TWILIO_FROM = "AC1", "secret", "+32460000000"
        yield server
        server.shutdown()


def test_what_the_provider_is_asked(provider: Provider) -> None:
    assert gateway().send("+32470123456", "Morgen om 10 u. & tot dan") == "SM1"
    ((path, authorization, form),) = provider.asked
    assert path == "/2010-04-01/Accounts/AC1/Messages.json"
    assert authorization == "Basic " + base64.b64encode(b"AC1:secret").decode()
    assert form == {"To": ["+32470123456"], "From": ["+32460000000"], "Body": ["Morgen om 10 u. & tot dan"]}


@pytest.mark.parametrize(
    ("answer", "raised", "is_final"),
    [
        ((400, {"code": 21211, "message": "not a valid phone number"}), NotSent, True),
        ((401, {"code": 20003, "message": "authenticate"}), NotSent, False),
        ((429, {"code": 20429, "message": "too many requests"}), NotSent, False),
        ((500, b"oops"), Unsure, None),
        ((302, {}), Unsure, None),
        (None, Unsure, None),
        ("slow", Unsure, None),
    ],
)
def test_what_it_answers(
    provider: Provider, monkeypatch: pytest.MonkeyPatch, answer: Any, raised: type[Exception], is_final: bool | None
) -> None:
    monkeypatch.setattr(sms_twilio, "TIMEOUT", 0.3)
    provider.answer = answer
    with pytest.raises(raised) as refusal:
        gateway().send("+32470123456", "x")
    assert getattr(refusal.value, "is_final", None) == is_final
    assert "secret" not in str(refusal.value)


def test_nobody_listens(provider: Provider, settings: Any) -> None:
    settings.TWILIO_URL = "http://127.0.0.1:1"
    with pytest.raises(NotSent) as refusal:
        gateway().send("+32470123456", "x")
    assert not refusal.value.is_final


@pytest.mark.parametrize("changes", [{"TWILIO_TOKEN": ""}, {"TWILIO_URL": "http://provider.example"}])
def test_a_provider_that_is_not_set_up(provider: Provider, settings: Any, changes: dict[str, str]) -> None:
    for name, value in changes.items():
        setattr(settings, name, value)
    with pytest.raises(ImproperlyConfigured):
        TwilioGateway()


@pytest.mark.parametrize(
    ("number", "mobile"),
    [("+32470123456", True), ("+3214312345", False), ("+31612345678", True), ("", False), ("x", False)],
)
def test_only_mobile_numbers(number: str, mobile: bool) -> None:
    assert is_mobile(number) == mobile


@pytest.fixture
def texted(patient: Patient, practitioner: Practitioner, room: Room, receptionist: User) -> Communication:
    """A text message that is due at T."""
    give(patient, "sms", source="desk", by=receptionist, now=NOW)
    visit = {"practitioner": practitioner, "minutes": 30, "type": "session", "by": receptionist, "now": NOW}
    book(patient, start=at("2026-11-24"), **visit)
    row: Communication = Communication.objects.get()
    return row


@pytest.mark.django_db
def test_the_file_of_the_demo(texted: Communication, settings: Any, tmp_path: Path) -> None:
    settings.SMS_FILE = tmp_path / "deep" / "sms.jsonl"
    assert deliver(texted.pk, now=T) == "completed"
    (line,) = map(json.loads, settings.SMS_FILE.read_text().splitlines())
    assert (line["to"], line["text"]) == ("+32470123456", "Fysicure: Afspraak di 24/11 10:00.")


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("answer", "status", "error"),
    [
        ((201, {"sid": "SM1"}), "completed", ""),
        (None, "unknown", "no-answer: "),
        ((400, {"code": 21614}), "not-done", "address-refused: 400 21614"),
        ((503, {}), "unknown", "no-answer: 503"),
    ],
)
def test_from_the_outbox_to_the_provider(
    texted: Communication, provider: Provider, answer: Any, status: str, error: str
) -> None:
    provider.answer = answer
    assert deliver(texted.pk, now=T) == status
    texted.refresh_from_db()
    assert texted.status == status
    assert texted.error.startswith(error)


@pytest.mark.django_db
def test_a_provider_without_settings_is_tried_later(texted: Communication, settings: Any) -> None:
    settings.SMS_GATEWAY = "scheduling.sms_twilio.TwilioGateway"
    assert deliver(texted.pk, now=T) == "preparation"
    settings.SMS_GATEWAY = "scheduling.nowhere.Gateway"
    texted.refresh_from_db()
    assert deliver(texted.pk, now=texted.due_at) == "preparation"
