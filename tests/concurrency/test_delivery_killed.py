"""Workers that are killed while they deliver: each message leaves once, or is known to be unsure; never twice."""

import datetime
import os
import random
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import pytest
from django.db import connection

from accounts.models import Practitioner, User
from scheduling.booking import book
from scheduling.consents import give
from scheduling.delivery import UNSURE_AFTER, deliver, due_messages, sweep
from scheduling.models import Communication, Room
from tests.people import NOW, at, make_patient

pytestmark = pytest.mark.django_db(transaction=True)
MESSAGES, ROUNDS, WORKERS = 36, 2, 2
LATER = NOW + datetime.timedelta(minutes=10)
STATUS = Communication.Status
BACKEND = "tests.concurrency.slow_mail.LineBackend"


@pytest.fixture
def mail_lines(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The file in which the slow mail backend writes what left."""
    monkeypatch.setenv("MAIL_LINES", str(tmp_path / "left.txt"))
    (tmp_path / "left.txt").touch()
    return tmp_path / "left.txt"


@pytest.fixture
def messages(practitioner: Practitioner, room: Room, receptionist: User) -> list[Communication]:
    """Many patients, each to be told of one visit."""
    for number in range(MESSAGES):
        patient = make_patient(f"Naam{number}", email=f"p{number}@mail.example", phone="")
        give(patient, "email", source="desk", by=receptionist, now=NOW)
        start = at("2026-11-30", "08:00") + datetime.timedelta(days=7 * (number // 8), minutes=30 * (number % 8))
        book(patient, practitioner=practitioner, start=start, minutes=30, type="session", by=receptionist, now=NOW)
    return list(Communication.objects.all())


def worker(now: datetime.datetime) -> "subprocess.Popen[str]":
    """Start a process that delivers from the database of this test."""
    parts = urlsplit(os.environ["DATABASE_URL"])
    address = urlunsplit(parts._replace(path=f"/{connection.settings_dict['NAME']}"))
    environment = {**os.environ, "DATABASE_URL": address, "MAIL_BACKEND": BACKEND}
    command = [sys.executable, "-m", "tests.concurrency.deliver_all", now.isoformat()]
    return subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True)


@pytest.fixture
def kill_workers() -> Iterator[list["subprocess.Popen[str]"]]:
    """A list whose processes do not outlive the test."""
    started: list[subprocess.Popen[str]] = []
    yield started
    for process in started:
        process.kill()
        process.communicate()


def wait_for_lines(mail_lines: Path, count: int) -> None:
    """Wait until so many mails have left."""
    until = time.monotonic() + 20
    while len(mail_lines.read_text().splitlines()) < count:
        assert time.monotonic() < until
        time.sleep(0.005)


def ready(process: "subprocess.Popen[str]") -> None:
    assert process.stdout is not None
    assert process.stdout.readline() == "ready\n"


def test_killed_while_sending(
    messages: list[Communication],
    mail_lines: Path,
    kill_workers: list["subprocess.Popen[str]"],
    settings: Any,
) -> None:
    chance = random.Random(4)  # noqa: S311
    for number in range(ROUNDS):
        team = [worker(LATER + number * datetime.timedelta(seconds=1)) for _each in range(WORKERS)]
        kill_workers.extend(team)
        for process in team:
            ready(process)
        wait_for_lines(mail_lines, 6 * (number + 1))
        time.sleep(chance.uniform(0, 0.08))
        for process in team:
            process.kill()
            process.wait()
    assert {process.returncode for process in kill_workers} == {-9}
    interrupted = Communication.objects.filter(status=STATUS.IN_PROGRESS).count()
    assert interrupted, "nobody was killed in the act: the test proves nothing"
    assert sweep(now=LATER + datetime.timedelta(minutes=1)) == 0
    assert sweep(now=LATER + UNSURE_AFTER + datetime.timedelta(minutes=1)) == interrupted

    settings.MAILERS = {"default": {"BACKEND": BACKEND}}
    for message in due_messages(now=LATER + datetime.timedelta(hours=1)):
        assert deliver(message, now=LATER + datetime.timedelta(hours=1)) == STATUS.COMPLETED
    left = Counter(line.split("@")[0].strip("<") for line in mail_lines.read_text().splitlines())
    for message in Communication.objects.all():
        times = left.pop(str(message.pk), 0)
        if message.status == STATUS.UNKNOWN:
            assert times in {0, 1}
        else:
            assert (message.status, times) == (STATUS.COMPLETED, 1)
    assert not left
    assert due_messages(now=LATER + datetime.timedelta(days=1)) == []


def test_two_workers_never_send_the_same(
    messages: list[Communication], mail_lines: Path, kill_workers: list["subprocess.Popen[str]"]
) -> None:
    kill_workers.extend(worker(LATER) for _each in range(WORKERS))
    for process in kill_workers:
        assert process.wait(20) == 0
    lines = mail_lines.read_text().splitlines()
    assert len(lines) == len(set(lines)) == MESSAGES
    assert set(Communication.objects.values_list("status", flat=True)) == {STATUS.COMPLETED}
    assert deliver(messages[0].pk, now=LATER) == ""
