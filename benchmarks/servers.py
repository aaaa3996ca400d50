"""Which web server, and how wide: one page with four clients at once, by turns. Gunicorn is measured where it is found.

python -m benchmarks.servers     over the small practice of the benchmarks; GUNICORN names a folder that holds gunicorn
"""

import asyncio
import json
import os
import random
import statistics
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

from benchmarks.__main__ import told
from benchmarks.client import Asked, hammer
from benchmarks.nodes import Node, free_port, running
from benchmarks.pages import PAGES
from benchmarks.practice import cluster
from benchmarks.practice.__main__ import make

WIDTHS = ((2, 1), (2, 2), (2, 4), (2, 8), (4, 1))  # processes, threads
PAGE, AT_ONCE, SECONDS, ROUNDS = "agenda, one", 4, 2.0, 3


def main() -> None:
    """Serve in every way, ask by turns, and print the medians."""
    server = cluster.cluster()
    server.attach()
    name = make("small")
    owner, app = cluster.owner_address(server, name), cluster.address(server, name)
    facts = json.loads(told(owner, "benchmarks.sign_in"))
    page = next(each for each in PAGES if each.name.startswith(PAGE))
    chance = random.Random(4)  # noqa: S311
    kinds = ["granian", *(["gunicorn"] if os.environ.get("GUNICORN") else [])]
    found: dict[tuple[str, int, int], list[tuple[float, float, float, float]]] = {}

    def asked() -> Asked:
        return page.make(facts, chance)

    for _turn in range(ROUNDS):
        for kind in kinds:
            for width in WIDTHS:
                with ExitStack() as stack:
                    node = stack.enter_context(_serve(kind, width, app, owner))
                    asyncio.run(hammer(node.port, asked, page.good, seconds=10, at_once=AT_ONCE, most=60))
                    before = node.cpu()
                    timed = asyncio.run(hammer(node.port, asked, page.good, seconds=SECONDS, at_once=AT_ONCE))
                    cpu = (node.cpu() - before) / max(1, len(timed.seconds)) * 1000
                    row = (timed.rate, timed.quantile(0.5), timed.quantile(0.95), cpu)
                    found.setdefault((kind, *width), []).append(row)
    print("server     processes threads   req/s     p50     p95   CPU ms")
    for (kind, processes, threads), rows in found.items():
        rate, p50, p95, cpu = (statistics.median(each[at] for each in rows) for at in range(4))
        print(f"{kind:10} {processes:9} {threads:7} {rate:7.0f} {p50:7.1f} {p95:7.1f} {cpu:8.1f}")


@contextmanager
def _serve(kind: str, width: tuple[int, int], app: str, owner: str) -> Iterator[Node]:
    port, (processes, threads) = free_port(), width
    environment = {**os.environ, "DATABASE_URL": app, "DATABASE_OWNER_URL": owner, "PORT": str(port)}
    environment |= {"DJANGO_SETTINGS_MODULE": "fysicure.settings", "WORKERS": str(processes), "THREADS": str(threads)}
    command = [sys.executable, "-m", "scripts.serve"]
    if kind == "gunicorn":
        environment["PYTHONPATH"] = os.environ["GUNICORN"]
        command = [sys.executable, "-m", "gunicorn", "-b", f"127.0.0.1:{port}", "-w", str(processes)]
        command += ["-k", "gthread", "--threads", str(threads), "--log-level", "error", "fysicure.wsgi:application"]
    environment["DRAIN_SECONDS"] = "0"
    with running(command, environment, port) as node:
        yield node


if __name__ == "__main__":
    main()
