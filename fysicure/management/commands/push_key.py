from typing import Any

from django.core.management.base import BaseCommand

from accounts.web_push import new_private_key


class Command(BaseCommand):
    help = "Make the key with which the practice sends notices to telephones; put the line in the environment, once."

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write(f"VAPID_PRIVATE_KEY={new_private_key()}")
