#!/usr/bin/env python
"""Django's command line. The embedded database starts by itself when DATABASE_URL is unset."""

import os
import sys

from django.core.management import execute_from_command_line


def main() -> None:
    """Run the command in sys.argv."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "fysicure.settings")
    execute_from_command_line(sys.argv)


if __name__ == "__main__":
    main()
