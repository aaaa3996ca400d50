"""Ciphers made from SECRET_KEY, one for each purpose: what is encrypted for one cannot be read with another's."""

import base64
import hashlib

from cryptography.fernet import Fernet, MultiFernet
from django.conf import settings


def ciphers(purpose: str) -> list[Fernet]:
    """Return the ciphers of a purpose: that of SECRET_KEY first, then those of SECRET_KEY_FALLBACKS."""
    keys = [str(key) for key in (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)]
    digests = (hashlib.sha256(f"{purpose}:{key}".encode()).digest() for key in keys)
    return [Fernet(base64.urlsafe_b64encode(digest)) for digest in digests]


def cipher(purpose: str) -> MultiFernet:
    """Return the cipher that writes with SECRET_KEY and also reads what the keys in SECRET_KEY_FALLBACKS wrote."""
    return MultiFernet(ciphers(purpose))
