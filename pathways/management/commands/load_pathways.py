import sys
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandParser
from django.db import transaction
from django.utils import timezone

from pathways.definitions import load
from pathways.engine.content import ContentError
from patients.codings import CodingFault, add_missing, read_codings


class Command(BaseCommand):
    help = "Check a folder of pathways, measures, exercises and references and load it, all or nothing."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("paths", nargs="*", type=Path, default=[Path(settings.BASE_DIR) / "seeds"])

    def handle(self, *args: Any, **options: Any) -> None:
        for path in options["paths"]:
            try:
                codings = read_codings(path)
                with transaction.atomic():
                    report = load(path, now=timezone.now())
                    added = add_missing(codings)
            except (ContentError, CodingFault) as error:
                for fault in getattr(error, "faults", [str(error)]):
                    self.stderr.write(fault)
                sys.exit(1)
            counts = f"{report.measures} measures, {report.exercises} exercises, {report.references} references"
            counts += f", {added} codes"
            drafts = f"; drafts: {', '.join(report.drafts)}" if report.drafts else ""
            self.stdout.write(f"  changed: {counts}; published: {', '.join(report.published) or 'nothing new'}{drafts}")
