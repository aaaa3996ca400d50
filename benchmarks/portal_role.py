"""What row security costs the portal: each page with the portal's role and without, in turn, over the database at hand.

    FYSICURE_DEMO=1 python benchmarks/portal_role.py [turns]

Needs a patient who can sign in, such as the demo's. Exits 1 when a page asks more than two statements more.
"""

import os
import statistics
import sys
import time
from pathlib import Path

import django
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext, override_settings

ROOT = Path(__file__).resolve().parent.parent
PAGES = ("/portal/", "/portal/plan/", "/portal/diary/", "/portal/visits/", "/portal/record/")
MOST_MORE = 2


def main(turns: int) -> int:
    """Time the pages, print a table; return the exit code."""
    from pathways.models import CarePlan

    user = CarePlan.objects.running().filter(patient__user__isnull=False).order_by("pk")[0].patient.user
    client, is_cheap = Client(), True
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    print(f"{'page':<18}{'without':>12}{'with':>12}   statements")
    for page in PAGES:
        times: dict[bool, list[float]] = {False: [], True: []}
        counts = {}
        for turn in range(2 * turns):
            is_on = bool(turn % 2)
            with override_settings(ROW_SECURITY=is_on), CaptureQueriesContext(connection) as caught:
                began = time.perf_counter()
                assert client.get(page).status_code == 200
                times[is_on].append((time.perf_counter() - began) * 1000)
            counts[is_on] = len(caught)
        off, on = (f"{statistics.median(times[each]):9.1f} ms" for each in (False, True))
        print(f"{page:<18}{off}{on}   {counts[False]} → {counts[True]}")
        is_cheap &= counts[True] - counts[False] <= MOST_MORE
    return 0 if is_cheap else 1


if __name__ == "__main__":
    sys.path.insert(0, str(ROOT))
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "fysicure.settings")
    django.setup()
    with override_settings(ALLOWED_HOSTS=["testserver"]):
        sys.exit(main(int(sys.argv[1]) if len(sys.argv) > 1 else 60))
