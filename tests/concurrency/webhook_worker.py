"""A worker reduced to its core, in a process of its own, so that a test can kill it in the act."""

import datetime
import os
import sys

import django


def work(seconds_later: float) -> None:
    """Bring what is due, as if it were so many seconds later."""
    from django.utils import timezone  # noqa: PLC0415 after Django is set up

    from accounts.webhooks.rounds import deliver_due  # noqa: PLC0415

    later = datetime.timedelta(seconds=seconds_later)
    deliver_due(clock=lambda: timezone.now() + later, seconds=30)


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "fysicure.settings")
    django.setup()
    work(float(sys.argv[1]))
