"""How often someone may take a whole record out."""

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
    """Raise TooManyExports after five exports in an hour by one account, counted in the log of security events."""
    taken: Any = SecurityEvent.objects.filter(user_id=user_id, kind=SecurityEvent.Kind.EXPORTED, at__gt=now - WITHIN)
    if taken.count() >= MOST:
        raise TooManyExports(_("You took out several records just now. Try again in an hour."))
