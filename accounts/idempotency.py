"""A create that is sent twice with one key makes one thing (draft-ietf-httpapi-idempotency-key-header).

The key is written first, in the transaction of the create: who sends the same key at the same moment waits there, and
then finds what was made, or, when that was refused, makes it. A refusal is not kept: it is worked out again.
"""

import datetime
import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import OperationalError, connection, transaction
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _

from accounts.exceptions import DomainError
from accounts.models import IdempotencyKey, User

HELD_FOR = datetime.timedelta(hours=24)
LONGEST_KEY = 255
_TRIES = 3
_WRITE = """
INSERT INTO accounts_idempotencykey (id, user_id, key, digest, status, result, created_at)
VALUES (%s, %s, %s, %s, %s, %s, %s) ON CONFLICT DO NOTHING
"""
_KEEP = "UPDATE accounts_idempotencykey SET result = %s, status = %s WHERE id = %s"
_BEGIN_AGAIN = {"40P01", "40001"}  # deadlock_detected, serialization_failure


class KeyReused(DomainError):
    """The key came before with another content: it names one create and no second one."""

    status = 422
    title = "Idempotency key reused"

    def __init__(self) -> None:
        super().__init__(_("This key was sent before with other content. Send this with a new key."))


@dataclass(frozen=True)
class Once:
    """What came of a create: the row when it was made just now (else None), its key and the status of the answer."""

    made: Any
    result: str
    status: int


def digest_of(method: str, path: str, body: Any) -> str:
    """Return the keyed digest of a request: the order of members and the spaces between them do not count."""
    text = json.dumps(body, sort_keys=True, separators=(",", ":"), default=str)
    return salted_hmac("accounts.idempotency", f"{method} {path} {text}", algorithm="sha256").hexdigest()


def make_once(
    make: Callable[[], tuple[Any, int]],
    *,
    key: str,
    digest: str,
    by: User,
    now: datetime.datetime,
    expected: UUID | None = None,
) -> Once:
    """Call `make`, which returns a row and the status of its answer, unless the user's key did that before.

    `expected` is the id that a new row is about to get, when `make` knows it: then the key need not be written twice.
    `make` runs in one transaction with the key. Two queries besides those of `make` (one for what was expected), three
    for a key that came before. It begins again, three tries in all, when the database broke it off. Raises KeyReused
    when the key came with another content, and whatever `make` raises: then the key is free again.
    """
    for tries_left in reversed(range(_TRIES)):
        try:
            result = str(expected or "")
            return _make_once(make, IdempotencyKey(user=by, key=key, digest=digest, result=result, created_at=now))
        except OperationalError as error:
            if getattr(error.__cause__, "sqlstate", "") not in _BEGIN_AGAIN or not tries_left:
                raise
    raise AssertionError("unreachable")


@transaction.atomic
def _make_once(make: Callable[[], tuple[Any, int]], mine: IdempotencyKey) -> Once:
    if _is_first(mine):
        made, status = make()
        if (str(made.pk), status) != (mine.result, mine.status):
            with connection.cursor() as cursor:
                cursor.execute(_KEEP, [str(made.pk), status, mine.pk])
        return Once(made, str(made.pk), status)
    known = IdempotencyKey.objects.get(user=mine.user, key=mine.key)
    if known.digest != mine.digest:
        raise KeyReused
    return Once(None, known.result, known.status)


def _is_first(mine: IdempotencyKey) -> bool:
    """Write the key; say whether the user had none like it. Whoever has it in hand is waited for."""
    with connection.cursor() as cursor:
        cursor.execute(
            _WRITE, [mine.pk, mine.user_id, mine.key, mine.digest, mine.status, mine.result, mine.created_at]
        )
        return cursor.rowcount == 1


def forget_keys(*, now: datetime.datetime) -> int:
    """Remove the keys that are older than a day. Return how many."""
    return IdempotencyKey.objects.filter(created_at__lte=now - HELD_FOR).delete()[0]


def forget_results(results: Iterable[UUID]) -> None:
    """Remove the keys that name one of these rows: they are erased."""
    IdempotencyKey.objects.filter(result__in=[str(each) for each in results]).delete()
