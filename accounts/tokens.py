"""Keys with which programs act for a user."""

import datetime
import hashlib
import secrets
from functools import cache
from uuid import UUID

from django.utils import timezone

from accounts.kept_query import KeptQuery
from accounts.models import ApiToken, SecurityEvent, User
from accounts.security_log import note_event

_COLUMNS, _COLUMNS_OF_USER = ([field.attname for field in each._meta.concrete_fields] for each in (ApiToken, User))
_DIGEST = "a digest"  # a stand-in of the kept query


def issue(user: User, *, name: str = "", expires_at: datetime.datetime | None = None, by: User | None = None) -> str:
    """Make a token for a user and return it. It is shown this once: only its SHA-256 digest is stored."""
    token = f"fys_{secrets.token_urlsafe(32)}"
    row = ApiToken.objects.create(user=user, name=name, digest=_digest(token), expires_at=expires_at)
    note_event(SecurityEvent.Kind.TOKEN, user_id=_id(by), subject_id=user.pk, deed="made", token=str(row.pk))
    return token


def revoke(token: ApiToken, *, now: datetime.datetime, by: User | None = None) -> None:
    """End a token; whoever uses it is refused from that moment."""
    token.revoked_at = now
    token.save(update_fields=["revoked_at"])
    note_event(SecurityEvent.Kind.TOKEN, user_id=_id(by), subject_id=token.user_id, deed="revoked", token=str(token.pk))


def valid_token(token: str, *, now: datetime.datetime | None = None) -> ApiToken | None:
    """Return the row of a token that was neither ended nor revoked, with its active user, or None. One query."""
    moment = now or timezone.now()
    row = _read(_digest(token))
    if row is None or (row.expires_at is not None and row.expires_at <= moment) or not row.user.is_active:
        return None
    return row


def _read(digest: str) -> ApiToken | None:
    """The token with a digest that was not revoked, with its user: one at most."""
    for values in _in_words().ask({_DIGEST: digest}):
        row = ApiToken.from_db("default", _COLUMNS, values[: len(_COLUMNS)])
        row.user = User.from_db("default", _COLUMNS_OF_USER, values[len(_COLUMNS) :])
        return row
    return None


@cache
def _in_words() -> KeptQuery:
    rows = ApiToken.objects.order_by().filter(digest=_DIGEST, revoked_at__isnull=True)
    return KeptQuery.of(rows.values_list(*_COLUMNS, *(f"user__{name}" for name in _COLUMNS_OF_USER)))


def authenticate(token: str, *, now: datetime.datetime | None = None) -> User | None:
    """Return the active user of a valid token, or None."""
    row = valid_token(token, now=now)
    return row.user if row else None


def _id(by: User | None) -> UUID | None:
    return by.pk if by is not None else None


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
