"""A worker reduced to its core: deliver what is due, until nothing is. Run as a module; says "ready" first."""

import datetime
import os
import sys

import django

if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "fysicure.settings")
    django.setup()
    from scheduling.delivery import deliver, due_messages

    now = datetime.datetime.fromisoformat(sys.argv[1])
    print("ready", flush=True)  # noqa: T201
    while found := due_messages(now=now):
        for message in found:
            deliver(message, now=now)
