"""The database is killed during two hundred bookings: what was promised is there, nothing is half, all comes back."""

import http.client
import threading
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from fysicure.database import EmbeddedServer
from tests.chaos.conftest import CSRF, Web, rows, wait_until

pytestmark = pytest.mark.concurrency
BOOKED = """
SELECT a.id::text, count(DISTINCT e.pgh_id), count(DISTINCT m.id)
FROM scheduling_appointment a
LEFT JOIN scheduling_appointmentevent e ON e.pgh_obj_id = a.id
LEFT JOIN scheduling_communication m ON m.patient_id = a.patient_id AND m.kind = 'change'
GROUP BY a.id
"""


class Bookers:
    """Two hundred who book at once, and ask again until they are told that it is booked."""

    def __init__(self, web: Web, bookings: list[dict[str, Any]]) -> None:
        self.web, self.bookings = web, bookings
        self.promised: dict[int, str] = {}
        self.refused: list[int] = []
        self.give_up = threading.Event()

    def book(self, number: int) -> None:
        """Book one visit; a lost answer or an outage is a reason to ask again, anything else a fault."""
        while not self.give_up.is_set():
            try:
                status, said = self.web.book(self.bookings[number], f"chaos {number}")
            except (OSError, http.client.HTTPException):
                self.refused.append(0)
                continue
            if status == 201:
                self.promised[number] = said["id"]
                return
            assert status == 503, (status, said)
            assert said["status"] == 503
            self.refused.append(status)
            self.give_up.wait(0.2)


def test_killed_during_two_hundred_writes(cluster: EmbeddedServer, web: Web, bookings: dict[str, Any]) -> None:
    bookers = Bookers(web, bookings["bookings"])
    with ThreadPoolExecutor(200) as pool:
        jobs = [pool.submit(bookers.book, number) for number in range(200)]
        try:
            wait_until(lambda: len(bookers.promised) >= 40)
            server = cluster.process()
            assert server is not None
            server.kill()
            kept_before = dict(bookers.promised)
            wait_until(lambda: 503 in bookers.refused)
            says_what_is_wrong(web)
            cluster.attach()
            for job in jobs:
                job.result(120)
        finally:
            bookers.give_up.set()
    assert len(kept_before) < 200, "all was booked before the kill: the test proves nothing"
    found = {visit: (history, messages) for visit, history, messages in rows(cluster, BOOKED)}
    assert sorted(found) == sorted(bookers.promised.values())
    assert set(found.values()) == {(1, 1)}
    assert web.is_well()
    assert web.ask("GET", "/")[0] == 302


def says_what_is_wrong(web: Web) -> None:
    """While it is away: a page in Dutch that keeps what was typed, a document for programs, 503 for probes."""
    session = f"sessionid={'s' * 32}; csrftoken={CSRF}"
    status, page, headers = web.ask("GET", "/", Cookie=session)
    assert (status, headers["retry-after"]) == (503, "5")
    assert 'lang="nl-BE"' in page
    assert "Traceback" not in page
    typed = f"csrfmiddlewaretoken={CSRF}&family_name=P%C3%A9eters+%3Cb%3E"
    form = {"Cookie": session, "Content-Type": "application/x-www-form-urlencoded"}
    status, page, _headers = web.ask("POST", "/patients/new/", typed, **form)
    assert status == 503
    assert 'value="Péeters &lt;b&gt;"' in page
    assert 'action="/patients/new/"' in page
    status, document, headers = web.ask("GET", "/api/v1/patients/", Authorization=f"Bearer {web.token}")
    assert (status, headers["content-type"]) == (503, "application/problem+json")
    assert '"detail"' in document
    assert web.ask("GET", "/healthz")[0] == 503
