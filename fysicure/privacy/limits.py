"""How often someone may take whole records out."""

import datetime
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from accounts.exceptions import DomainError
from accounts.models import SecurityEvent

MOST, WITHIN = 5, datetime.timedelta(hours=1)


class TooManyExports(DomainError):
    """So many records were taken out by this account that it must wait."""

    status = 429
    title = "Too many requests"


def check_export_limit(user_id: UUID, *, now: datetime.datetime) -> None:
    """Raise TooManyExports after five exports in an hour by one account, counted in the log of security events.

    Counted is what says `what` was taken out: a record, or a file for research. Files of the audit and of an import are
    exports too, and hold no record.
    """
    taken: Any = SecurityEvent.objects.filter(
        user_id=user_id, kind=SecurityEvent.Kind.EXPORTED, detail__has_key="what", at__gt=now - WITHIN
    )
    if taken.count() >= MOST:
        raise TooManyExports(_("You took out several records just now. Try again in an hour."))
