import csv
import json
import os
from dataclasses import asdict, fields
from functools import partial
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from fysicure.practices import Practice, PracticesError, Row, for_all, migrate, practices, report, row_of

COLUMNS = [column.name for column in fields(Row)]


class Command(BaseCommand):
    help = "Migrate, report on or check every practice of PRACTICES_FILE; exit code 1 when one of them is not well."
    requires_system_checks = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("what", choices=["migrate", "report", "check"])
        parser.add_argument("--file", type=Path, default=os.environ.get("PRACTICES_FILE"), help="else PRACTICES_FILE")
        parser.add_argument("--only", nargs="*", default=[], metavar="NAME", help="these practices")
        parser.add_argument("--at-once", type=int, default=4, help="how many at the same time (4)")
        parser.add_argument("--format", choices=["table", "csv", "json"], default="table")

    def handle(self, *args: Any, what: str, file: Path | None, only: list[str], at_once: int, **options: Any) -> None:
        if file is None:
            raise CommandError("Set PRACTICES_FILE, or give --file.")
        try:
            listed = practices(Path(file))
        except PracticesError as error:
            raise CommandError(str(error)) from error
        if unknown := set(only) - {each.name for each in listed}:
            raise CommandError(f"Not in the list: {', '.join(sorted(unknown))}.")
        chosen = [each for each in listed if not only or each.name in only]
        ill = {"migrate": self.migrate, "report": self.report, "check": self.check_all}[what](chosen, at_once, options)
        if ill:
            raise CommandError(f"{ill} of {len(chosen)} practices are not well.")

    def migrate(self, chosen: list[Practice], at_once: int, _options: dict[str, Any]) -> int:
        """Migrate each; one that fails holds up no other. Return how many failed."""
        ill = 0
        for each in for_all(migrate, chosen, at_once=at_once):
            (self.stdout if each.is_well else self.stderr).write(f"{each.practice}: {each.words}")
            ill += not each.is_well
        return ill

    def report(self, chosen: list[Practice], at_once: int, options: dict[str, Any]) -> int:
        """Print a row for each practice. Return how many did not answer."""
        rows = report(chosen, now=timezone.now(), at_once=at_once)
        cells = [[_words(value) for value in asdict(row).values()] for row in rows]
        if options["format"] == "json":
            self.stdout.write(json.dumps([asdict(row) for row in rows], indent=1))
        elif options["format"] == "csv":
            csv.writer(self.stdout, lineterminator="\n").writerows([COLUMNS, *cells])
        else:
            widths = [max(map(len, column)) for column in zip(COLUMNS, *cells, strict=True)]
            for line in [COLUMNS, *cells]:
                padded = (cell.ljust(width) for cell, width in zip(line, widths, strict=True))
                self.stdout.write("  ".join(padded).rstrip())
        return sum(row.pending is None for row in rows)

    def check_all(self, chosen: list[Practice], at_once: int, _options: dict[str, Any]) -> int:
        """Print what is wrong, one line a practice. Return how many have something."""
        ill = 0
        for row in for_all(partial(row_of, now=timezone.now()), chosen, at_once=at_once):
            if row.fault:
                self.stderr.write(f"{row.practice}: {row.fault}")
                ill += 1
        return ill


def _words(value: object) -> str:
    return "" if value is None else str(value)
