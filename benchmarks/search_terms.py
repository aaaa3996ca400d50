"""What a search asks of the database, term by term: every kind of text that somebody types, and the worst ones.

    python benchmarks/search_terms.py [--url postgresql://…] [--turns 5] [--goal 25]

Reads only. Each term is searched some turns; its figure is the fastest turn of all its statements together, so that
other programs on the machine count for little. Exit 1 when p95 over the terms is above the goal (milliseconds).
`cpu` is what the server's own process worked on it, where the system tells (Linux, a server on this machine).
"""

import argparse
import os
import statistics
import sys
import time
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
TERMS: dict[str, tuple[str, ...]] = {
    "beginning": ("jan", "janss", "peeters", "van", "de", "van de", "van den b", "o", "el", "maria", "jan jans",
                  "de smet"),
    "words": ("peeters an", "an peeters", "pee a", "jan pee", "de van", "van den berghe", "claire berghe", "li berghe",
              "marie claire", "maria peeters", "janssens xander"),
    "inside": ("ers", "sens", "ters", "berghe", "straeten", "eeters", "velde", "enberg"),
    "typing mistake": ("jansens", "janssesn", "petters", "peetres", "vermuelen", "vermeuln", "meas", "lote", "vna",
                       "jna", "vandenbrghe", "van der lindn", "maria petters", "lote maes", "maes lotet",
                       "jansens 1997", "vandenbrghe vermuelen", "wuoters", "goosens", "elisabet"),
    "accents": ("désiré", "desire", "noël", "noel", "françois", "yılmaz", "özdemir", "zoe", "d'hooghe", "dhooghe"),
    "phone": ("0470", "247", "3456", "0470 12 34 56", "0470 12 43 56", "+32470", "014 31 23", "0470 12",
              "999", "+31 6"),
    "date": ("14/3/1997", "14-03-97", "140397", "14 maart 1997", "1997", "1950", "peeters 1997", "an 14/03/1997"),
    "nobody": ("xqz", "xqzwk", "jan xq", "van xq", "janssens xqz", "peeters 1/1/1891", "qqq www"),
    "hardest": ("v d pe", "van gu hy", "de le va", "a a a", "an an", "s van", "vandevanden", "janjanjan", "sensens"),
}  # fmt: skip


def main() -> int:
    """Time the terms and print them, the slowest first. Return the exit status."""
    given = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    given.add_argument("--url", help="the database; else DATABASE_URL or the embedded server")
    given.add_argument("--turns", type=int, default=5)
    given.add_argument("--goal", type=float, default=25.0, help="p95 in milliseconds")
    asked = given.parse_args()
    if asked.url:
        os.environ["DATABASE_URL"] = asked.url
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "fysicure.settings")
    sys.path.insert(0, str(ROOT))
    import django

    django.setup()
    rows = sorted(((*measure(term, asked.turns), kind, term) for kind in TERMS for term in TERMS[kind]), reverse=True)
    for wall, cpu, queries, found, kind, term in rows:
        print(f"{wall:8.1f} ms {cpu:8.1f} cpu {queries} queries {found:3} found  {kind:15} {term}")
    figures = [wall for wall, *_ in rows]
    p50, p95 = statistics.median(figures), statistics.quantiles(figures, n=20)[18]
    most = max(queries for _wall, _cpu, queries, *_ in rows)
    print(
        f"{len(rows)} terms, {patients()} patients: p50 {p50:.1f}, p95 {p95:.1f}, at most {max(figures):.1f} ms", end=""
    )
    print(f" and {most} queries")
    return int(p95 > asked.goal)


def patients() -> int:
    """Return how many patients the database holds."""
    from patients.models import Patient

    return Patient.objects.count()


def measure(term: str, turns: int) -> tuple[float, float, int, int]:
    """Return milliseconds, the server's processor time, statements and patients found, of the fastest turn."""
    from django.db import connection

    from accounts.models import User
    from patients.search import search

    someone, best = User(role="receptionist"), (float("inf"), 0.0, 0, 0)
    for _turn in range(turns):
        wall, cpu, queries = 0.0, 0.0, 0

        def timed(execute: Any, *statement: Any) -> Any:
            nonlocal wall, cpu, queries
            work, begun = server_work(), time.perf_counter()
            try:
                return execute(*statement)
            finally:
                wall += (time.perf_counter() - begun) * 1000
                cpu += server_work() - work
                queries += 1

        with connection.execute_wrapper(timed):
            found = search(someone, term)
        best = min(best, (wall, cpu, queries, len(found.all)))
    return best


def server_work() -> float:
    """Return how many milliseconds the server's process of this connection has worked; 0 where nobody tells."""
    from django.db import connection

    connection.ensure_connection()
    try:
        told = Path(f"/proc/{connection.connection.info.backend_pid}/schedstat").read_text(encoding="ascii")
    except OSError:
        return 0.0
    return int(told.split()[0]) / 1e6


if __name__ == "__main__":
    sys.exit(main())
