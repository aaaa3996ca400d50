"""The one door through which history may leave: a recorded erasure."""

from collections.abc import Iterator
from contextlib import contextmanager
from uuid import UUID

from django.db import connection
from django.utils.translation import gettext as _

from accounts.exceptions import DomainError


class ErasureNotRecorded(DomainError):
    """History may go only in the transaction that says so: there is no event of this erasure in it."""

    def __init__(self) -> None:
        super().__init__(_("An erasure must be recorded before history may go."))


@contextmanager
def erasing(erasure_id: UUID) -> Iterator[None]:
    """Let the rows of history be deleted, inside the transaction of the caller.

    That transaction must first have noted the erasure: `note_event(Kind.ERASED, ..., erasure=str(erasure_id))`. The
    triggers check it themselves; here it fails early. Each row that goes leaves a tombstone in the audit, so that
    `verify_audit` stays whole; the digest of the row can then no longer be guessed back. Nothing else opens: readings
    and security events stay, and no row of history can be changed. Raises ErasureNotRecorded.
    """
    if not connection.in_atomic_block:
        raise ErasureNotRecorded
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('fysicure.erasing', %s, true)", [str(erasure_id)])
        cursor.execute("SELECT accounts_erasure_is_open()")
        if not cursor.fetchone()[0]:
            raise ErasureNotRecorded
        # Every row that may go is linked, and no other transaction links until this one ends.
        cursor.execute("SELECT accounts_audit_append_waiting(2147483647)")
    yield
    # After an error the transaction is lost, and the setting with it.
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('fysicure.erasing', '', true)")
