"""What changes when a pooler of transactions (PgBouncer) stands between: no session outlives a transaction.

The next statement may run on another connection of the server, where the role that the last one took is somebody
else's. So a patient's request is one transaction, narrowed inside it; and what holds for every session is written into
the database by who migrates. Jobs listen, and imports hold a lock for as long as a session: workers and migrations go
past the pooler (docs/scaling.md).
"""

from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import connection, transaction
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from psycopg import sql

from accounts.models import Role, User
from fysicure.database_roles import PORTAL_ROLE
from fysicure.database_settings import SESSION_SETTINGS
from fysicure.portal_role import PortalRoleMiddleware, _who_asks

SERVER_ERROR = 500
_NARROW = """
SELECT set_config('fysicure.user', %s, true),
       set_config('fysicure.patient', coalesce((SELECT id::text FROM patients_patient WHERE user_id = %s), ''), true),
       set_config('role', %s, true)
"""


class PooledPortalRoleMiddleware(PortalRoleMiddleware):
    """Narrows the database to the patient who asks, within one transaction that is the whole request.

    It is committed before the answer leaves, the note in the access log with it; an answer that failed takes back all
    that it wrote. A page that streams is read whole first: its transaction may not wait for a slow browser.
    """

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        request.narrowed = None  # type: ignore[attr-defined]
        try:
            response = self.get_response(request)
            if request.narrowed and response.streaming:  # type: ignore[attr-defined]
                response.streaming_content = list(response.streaming_content)  # type: ignore[attr-defined]
        except BaseException:
            _end(request, is_good=False)
            raise
        _end(request, is_good=response.status_code < SERVER_ERROR)
        return response

    def process_view(self, request: HttpRequest, view: Any, _args: object, _kwargs: object) -> None:
        if not settings.ROW_SECURITY:
            return
        user = _who_asks(request, view)
        if isinstance(user, User) and user.role == Role.PATIENT:
            request.narrowed = transaction.atomic()  # type: ignore[attr-defined]
            request.narrowed.__enter__()  # type: ignore[attr-defined]
            _narrow(user.pk)


def _narrow(user: UUID) -> None:
    with connection.cursor() as cursor:
        cursor.execute(_NARROW, [str(user), user, PORTAL_ROLE])


def _end(request: HttpRequest, *, is_good: bool) -> None:
    narrowed: Any = getattr(request, "narrowed", None)
    if narrowed is None:
        return
    request.narrowed = None  # type: ignore[attr-defined]
    if not is_good:
        transaction.set_rollback(True)
    narrowed.__exit__(None, None, None)


def keep_session_settings() -> None:
    """Write into the database what else each session would say when it connects. As the owner; changes nothing twice.

    Raises InsufficientPrivilege when who owns the tables does not own the database.
    """
    name = sql.Identifier(connection.settings_dict["NAME"])
    with connection.cursor() as cursor:
        cursor.execute("SELECT word_similarity('a', 'b')")  # loads pg_trgm, so that its setting is known
        for setting, value in SESSION_SETTINGS.items():
            words = sql.SQL(".").join(sql.Identifier(part) for part in setting.split("."))
            cursor.execute(sql.SQL("ALTER DATABASE {} SET {} = {}").format(name, words, sql.Literal(value)))
