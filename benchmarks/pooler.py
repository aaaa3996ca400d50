"""The app through PgBouncer in transaction mode: pages, bookings, the portal, jobs; and nobody in another's role.

    python -m benchmarks.pooler [seconds]      (pgbouncer on the PATH)

Three connections of the server for sixteen callers, so that each statement may meet another connection. Patients ask
for their portal while the desk reads and programs book. Wrong: a patient who sees another or nothing, a page of the
desk that is narrowed to a patient, a connection that stays in the portal's role, any answer but 200 and 201. First the
same with the settings for a direct connection (`as if direct`), to see what the setting is for.
"""

import json
import os
import re
import shutil
import sys
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import psycopg

from benchmarks.nodes import Program, end, start, wait_until
from benchmarks.two_servers import Practice, Web, make, rows, run

CALLERS, SERVERS = 16, 3
PORTAL = """
import json
from django.test import Client
from patients.models import Patient
made = {}
for patient in Patient.objects.filter(user__isnull=False).order_by("family_name")[:4]:
    client = Client()
    client.force_login(patient.user, backend="django.contrib.auth.backends.ModelBackend")
    made[patient.family_name] = client.cookies["sessionid"].value
print(json.dumps(made))
"""
WHO = "SELECT current_user::text, coalesce(current_setting('fysicure.patient', true), '')"
DEFER = """
from uuid import uuid4
from fysicure.tasks import deliver_message
for number in range(10): deliver_message.configure(queue="pooler").defer(message=str(uuid4()))
"""
JOBS = "SELECT status::text, count(*) FROM procrastinate_jobs WHERE queue_name = 'pooler' GROUP BY 1"
INI = """
[databases]
fysicure = host={socket} port=5432 dbname=fysicure
[pgbouncer]
listen_addr =
unix_socket_dir = {folder}
listen_port = 6432
auth_type = trust
auth_file = {folder}/users.txt
pool_mode = transaction
default_pool_size = {servers}
max_client_conn = 200
ignore_startup_parameters = extra_float_digits{ignored}
"""


def main(seconds: float) -> int:
    """Run it both ways; return the exit code."""
    practice = make(is_synchronous=False)
    folder = Path("/tmp/fysicure-pooler")  # noqa: S108 a socket's path must be short
    try:
        direct = practice.environment(with_replica=False)
        portal = json.loads(run(practice.folder, "manage.py", "shell", "-v0", "-c", PORTAL, **direct))
        run(practice.folder, "manage.py", "migrate", "-v0", **direct, DATABASE_POOLER="transaction")
        pooled = {**direct, "DATABASE_URL": f"postgresql://fysicure_app@/fysicure?host={folder}&port=6432"}
        wrong = {}
        for words, ignored, settings in (
            ("as if direct", ", options", {}),
            ("transaction", "", {"DATABASE_POOLER": "transaction"}),
        ):
            pooler = _pooler(folder, practice, ignored)
            nodes = [practice.web(f"{words} {n}", {**pooled, **settings}) for n in (1, 2)]
            wrong[words] = _use(words, practice, nodes, portal, seconds, pooled["DATABASE_URL"])
            end(*(node.process for node in nodes))
            if words == "transaction":
                _jobs(practice, direct, {**pooled, **settings})
            end(pooler)
        for words, found in wrong.items():
            print(f"wrong, {words}: {found}")
        return 1 if wrong["transaction"] else 0
    finally:
        practice.stop()


def _pooler(folder: Path, practice: Practice, ignored: str) -> Program:
    program = shutil.which("pgbouncer", path=f"{os.environ.get('PATH', '')}:/usr/sbin")
    if program is None:
        raise SystemExit("pgbouncer is not installed.")
    owner = practice.primary._owner()
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(mode=0o755)
    values = {"socket": practice.primary.socket_dir, "folder": folder, "servers": SERVERS, "ignored": ignored}
    (folder / "pgbouncer.ini").write_text(INI.format(**values))
    (folder / "users.txt").write_text('"fysicure_app" ""\n"postgres" ""\n')
    for path in (folder, *folder.iterdir()):
        os.chown(path, owner.pw_uid, owner.pw_gid)
    with (practice.folder / "pgbouncer.log").open("ab") as log:
        process = start([program, str(folder / "pgbouncer.ini")], os.environ, log, user=owner.pw_uid)
    practice.started.append(process)
    wait_until((folder / ".s.PGSQL.6432").exists)
    return process


def _use(  # noqa: PLR0917 the two runs differ in nothing else
    words: str, practice: Practice, nodes: list[Web], portal: dict[str, str], seconds: float, address: str
) -> dict[str, int]:
    until, wrong, done = time.monotonic() + seconds, Counter[str](), Counter[str]()
    patients = sorted({booking["patient"] for booking in practice.bookings})
    every_name = {f"Naam{number}" for number in range(20)}

    def see_the_portal(number: int) -> None:
        name, session = sorted(portal.items())[number % len(portal)]
        while time.monotonic() < until:
            path = ("/portal/record/", "/portal/visits/", "/portal/")[done["portal"] % 3]
            status, _headers, body = nodes[number % 2].ask("GET", path, Cookie=f"sessionid={session}")
            done["portal"] += 1
            seen = every_name & set(re.findall(r"Naam\d+", body.decode()))
            wrong[f"portal {status}"] += status != 200
            wrong["portal: another patient"] += bool(seen - {name})
            wrong["portal: not oneself"] += status == 200 and path == "/portal/record/" and name not in seen

    def read_at_the_desk(number: int) -> None:
        while time.monotonic() < until:
            path = ("/patients/all/", f"/patients/{patients[done['desk'] % len(patients)]}/", "/agenda/")[
                done["desk"] % 3
            ]
            status, _headers, body = nodes[number % 2].ask("GET", path, Cookie=f"sessionid={practice.cookies['desk']}")
            done["desk"] += 1
            wrong[f"desk {status}"] += status != 200
            seen = every_name & set(re.findall(r"Naam\d+", body.decode()))
            wrong["desk: narrowed"] += path == "/patients/all/" and status == 200 and seen != every_name

    def book(number: int) -> None:
        while time.monotonic() < until:
            done["bookings"] += 1
            turn = done["bookings"] + (800 if words == "transaction" else 0)
            status = nodes[number % 2].book(practice.bookings[turn], f"{words} {turn}", practice.token)[0]
            wrong[f"booking {status}"] += status not in {201, 429}
            time.sleep(0.1)

    with ThreadPoolExecutor(CALLERS) as pool:
        kinds = [see_the_portal] * 8 + [read_at_the_desk] * 6 + [book] * 2
        for job in [pool.submit(kind, number) for number, kind in enumerate(kinds)]:
            job.result()
    for _turn in range(30):
        with psycopg.connect(address, autocommit=True) as other:
            wrong["a connection in a patient's role"] += other.execute(WHO).fetchone() != ("fysicure_app", "")
    print(f"{words}: {dict(done)} with {SERVERS} connections of the server")
    return {name: count for name, count in wrong.items() if count}


def _jobs(practice: Practice, direct: dict[str, str], pooled: dict[str, str]) -> None:
    """Ask for jobs through the pooler; workers listen past it."""
    run(practice.folder, "manage.py", "shell", "-v0", "-c", DEFER, **pooled)
    practice.worker("worker", direct)
    for done in (10, 20):
        wait_until(lambda done=done: rows(practice.primary.owner_url, JOBS) == [("succeeded", done)], seconds=60)
        if done == 10:
            run(practice.folder, "manage.py", "shell", "-v0", "-c", DEFER, **pooled)
    print("jobs asked for through the pooler, done by a worker that listens past it: 20 of 20")


if __name__ == "__main__":
    sys.exit(main(float(sys.argv[1]) if len(sys.argv) > 1 else 15.0))
