#!/usr/bin/env python
"""Django's command line. The embedded database starts by itself when DATABASE_URL is unset."""

import os
import sys

from django.core.management import execute_from_command_line

from accounts.history_context import as_job

# Commands that change no record by themselves; what they start names itself.
NO_JOB = {"", "migrate", "procrastinate", "runserver"}


def main() -> None:
    """Run the command in sys.argv."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "fysicure.settings")
    command = sys.argv[1] if len(sys.argv) > 1 else ""
    run = execute_from_command_line if command in NO_JOB else as_job(f"manage.py {command}")(execute_from_command_line)
    run(sys.argv)


if __name__ == "__main__":
    main()
