"""What a replica takes off the primary, how far it is behind, and that who wrote never misses what was written.

    python -m benchmarks.replica_reads [seconds a round]

Two rounds of the same pages with the same two nodes, without and with the replica, while two programs book; then a
replica that applies everything three seconds late. Exit code 1 when a reader missed an own write.
"""

import json
import statistics
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import psycopg

from benchmarks.nodes import cpu_of, end
from benchmarks.two_servers import Practice, Web, execute, make, rows

READERS, DELAY = 4, 3.0
LAG = "SELECT coalesce(extract(epoch FROM replay_lag), 0)::float FROM pg_stat_replication"
CSRF = "c" * 32


def main(seconds: float) -> int:
    """Run it all; return the exit code."""
    practice = make(is_synchronous=False)
    try:
        booked = 0
        for words, with_replica in (("without", False), ("with", True)):
            nodes = [practice.web(f"{words}{n}", practice.environment(with_replica=with_replica)) for n in (1, 2)]
            booked += _round(words, practice, nodes, seconds, booked)
            if with_replica:
                return _read_own_writes(practice, nodes, booked)
            end(*(node.process for node in nodes))
        return 1
    finally:
        practice.stop()


def _round(words: str, practice: Practice, nodes: list[Web], seconds: float, booked: int) -> int:
    patients = sorted({booking["patient"] for booking in practice.bookings})
    days = sorted({booking["start"][:10] for booking in practice.bookings})[:10]
    paths = [f"/agenda/?day={day}" for day in days] + ["/patients/all/"] + [f"/patients/{each}/" for each in patients]
    servers = [practice.primary.process(), practice.replica.process()]
    before, until = [cpu_of(server) for server in servers], time.monotonic() + seconds
    lags: list[float] = []
    done = threading.Event()

    def measure() -> None:
        with psycopg.connect(practice.primary.owner_url, autocommit=True) as connection:
            while not done.wait(0.05):
                lags.extend(lag for (lag,) in connection.execute(LAG))

    def read(number: int) -> list[float]:
        times, turn = [], number
        while time.monotonic() < until:
            start, turn = time.monotonic(), turn + 1
            node = nodes[turn % 2]
            status, _headers, _body = node.ask(
                "GET", paths[turn % len(paths)], Cookie=f"sessionid={practice.cookies['desk']}"
            )
            assert status == 200, (status, paths[turn % len(paths)])
            times.append(time.monotonic() - start)
        return times

    def book() -> int:
        count = 0
        while time.monotonic() < until:
            status = nodes[count % 2].book(practice.bookings[booked + count], f"{words} {count}", practice.token)[0]
            assert status == 201, status
            count += 1
            time.sleep(0.1)
        return count

    with ThreadPoolExecutor(READERS + 2) as pool:
        pool.submit(measure)
        reads = [pool.submit(read, number) for number in range(READERS)]
        made = pool.submit(book).result()
        times = sorted(each for job in reads for each in job.result())
        done.set()
    used = [after - then for after, then in zip([cpu_of(server) for server in servers], before, strict=True)]
    page_ms = [1000 * each / len(times) for each in used]
    p50, p95 = (1000 * each for each in _p50_p95(times))
    lag = " / ".join(f"{1000 * each:.1f}" for each in (*_p50_p95(lags), max(lags)))
    beside = f"{made / seconds:.1f} bookings/s beside"
    print(f"{words} the replica: {len(times) / seconds:.1f} pages/s, p50 {p50:.0f} ms, p95 {p95:.0f} ms, {beside}")
    print(f"  database CPU a page: primary {page_ms[0]:.2f} ms, replica {page_ms[1]:.2f} ms")
    print(f"  behind by p50 / p95 / most: {lag} ms")
    for node in nodes:
        if found := node.figures("fysicure_replica"):
            print(f"  a node says: {found}")
    return made


def _p50_p95(values: list[float]) -> tuple[float, float]:
    return statistics.median(values), sorted(values)[int(0.95 * len(values))]


def _read_own_writes(practice: Practice, nodes: list[Web], booked: int) -> int:
    execute(
        practice.replica.owner_url, f"ALTER SYSTEM SET recovery_min_apply_delay = '{DELAY}s'", "SELECT pg_reload_conf()"
    )
    time.sleep(DELAY + 2)
    missed, others, asked = 0, 0, 0
    for number in range(5):
        booking = practice.bookings[booked + number]
        mine, page = practice.cookies["desk"], f"/agenda/?view=day&day={booking['start'][:10]}"
        before = _ask(nodes[0], page, mine)
        booked_at = time.monotonic()
        visit, position = _book_by_session(nodes[number % 2], booking, mine)
        for turn in range(6):  # over both nodes: the position is the reader's, not the node's
            missed += visit not in _ask(nodes[turn % 2], page, f"{mine}; position={position}")
        others += visit in _ask(nodes[0], page, practice.cookies["other"])
        assert visit not in before
        time.sleep(max(0.0, DELAY + 1.5 - (time.monotonic() - booked_at)))
        missed += visit not in _ask(nodes[0], page, f"{mine}; position={position}")
        asked += 7
    print(
        f"a replica {DELAY} s late: {asked} pages by who had written, {missed} missed the own visit; "
        f"a colleague saw it at once {others} of 5 times"
    )
    print(f"  a node says: {nodes[0].figures('fysicure_replica')}")
    practice_rows = rows(practice.primary.owner_url, "SELECT count(*) FROM accounts_accesslog")
    print(f"  readings noted on the primary: {practice_rows[0][0]}")
    return 1 if missed or others == 5 else 0


def _ask(node: Web, page: str, session: str) -> str:
    status, _headers, body = node.ask("GET", page, Cookie=f"sessionid={session}")
    assert status == 200, status
    return body.decode()


def _book_by_session(node: Web, booking: dict[str, Any], session: str) -> tuple[str, str]:
    """Book as somebody at the desk; return the visit and the cookie that says how far the reader wrote."""
    cookies = f"sessionid={session}; csrftoken={CSRF}"
    headers = {
        "Cookie": cookies,
        "X_CSRFToken": CSRF,
        "Content_Type": "application/json",
        "Referer": "http://127.0.0.1/",
    }
    status, answer, body = node.ask("POST", "/api/v1/appointments/", json.dumps(booking), **headers)
    assert status == 201, body
    return json.loads(body)["id"], answer["set-cookie"].split("position=")[1].split(";")[0]


if __name__ == "__main__":
    sys.exit(main(float(sys.argv[1]) if len(sys.argv) > 1 else 15.0))
