"""How much machine 1 to 10,000 practices need, worked out from the cost of a request and what a day asks.

    python benchmarks/capacity.py [--set name=value ...] [--cost page=app_ms,database_ms ...]

What a request costs is read from the table of docs/performance.md, which a whole run of the benchmarks fills; what is
not measured there stands in OTHERS. Prices are assumptions to be replaced by an offer. Prints a table in Markdown.
"""

import argparse
import math
import re
from dataclasses import dataclass, fields
from pathlib import Path

Costs = dict[str, tuple[float, float]]  # processor time of a request in ms: application, database

MEASURED_IN, COLUMN = Path(__file__).resolve().parent.parent / "docs" / "performance.md", "CPU ms (database)"
# Each request, and the row of the table that says what it costs; to write a note or to decide is likened to a row.
ROWS = {
    "agenda": "agenda, one therapist's day", "search": "search, a page of names", "chart": "chart",
    "plan": "plan page", "progress": "progress of a plan", "note": "book a visit", "decide": "plan page",
    "free moments": "free moments of a week", "book": "book a visit", "home": "therapist's home, 2,000 plans",
    "portal": "portal home", "diary": "diary entry",
}  # fmt: skip
# Whether the agenda is still right: 1.8 ms, measured by itself (docs/performance.md). Assumed: its queries, and a job.
OTHERS: Costs = {"changes": (1.8, 0.7), "file": (0.5, 0.0), "job": (20.0, 8.0)}
# What one visit brings with it: at the desk, at the couch, at home (a diary three times between two visits), and jobs.
A_VISIT = {
    "agenda": 2.0, "search": 0.5, "chart": 1.0, "plan": 1.0, "progress": 0.5, "note": 3.0, "decide": 0.3,
    "free moments": 0.7, "book": 0.7, "portal": 4.0, "diary": 3.0, "file": 6.0, "job": 2.0,
}  # fmt: skip


@dataclass
class Assumptions:
    """A practice, a machine and a price; every field may be set from the command line."""

    therapists: float = 4
    visits_a_day: float = 14  # of one therapist
    days_a_year: float = 220
    patients_a_year: float = 140  # new ones, of one therapist
    years_on_disk: float = 10  # a record is kept for 30: the last column grows with it
    # Measured through the API: 3.3 kB a booking, 0.9 kB a reading that is noted, both with history and audit chain. A
    # visit: a booking, three changes, fifteen readings, a note, three diary entries and their jobs.
    kb_a_visit: float = 40
    screens: float = 3  # that show the agenda, and ask every ten seconds whether it is still right
    hours_a_day: float = 10
    peak_share: float = 0.15  # of a day's requests that fall in its busiest hour
    burst: float = 2  # the busiest minute against that hour
    busy: float = 0.5  # share of a core that may be used at that moment
    mb_a_web: float = 170  # measured: 150 MB of its own (PSS) and what starts it
    mb_a_worker: float = 125  # measured
    webs: float = 2  # processes a practice: one on each of two machines
    workers: float = 1
    mb_a_database: float = 120  # PostgreSQL: buffers that are warm, and connections
    databases_a_server: float = 250  # per pair of primary and replica
    cores_a_server: float = 16
    gb_a_server: float = 128
    eur_core: float = 9  # a month, a virtual core with 4 GB
    eur_gb_memory: float = 2  # a month, beyond those 4
    eur_gb_disk: float = 0.10  # a month; primary, replica, 30 days of backup elsewhere
    copies: float = 3


@dataclass
class Row:
    """What a number of practices needs."""

    practices: int
    patients: float
    visits_a_day: float
    peak: float
    app_cores: float
    database_cores: float
    app_gb: float
    database_gb: float
    disk_gb: float
    servers: int
    app_servers: int
    euro: float


def measured(text: str) -> Costs:
    """Return what each request costs, by the table of a whole run. Raises ValueError when a row is not in it."""
    lines = [[cell.strip() for cell in line.split("|")[1:-1]] for line in text.splitlines() if line.startswith("|")]
    head = next((line for line in lines if COLUMN in line), None)
    if head is None:
        raise ValueError(f"No table with a column {COLUMN}.")
    found = {line[0]: re.findall(r"[\d.]+", line[head.index(COLUMN)]) for line in lines if len(line) == len(head)}
    if missing := [row for row in ROWS.values() if len(found.get(row, ())) != 2]:
        raise ValueError(f"Not in the table: {', '.join(missing)}.")
    costs = {name: tuple(map(float, found[row])) for name, row in ROWS.items()}
    return {name: (whole - database, database) for name, (whole, database) in costs.items()} | OTHERS


def row_of(practices: int, given: Assumptions, pages: Costs) -> Row:
    """Return what so many practices need, each with a database of its own."""
    visits = practices * given.therapists * given.visits_a_day
    polls = practices * given.screens * given.hours_a_day * 360
    asked = {name: visits * times for name, times in A_VISIT.items()}
    asked["changes"], asked["home"] = polls, practices * given.therapists * 4
    peak_a_second = given.peak_share * given.burst / 3600
    app = sum(count * pages[name][0] for name, count in asked.items()) * peak_a_second / 1000
    database = sum(count * pages[name][1] for name, count in asked.items()) * peak_a_second / 1000
    app_cores, database_cores = app / given.busy, database / given.busy
    app_gb = practices * (given.webs * given.mb_a_web + given.workers * given.mb_a_worker) / 1024
    database_gb = practices * given.mb_a_database / 1024
    disk = visits * given.days_a_year * given.years_on_disk * given.kb_a_visit / 1024**2
    servers = max(1, math.ceil(practices / given.databases_a_server), math.ceil(database_cores / given.cores_a_server))
    app_servers = max(2, math.ceil(app_cores / given.cores_a_server), math.ceil(app_gb / given.gb_a_server))
    cores = max(4, math.ceil(app_cores)) + 2 * max(2 * servers, math.ceil(database_cores))  # a replica as the primary
    memory = max(0.0, app_gb + 2 * max(2.0 * servers, database_gb) - 4 * cores)
    euro = cores * given.eur_core + memory * given.eur_gb_memory + disk * given.copies * given.eur_gb_disk
    patients = practices * given.therapists * given.patients_a_year * given.years_on_disk
    requests = sum(asked.values()) * peak_a_second
    return Row(
        practices, patients, visits, requests, app_cores, database_cores, app_gb, database_gb, disk, servers,
        app_servers, euro,
    )  # fmt: skip


def per_visit(pages: Costs) -> tuple[float, float]:
    """Return the processor time that a visit costs in all, application and database, in ms; no screens counted."""
    return (
        sum(times * pages[name][0] for name, times in A_VISIT.items()),
        sum(times * pages[name][1] for name, times in A_VISIT.items()),
    )


def table(given: Assumptions, pages: Costs) -> list[str]:
    """Return the lines of the table."""
    head = ("practices", "patients", "visits/day", "peak req/s", "app cores", "db cores", "app RAM", "db RAM", "disk",
            "db pairs", "app machines", "EUR/month", "EUR/practice")  # fmt: skip
    lines = [f"| {' | '.join(head)} |", f"|{' --- |' * len(head)}"]
    for count in (1, 10, 100, 1_000, 10_000):
        row = row_of(count, given, pages)
        cells = (
            f"{count:,}", f"{row.patients:,.0f}", f"{row.visits_a_day:,.0f}", f"{row.peak:,.1f}",
            f"{row.app_cores:,.2f}", f"{row.database_cores:,.2f}", f"{row.app_gb:,.1f} GB",
            f"{row.database_gb:,.1f} GB", f"{row.disk_gb:,.0f} GB", f"{row.servers:,}", f"{row.app_servers:,}",
            f"{row.euro:,.0f}", f"{row.euro / count:,.1f}",
        )  # fmt: skip
        lines.append(f"| {' | '.join(cells)} |")
    return lines


def main() -> None:
    """Read the inputs and print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--set", action="append", default=[], metavar="NAME=VALUE")
    parser.add_argument("--cost", action="append", default=[], metavar="PAGE=APP_MS,DATABASE_MS")
    words = parser.parse_args()
    given, known = Assumptions(), {field.name for field in fields(Assumptions)}
    for name, _equals, value in (each.partition("=") for each in words.set):
        if name not in known:
            parser.error(f"unknown {name}; one of {', '.join(sorted(known))}")
        setattr(given, name, float(value))
    pages = measured(MEASURED_IN.read_text(encoding="utf-8"))
    for name, _equals, value in (each.partition("=") for each in words.cost):
        if name not in pages:
            parser.error(f"unknown {name}; one of {', '.join(sorted(pages))}")
        app, database = map(float, value.split(","))
        pages[name] = (app, database)
    app, database = per_visit(pages)
    print(
        f"A visit, with all that comes with it: {app:.0f} ms of the application, {database:.0f} ms of the database.\n"
    )
    print("\n".join(table(given, pages)))


if __name__ == "__main__":
    main()
