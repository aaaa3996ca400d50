"""The owner writes what patients may do with visits themselves."""

from collections.abc import Mapping
from typing import Any

import pghistory
from django.db import transaction

from accounts.models import User
from accounts.versions import refuse_stale
from scheduling.models import BookingPolicy


def keep_policy(values: Mapping[str, Any], *, version: int, by: User) -> BookingPolicy:
    """Keep the rules for patients; `version` is the one that the editor saw, 0 for the defaults before any was kept.

    Raises EditConflict when somebody else kept other rules since.
    """
    with transaction.atomic(), pghistory.context(user=str(by.pk)):
        kept: BookingPolicy | None = BookingPolicy.objects.select_for_update().filter(pk=1).first()
        row = kept or BookingPolicy()
        if kept is not None:
            refuse_stale(row, version=version, given=values)
        for name, value in values.items():
            setattr(row, name, value)
        row.save()
        return row
