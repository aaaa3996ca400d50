"""Many people change one small calendar at once; afterwards plain SQL says whether it is still true.

    python -m tests.concurrency.calendar_storm --processes 64 --seconds 60

Every process books, moves, cancels, marks and reopens at random: two of three through the domain functions, the third
through the API. Exits 1 when two visits overlap, a success was lost, a refusal was no clean refusal, or an obligation
got lost or doubled. The same --seed gives every process the same dice (the order between them is never the same).
"""

import argparse
import gc
import json
import logging
import multiprocessing
import os
import random
import sys
import tempfile
import time
import warnings
from collections import Counter
from pathlib import Path
from typing import Any

import django
import psycopg

from fysicure.database import server_for_tests

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "fysicure.settings")
if not os.environ.get("DATABASE_URL"):
    _server = server_for_tests()
    os.environ |= {"DATABASE_URL": _server.attach(), "DATABASE_OWNER_URL": _server.owner_url}
django.setup()

from django.db import connection  # noqa: E402 - models can be imported once Django is set up
from django.test.utils import setup_test_environment  # noqa: E402

from tests.concurrency.storm_actor import API, Actor  # noqa: E402
from tests.concurrency.storm_practice import Practice, open_practice  # noqa: E402
from tests.concurrency.storm_truth import (  # noqa: E402
    broken_contacts,
    broken_obligations,
    overlaps,
    rows,
    untrue_successes,
)
from tests.migrated_database import copy_of_template, drop, let_go  # noqa: E402

SHOWN = 5
SURE_OF_ALL = 500  # with so many acts, each kind must have succeeded at least once
ACTS = {"book", "move", "cancel", "mark", "reopen", "undo", "book_follow_up", "post", "patch_time", "patch_status"}
PATIENCE = 60  # seconds that a process may take to end after the storm
DEADLOCKS = "SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()"


def main() -> int:
    """Make a database for the storm, let it rage, judge, and drop the database."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("--processes", type=int, default=64)
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--seed", type=int, default=random.SystemRandom().randrange(10**6))
    given = parser.parse_args()
    name = f"fysicure_storm_{os.getpid()}"
    with psycopg.connect(os.environ["DATABASE_OWNER_URL"], dbname="postgres", autocommit=True) as server:
        copy_of_template(server, name)
        connection.settings_dict["NAME"] = name
        connection.settings_dict["OPTIONS"]["pool"] |= {"max_size": 1, "timeout": PATIENCE}
        try:
            return storm(given.processes, given.seconds, given.seed)
        finally:
            let_go()
            drop(server, name)


def storm(processes: int, seconds: float, seed: int) -> int:
    """Fork the processes, wait for them, and print what came of it; return the exit code."""
    setup_test_environment()
    logging.disable(logging.WARNING)  # each refused request is one
    warnings.filterwarnings("ignore", message="No directory at")  # no static files are served
    practice = open_practice()
    Actor(practice, seed, Path(os.devnull), over_http=True).client.get(API)  # loads what all would load after the fork
    gc.freeze()
    with tempfile.TemporaryDirectory() as folder:
        let_go()  # a forked process must not share its parent's connection
        began = time.monotonic()
        logs = [Path(folder) / f"{number}.jsonl" for number in range(processes)]
        codes = _rage(practice, logs, seed, seconds)
        records = [json.loads(line) for log in logs if log.exists() for line in log.read_text().splitlines()]
        took = time.monotonic() - began
    wrong = [f"Process {number} ended with {code}" for number, code in enumerate(codes) if code != 0]
    wrong += judge(practice, records, processes)
    _print(records, wrong, f"{processes} processes, {seconds:g} s ({took:.0f} s in all), seed {seed}")
    return 1 if wrong else 0


def _rage(practice: Practice, logs: list[Path], seed: int, seconds: float) -> list[int | None]:
    fork = multiprocessing.get_context("fork")
    until = time.monotonic() + seconds
    actors = [Actor(practice, seed + number, log, number % 3 == 2) for number, log in enumerate(logs)]
    children = [fork.Process(target=actor.act, args=(until,), daemon=True) for actor in actors]
    for child in children:
        child.start()
    for child in children:
        child.join(max(1, until + PATIENCE - time.monotonic()))
        if child.is_alive():
            child.kill()
            child.join()
    return [child.exitcode for child in children]


def judge(practice: Practice, records: list[dict[str, Any]], processes: int) -> list[str]:
    """Return a sentence for everything that is wrong."""
    done = [record for record in records if "done" in record]
    needs = [str(each.pk) for each in practice.follow_ups]
    wrong = [f"Seed {each['seed']}, {each['act']}: {each['broken']}" for each in records if "broken" in each]
    wrong += [f"Overlap: {pair}" for pair in overlaps()]
    wrong += untrue_successes(done)
    wrong += broken_contacts()
    wrong += broken_obligations(done, needs, {each.plan_id for each in practice.follow_ups})
    missing = ACTS - {each["act"] for each in done}
    if len(done) < processes or (missing and len(records) > SURE_OF_ALL):
        wrong.append(f"No storm: {len(done)} successes, none of {sorted(missing)}")
    return wrong


def _print(records: list[dict[str, Any]], wrong: list[str], title: str) -> None:
    print(title)
    outcomes = Counter((each["act"], "done" if "done" in each else each.get("refused", "BROKEN")) for each in records)
    for (act, outcome), count in sorted(outcomes.items()):
        print(f"{act:16}{outcome:36}{count:8}")
    waits = sorted(each["ended"] - each["began"] for each in records)
    if waits:
        print(f"{len(waits)} acts, p50 {_ms(waits, 0.5)}, p95 {_ms(waits, 0.95)}, slowest {_ms(waits, 1)}")
    print(f"{rows(DEADLOCKS)[0][0]} deadlocks that PostgreSQL resolved")
    print("\n".join([f"WRONG ({len(wrong)}):", *wrong[:SHOWN]]) if wrong else "Nothing is wrong.")


def _ms(waits: list[float], share: float) -> str:
    return f"{waits[min(int(len(waits) * share), len(waits) - 1)] * 1000:.0f} ms"


if __name__ == "__main__":
    sys.exit(main())
