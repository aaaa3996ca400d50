"""Which web server, how wide, and how its connections are kept: one page with four clients at once, by turns.

    python -m benchmarks.servers widths         granian and, where GUNICORN names its folder, gunicorn; five widths each
    python -m benchmarks.servers connections    the pool against a connection that each thread keeps, two widths each

Over the small practice of the benchmarks. Prints the medians of three rounds.
"""

import asyncio
import itertools
import json
import os
import random
import statistics
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from benchmarks.__main__ import told
from benchmarks.client import Asked, hammer
from benchmarks.nodes import Node, cpu_of, free_port, running
from benchmarks.pages import PAGES
from benchmarks.practice import cluster
from benchmarks.practice.__main__ import make

POOL, KEPT = "fysicure.settings", "benchmarks.kept_connections"
PAGE, AT_ONCE, SECONDS, ROUNDS = "agenda, one", 4, 2.0, 3


@dataclass(frozen=True)
class Way:
    """One way to serve."""

    server: str
    processes: int
    threads: int
    settings: str = POOL


def ways(what: str) -> list[Way]:
    """Return what is compared. Raises KeyError for what is no comparison."""
    servers = ["granian", *(["gunicorn"] if os.environ.get("GUNICORN") else [])]
    widths = ((2, 1), (2, 2), (2, 4), (2, 8), (4, 1))
    return {
        "widths": [Way(server, *width) for server, width in itertools.product(servers, widths)],
        "connections": [Way("granian", 2, threads, kept) for threads in (2, 8) for kept in (POOL, KEPT)],
    }[what]


def main(what: str) -> None:
    """Serve in every way, ask by turns, and print the medians."""
    server = cluster.cluster()
    server.attach()
    name = make("small")
    owner, app = cluster.owner_address(server, name), cluster.address(server, name)
    facts = json.loads(told(owner, "benchmarks.sign_in"))
    page = next(each for each in PAGES if each.name.startswith(PAGE))
    chance = random.Random(4)  # noqa: S311
    found: dict[Way, list[tuple[float, ...]]] = {way: [] for way in ways(what)}

    def asked() -> Asked:
        return page.make(facts, chance)

    for _turn in range(ROUNDS):
        for way, rows in found.items():
            with _serve(way, app, owner) as node:
                asyncio.run(hammer(node.port, asked, page.good, seconds=10, at_once=AT_ONCE, most=60))
                before = node.cpu(), cpu_of(server.process())
                timed = asyncio.run(hammer(node.port, asked, page.good, seconds=SECONDS, at_once=AT_ONCE))
                used = node.cpu() - before[0], cpu_of(server.process()) - before[1]
                cpu = (each / max(1, len(timed.seconds)) * 1000 for each in used)
                rows.append((timed.rate, timed.quantile(0.5), timed.quantile(0.95), *cpu))
    print(f"load {os.getloadavg()[0]:.1f}")
    print("server   connections processes threads   req/s     p50     p95   CPU ms   database's")
    for way, rows in found.items():
        rate, p50, p95, cpu, database = (statistics.median(column) for column in zip(*rows, strict=True))
        width = f"{'pool' if way.settings == POOL else 'kept':11} {way.processes:9} {way.threads:7}"
        print(f"{way.server:8} {width} {rate:7.0f} {p50:7.1f} {p95:7.1f} {cpu:8.2f} {database:12.2f}")


@contextmanager
def _serve(way: Way, app: str, owner: str) -> Iterator[Node]:
    port = free_port()
    environment = {**os.environ, "DATABASE_URL": app, "DATABASE_OWNER_URL": owner, "PORT": str(port)}
    environment |= {"DJANGO_SETTINGS_MODULE": way.settings, "DRAIN_SECONDS": "0"}
    environment |= {"WORKERS": str(way.processes), "THREADS": str(way.threads)}
    command = [sys.executable, "-m", "scripts.serve"]
    if way.server == "gunicorn":
        environment["PYTHONPATH"] = os.environ["GUNICORN"]
        command = [sys.executable, "-m", "gunicorn", "-b", f"127.0.0.1:{port}", "-w", str(way.processes)]
        command += ["-k", "gthread", "--threads", str(way.threads), "--log-level", "error", "fysicure.wsgi:application"]
    with running(command, environment, port) as node:
        yield node


if __name__ == "__main__":
    main(sys.argv[1] if len(sys.argv) > 1 else "widths")
