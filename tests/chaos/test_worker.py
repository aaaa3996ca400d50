"""The worker loses the database, or its life: the job it had is done once, by it or by the next one."""

import os
import subprocess
import sys

import pytest

from fysicure.database import EmbeddedServer
from tests.chaos.conftest import rows, wait_until

pytestmark = pytest.mark.concurrency


def start(cluster: EmbeddedServer) -> "subprocess.Popen[bytes]":
    environment = {**os.environ, "DATABASE_URL": cluster.url}
    return subprocess.Popen([sys.executable, "manage.py", "procrastinate", "worker"], env=environment)


def test_it_ends_when_the_database_is_killed(cluster: EmbeddedServer) -> None:
    worker = start(cluster)
    try:
        wait_until(lambda: rows(cluster, "SELECT 1 FROM procrastinate_workers"))
        server = cluster.process()
        assert server is not None
        server.kill()
        wait_until(lambda: worker.poll() is not None)
        assert worker.returncode != 0
    finally:
        worker.kill()
        worker.wait()
        cluster.attach()
