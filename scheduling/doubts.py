"""After a restore nobody knows what left between the backup and now: a person decides, so that none goes out twice."""

import datetime

from scheduling.messages_reasons import Reason, written
from scheduling.models import Communication


def doubt_what_waited(*, now: datetime.datetime) -> int:
    """Turn the messages that were due, or being sent, into "unsure"; return how many. One query.

    They stand on the desk's list of troubles, to send again or to write off. What is due later goes out as planned.
    """
    waited = Communication.objects.filter(
        status__in=[Communication.Status.PREPARATION, Communication.Status.IN_PROGRESS], due_at__lte=now
    )
    return int(waited.update(status=Communication.Status.UNKNOWN, error=written(Reason.INTERRUPTED)))
