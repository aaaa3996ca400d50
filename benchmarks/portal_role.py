"""What row security costs the portal: each page with the portal's role and without, by turns.

    python -m benchmarks.portal_role [turns]     over the small practice of the benchmarks

Processor time of a page, this program's and its connection's together. Exits 1 when a page asks more than two
statements more with the role.
"""

import os
import sys
import time

import django
import psutil
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext, override_settings

from benchmarks.practice import cluster
from benchmarks.practice.__main__ import make

PAGES = ("/portal/", "/portal/plan/", "/portal/diary/", "/portal/visits/", "/portal/record/")
MOST_MORE, WARM_UP = 2, 3


def main(turns: int) -> int:
    """Time the pages, print a table; return the exit code."""
    from pathways.models import CarePlan
    from tests.second_factor import count_as_passed

    count_as_passed()
    user = CarePlan.objects.running().filter(patient__user__isnull=False).order_by("pk")[0].patient.user
    client, is_cheap = Client(), True
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    print(f"{'page':<18}{'without':>12}{'with':>12}   statements")
    for page in PAGES:
        used, counts = {False: 0.0, True: 0.0}, {False: 0, True: 0}
        for turn in range(2 * (turns + WARM_UP)):
            is_on = bool(turn % 2)
            with override_settings(ROW_SECURITY=is_on), CaptureQueriesContext(connection) as caught:
                before = _cpu()
                assert client.get(page).status_code == 200
                used[is_on] += _cpu() - before if turn >= 2 * WARM_UP else 0.0
            counts[is_on] = len(caught)
        off, on = (f"{used[each] / turns * 1000:9.1f} ms" for each in (False, True))
        print(f"{page:<18}{off}{on}   {counts[False]} → {counts[True]}")
        is_cheap &= counts[True] - counts[False] <= MOST_MORE
    return 0 if is_cheap else 1


def _cpu() -> float:
    connection.ensure_connection()
    database = psutil.Process(connection.connection.info.backend_pid).cpu_times()
    return time.process_time() + database.user + database.system


if __name__ == "__main__":
    server = cluster.cluster()
    server.attach()
    name = make("small")
    os.environ |= {
        "DATABASE_URL": cluster.address(server, name), "DATABASE_OWNER_URL": cluster.owner_address(server, name),
        "DJANGO_SETTINGS_MODULE": "fysicure.settings",
    }  # fmt: skip
    django.setup()
    with override_settings(ALLOWED_HOSTS=["testserver"]):
        sys.exit(main(int(sys.argv[1]) if len(sys.argv) > 1 else 60))
