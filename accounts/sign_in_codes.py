"""Signing in by mail: one mail holds a code for the browser that asked and a link for any; either works once."""

import datetime
import hashlib
import secrets
from dataclasses import dataclass
from uuid import UUID

from django.db.models import F, QuerySet
from django.utils.crypto import constant_time_compare, salted_hmac

from accounts.limits import Limit, give_back, limit
from accounts.models import Role, SignInCode, User

LIFETIME = datetime.timedelta(minutes=10)  # ASVS 6.5.5
WRONG_CODES = Limit(20, datetime.timedelta(days=1))


@dataclass(frozen=True, slots=True)
class Issued:
    """A fresh code. `code` and `secret` go into the mail and are kept nowhere."""

    id: UUID
    code: str
    secret: str


def who_may_ask(email: str) -> User | None:
    """Return the patient who signs in with this address, or None. Staff sign in with a password and a second factor."""
    users = User.objects.filter(email__iexact=email.strip(), is_active=True, role=Role.PATIENT, is_staff=False)
    return users.first()


def issue_code(user: User | None, *, purpose: SignInCode.Purpose, now: datetime.datetime) -> Issued:
    """Make a code of 6 digits and a secret of 256 bits. The work is the same for None, an address we do not know.

    Earlier ones stay valid for their ten minutes: who asks in another's name cannot end the code that was just sent.
    """
    code, secret = f"{secrets.randbelow(1_000_000):06}", secrets.token_urlsafe(32)
    row = SignInCode(user=user, purpose=purpose, created_at=now, expires_at=now + LIFETIME, link_digest=_digest(secret))
    row.code_digest = _code_digest(row.id, code)
    row.save(force_insert=True)
    return Issued(row.id, code, secret)


def redeem_code(code_id: UUID, typed: str, *, purpose: SignInCode.Purpose, now: datetime.datetime) -> User | None:
    """Return the user whose code was typed, or None: wrong, ended, used, or tried five times. Counts before it looks.

    Raises TooManyAttempts after 20 wrong codes of one account in a day; the link in the mail works all the same.
    """
    open_rows = _open(now).filter(pk=code_id, purpose=purpose)
    if not open_rows.filter(attempts__lt=SignInCode.MOST_ATTEMPTS).update(attempts=F("attempts") + 1):
        return None
    row = SignInCode.objects.get(pk=code_id)
    wrong = f"wrong-code:{row.user_id or code_id}"
    limit(wrong, WRONG_CODES, now=now)
    digits = "".join(character for character in typed if character.isdigit())
    if not constant_time_compare(row.code_digest, _code_digest(code_id, digits)):
        return None
    give_back(wrong)
    return _use(row.pk, now)


def link_is_open(secret: str, *, now: datetime.datetime) -> bool:
    """Return whether a link still works. Looking does not use it up: scanners of mail open links too."""
    return _open(now).filter(link_digest=_digest(secret), user__is_active=True).exists()


def redeem_link(secret: str, *, now: datetime.datetime) -> User | None:
    """Return the user whom the link signs in, once, or None."""
    found = _open(now).filter(link_digest=_digest(secret), purpose=SignInCode.Purpose.SIGN_IN)
    row_id = found.values_list("pk", flat=True).first()
    return _use(row_id, now) if row_id else None


def clear_codes(*, now: datetime.datetime) -> int:
    """Remove the codes that ended a day ago. Return how many."""
    return SignInCode.objects.filter(expires_at__lte=now - datetime.timedelta(days=1)).delete()[0]


def _open(now: datetime.datetime) -> QuerySet[SignInCode]:
    return SignInCode.objects.filter(used_at=None, expires_at__gt=now)


def _use(code_id: UUID, now: datetime.datetime) -> User | None:
    """Mark as used, with the others that the user asked for; of two at once only one succeeds."""
    if not _open(now).filter(pk=code_id, user__is_active=True).update(used_at=now):
        return None
    row = SignInCode.objects.select_related("user").get(pk=code_id)
    _open(now).filter(user=row.user, purpose=row.purpose).update(used_at=now)
    return row.user


def _digest(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()


def _code_digest(code_id: UUID, code: str) -> str:
    """Digest six digits with the server's key: who reads the table cannot try them all."""
    return salted_hmac("accounts.sign_in_codes", f"{code_id}:{code}", algorithm="sha256").hexdigest()
