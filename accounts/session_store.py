"""The session engine: one query brings the session and who is signed in with it.

Django's engine in all but reading. A request reads its session by the key of the cookie; the device of that session
(accounts/sessions.py) names the account, whose row is joined. Who it is still has to be proved: see `signed_in_user`.
"""

from functools import cache
from typing import Any

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY, get_user
from django.contrib.auth.models import AnonymousUser
from django.contrib.sessions.backends.db import SessionStore as DatabaseSessionStore
from django.contrib.sessions.models import Session
from django.db import connections, models, router
from django.http import HttpRequest
from django.utils import timezone
from django.utils.crypto import constant_time_compare

from accounts.models import Device, User


class SessionStore(DatabaseSessionStore):
    """Django's sessions in the database; reading one brings the account of its device along."""

    # The account that the database holds for this session, not proved yet; None when nobody signed in with it.
    account: User | None = None

    def load(self) -> dict[str, Any]:
        """Return what the session holds, empty when it ended or its content was not signed by us. One query."""
        row = self._read()
        if row is None:
            self._session_key = None
            return {}
        content, account = row[0], row[1:]
        if account[0] is not None:
            self.account = User.from_db(router.db_for_write(User), attributes(User), account)
        return dict(self.decode(content))

    def _read(self) -> tuple[Any, ...] | None:
        with connections[router.db_for_write(self.model)].cursor() as cursor:
            cursor.execute(_statement(), [self.session_key, timezone.now()])
            row: tuple[Any, ...] | None = cursor.fetchone()
        return row


def signed_in_user(request: HttpRequest) -> User | AnonymousUser:
    """Return who is signed in, proved as Django does: the session names the account and holds the mark of its password.

    The joined row answers when everything fits. Whatever does not fit (another account, an older key of the server, an
    account that was switched off, a password that changed) is judged by Django, with a query of its own.
    """
    session: Any = request.session
    named = session.get(SESSION_KEY)
    account: User | None = getattr(session, "account", None)
    if named is None or account is None or named != str(account.pk) or not account.is_active:
        return get_user(request)
    proof, backend = session.get(HASH_SESSION_KEY), session.get(BACKEND_SESSION_KEY)
    is_proved = bool(proof) and constant_time_compare(proof, account.get_session_auth_hash())
    if backend not in settings.AUTHENTICATION_BACKENDS or not is_proved:
        return get_user(request)
    account.backend = backend
    return account


@cache
def attributes(model: type[models.Model]) -> tuple[str, ...]:
    """Return the names of a model's own columns as attributes, in their order: what `from_db` takes."""
    return tuple(field.attname for field in model._meta.concrete_fields)


@cache
def _statement() -> str:
    """The query, written once: the columns of the account are those of its model."""
    session, device, account = (each._meta.db_table for each in (Session, Device, User))
    columns = ", ".join(f'account."{field.column}"' for field in User._meta.concrete_fields)
    return (
        f"SELECT session.session_data, {columns} FROM {session} session"  # noqa: S608
        f" LEFT JOIN {device} device ON device.session_key = session.session_key"
        f" LEFT JOIN {account} account ON account.id = device.user_id"
        " WHERE session.session_key = %s AND session.expire_date > %s"
    )
