"""Rows that are never changed, and deleted only when a whole record is erased (GDPR article 17)."""

from typing import Any

import pgtrigger

NOT_ERASING = "NOT accounts_erasure_is_open()"


def append_only() -> list[Any]:
    """Return the triggers of a table without changes; see accounts.erasure_gate for the only way to a deletion."""
    return [
        pgtrigger.Protect(name="append_only", operation=pgtrigger.Update),
        pgtrigger.Protect(name="erased_only", operation=pgtrigger.Delete, condition=pgtrigger.Condition(NOT_ERASING)),
    ]


def kept_when(condition: str, name: str) -> list[Any]:
    """Return the triggers of a table whose rows are locked once an SQL condition on OLD holds."""
    return [
        pgtrigger.Protect(name=name, operation=pgtrigger.Update, condition=pgtrigger.Condition(condition)),
        pgtrigger.Protect(
            name="erased_only",
            operation=pgtrigger.Delete,
            condition=pgtrigger.Condition(f"{NOT_ERASING} AND ({condition})"),
        ),
    ]
