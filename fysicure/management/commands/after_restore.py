from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.utils import timezone

from accounts.models.security_event import SecurityEvent
from accounts.security_log import note_event
from scheduling.doubts import doubt_what_waited


class Command(BaseCommand):
    help = "Part of `restore`: bring a restored database to today. Messages that may have left meanwhile become unsure."
    requires_system_checks = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--made-at", required=True)

    def handle(self, *args: Any, made_at: str, **options: Any) -> None:
        doubted = doubt_what_waited(now=timezone.now())
        note_event(SecurityEvent.Kind.BACKUP, action="restored", made_at=made_at, messages_unsure=doubted)
