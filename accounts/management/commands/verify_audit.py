"""manage.py verify_audit: whether a row of the audit was changed, removed or slipped in."""

import re
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from accounts.audit_chain import verify


class Command(BaseCommand):
    help = "Check the audit chain. Exit status 0: whole; 1: broken, naming the first broken row."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--expect", default="", metavar="HASH", help="a head noted earlier that must be in the chain"
        )
        parser.add_argument(
            "--since", type=int, default=1, metavar="POSITION", help="check the links from here on only"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        expect = options["expect"].strip().lower()
        if expect and not re.fullmatch(r"[0-9a-f]{64}", expect):
            raise CommandError("A head is 64 hexadecimal digits.", returncode=2)
        verdict = verify(since=max(1, options["since"]), expect=expect)
        if verdict.found:
            raise CommandError(f"The audit is broken at {verdict.found}", returncode=1)
        self.stdout.write(f"The audit is whole: {verdict.links} links, {verdict.erased} of erased rows.")
        self.stdout.write(f"Head {verdict.position} {verdict.head}")
