"""A notice to a browser: encrypted for that browser alone (RFC 8291, RFC 8188) and signed by us (RFC 8292, VAPID).

The push service of the browser's maker carries it and can read nothing but its length. It is sent as webhooks are: to a
public host that was judged, without following a redirect (accounts/webhooks/network.py).
"""

import base64
import binascii
import datetime
import json
import os
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from django.conf import settings

from accounts.webhooks.network import Answer, post

CURVE = ec.SECP256R1()
RECORD = 4096  # bytes of one record; a notice is one
LONGEST = 3000  # bytes of a notice; services take 4096 with everything around it
VALID_FOR = datetime.timedelta(hours=12)  # of a signature; RFC 8292 allows a day
WAIT = datetime.timedelta(hours=4)  # for how long the service keeps it for a telephone that is off
POINT, SALT, SECRET = 65, 16, 16  # bytes


class UnusableKey(ValueError):
    """A key that a browser gave, or that stands in the environment, is none."""


@dataclass(frozen=True, slots=True)
class Receiver:
    """A browser that wants notices: the address at its service, its public point and the secret between us."""

    endpoint: str
    p256dh: str
    auth: str


def encoded(raw: bytes) -> str:
    """Return base64 for addresses, without padding."""
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode("ascii")


def decoded(text: str, length: int) -> bytes:
    """Return the bytes of such a text. Raises UnusableKey when it is none, or not of that length."""
    try:
        raw = base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, ValueError) as error:
        raise UnusableKey("no base64") from error
    if len(raw) != length:
        raise UnusableKey("length")
    return raw


def checked(receiver: Receiver) -> None:
    """Raise UnusableKey when the keys of a browser are no point on the curve and no secret."""
    _point(decoded(receiver.p256dh, POINT))
    decoded(receiver.auth, SECRET)


def new_private_key() -> str:
    """Return a new key of ours for the environment (VAPID_PRIVATE_KEY)."""
    return encoded(ec.generate_private_key(CURVE).private_numbers().private_value.to_bytes(32, "big"))


def public_key(private: str) -> str:
    """Return what browsers are told of a key of ours. Raises UnusableKey."""
    return encoded(_point_of(_private(private).public_key()))


def notify(receiver: Receiver, notice: Mapping[str, str], *, topic: str, now: datetime.datetime) -> Answer:
    """Send a notice and return how it ended; a later one with the same topic takes its place at the service.

    Raises UnusableKey, and ValueError for a text that is too long; never for what the other side does. A status of 404
    or 410 ends the subscription.
    """
    text = json.dumps(notice, ensure_ascii=False).encode()
    headers = {
        "Authorization": signature(receiver.endpoint, now=now),
        "Content-Encoding": "aes128gcm",
        "Content-Type": "application/octet-stream",
        "TTL": str(int(WAIT.total_seconds())),
        "Topic": topic,
        "Urgency": "normal",
    }
    return post(receiver.endpoint, encrypted(text, receiver), headers)


def signature(endpoint: str, *, now: datetime.datetime) -> str:
    """Return the header that says who sends, for the host of an endpoint (RFC 8292). Raises UnusableKey."""
    parts, private = urlsplit(endpoint), settings.VAPID_PRIVATE_KEY
    claims = {
        "aud": f"{parts.scheme}://{parts.netloc}",
        "exp": int((now + VALID_FOR).timestamp()),
        "sub": f"mailto:{settings.DEFAULT_FROM_EMAIL}",
    }
    words = [encoded(json.dumps(each).encode()) for each in ({"typ": "JWT", "alg": "ES256"}, claims)]
    signed = ".".join(words)
    one, two = decode_dss_signature(_private(private).sign(signed.encode(), ec.ECDSA(hashes.SHA256())))
    return f"vapid t={signed}.{encoded(one.to_bytes(32, 'big') + two.to_bytes(32, 'big'))}, k={public_key(private)}"


def encrypted(
    text: bytes, receiver: Receiver, *, ours: ec.EllipticCurvePrivateKey | None = None, salt: bytes = b""
) -> bytes:
    """Return the body of a notice (RFC 8291, section 4). `ours` and `salt` are new each time, but for tests.

    Raises UnusableKey for keys that are none, ValueError for a text that is too long.
    """
    if len(text) > LONGEST:
        raise ValueError("a notice is short")
    ours, salt = ours or ec.generate_private_key(CURVE), salt or os.urandom(SALT)
    theirs, secret = decoded(receiver.p256dh, POINT), decoded(receiver.auth, SECRET)
    point = _point_of(ours.public_key())
    shared = ours.exchange(ec.ECDH(), _point(theirs))
    material = _derived(shared, secret, b"WebPush: info\x00" + theirs + point, 32)
    key = _derived(material, salt, b"Content-Encoding: aes128gcm\x00", 16)
    nonce = _derived(material, salt, b"Content-Encoding: nonce\x00", 12)
    head = salt + RECORD.to_bytes(4, "big") + bytes([len(point)]) + point
    return head + AESGCM(key).encrypt(nonce, text + b"\x02", None)  # 2 ends the last record


def _derived(material: bytes, salt: bytes, info: bytes, length: int) -> bytes:
    return HKDF(algorithm=hashes.SHA256(), length=length, salt=salt, info=info).derive(material)


def _point_of(key: ec.EllipticCurvePublicKey) -> bytes:
    return key.public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)


def _point(raw: bytes) -> ec.EllipticCurvePublicKey:
    try:
        return ec.EllipticCurvePublicKey.from_encoded_point(CURVE, raw)
    except ValueError as error:
        raise UnusableKey("no point") from error


def _private(text: str) -> ec.EllipticCurvePrivateKey:
    try:
        return ec.derive_private_key(int.from_bytes(decoded(text, 32), "big"), CURVE)
    except ValueError as error:
        raise UnusableKey("no private key") from error
