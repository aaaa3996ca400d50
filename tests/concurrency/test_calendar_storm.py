"""The storm, small enough for each run of the suite: the calendar stays true while twenty-four processes change it."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
STORM = (sys.executable, "-m", "tests.concurrency.calendar_storm")


@pytest.mark.concurrency
def test_the_calendar_stays_true_in_a_storm() -> None:
    """It runs on its own, since a process with the threads of a test run should not fork; its database is its own."""
    size = ("--processes", "24", "--seconds", "8")
    found = subprocess.run((*STORM, *size), cwd=ROOT, env=os.environ, capture_output=True, text=True, check=False)
    assert found.returncode == 0, f"{found.stdout}\n{found.stderr}"
