"""Text messages through Twilio's Messages resource (see docs/messages.md for how to switch it on)."""

import base64
import http.client
import json
from typing import Any
from urllib.parse import quote, urlencode, urlsplit

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from scheduling.messages_reasons import Reason
from scheduling.sms import NotSent, Unsure

TIMEOUT = 20  # seconds for each step


class TwilioGateway:
    """Posts To, From and Body to the account's Messages, with basic authentication. Settings: TWILIO_*."""

    def __init__(self) -> None:
        parts = urlsplit(settings.TWILIO_URL)
        if not (parts.hostname and settings.TWILIO_ACCOUNT and settings.TWILIO_TOKEN and settings.TWILIO_FROM):
            raise ImproperlyConfigured("Set TWILIO_URL, TWILIO_ACCOUNT, TWILIO_TOKEN and TWILIO_FROM.")
        if parts.scheme != "https" and parts.hostname not in {"127.0.0.1", "localhost"}:
            raise ImproperlyConfigured("TWILIO_URL must begin with https.")
        kind = http.client.HTTPSConnection if parts.scheme == "https" else http.client.HTTPConnection
        self._connection = kind(parts.hostname, parts.port, timeout=TIMEOUT)
        self._path = f"{parts.path.rstrip('/')}/2010-04-01/Accounts/{quote(settings.TWILIO_ACCOUNT)}/Messages.json"

    def send(self, to: str, text: str) -> str:
        """Send a text. Nobody knows after a lost connection or an error of the service itself; 4xx was refused."""
        try:
            self._connection.connect()
        except OSError as error:
            raise NotSent(Reason.NO_CONNECTION, error) from error
        try:
            status, body = self._post(to, text)
        except (OSError, http.client.HTTPException) as error:
            raise Unsure(error) from error
        finally:
            self._connection.close()
        if status in {200, 201}:
            return str(body.get("sid", ""))
        said = f"{status} {body.get('code', '')} {body.get('message', '')}"
        if 400 <= status < 500:
            reason = Reason.ADDRESS_REFUSED if status == 400 else Reason.REFUSED
            raise NotSent(reason, said, is_final=status == 400)
        raise Unsure(said)

    def _post(self, to: str, text: str) -> tuple[int, dict[str, Any]]:
        secret = base64.b64encode(f"{settings.TWILIO_ACCOUNT}:{settings.TWILIO_TOKEN}".encode()).decode()
        headers = {"Authorization": f"Basic {secret}", "Content-Type": "application/x-www-form-urlencoded"}
        form = urlencode({"To": to, "From": settings.TWILIO_FROM, "Body": text})
        self._connection.request("POST", self._path, form, headers)
        answer = self._connection.getresponse()
        try:
            body = json.loads(answer.read())
        except ValueError:
            body = {}
        return answer.status, body if isinstance(body, dict) else {}
