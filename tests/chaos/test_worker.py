"""The worker loses the database: it ends or works on, and under a supervisor the job that waits is done once.

A worker that is killed in the middle of a job is in tests/concurrency/test_delivery_killed.py.
"""

import os
import subprocess
import sys

import pytest

from fysicure.database import EmbeddedServer
from tests.chaos.conftest import rows, wait_until

pytestmark = pytest.mark.concurrency
TASK = "fysicure.tasks.report_retention"  # one that the clock does not put in the queue meanwhile
JOB = """SELECT status::text, attempts FROM procrastinate_jobs WHERE args = '{"timestamp": 7}'"""


class Supervised:
    """A worker that is started again when it ends, as systemd, a container or `make demo` does."""

    def __init__(self, cluster: EmbeddedServer) -> None:
        self.environment = {**os.environ, "DATABASE_URL": cluster.url, "DATABASE_OWNER_URL": cluster.owner_url}
        self.process = self.start("worker")

    def start(self, *arguments: str) -> "subprocess.Popen[bytes]":
        return subprocess.Popen([sys.executable, "manage.py", "procrastinate", *arguments], env=self.environment)

    def tend(self) -> None:
        if self.process.poll() is not None:
            self.process = self.start("worker")


def test_the_job_that_waits_is_done_once(cluster: EmbeddedServer) -> None:
    worker = Supervised(cluster)
    try:
        wait_until(lambda: rows(cluster, "SELECT 1 FROM procrastinate_workers"))
        server = cluster.process()
        assert server is not None
        server.kill()
        server.wait()
        cluster.attach()
        assert worker.start("defer", TASK, '{"timestamp": 7}').wait(60) == 0

        def is_done() -> bool:
            worker.tend()
            return rows(cluster, JOB) == [("succeeded", 1)]

        wait_until(is_done, seconds=90)
    finally:
        worker.process.kill()
        worker.process.wait()
