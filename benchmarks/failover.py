"""The primary is killed under load, the replica is promoted: nothing that was answered is lost, nothing is double.

    python -m benchmarks.failover [seconds before the kill]

A primary and a synchronous replica (pg_basebackup), two web nodes, two workers, a worker that ends is started again.
Sixteen programs, half of them booking and half logging in the diaries of eight patients, remember what was answered
201 and ask again with the same key when it was not. After the promotion a new replica is made of the new primary.
Prints a table; exit code 1 when something is lost or double.
"""

import datetime
import http.client
import json
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

from benchmarks.nodes import Answer, wait_until
from benchmarks.two_servers import Practice, Web, execute, follow, make, rows, run

PROGRAMS, LOOK_EVERY, MISSES, DEFERRED = 16, 0.5, 3, 10
# What stands in the database: each row, and how many rows of history it has. A visit and an entry are made once.
MADE = {
    "visits": """
SELECT a.id::text, count(e.pgh_id) FROM scheduling_appointment a
LEFT JOIN scheduling_appointmentevent e ON e.pgh_obj_id = a.id GROUP BY a.id
""",
    "entries": """
SELECT d.id::text, count(e.pgh_id) FROM pathways_diaryentry d
LEFT JOIN pathways_diaryentryevent e ON e.pgh_obj_id = d.id GROUP BY d.id
""",
}
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
class Writers:
    """Programs that write, each thing until it is answered 201, at one node and then at the other."""

    nodes: list[Web]
    most: int
    write: Callable[[Web, int], Answer]  # the how-manieth thing, with a key of its own
    answered: dict[int, tuple[str, float]] = field(default_factory=dict)
    not_yet: Counter[str] = field(default_factory=Counter)
    stop: threading.Event = field(default_factory=threading.Event)
    _next: int = 0
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def work(self) -> None:
        """Write one thing after another until told to stop, or until there is none left."""
        while not self.stop.is_set():
            with self._lock:
                number, self._next = self._next, self._next + 1
            if number >= self.most:
                return
            self._write(number)
            time.sleep(0.1)

    def _write(self, number: int) -> None:
        for turn in range(1000):
            node = self.nodes[(number + turn) % len(self.nodes)]
            try:
                status, _headers, body = self.write(node, number)
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


def _writers(practice: Practice, nodes: list[Web]) -> dict[str, Writers]:
    """Return who books visits and who logs entries, which lie three minutes apart, those of a patient 24."""
    latest = datetime.datetime.now(datetime.UTC) - datetime.timedelta(minutes=30)

    def book(node: Web, number: int) -> Answer:
        return node.create("appointments", practice.bookings[number], f"visit {number}", practice.token)

    def log(node: Web, number: int) -> Answer:
        end = latest - number * datetime.timedelta(minutes=3)
        entry = {
            "kind": "exercise", "start": f"{end - datetime.timedelta(minutes=20):%FT%TZ}", "end": f"{end:%FT%TZ}",
            "side": "R", "pre": 0, "during": 2, "after": 1, "client_key": f"entry {number}", "on_duplicate": "keep",
        }  # fmt: skip
        return node.create("diary", entry, f"entry {number}", practice.diaries[number % len(practice.diaries)])

    return {
        "visits": Writers(nodes, len(practice.bookings), book),
        "entries": Writers(nodes, 2800, log),  # six days: no patient logs what is older
    }


def main(seconds: float) -> int:
    """Run it all; return the exit code."""
    practice = make()
    try:
        environment = practice.environment()
        nodes = [practice.web(name, environment) for name in ("web1", "web2")]
        workers = {name: practice.worker(name, environment) for name in ("worker1", "worker2")}
        run(practice.folder, "manage.py", "shell", "-v0", "-c", DEFER.format(DEFERRED), **environment)
        writers = _writers(practice, nodes)
        with ThreadPoolExecutor(PROGRAMS) as pool:
            work = [pool.submit(each.work) for each in writers.values() for _half in range(PROGRAMS // 2)]
            time.sleep(seconds)
            moments = _lose_the_primary(practice, nodes)
            time.sleep(seconds)
            third = follow(practice.replica, practice.folder / "three" / "postgres")
            time.sleep(2)
            for some in writers.values():
                some.stop.set()
            for each in work:
                each.result()
        run(practice.folder, "manage.py", "shell", "-v0", "-c", DEFER.format(DEFERRED), **environment)
        until, restarts = time.monotonic() + 90, 0
        while rows(practice.replica.owner_url, WAITING) != [(0,)] and time.monotonic() < until:
            restarts += practice.tend(workers, environment)
            time.sleep(1)
        print(f"workers started again             {restarts}")
        code = _judge(practice, writers, moments)
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


def _judge(practice: Practice, writers: dict[str, Writers], moments: dict[str, float]) -> int:
    is_whole = all([_judge_kind(practice, kind, some, moments) for kind, some in writers.items()])
    after = [moment for some in writers.values() for _id, moment in some.answered.values()]
    first = min(moment for moment in after if moment > moments["noticed"])
    jobs = rows(practice.replica.owner_url, JOBS)
    print(f"noticed (3 looks, {LOOK_EVERY} s)        {moments['noticed'] - moments['killed']:.2f} s after the kill")
    print(f"promoted                          {moments['promoted'] - moments['noticed']:.2f} s later")
    print(f"first 201 again                   {first - moments['promoted']:.2f} s later")
    print(f"both nodes ready                  {moments['ready'] - moments['promoted']:.2f} s after the promotion")
    print(f"nothing was written for           {first - moments['killed']:.2f} s")
    print(f"jobs (status, attempts, count)    {jobs}")
    done = sum(count for status, _attempts, count in jobs if status == "succeeded")
    print(f"jobs done, of {2 * DEFERRED}                  {done}")
    return 0 if is_whole and done == 2 * DEFERRED else 1


def _judge_kind(practice: Practice, kind: str, some: Writers, moments: dict[str, float]) -> bool:
    """Compare what was answered with what stands in the new primary; whether nothing is lost, unasked for or double."""
    found = dict(rows(practice.replica.owner_url, MADE[kind]))
    answered = {made for made, _moment in some.answered.values()}
    before = sum(moment < moments["killed"] for _id, moment in some.answered.values())
    lost, unknown = answered - set(found), set(found) - answered
    # One row of history each; an answer that two things share means that one of them was not made.
    double = sum(history != 1 for history in found.values()) + len(some.answered) - len(answered)
    print(f"{kind} answered 201               {before} before the kill, {len(some.answered) - before} after")
    print(f"  answers that were none          {dict(some.not_yet)}, each asked again with its key")
    print(f"  lost / not asked for / twice    {len(lost)} / {len(unknown)} / {double}")
    return not lost and not unknown and not double


def _is_level(practice: Practice, third: object) -> str:
    execute(practice.replica.owner_url, "CHECKPOINT")
    count = "SELECT count(*) FROM scheduling_appointment"
    here = rows(practice.replica.owner_url, count)
    wait_until(lambda: rows(third.owner_url, count) == here, seconds=10)  # type: ignore[attr-defined]
    return f"streams, {here[0][0]} visits in both"


if __name__ == "__main__":
    sys.exit(main(float(sys.argv[1]) if len(sys.argv) > 1 else 8.0))
