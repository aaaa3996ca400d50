from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.core.validators import validate_email
from django.db import connection, transaction

from accounts.exceptions import DomainError
from accounts.models import SecurityEvent, User
from accounts.password_links import password_path
from accounts.security_log import note_event
from accounts.staff import make_owner

_LOCAL = "http://127.0.0.1:8000"
NEXT = """
What comes next:
  1. Open this link and choose a password. It works once, for three days; it is shown here only.
       {link}
  2. Sign in on {home} and set up the second factor: an app on your phone, or a passkey.
  3. Follow the steps on {home}/setup/: rooms, colleagues, hours, the first patient.
"""


class Command(BaseCommand):
    help = "Open a new practice: load the pathways and make the owner's account. Run once, after migrate."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--owner-email", default="", help="the address with which the owner signs in")
        parser.add_argument("--owner-name", default="", help="the name of the owner")
        parser.add_argument("--practice", default="", help="the name of the practice, as patients read it")
        parser.add_argument("--no-input", action="store_false", dest="ask", help="ask nothing: fail when a word lacks")

    def handle(self, *args: Any, ask: bool, **options: Any) -> None:
        if User._meta.db_table not in connection.introspection.table_names():
            raise CommandError("The tables are not there yet: run manage.py migrate first.")
        email = self._word(options["owner_email"], "E-mail address of the owner", "--owner-email", ask)
        try:
            validate_email(email)
        except ValidationError as error:
            raise CommandError(f"{email} is no e-mail address.") from error
        known = User.objects.filter(email__iexact=email).first()
        name = known.name if known else self._word(options["owner_name"], "Name of the owner", "--owner-name", ask)
        practice = self._word(options["practice"], "Name of the practice", "--practice", ask and not known)
        owner = self._open(email, name)
        self._say_practice(practice)
        self._say_next(owner)

    def _open(self, email: str, name: str) -> User:
        """Make the owner and load the pathways, all or nothing; whoever is there already changes nothing."""
        try:
            with transaction.atomic():
                owner, is_new = make_owner(email, name=name)
                if is_new:
                    note_event(
                        SecurityEvent.Kind.ACCOUNT_CHANGED, subject_id=owner.pk, deed="first owner", role=owner.role
                    )
                    self.stdout.write("Loading the pathways, questionnaires and exercises …")
                    call_command("load_pathways", stdout=self.stdout, stderr=self.stderr)
        except DomainError as refused:
            raise CommandError(refused.detail) from refused
        self.stdout.write(
            f"The account of {owner.name} is made." if is_new else "This practice is set up: nothing changed."
        )
        return owner

    def _say_practice(self, practice: str) -> None:
        if practice and practice != settings.PRACTICE_NAME:
            quoted = practice.replace("\\", "\\\\").replace('"', '\\"')
            self.stdout.write(f'Put this line into the environment (docs/production.md): PRACTICE_NAME="{quoted}"')

    def _say_next(self, owner: User) -> None:
        home = settings.PUBLIC_URL or _LOCAL
        if owner.has_usable_password():
            self.stdout.write(f"The owner has a password. The steps stand on {home}/setup/.")
        else:
            self.stdout.write(NEXT.format(link=f"{home}{password_path(owner)}", home=home))

    def _word(self, given: str, question: str, option: str, ask: bool) -> str:
        """Return what was given, or what is typed; blank only for the name of the practice. Raises CommandError."""
        while ask and not given.strip():
            given = input(f"{question}: ")
        if not given.strip() and option != "--practice":
            raise CommandError(f"Give {option}.")
        return given.strip()
