"""Import a file from the command line: `manage.py import_csv patients export.csv --check`."""

import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from accounts.exceptions import DomainError
from accounts.models import Role, User
from patients.data_import.columns import preset_columns, presets, set_columns
from patients.data_import.error_file import error_file
from patients.data_import.kinds import columns_of
from patients.data_import.staging import start
from patients.data_import.steps import ask_to_check, ask_to_run, carry_on
from patients.models import DataImport

REFUSED = 3
_SHOWN = 20


class Command(BaseCommand):
    help = (
        "Imports patients or visits from a CSV file. Exit code 0: every line was taken or known already; 3: some lines"
        " were refused; 1: nothing was done."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("kind", choices=sorted(settings.DATA_IMPORTS))
        parser.add_argument("file", type=Path)
        parser.add_argument("--preset", help="a layout of seeds/import, such as generic-belgian-patients")
        parser.add_argument("--column", action="append", default=[], metavar="OURS=HEADING")
        parser.add_argument("--option", action="append", default=[], metavar="NAME=VALUE")
        parser.add_argument("--check", action="store_true", help="only say what would happen")
        parser.add_argument("--by", help="e-mail address of the owner in whose name it is done")
        parser.add_argument("--errors", type=Path, help="where the refused lines go, to be mended")

    def handle(self, *args: Any, **options: Any) -> None:
        by, now = _owner(options["by"]), timezone.now()
        try:
            content = options["file"].read_bytes()
        except OSError as error:
            raise CommandError(f"{options['file']}: {error.strerror}") from error
        try:
            row = start(content, kind=options["kind"], file_name=options["file"].name, by=by, now=now)
            row = _with_columns(row, options, by)
            ask_to_check(row, by=by, now=now)
            row = self._carried_on(row, "check")
            if not options["check"]:
                ask_to_run(row, by=by, now=now)
                row = self._carried_on(row, "import")
        except DomainError as refusal:
            told = [f"{name}: {' '.join(map(str, texts))}" for name, texts in refusal.errors.items()]
            raise CommandError("\n".join([refusal.detail, *told])) from refusal
        self._report(row, options["errors"])
        if row.counts.get("refused"):
            sys.exit(REFUSED)

    def _carried_on(self, row: DataImport, word: str) -> DataImport:
        """Do the step that was asked for here and now, with a bar of its own. Raises CommandError when it failed."""
        row.refresh_from_db()
        done = 0

        def tell(lines: int) -> None:
            nonlocal done
            done += lines
            self.stderr.write(f"\r{word}: {done} of {row.rows_total}", ending="")
            self.stderr.flush()

        carry_on(row.pk, now=timezone.now(), tell=tell)
        self.stderr.write("")
        row.refresh_from_db()
        if row.status not in {DataImport.Status.CHECKED, DataImport.Status.DONE}:
            raise CommandError(row.failure or "Another process is working on this import.")
        return row

    def _report(self, row: DataImport, errors: Path | None) -> None:
        self.stdout.write(f"import {row.pk}: " + ", ".join(f"{name} {count}" for name, count in row.counts.items()))
        for number, told in row.rows.filter(outcome="refused").values_list("number", "errors")[:_SHOWN]:
            self.stderr.write(f"line {number}: {' '.join(told.values())}")
        if errors is not None:
            with errors.open("w", encoding="utf-8-sig", newline="") as file:
                file.writelines(error_file(row))


def _owner(email: str | None) -> User:
    owners = User.objects.filter(role=Role.ADMIN, is_active=True)
    found = list(owners.filter(email__iexact=email) if email else owners[:2])
    if len(found) != 1:
        raise CommandError("Say with --by in the name of which owner of the practice this is done.")
    return found[0]


def _with_columns(row: DataImport, options: dict[str, Any], by: User) -> DataImport:
    """The columns of a layout, with those that were given by hand on top."""
    columns, chosen = dict(row.columns), dict(row.options)
    if options["preset"]:
        preset = {each.key: each for each in presets() if each.kind == row.kind}.get(options["preset"])
        if preset is None:
            known = ", ".join(each.key for each in presets() if each.kind == row.kind)
            raise CommandError(f"There is no such layout for {row.kind}. Known: {known}.")
        columns, chosen = preset_columns(preset, row.headings), {**chosen, **preset.options}
    columns |= _pairs(options["column"], {column.name for column in columns_of(row.kind)})
    return set_columns(row, columns, {**chosen, **_pairs(options["option"])}, by=by, now=timezone.now())


def _pairs(texts: list[str], known: set[str] | None = None) -> dict[str, str]:
    pairs = dict(text.split("=", 1) for text in texts if "=" in text)
    if len(pairs) != len(texts) or (known is not None and set(pairs) - known):
        raise CommandError(f"Write each as NAME=VALUE{', with one of ' + ', '.join(sorted(known)) if known else ''}.")
    return pairs
