"""What the therapist explained, ticked when it was given."""

import datetime

from accounts.models import User
from pathways.models import EducationItem


def tick_education(item: EducationItem, *, given: bool, by: User, now: datetime.datetime) -> EducationItem:
    """Note that something was explained, or take that back. The first moment stays when it is ticked twice."""
    if given and item.given_at is not None:
        return item
    item.given_at, item.given_by = (now, by) if given else (None, None)
    item.save(update_fields=["given_at", "given_by"])
    return item
