"""Measure every page against the minimal view with the same rows, and exit 1 when a goal is broken.

    python -m benchmarks [--size medium] [--only "chart;portal home"] [--rounds 3] [--seconds 1.5] [--quick]

Makes the practices that are not there yet (benchmarks/practice), serves them as production does, and prints a table.
--quick: one short round on the small practice alone, for who is mending a page; nothing is judged but counts and bytes.
"""

import argparse
import asyncio
import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

import psutil
import psycopg

from benchmarks.measures import Measured, Place, measure
from benchmarks.nodes import MINIMAL_APP, OUR_APP, ROOT, serve
from benchmarks.pages import PAGES, Page
from benchmarks.practice import cluster
from benchmarks.practice.__main__ import make
from benchmarks.race import race
from benchmarks.raw import medians
from benchmarks.report import broken, table
from fysicure.database import EmbeddedServer

RACES = 20


def main() -> int:
    """Measure, print, judge; return the exit code."""
    asked = _arguments()
    pages = [page for page in PAGES if page.name.startswith(tuple(asked.only.split(";")))]
    began = time.monotonic()
    server = cluster.cluster()
    server.attach()
    with ExitStack() as stack:
        small = stack.enter_context(_place(server, "small"))
        large = small if asked.quick else stack.enter_context(_place(server, asked.size))
        return asyncio.run(_measure(asked, pages, large, None if asked.quick else small, began))


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", 1)[0])
    parser.add_argument("--size", default="large", choices=["small", "medium", "large"])
    parser.add_argument("--only", default="")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--seconds", type=float, default=1.2)
    parser.add_argument("--quick", action="store_true")
    return parser.parse_args()


async def _measure(
    asked: argparse.Namespace, pages: list[Page], large: Place, small: Place | None, began: float
) -> int:
    rounds, seconds = (1, 0.8) if asked.quick else (asked.rounds, asked.seconds)
    found = await measure(pages, large, small, rounds=rounds, seconds=seconds)
    raw = medians(large.owner, large.facts)
    print(f"{large.facts['patients']:,} patients, {large.facts['visits']:,} visits; milliseconds", flush=True)
    print(table(found, raw))
    faults = _faults(found, is_timed=not asked.quick)
    for half in () if asked.quick or asked.only else (False, True):
        result = await race(large, rounds=RACES, half_overlapping=half)
        kind = "half overlapping" if half else "one moment"
        said = ", ".join(f"{many} x {status}" for status, many in sorted(result.statuses.items()))
        print(f"32 at once, {kind}, {RACES} rounds: {said}; p50 {result.p50:.0f}, p95 {result.p95:.0f} ms")
        if not result.is_won_once:
            faults.append(f"32 at once, {kind}: {result.unfair} rounds unfair, {result.overlaps} overlaps, {said}")
    if not asked.quick and not asked.only and not _search_is_quick(large.owner):
        faults.append("search: the database takes longer than the goal for some terms")
    for fault in faults:
        print(f"BROKEN  {fault}")
    print(f"{time.monotonic() - began:.0f} s")
    return 1 if faults else 0


def _search_is_quick(address: str) -> bool:
    """Search for terms of every kind (search_terms.py) on the large practice; print them, the slowest first."""
    command = [sys.executable, "benchmarks/search_terms.py", "--url", address]
    done = subprocess.run(command, check=False, cwd=ROOT, env=os.environ, stdout=subprocess.PIPE, text=True)  # noqa: S603
    *slowest, sum_total = done.stdout.strip().splitlines()
    print("\n".join([*slowest[:5], sum_total]), flush=True)
    return done.returncode == 0


def _faults(found: list[Measured], *, is_timed: bool) -> list[str]:
    return [f"{each.page.name}: {words}" for each in found for words in broken(each, is_timed=is_timed)]


@contextmanager
def _place(server: EmbeddedServer, size: str) -> Iterator[Place]:
    """Serve a practice of a size, with the minimal views beside it."""
    name = make(size)
    owner, app = cluster.owner_address(server, name), cluster.address(server, name)
    session = told(owner, "benchmarks.minimal")
    facts = json.loads(told(owner, "benchmarks.sign_in"))
    process = server.process()
    assert process is not None
    with psycopg.connect(owner, autocommit=True) as connection:
        connection.execute("CHECKPOINT")
    with serve(OUR_APP, app, owner) as node, serve(MINIMAL_APP, app, owner) as minimal:
        yield Place(node, minimal, psutil.Process(process.pid), facts, session, owner)


def told(address: str, module: str) -> str:
    """Run a module over a database; return the last line that it printed."""
    environment = {**os.environ, "DATABASE_URL": address, "DATABASE_OWNER_URL": address}
    command = [sys.executable, "-m", module]
    done = subprocess.run(command, check=True, cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True)  # noqa: S603
    return done.stdout.strip().splitlines()[-1]


if __name__ == "__main__":
    sys.exit(main())
