"""Notices to browsers: the example of RFC 8291, a signature that a browser's service can check, keys that are none."""

import base64
import datetime
import json
from typing import Any

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature

from accounts.web_push import (
    CURVE,
    Receiver,
    UnusableKey,
    checked,
    decoded,
    encrypted,
    new_private_key,
    public_key,
    signature,
)

NOW = datetime.datetime(2026, 11, 23, 7, tzinfo=datetime.UTC)
# RFC 8291, section 5 and appendix A.
TEXT = b"When I grow up, I want to be a watermelon"
OURS = "yfWPiYE-n46HLnH0KqZOF1fJJU3MYrct3AELtAQ-oRw"
THEIRS = "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4"
AUTH = "BTBZMqHH6r4Tts7J_aSIgg"
SALT = "DGv6ra1nlYgDCS1FRnbzlw"
BODY = (
    "DGv6ra1nlYgDCS1FRnbzlwAAEABBBP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27mlmlMoZIIgDll6e3vCYLocInmYWAmS6TlzAC8wEqKK6PBru3jl7A_"
    "yl95bQpu6cVPTpK4Mqgkf1CXztLVBSt2Ks3oZwbuwXPXLWyouBWLVWGNWQexSgSxsj_Qulcy4a-fN"
)
RECEIVER = Receiver("https://push.example.net/JzLQ3raZJfFBR0aqvOMsLrt54w4rJUsV", THEIRS, AUTH)


def raw(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def test_the_example_of_the_rfc() -> None:
    ours = ec.derive_private_key(int.from_bytes(raw(OURS), "big"), CURVE)
    assert encrypted(TEXT, RECEIVER, ours=ours, salt=raw(SALT)) == raw(BODY)


def test_each_notice_has_its_own_key_and_salt() -> None:
    assert encrypted(TEXT, RECEIVER) != encrypted(TEXT, RECEIVER)


def test_the_signature_is_ours_and_for_that_host(settings: Any) -> None:
    settings.VAPID_PRIVATE_KEY = new_private_key()
    header = signature(RECEIVER.endpoint, now=NOW)
    token, key = header.removeprefix("vapid t=").split(", k=")
    assert key == public_key(settings.VAPID_PRIVATE_KEY)
    signed, _dot, mark = token.rpartition(".")
    half = [int.from_bytes(part, "big") for part in (raw(mark)[:32], raw(mark)[32:])]
    public = ec.EllipticCurvePublicKey.from_encoded_point(CURVE, raw(key))
    public.verify(encode_dss_signature(*half), signed.encode(), ec.ECDSA(hashes.SHA256()))
    head, claims = (json.loads(raw(part)) for part in signed.split("."))
    assert head == {"typ": "JWT", "alg": "ES256"}
    assert claims["aud"] == "https://push.example.net"
    assert 0 < claims["exp"] - NOW.timestamp() <= 24 * 3600
    assert claims["sub"].startswith("mailto:")


@pytest.mark.parametrize(
    ("p256dh", "auth"),
    [("", AUTH), (THEIRS[:-4], AUTH), ("A" * 87, AUTH), (THEIRS, ""), (THEIRS, "!" * 22), (AUTH, THEIRS)],
)
def test_keys_that_are_none_are_refused(p256dh: str, auth: str) -> None:
    with pytest.raises(UnusableKey):
        checked(Receiver(RECEIVER.endpoint, p256dh, auth))


def test_a_key_of_the_environment_that_is_none_is_refused() -> None:
    for text in ("", "short", "A" * 43):
        with pytest.raises(UnusableKey):
            public_key(text)


def test_a_notice_is_short() -> None:
    with pytest.raises(ValueError, match="short"):
        encrypted(b"x" * 3001, RECEIVER)
    assert len(decoded(THEIRS, 65)) == 65
