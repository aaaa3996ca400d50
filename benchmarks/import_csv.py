"""How long a file of patients and a file of visits take to read, check, import and undo.

    python benchmarks/import_csv.py [lines]

Writes for good: run it in a database of its own (`make bench` has one). Exits 1 when a check or an import takes more
than two minutes for 100,000 lines.
"""

import datetime
import os
import random
import resource
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import django
import psutil

ROOT = Path(__file__).resolve().parent.parent
GOAL_SECONDS = 120 / 100_000
THERAPISTS = 40
FAMILIES = ("Peeters", "Janssens", "Maes", "Claes", "Willems", "Mertens", "Jacobs", "Wouters", "De Smet", "Goossens")
GIVEN = ("An", "Bo", "Cas", "Dries", "Els", "Fien", "Gert", "Hanne", "Ilse", "Jan", "Kaat", "Lotte", "Mats", "Nele")


def national_number(born: datetime.date, order: int) -> str:
    """Return a national number that is well formed; `order` is the serial of the day."""
    digits = f"{born:%y%m%d}{order:03}"
    body = int(f"2{digits}" if born.year >= 2000 else digits)
    return f"{digits}{97 - body % 97:02}"


def patients(count: int) -> Iterator[str]:
    """Yield a file of patients: four of five with a national number, all with a phone, most with a doctor."""
    yield "Dossiernummer;Naam;Voornaam;Geboortedatum;Geslacht;INSZ;GSM;E-mail;Straat;Nr;Postcode;"
    yield "Gemeente;Taal;Huisarts\n"
    for number in range(count):
        born = datetime.date(1930, 1, 1) + datetime.timedelta(days=number * 7 % 33_000)
        name, given = f"{FAMILIES[number % 10]}-{number}", GIVEN[number % 14]
        insz = national_number(born, 1 + number // 33_000 * 2) if number % 5 else ""
        yield (
            f"{number};{name};{given};{born:%d/%m/%Y};{'V' if number % 2 else 'M'};{insz};0470 {number % 10**6:06};"
            f"{given}.{number}@mail.example;Markt;{number % 90 + 1};2400;Mol;NL;Dr. Huisarts {number % 300}\n"
        )


def visits(count: int, mark: int) -> Iterator[str]:
    """Yield a file of visits of those patients, by therapist and half hour, two thirds of them over already."""
    yield "Dossiernummer;Therapeut;Datum;Uur;Duur;Soort;Status\n"
    day, number = datetime.date.today() - datetime.timedelta(days=count // 600), 0  # noqa: DTZ011 any day will do
    chance = random.Random(1)  # noqa: S311 the same file each time
    while True:
        for person in range(THERAPISTS):
            for slot in chance.sample(range(20), 14):
                if number == count:
                    return
                status = "Uitgevoerd" if day < datetime.date.today() else "Gepland"  # noqa: DTZ011
                at = f"{day:%d/%m/%Y};{8 + slot // 2:02}:{slot % 2 * 30:02}"
                yield f"{number * 13 % count};Therapeut {person} {mark};{at};30;Behandeling;{status}\n"
                number += 1
        day += datetime.timedelta(days=1)


def timed(what: str, act: Callable[[], Any]) -> tuple[float, Any]:
    """Run a step and print how long it took, of that in Python and in the database, and the most memory so far."""
    from django.db import connection

    connection.ensure_connection()
    server = psutil.Process(connection.connection.info.backend_pid)
    begun, own, theirs = time.perf_counter(), time.process_time(), sum(server.cpu_times()[:2])
    result = act()
    took, own, theirs = time.perf_counter() - begun, time.process_time() - own, sum(server.cpu_times()[:2]) - theirs
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    print(f"{what:20} {took:7.1f} s (CPU: Python {own:.1f}, database {theirs:.1f})   peak {peak} MB", flush=True)
    return took, result


def main(count: int) -> int:
    """Import both files, undo them, and print each step; return the exit code."""
    from django.utils import timezone

    from accounts.models import Role
    from patients.data_import.staging import start
    from patients.data_import.steps import ask_to_check, ask_to_run, ask_to_undo, carry_on
    from patients.models import DataImport
    from tests.people import make_practitioner, make_user

    now, mark = timezone.now(), time.time_ns()
    by = make_user(f"owner{mark}@practice.example", "Owner", Role.ADMIN)
    for number in range(THERAPISTS):
        make_practitioner(f"t{number}.{mark}@practice.example", f"Therapeut {number} {mark}")
    slowest, done = 0.0, []
    for kind, lines in (("patients", patients(count)), ("appointments", visits(count, mark))):
        content = "".join(lines).encode()
        print(f"{count:,} {kind}, {len(content) / 1e6:.1f} MB")
        _took, row = timed("  read", lambda c=content, k=kind: start(c, kind=k, file_name="b.csv", by=by, now=now))
        for name, ask in (("check", ask_to_check), ("import", ask_to_run)):
            ask(row, by=by, now=now)
            took, _status = timed(f"  {name}", lambda r=row: carry_on(r.pk, now=now))
            slowest = max(slowest, took)
            print("   ", DataImport.objects.get(pk=row.pk).counts, flush=True)
        done.append(row)
    for row in reversed(done):
        ask_to_undo(row, by=by, now=now)
        timed(f"undo {row.kind}", lambda r=row: carry_on(r.pk, now=now))
        print("   ", DataImport.objects.get(pk=row.pk).counts, flush=True)
    return 0 if slowest <= GOAL_SECONDS * max(count, 10_000) else 1


if __name__ == "__main__":
    sys.path.insert(0, str(ROOT))
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "fysicure.settings")
    django.setup()
    sys.exit(main(int(sys.argv[1]) if len(sys.argv) > 1 else 100_000))
