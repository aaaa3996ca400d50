"""Secrets with which webhooks are signed: made here, kept encrypted, and the signature itself (Standard Webhooks)."""

import base64
import datetime
import hashlib
import hmac
import secrets

from cryptography.fernet import InvalidToken

from accounts.ciphers import cipher, ciphers
from accounts.models import WebhookEndpoint

PURPOSE = "accounts.webhooks"
PREFIX = "whsec_"
BYTES = 32
OVERLAP = datetime.timedelta(hours=24)


def new_secret() -> str:
    """Return a new secret as a receiver stores it: "whsec_" and 32 random bytes in base64."""
    return PREFIX + base64.b64encode(secrets.token_bytes(BYTES)).decode()


def encrypted(secret: str) -> str:
    """Return a secret as it is stored."""
    return cipher(PURPOSE).encrypt(secret.encode()).decode()


def under_the_key_of_today(stored: str) -> str:
    """Return a stored secret encrypted with the current SECRET_KEY: the same text when it is so already.

    Raises InvalidToken when no key that the server has can read it.
    """
    try:
        ciphers(PURPOSE)[0].decrypt(stored.encode())
    except InvalidToken:
        return cipher(PURPOSE).rotate(stored.encode()).decode()
    return stored


def secrets_of(endpoint: WebhookEndpoint, *, now: datetime.datetime) -> list[str]:
    """Return the secrets that sign now: the current one and, for a day after it was replaced, the one before.

    Raises InvalidToken when SECRET_KEY was changed and the old one is not in SECRET_KEY_FALLBACKS.
    """
    stored = [endpoint.secret]
    if endpoint.previous_until is not None and now < endpoint.previous_until:
        stored.append(endpoint.previous_secret)
    return [cipher(PURPOSE).decrypt(each.encode()).decode() for each in stored]


def signed(message_id: str, body: bytes, *, keys: list[str], now: datetime.datetime) -> dict[str, str]:
    """Return the headers of a message: its id, the moment in Unix seconds, and a signature for each secret.

    A signature is "v1," and the base64 of the HMAC-SHA256 of "id.moment.body".
    """
    moment = str(int(now.timestamp()))
    content = f"{message_id}.{moment}.".encode() + body
    signatures = [_signature(key, content) for key in keys]
    return {"webhook-id": message_id, "webhook-timestamp": moment, "webhook-signature": " ".join(signatures)}


def _signature(secret: str, content: bytes) -> str:
    key = base64.b64decode(secret.removeprefix(PREFIX))
    return "v1," + base64.b64encode(hmac.new(key, content, hashlib.sha256).digest()).decode()
