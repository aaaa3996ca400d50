"""Taking a row: first the lock, then the reading.

PostgreSQL reads a locked row again after it had to wait for it, but keeps the rows that it joined before the wait
(EvalPlanQual). A query that locks and joins at once therefore shows a plan as it is now beside a patient, a version or
a contact as it was before somebody else's change. So nothing is joined while locking, and what is joined is read after.
"""

from typing import Any

from django.db.models import QuerySet


def locked(rows: QuerySet[Any], pk: Any, *, no_key: bool = False) -> Any:
    """Return a row of `rows` as it is now, with what `rows` joins; it stays locked until the transaction ends.

    `no_key` leaves others free to refer to the row meanwhile. Raises DoesNotExist when the row is not in `rows`, also
    when it left them while this waited. Two queries.
    """
    bare = rows.model._base_manager.order_by().select_for_update(no_key=no_key)
    bare.filter(pk=pk).values_list("pk").first()
    return rows.get(pk=pk)
