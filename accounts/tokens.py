"""Keys with which programs act for a user."""

import datetime
import hashlib
import secrets
from functools import cache
from uuid import UUID

from django.db import connections, router
from django.utils import timezone

from accounts.models import ApiToken, SecurityEvent, User
from accounts.security_log import note_event
from accounts.session_store import attributes


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
    database = router.db_for_read(ApiToken)
    with connections[database].cursor() as cursor:
        cursor.execute(_statement(), [_digest(token)])
        values = cursor.fetchone()  # one at most: a digest stands once
    if values is None:
        return None
    own, account = attributes(ApiToken), attributes(User)
    row, user = ApiToken.from_db(database, own, values[: len(own)]), User.from_db(database, account, values[len(own) :])
    if (row.expires_at is not None and row.expires_at <= moment) or not user.is_active:
        return None
    row.user = user
    return row


@cache
def _statement() -> str:
    """The query, written once: the columns are those of the two models."""
    token = ", ".join(f'token."{field.column}"' for field in ApiToken._meta.concrete_fields)
    account = ", ".join(f'account."{field.column}"' for field in User._meta.concrete_fields)
    return (
        f"SELECT {token}, {account} FROM {ApiToken._meta.db_table} token"  # noqa: S608 - constants
        f" JOIN {User._meta.db_table} account ON account.id = token.user_id"
        " WHERE token.digest = %s AND token.revoked_at IS NULL"
    )


def _id(by: User | None) -> UUID | None:
    return by.pk if by is not None else None


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
