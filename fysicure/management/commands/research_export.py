import json
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.exceptions import DomainError
from accounts.models import User
from accounts.policy import may
from fysicure.research.asked import Asked, Format
from fysicure.research.generalising import LEAST_K, MOST_K, USUAL_K
from fysicure.research.making import keep, make, preview
from fysicure.research.pseudonyms import study_key


class Command(BaseCommand):
    help = "Write pseudonymised outcomes for research to FILE (ZIP), or say why that would point at people."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path, nargs="?", help="where to; it must not be there yet")
        parser.add_argument("--by", metavar="EMAIL", required=True, help="the owner who answers for it")
        parser.add_argument("--k", type=int, default=USUAL_K, help=f"patients that must be alike, {LEAST_K} or more")
        parser.add_argument("--from-year", type=int, metavar="YEAR")
        parser.add_argument("--to-year", type=int, metavar="YEAR")
        parser.add_argument("--format", action="append", choices=[each.value for each in Format], metavar="FORMAT")
        parser.add_argument("--outcomes-only", action="store_true", help="leave the table of measurements out")
        parser.add_argument("--study-key", type=Path, metavar="KEYFILE", help="gives the same names in every file")
        parser.add_argument("--dry-run", action="store_true", help="only count and check; write and note nothing")

    def handle(self, *args: Any, file: Path | None, **options: Any) -> None:
        by = _owner(options["by"])
        asked = _asked(options)
        try:
            if options["dry_run"]:
                self._tell_preview(asked)
                return
            if file is None or file.exists() or not file.parent.is_dir():
                raise CommandError("Give a FILE that is not there yet, in a folder that is.")
            key = study_key(options["study_key"]) if options["study_key"] else None
            made = make(asked, by=by, now=timezone.now(), key=key)
            with made.file:
                keep(made, file)
        except DomainError as refused:
            raise CommandError(refused.detail) from refused
        except OSError as error:
            raise CommandError(f"{file}: {error.strerror}") from error
        self.stdout.write(json.dumps(made.report, ensure_ascii=False, indent=2))
        self.stdout.write(
            _("These are personal data: pseudonymised, not anonymous (GDPR article 4(5)). The GDPR still applies.")
        )

    def _tell_preview(self, asked: Asked) -> None:
        found = preview(asked, now=timezone.now())
        for reason, (patients, plans) in sorted(found.considered.left_out.items()):
            self.stdout.write(f"left out, {reason}: {patients} patients, {plans} plans")
        if found.choice is None:
            raise CommandError(" ".join([found.refusal, *found.hints]))
        choice = found.choice
        self.stdout.write(f"{choice.patients} patients, {choice.plans} plans; {choice.suppressed} left out as rare")
        self.stdout.write(f"step {choice.step}: {json.dumps(choice.level.as_json())}")
        self.stdout.write(f"{len(choice.classes)} classes of {choice.classes[0]} to {choice.classes[-1]} patients")


def _owner(email: str) -> User:
    user = User.objects.filter(email__iexact=email, is_active=True).first()
    if user is None or not may(user, "research.export"):
        raise CommandError(f"There is no active owner with the address {email}.")
    return user


def _asked(options: dict[str, Any]) -> Asked:
    if not LEAST_K <= options["k"] <= MOST_K:
        raise CommandError(f"k lies between {LEAST_K} and {MOST_K}.")
    first, last = options["from_year"], options["to_year"]
    if first and last and first > last:
        raise CommandError("The last year comes before the first.")
    formats = tuple(dict.fromkeys(Format(each) for each in options["format"] or list(Format)))
    return Asked(options["k"], first, last, not options["outcomes_only"], formats)
