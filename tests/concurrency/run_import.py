"""A process that carries an import on, for test_import_killed.py: it is killed while it writes.

The id of the import stands on the command line; after each part a line is written on stdout.
"""

import sys
from uuid import UUID

import django

if __name__ == "__main__":
    django.setup()

from patients.data_import import running, undoing  # noqa: E402 after the set-up
from patients.data_import.steps import carry_on  # noqa: E402
from tests.people import NOW  # noqa: E402

if __name__ == "__main__":
    running.PART = undoing.PART = 5

    def say(lines: int) -> None:
        """Write a line that the test reads."""
        sys.stdout.write(f"{lines}\n")
        sys.stdout.flush()

    say(0)
    carry_on(UUID(sys.argv[1]), now=NOW, tell=say)
