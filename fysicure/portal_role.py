"""What a patient asks for runs as the portal's role, to which every table holds that patient's rows and no others.

`visible_to` filters what a view fetches; this holds when a view forgets it. Once the request is known to come from a
patient, the rest of it is one transaction, whose first statement takes the role, and reads the patient's record with
it, for that transaction only (SET LOCAL). Its end gives the role back, whatever ends it: a connection that goes to
somebody else is never narrow, also behind a pooler that hands out connections by the transaction.
"""

import sys
from collections.abc import Callable
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib.messages.storage import default_storage
from django.core.exceptions import ImproperlyConfigured
from django.db import Error, connection, transaction
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from psycopg.pq import TransactionStatus

from accounts.api import user_of_token
from accounts.models import Role, User
from fysicure.database_roles import PORTAL_ROLE
from fysicure.errors import DomainErrorMiddleware
from patients.models import Patient

_COLUMNS = [field for field in Patient._meta.concrete_fields if field.column]
_NARROW = f"""
SELECT set_config('fysicure.user', account.id, true),
       set_config('fysicure.patient', coalesce(patient.id::text, ''), true),
       set_config('role', %s, true),
       {", ".join(f"patient.{field.column}" for field in _COLUMNS)}
FROM (VALUES (%s)) AS account (id) LEFT JOIN patients_patient patient ON patient.user_id = account.id::uuid
"""  # noqa: S608 - names of columns from the model
_WIDEN = (
    "SELECT set_config('role', 'none', true), set_config('fysicure.patient', '', true), "
    "set_config('fysicure.user', '', true)"
)
# Pages about the account itself: signing in and out, second factor, sessions. They show nothing of a record, and their
# tables (sessions, keys, limits) are closed to the portal's role.
_OWN_ACCOUNT = ("allauth.", "accounts.views.")


@dataclass(frozen=True, slots=True)
class _Acting:
    """The account of a patient for whom this thread works, its record, and the transaction that is that work."""

    user_id: UUID
    work: transaction.Atomic
    record: Patient | None


_acting: ContextVar[_Acting | None] = ContextVar("acting_patient", default=None)


def narrow_to(user: User) -> None:
    """Let this thread see, from here on, what belongs to a patient's account only. Begins a transaction."""
    widen()
    work = transaction.atomic()
    work.__enter__()
    try:
        with connection.cursor() as cursor:
            cursor.execute(_NARROW, [PORTAL_ROLE, str(user.pk)])
            _user, _patient, _role, *values = cursor.fetchone() or ()
    except BaseException:
        work.__exit__(*sys.exc_info())
        raise
    names = [field.attname for field in _COLUMNS]
    record = Patient.from_db(connection.alias, names, values) if values[0] is not None else None
    _acting.set(_Acting(user.pk, work, record))


def widen() -> None:
    """End the patient's transaction: keep what was written, and see again what the application sees.

    What the database broke off is rolled back instead. Raises what refuses a transaction at its very end.
    """
    acting = _acting.get()
    if acting is None:
        return
    _acting.set(None)
    if _is_broken_off():
        acting.work.__exit__(Error, Error(), None)
    else:
        acting.work.__exit__(None, None, None)
    if connection.in_atomic_block and not connection.needs_rollback:  # a transaction around it goes on
        with connection.cursor() as cursor:
            cursor.execute(_WIDEN)


def _is_broken_off() -> bool:
    """Whether the connection was lost, or a statement failed outside every savepoint: nothing can be kept."""
    raw = connection.connection
    return raw is None or raw.closed or raw.info.transaction_status == TransactionStatus.INERROR


def acting_patient() -> UUID | None:
    """Return the account of the patient for whom this thread works, or None."""
    acting = _acting.get()
    return acting.user_id if acting else None


def record_of(user: User) -> Patient | None:
    """Return the record of the patient for whom this thread works, as the transaction began. No query."""
    acting = _acting.get()
    return acting.record if acting and acting.user_id == user.pk else None


def as_application[View: Callable[..., Any]](view: View) -> View:
    """Let a patient's page read with the rights of the application: it hands out the own record from every table.

    The door for what no policy covers; which pages stand in it is tested (tests/database/test_row_security.py).
    """
    view.sees_all_tables = True  # type: ignore[attr-defined]
    return view


class PortalRoleMiddleware:
    """Narrows the database to the patient who asks, from the moment the view is known until the answer is complete.

    Stands below everything that signs in, times out or keeps a session. What was written before a refusal is kept: the
    log of who looked, above all. A change that the database refuses at the very end becomes the page of that refusal.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response
        self.refusals = DomainErrorMiddleware(get_response)

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        widen()  # whatever a broken-off answer left behind
        is_streaming = False
        try:
            response = self.get_response(request)
            is_streaming = response.streaming and acting_patient() is not None
        finally:
            refusal = None if is_streaming else self._end(request)
        if is_streaming:
            response._resource_closers.append(widen)  # type: ignore[attr-defined]
        return refusal or response

    def _end(self, request: HttpRequest) -> HttpResponseBase | None:
        """End the transaction; return the page that says why nothing was saved, if nothing was."""
        try:
            widen()
        except Error as error:
            request._messages = default_storage(request)  # type: ignore[attr-defined] # "Saved." is not true
            refusal = self.refusals.process_exception(request, error)
            if refusal is None:
                raise
            return refusal
        return None

    def process_view(self, request: HttpRequest, view: Any, _args: object, _kwargs: object) -> None:
        if not settings.ROW_SECURITY:
            return
        user = _who_asks(request, view)
        if isinstance(user, User) and user.role == Role.PATIENT:
            narrow_to(user)


def _who_asks(request: HttpRequest, view: Any) -> object:
    """The account for which a view will work, or None: for the API that of the bearer token, if there is one.

    A page that asks no sign-in works for whoever holds its link, who may be another than who is signed in.
    """
    is_api = hasattr(view, "cls")
    if getattr(view, "sees_all_tables", False):
        return None
    by_token = user_of_token(request) if is_api else None
    if by_token is not None:
        return by_token
    if view.__module__.startswith(_OWN_ACCOUNT) or not (is_api or getattr(view, "login_required", True)):
        return None
    if not hasattr(request, "user"):
        raise ImproperlyConfigured("PortalRoleMiddleware stands below AuthenticationMiddleware.")
    return request.user if request.user.is_authenticated else None
