"""Erasures that a backup must not undo."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any
from uuid import UUID

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from patients.erasure import erased_ids, reapply


class Command(BaseCommand):
    """Write the ids of erased records to a file, or erase them again after a restore. The file holds ids only."""

    help = "Keep the list of erased records beside the backups (--export), and apply it after a restore (--reapply)."

    def add_arguments(self, parser: ArgumentParser) -> None:
        which = parser.add_mutually_exclusive_group(required=True)
        which.add_argument("--export", metavar="FILE", type=Path)
        which.add_argument("--reapply", metavar="FILE", type=Path)

    def handle(self, *args: Any, **options: Any) -> None:
        if options["export"]:
            ids = erased_ids()
            options["export"].write_text("".join(f"{each}\n" for each in ids), encoding="ascii")
            self.stdout.write(f"{len(ids)} erased records listed.")
            return
        done = reapply(_read(options["reapply"]), by=None, now=timezone.now())
        self.stdout.write(f"{len(done)} records erased again.")
        if not all(erasure.proofs.filter(is_clean=True).exists() for erasure in done):
            raise CommandError("Something of an erased record was found: see the certificates.")


def _read(path: Path) -> list[UUID]:
    try:
        return [UUID(line) for line in path.read_text(encoding="ascii").split()]
    except (OSError, ValueError) as error:
        raise CommandError(f"{path}: {error}") from error
