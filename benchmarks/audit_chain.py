"""What the audit chain costs: readings written by sixteen connections with and without it, and the time to verify it.

Writes only readings of nobody, so run it where that does no harm: a database of its own (`make bench` has one).
"""

import argparse
import os
import threading
import time
from uuid import uuid4

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "fysicure.settings")
django.setup()

from django.db import connection  # noqa: E402

from accounts.audit_chain import verify  # noqa: E402

INSERT = """
    INSERT INTO accounts_accesslog (at, user_id, role, patient_id, part, reason, request_id)
    SELECT now(), %s, 'therapist', gen_random_uuid(), 'chart', '', '' FROM generate_series(1, %s)
"""


def write(seconds: float, connections: int) -> tuple[float, list[float]]:
    """Let connections write one reading a transaction; return readings a second and how long each took."""
    took: list[float] = []
    parameters = connection.get_connection_params()
    stop = time.perf_counter() + seconds

    def act() -> None:
        own = connection.Database.connect(**{**parameters, "autocommit": True})
        own.execute("SET search_path = public")
        while (begun := time.perf_counter()) < stop:
            own.execute(INSERT, [uuid4(), 1])
            took.append(time.perf_counter() - begun)
        own.close()

    threads = [threading.Thread(target=act) for _each in range(connections)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return len(took) / seconds, sorted(took)


def told(name: str, measured: tuple[float, list[float]]) -> str:
    rate, took = measured
    middle, slow = took[len(took) // 2] * 1000, took[int(len(took) * 0.99)] * 1000
    return f"{name:28} {rate:8.0f} readings/s   p50 {middle:6.1f} ms   p99 {slow:6.1f} ms"


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--seconds", type=float, default=8)
    parser.add_argument("--connections", type=int, default=16)
    parser.add_argument("--links", type=int, default=100_000)
    given = parser.parse_args()
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE accounts_accesslog DISABLE TRIGGER audit_link")
        print(told("without the chain", write(given.seconds, given.connections)), flush=True)
        cursor.execute("ALTER TABLE accounts_accesslog ENABLE TRIGGER audit_link")
        cursor.execute("SELECT accounts_audit_link_existing('accounts_accesslog', 'id')")
        print(told("with the chain", write(given.seconds, given.connections)), flush=True)
        begun = time.perf_counter()
        cursor.execute(INSERT, [uuid4(), given.links])
        print(f"{given.links:,} readings in one transaction: {time.perf_counter() - begun:.1f} s", flush=True)
    begun = time.perf_counter()
    verdict = verify()
    print(f"{verdict.links:,} links verified in {time.perf_counter() - begun:.1f} s: {verdict.found or 'whole'}")


if __name__ == "__main__":
    main()
