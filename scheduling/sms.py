"""Text messages: the interface that a provider must offer, and the one that writes into a file."""

import datetime
import json
import uuid
from pathlib import Path
from typing import Protocol

import phonenumbers
from django.conf import settings
from django.utils import timezone
from django.utils.module_loading import import_string
from phonenumbers import PhoneNumberType

from scheduling.messages_reasons import Reason


class NotSent(Exception):
    """The message surely did not leave. `is_final`: trying again would give the same answer."""

    def __init__(self, reason: Reason, detail: object = "", *, is_final: bool = False) -> None:
        super().__init__(f"{reason.value}: {detail}")
        self.reason, self.detail, self.is_final = reason, detail, is_final


class Unsure(Exception):
    """The message may have left: nobody knows, so it is never sent again by itself."""


class SmsGateway(Protocol):
    """A provider of text messages."""

    def send(self, to: str, text: str) -> str:
        """Send a text to a number in E.164 and return the provider's id. Raises NotSent or Unsure."""
        ...


class FileGateway:
    """Writes each text message as a line of JSON into settings.SMS_FILE: for the demo and for trying out."""

    def send(self, to: str, text: str) -> str:
        identity = str(uuid.uuid4())
        line = {"id": identity, "to": to, "text": text, "at": timezone.now().astimezone(datetime.UTC).isoformat()}
        path = Path(settings.SMS_FILE)
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            with path.open("a", encoding="utf-8") as file:
                file.write(json.dumps(line, ensure_ascii=False) + "\n")
        except OSError as error:
            raise NotSent(Reason.NO_CONNECTION, error) from error
        return identity


def gateway() -> SmsGateway:
    """Return the provider that settings.SMS_GATEWAY names."""
    made: SmsGateway = import_string(settings.SMS_GATEWAY)()
    return made


def is_mobile(number: str) -> bool:
    """Return whether a number in E.164 can get text messages: a fixed line cannot."""
    try:
        kind = phonenumbers.number_type(phonenumbers.parse(number))
    except phonenumbers.NumberParseException:
        return False
    return kind in {PhoneNumberType.MOBILE, PhoneNumberType.FIXED_LINE_OR_MOBILE}
