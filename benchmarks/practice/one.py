"""Fill the database of DATABASE_URL, which is empty but for its tables: `python -m benchmarks.practice.one 5000 1`."""

import os
import sys

import django

if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "fysicure.settings")
    django.setup()
    from benchmarks.practice.fill import Size, fill

    print(fill(Size(int(sys.argv[1]), float(sys.argv[2]))), flush=True)
