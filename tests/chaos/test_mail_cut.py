"""The mail server is out of reach: messages wait in the outbox, leave when it is back, and each leaves once."""

import os
import re
import socket
import subprocess
import sys
from typing import Any

import psycopg
import pytest

from fysicure.database import EmbeddedServer
from tests.chaos.conftest import Web, rows
from tests.scheduling.smtp_server import mail_server

pytestmark = pytest.mark.concurrency
MESSAGES = 3
STATES = "SELECT status, attempts, split_part(error, ':', 1) FROM scheduling_communication ORDER BY id"
# What the clock does each minute, and then a worker until nothing is left to do.
WORK = """
from django.core.management import call_command
from fysicure.tasks import deliver_due
for _minute in range({minutes}):
    deliver_due.func(0)
    call_command("procrastinate", "worker", "--one-shot", verbosity=0)
"""


def work(cluster: EmbeddedServer, port: int, *, minutes: int = 1) -> None:
    """Let minutes pass in which all that waits is due, with a real worker and a mail server at a port."""
    with psycopg.connect(cluster.url) as connection:
        connection.execute("UPDATE scheduling_communication SET due_at = now() WHERE status = 'preparation'")
    environment = {**os.environ, "DATABASE_URL": cluster.url, "MAIL_HOST": "127.0.0.1", "MAIL_PORT": str(port)}
    environment["MAIL_SECURITY"] = "none"
    subprocess.run(
        [sys.executable, "manage.py", "shell", "-v0", "-c", WORK.format(minutes=minutes)], env=environment, check=True
    )


def test_the_outbox_waits(cluster: EmbeddedServer, web: Web, bookings: dict[str, Any]) -> None:
    for number in range(MESSAGES):
        assert web.book(bookings["bookings"][number], f"mail {number}")[0] == 201
    with socket.create_server(("127.0.0.1", 0)) as nobody:
        port = nobody.getsockname()[1]
    work(cluster, port)
    assert rows(cluster, STATES) == [("preparation", 1, "no-connection")] * MESSAGES
    assert web.book(bookings["bookings"][MESSAGES], "mail is no reason to stop")[0] == 201
    with mail_server({}) as server:
        work(cluster, server.server_address[1], minutes=2)
        sent = [re.findall(rb"^Message-ID: (.*)\r$", letter, re.MULTILINE) for letter in server.letters]
    assert len(sent) == len({name for (name,) in sent}) == MESSAGES + 1
    assert {status for status, _attempts, _error in rows(cluster, STATES)} == {"completed"}
