from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from accounts.models import User
from accounts.second_factor import ResetReason, reset_second_factor


class Command(BaseCommand):
    help = "Take away a member of staff's second factor, when nobody in the practice can do it."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("email")
        parser.add_argument("--reason", choices=ResetReason.values, default=ResetReason.LOST.value)

    def handle(self, *args: Any, **options: Any) -> None:
        user = User.objects.filter(email__iexact=options["email"], is_active=True).first()
        if user is None:
            raise CommandError(f"There is no active user with the address {options['email']}.")
        reset_second_factor(user, by=None, witness=None, reason=ResetReason(options["reason"]))
        self.stdout.write("The second factor is gone; at the next sign-in a new one is set up.")
