"""Workers reduced to their core, born fast: Django is set up once, and each line of input forks one.

A line is the moment at which the worker lives; the answer is its process id. It delivers what is due, until nothing is.
"""

import datetime
import os
import signal
import sys

import django


def work(moment: str) -> None:
    """Deliver all that is due at a moment."""
    from scheduling.delivery import deliver, due_messages  # noqa: PLC0415 after Django is set up

    now = datetime.datetime.fromisoformat(moment)
    while found := due_messages(now=now):
        for message in found:
            deliver(message, now=now)


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "fysicure.settings")
    django.setup()
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # the dead need no burial
    for line in sys.stdin:
        child = os.fork()
        if child == 0:
            try:
                work(line.strip())
            finally:
                os._exit(0)
        print(child, flush=True)  # noqa: T201
