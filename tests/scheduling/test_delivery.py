"""From the outbox to certainty: sent, refused, tried again, given up, or unsure; and what a person can do then."""

import datetime
import email
import email.policy
import socket
from typing import Any

import pytest
from django.core import mail

from accounts.models import User
from patients.models import Patient
from scheduling.booking import move
from scheduling.delivery import MOST_ATTEMPTS, deliver, due_messages, resend, settle, sweep, wait_after
from scheduling.exceptions import StatusRefused
from scheduling.messages_reasons import Reason
from scheduling.models import Communication
from scheduling.outbox import announce_change
from scheduling.sms import NotSent
from tests.people import NOW, at
from tests.scheduling.outbox import DAY, GRACE, Booking, booking, deliver_all, told
from tests.scheduling.smtp_server import mail_server

__all__ = ["booking", "told"]
pytestmark = pytest.mark.django_db
MINUTE = datetime.timedelta(minutes=1)
T = NOW + GRACE


def use_server(settings: Any, port: int) -> None:
    options = {"host": "127.0.0.1", "port": port, "timeout": 5}
    settings.MAILERS = {"default": {"BACKEND": "django.core.mail.backends.smtp.EmailBackend", "OPTIONS": options}}


@pytest.fixture
def message(booking: Booking) -> Communication:
    """A message that is due at T."""
    booking()
    row: Communication = Communication.objects.get()
    return row


@pytest.mark.parametrize(
    ("replies", "status", "error", "left"),
    [
        ({}, "completed", "", 1),
        ({"MAIL": "451 busy"}, "preparation", "refused: 451 busy", 0),
        ({"RCPT": "450 greylisted"}, "preparation", "address-refused: 450 greylisted", 0),
        ({"RCPT": "550 no such user"}, "not-done", "address-refused: 550 no such user", 0),
        ({"END": "554 looks like spam"}, "preparation", "refused: 554 looks like spam", 1),
        ({"END": ""}, "unknown", "no-answer: SMTPServerDisconnected('Connection unexpectedly closed')", 1),
        ({"RCPT": ""}, "unknown", "no-answer: SMTPServerDisconnected('Connection unexpectedly closed')", 0),
    ],
)
def test_what_the_mail_server_says(
    message: Communication, settings: Any, replies: dict[str, str], status: str, error: str, left: int
) -> None:
    with mail_server(replies) as server:
        use_server(settings, server.server_address[1])
        assert deliver(message.pk, now=T) == status
        assert len(server.letters) == left
    message.refresh_from_db()
    assert (message.status, message.error, message.attempts) == (status, error, 1)
    assert (message.sent_at is not None) == (status == "completed")


def test_the_letter_as_it_travels(message: Communication, settings: Any) -> None:
    settings.PUBLIC_URL = "https://portal.long-name-of-a-practice.example"
    with mail_server({}) as server:
        use_server(settings, server.server_address[1])
        deliver(message.pk, now=T)
        (raw,) = server.letters
    letter = email.message_from_bytes(raw, policy=email.policy.default)
    message.refresh_from_db()
    link = message.body.strip().split()[-1]
    assert link.startswith(f"{settings.PUBLIC_URL}/messages/stop/")
    assert f"List-Unsubscribe: <{link}>\r\n".encode() in raw
    assert letter["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert letter["Auto-Submitted"] == "auto-generated"
    assert letter["Message-ID"] == f"<{message.pk}@fysicure.example>"
    assert letter.get_content().splitlines() == message.body.splitlines()


def test_nobody_listens(message: Communication, settings: Any) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        use_server(settings, taken.getsockname()[1])
    now = T
    for attempt in range(1, MOST_ATTEMPTS + 1):
        status = deliver(message.pk, now=now)
        message.refresh_from_db()
        assert message.attempts == attempt
        assert message.error.startswith("no-connection: ")
        assert deliver(message.pk, now=now + 30 * datetime.timedelta(seconds=1)) == ""
        now = message.due_at
    assert (status, message.status) == ("not-done", "not-done")
    assert due_messages(now=NOW + 3 * DAY) == []
    assert datetime.timedelta(hours=4) < now - T < datetime.timedelta(hours=7)


@pytest.mark.parametrize(("attempts", "minutes"), [(1, 1), (2, 5), (3, 15), (4, 60), (5, 240)])
def test_each_attempt_waits_longer(attempts: int, minutes: int) -> None:
    for _number in range(20):
        assert 0.8 * minutes <= wait_after(attempts) / MINUTE <= 1.2 * minutes


def test_an_interrupted_message_is_unsure_and_only_a_person_sends_it_again(
    message: Communication, receptionist: User
) -> None:
    Communication.objects.update(status="in-progress", claimed_at=T, attempts=1)
    assert deliver_all(T + MINUTE) == []
    assert sweep(now=T + 5 * MINUTE) == 0
    assert sweep(now=T + 6 * MINUTE) == 1
    message.refresh_from_db()
    assert (message.status, message.error) == ("unknown", "interrupted")
    assert deliver_all(T + DAY / 2) == []
    resend(message, by=receptionist, now=T + DAY / 2)
    assert deliver_all(T + DAY / 2) == ["completed"]
    assert len(mail.outbox) == 1
    with pytest.raises(StatusRefused):
        resend(message, by=receptionist, now=T + DAY)


def test_a_late_answer_is_believed(message: Communication) -> None:
    def swept_meanwhile(_message: Communication, *, stop_link: str) -> None:
        assert sweep(now=T + 6 * MINUTE) == 1

    assert deliver(message.pk, now=T, via=swept_meanwhile) == "completed"
    message.refresh_from_db()
    assert (message.status, message.sent_at) == ("completed", T)


def test_a_late_answer_changes_nothing_once_a_person_sent_it_again(message: Communication, receptionist: User) -> None:
    def sent_again_meanwhile(late: Communication, *, stop_link: str) -> None:
        sweep(now=T + 6 * MINUTE)
        resend(late, by=receptionist, now=T + 7 * MINUTE)
        assert deliver(late.pk, now=T + 7 * MINUTE) == "completed"
        raise NotSent(Reason.NO_CONNECTION)

    deliver(message.pk, now=T, via=sent_again_meanwhile)
    message.refresh_from_db()
    assert (message.status, message.sent_at, len(mail.outbox)) == ("completed", T + 7 * MINUTE, 1)


def test_while_one_is_being_sent_the_next_one_waits(message: Communication, told: Patient, receptionist: User) -> None:
    Communication.objects.update(status="in-progress", claimed_at=T, attempts=1)
    announce_change(told.pk, now=T)
    assert due_messages(now=T + 2 * GRACE) == []
    sweep(now=T + 6 * MINUTE)
    assert len(due_messages(now=T + 6 * MINUTE)) == 1


def test_a_failed_notice_makes_way_for_a_later_one(
    message: Communication, told: Patient, booking: Booking, receptionist: User
) -> None:
    Communication.objects.update(status="not-done", attempts=6, error="no-connection")
    booking("2026-11-26")
    assert resend(message, by=receptionist, now=T).error == "replaced"
    assert deliver_all(T) == ["completed"]
    assert "24 november" in mail.outbox[0].body
    assert "26 november" in mail.outbox[0].body


def test_an_unsure_message_counts_as_told(message: Communication, booking: Booking, receptionist: User) -> None:
    deliver_all(T)
    Communication.objects.update(status="unknown", sent_at=None)
    visit = message.patient.appointments.get()
    move(visit, start=at("2026-11-25"), by=receptionist, now=T)
    deliver_all(T + GRACE)
    assert "van dinsdag 24 november 2026, 10.00 uur naar woensdag" in mail.outbox[1].body


def test_the_practice_told_it_otherwise(message: Communication, receptionist: User) -> None:
    with pytest.raises(StatusRefused):
        settle(message, by=receptionist, now=T)
    Communication.objects.update(status="not-done", error="no-address")
    assert settle(message, by=receptionist, now=T).error == "settled: Els Wouters"
    assert deliver_all(T + DAY) == []


@pytest.mark.parametrize(
    ("changes", "status", "error"),
    [({"email": ""}, "not-done", "no-address"), ({"archived_at": NOW}, "stopped", "archived")],
)
def test_who_cannot_be_reached(
    message: Communication, told: Patient, changes: dict[str, Any], status: str, error: str
) -> None:
    Patient.objects.filter(pk=told.pk).update(**changes)
    assert deliver_all(T) == [""]
    message.refresh_from_db()
    assert (message.status, message.error, message.attempts) == (status, error, 0)


@pytest.mark.parametrize("poison", ["a@mail.example\nBcc: b@mail.example", "a@mail.example\r\nSubject: x"])
def test_a_header_holds_one_line(message: Communication, told: Patient, poison: str) -> None:
    Patient.objects.filter(pk=told.pk).update(email=poison)
    assert deliver_all(T) == ["not-done"]
    message.refresh_from_db()
    assert message.error.startswith("unsendable: ")
    assert not mail.outbox


def test_the_name_of_the_practice_cannot_add_a_header(message: Communication, settings: Any) -> None:
    settings.PRACTICE_NAME = "Praktijk\nBcc: b@mail.example"
    assert deliver_all(T) == ["completed"]
    assert mail.outbox[0].subject == "Uw afspraak bij Praktijk"
    assert "Bcc" not in mail.outbox[0].message()
