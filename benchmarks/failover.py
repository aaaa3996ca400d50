"""The primary is killed under load, the replica is promoted: nothing that was answered is lost, nothing is double.

    python -m benchmarks.failover [seconds before the kill]

A primary and a synchronous replica (pg_basebackup), two web nodes, two workers, a worker that ends is started again.
Sixteen programs book visits, remember what was answered 201, and ask again with the same key when it was not. After
the promotion a new replica is made of the new primary. Prints a table; exit code 1 when something is lost or double.
"""

import http.client
import json
import sys
import threading
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

from benchmarks.two_servers import Practice, Web, execute, follow, make, rows, run, wait_until

BOOKERS, LOOK_EVERY, MISSES, DEFERRED = 16, 0.5, 3, 10
BOOKED = """
SELECT a.id::text, count(DISTINCT e.pgh_id), count(DISTINCT m.id)
FROM scheduling_appointment a
LEFT JOIN scheduling_appointmentevent e ON e.pgh_obj_id = a.id
LEFT JOIN scheduling_communication m ON m.patient_id = a.patient_id AND m.kind = 'change'
GROUP BY a.id
"""
JOBS = """
SELECT status::text, attempts, count(*) FROM procrastinate_jobs WHERE queue_name = 'failover' GROUP BY 1, 2
"""
WAITING = "SELECT count(*) FROM procrastinate_jobs WHERE queue_name = 'failover' AND status IN ('todo', 'doing')"
DEFER = """
from uuid import uuid4
from fysicure.tasks import deliver_message
for number in range({}): deliver_message.configure(queue="failover").defer(message=str(uuid4()))
"""


@dataclass
class Bookers:
    """Programs that book, each visit until it is answered 201, at one node and then at the other."""

    practice: Practice
    nodes: list[Web]
    answered: dict[int, tuple[str, float]] = field(default_factory=dict)
    not_yet: Counter[str] = field(default_factory=Counter)
    stop: threading.Event = field(default_factory=threading.Event)
    _next: int = 0
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def work(self) -> None:
        """Book one visit after another until told to stop, or until there is none left."""
        while not self.stop.is_set():
            with self._lock:
                number, self._next = self._next, self._next + 1
            if number >= len(self.practice.bookings):
                return
            self._book(number)
            time.sleep(0.1)

    def _book(self, number: int) -> None:
        for turn in range(1000):
            node = self.nodes[(number + turn) % len(self.nodes)]
            try:
                status, _headers, body = node.book(self.practice.bookings[number], f"run {number}", self.practice.token)
            except (OSError, http.client.HTTPException) as error:
                self.not_yet[type(error).__name__] += 1
                continue
            if status == 201:
                self.answered[number] = (json.loads(body)["id"], time.monotonic())
                return
            self.not_yet[str(status)] += 1
            if status not in {429, 502, 503, 504}:
                raise RuntimeError(f"{status}: {body[:300]!r}")
            time.sleep(0.2)


def main(seconds: float) -> int:
    """Run it all; return the exit code."""
    practice = make()
    try:
        environment = practice.environment()
        nodes = [practice.web(name, environment) for name in ("web1", "web2")]
        workers = {name: practice.worker(name, environment) for name in ("worker1", "worker2")}
        run(practice.folder, "manage.py", "shell", "-v0", "-c", DEFER.format(DEFERRED), **environment)
        bookers = Bookers(practice, nodes)
        with ThreadPoolExecutor(BOOKERS) as pool:
            work = [pool.submit(bookers.work) for _number in range(BOOKERS)]
            time.sleep(seconds)
            moments = _lose_the_primary(practice, nodes)
            time.sleep(seconds)
            third = follow(practice.replica, practice.folder / "three" / "postgres")
            time.sleep(2)
            bookers.stop.set()
            for each in work:
                each.result()
        run(practice.folder, "manage.py", "shell", "-v0", "-c", DEFER.format(DEFERRED), **environment)
        until, restarts = time.monotonic() + 90, 0
        while rows(practice.replica.owner_url, WAITING) != [(0,)] and time.monotonic() < until:
            restarts += practice.tend(workers, environment)
            time.sleep(1)
        print(f"workers started again             {restarts}")
        code = _judge(practice, bookers, moments)
        print(f"a new replica of the new primary  {_is_level(practice, third)}")
        third.leave()
        return code
    finally:
        practice.stop()


def _lose_the_primary(practice: Practice, nodes: list[Web]) -> dict[str, float]:
    """Kill it, notice it as a watchman does (three looks in a row), promote; return the moments."""
    server = practice.primary.process()
    assert server is not None
    killed = time.monotonic()
    for process in [server, *server.children()]:  # the machine is gone: nobody answers any more
        process.kill()
    missed = 0
    while missed < MISSES:
        time.sleep(LOOK_EVERY)
        missed = 0 if practice.primary.is_answering() else missed + 1
    noticed = time.monotonic()
    practice.replica._run("pg_ctl", "-D", str(practice.replica.cluster), "promote", "-w", "-t", "30")
    promoted = time.monotonic()
    ready = [wait_until(lambda node=node: node.status("/readyz") == 200) for node in nodes]
    return {"killed": killed, "noticed": noticed, "promoted": promoted, "ready": max(ready)}


def _judge(practice: Practice, bookers: Bookers, moments: dict[str, float]) -> int:
    found = {visit: (history, messages) for visit, history, messages in rows(practice.replica.owner_url, BOOKED)}
    answered = {visit: moment for visit, moment in bookers.answered.values()}
    before = [moment for moment in answered.values() if moment < moments["killed"]]
    after = sorted(moment for moment in answered.values() if moment > moments["killed"])
    first = next((moment for moment in after if moment > moments["noticed"]), after[-1])
    lost, unknown = set(answered) - set(found), set(found) - set(answered)
    double = [visit for visit, (history, _messages) in found.items() if history != 1]
    jobs = rows(practice.replica.owner_url, JOBS)
    print(f"visits answered 201               {len(before)} before the kill, {len(after)} after")
    print(f"answers that were none            {dict(bookers.not_yet)}, each asked again with its key")
    print(f"lost / not asked for / twice      {len(lost)} / {len(unknown)} / {len(double)}")
    print(f"noticed (3 looks, {LOOK_EVERY} s)        {moments['noticed'] - moments['killed']:.2f} s after the kill")
    print(f"promoted                          {moments['promoted'] - moments['noticed']:.2f} s later")
    print(f"first 201 again                   {first - moments['promoted']:.2f} s later")
    print(f"both nodes ready                  {moments['ready'] - moments['promoted']:.2f} s after the promotion")
    print(f"without bookings, in all          {first - moments['killed']:.2f} s")
    print(f"jobs (status, attempts, count)    {jobs}")
    done = sum(count for status, _attempts, count in jobs if status == "succeeded")
    print(f"jobs done, of {2 * DEFERRED}                  {done}")
    return 0 if not lost and not unknown and not double and done == 2 * DEFERRED else 1


def _is_level(practice: Practice, third: object) -> str:
    execute(practice.replica.owner_url, "CHECKPOINT")
    count = "SELECT count(*) FROM scheduling_appointment"
    here = rows(practice.replica.owner_url, count)
    wait_until(lambda: rows(third.owner_url, count) == here, seconds=10)  # type: ignore[attr-defined]
    return f"streams, {here[0][0]} visits in both"


if __name__ == "__main__":
    sys.exit(main(float(sys.argv[1]) if len(sys.argv) > 1 else 8.0))
