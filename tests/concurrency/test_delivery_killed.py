"""Workers that are killed while they deliver: each message leaves once, or is known to be unsure; never twice."""

import datetime
import os
import random
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import pytest
from asgiref.sync import async_to_sync
from django.db import connection
from django.utils import timezone

from accounts.models import Practitioner, User
from fysicure.tasks import deliver_due, retry_stalled
from scheduling.booking import book
from scheduling.consents import give
from scheduling.delivery import UNSURE_AFTER, deliver, due_messages, sweep
from scheduling.models import Communication, Room
from tests.people import NOW, at, make_patient

pytestmark = pytest.mark.django_db(transaction=True)
MESSAGES, ROUNDS, WORKERS = 30, 3, 2
LATER = NOW + datetime.timedelta(minutes=10)
STATUS = Communication.Status
Worker = Callable[[datetime.datetime], int]
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


def start(*command: str, stdin: int | None = None, **more: str) -> "subprocess.Popen[str]":
    """Start a Python process that works on the database of this test, with the slow mail backend."""
    parts = urlsplit(os.environ["DATABASE_URL"])
    address = urlunsplit(parts._replace(path=f"/{connection.settings_dict['NAME']}"))
    environment = {**os.environ, "DATABASE_URL": address, "MAIL_BACKEND": BACKEND, **more}
    return subprocess.Popen([sys.executable, *command], env=environment, stdin=stdin, stdout=subprocess.PIPE, text=True)


@pytest.fixture
def processes() -> Iterator[list["subprocess.Popen[str]"]]:
    """A list whose processes do not outlive the test."""
    started: list[subprocess.Popen[str]] = []
    yield started
    for process in started:
        process.kill()
        process.communicate()


@pytest.fixture
def worker(mail_lines: Path, processes: list["subprocess.Popen[str]"]) -> Worker:
    """Return a function that starts a worker, living at a moment, and gives its process id."""
    nursery = start("-m", "tests.concurrency.worker_nursery", stdin=subprocess.PIPE)
    processes.append(nursery)

    def fork(now: datetime.datetime) -> int:
        assert nursery.stdin is not None
        assert nursery.stdout is not None
        nursery.stdin.write(f"{now.isoformat()}\n")
        nursery.stdin.flush()
        return int(nursery.stdout.readline())

    return fork


def lives(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


def wait_until(is_so: Callable[[], bool]) -> None:
    until = time.monotonic() + 60
    while not is_so():
        assert time.monotonic() < until
        time.sleep(0.005)


def lines_of(mail_lines: Path) -> list[str]:
    return mail_lines.read_text().splitlines()


def test_killed_while_sending(messages: list[Communication], mail_lines: Path, worker: Worker, settings: Any) -> None:
    chance = random.Random(4)  # noqa: S311
    for number in range(ROUNDS):
        team = [worker(LATER + number * datetime.timedelta(seconds=1)) for _each in range(WORKERS)]
        wait_until(lambda count=6 * (number + 1): len(lines_of(mail_lines)) >= count)
        time.sleep(chance.uniform(0, 0.08))
        for pid in team:
            os.kill(pid, signal.SIGKILL)
        wait_until(lambda pids=team: not any(lives(pid) for pid in pids))
    interrupted = Communication.objects.filter(status=STATUS.IN_PROGRESS).count()
    assert interrupted, "nobody was killed in the act: the test proves nothing"
    assert sweep(now=LATER + datetime.timedelta(minutes=1)) == 0
    assert sweep(now=LATER + UNSURE_AFTER + datetime.timedelta(minutes=1)) == interrupted

    settings.MAILERS = {"default": {"BACKEND": BACKEND}}
    for message in due_messages(now=LATER + datetime.timedelta(hours=1)):
        assert deliver(message, now=LATER + datetime.timedelta(hours=1)) == STATUS.COMPLETED
    left = Counter(line.split("@")[0].strip("<") for line in lines_of(mail_lines))
    for message in Communication.objects.all():
        times = left.pop(str(message.pk), 0)
        if message.status == STATUS.UNKNOWN:
            assert times in {0, 1}
        else:
            assert (message.status, times) == (STATUS.COMPLETED, 1)
    assert not left
    assert due_messages(now=LATER + datetime.timedelta(days=1)) == []


def test_workers_at_once_never_send_the_same(messages: list[Communication], mail_lines: Path, worker: Worker) -> None:
    team = [worker(LATER) for _each in range(3)]
    wait_until(lambda: not any(lives(pid) for pid in team))
    assert len(lines_of(mail_lines)) == len(set(lines_of(mail_lines))) == MESSAGES
    assert set(Communication.objects.values_list("status", flat=True)) == {STATUS.COMPLETED}
    assert deliver(messages[0].pk, now=LATER) == ""


def test_a_real_worker_is_killed(
    practitioner: Practitioner,
    room: Room,
    receptionist: User,
    mail_lines: Path,
    processes: list["subprocess.Popen[str]"],
    jobs: Any,
) -> None:
    now = timezone.now()
    patient = make_patient(email="p@mail.example")
    give(patient, "email", source="desk", by=receptionist, now=now - datetime.timedelta(days=1))
    free = {"minutes": 30, "type": "session", "override_reason": "test", "by": receptionist}
    moment = now + datetime.timedelta(days=7)
    book(patient, practitioner=practitioner, start=moment, now=now - datetime.timedelta(hours=1), **free)
    deliver_due.func(0)
    deliver_due.func(0)
    ours = jobs.filter(task_name="fysicure.tasks.deliver_message")
    assert ours.get().status == "todo"

    first = start("manage.py", "procrastinate", "worker", MAIL_PAUSE="1")
    processes.append(first)
    wait_until(lambda: len(lines_of(mail_lines)) == 1)
    first.kill()
    first.wait()
    assert (ours.get().status, Communication.objects.get().status) == ("doing", STATUS.IN_PROGRESS)
    async_to_sync(retry_stalled.func)(0)
    assert ours.get().status == "doing"  # the worker may still live
    with connection.cursor() as cursor:
        cursor.execute("UPDATE procrastinate_workers SET last_heartbeat = now() - interval '5 minutes'")
    async_to_sync(retry_stalled.func)(0)
    assert ours.get().status == "todo"

    second = start("manage.py", "procrastinate", "worker", "--one-shot")
    processes.append(second)
    assert second.wait(60) == 0
    assert ours.get().status == "succeeded"
    assert Communication.objects.get().status == STATUS.IN_PROGRESS
    sweep(now=now + datetime.timedelta(hours=1))
    assert Communication.objects.get().status == STATUS.UNKNOWN
    assert len(lines_of(mail_lines)) == 1
