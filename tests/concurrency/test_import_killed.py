"""A process that imports is killed while it works, again and again: nothing is lost, nothing is there twice."""

import os
import random
import signal
import subprocess
import sys
import time
from typing import Any

import pytest
from django.db.models import Count

from accounts.models import User
from patients.data_import.staging import start
from patients.data_import.steps import ask_to_check, ask_to_run, ask_to_undo, carry_on, left_behind
from patients.models import DataImport, Patient
from tests.concurrency.test_series_killed import ROOT, address, wait_until_nobody_writes
from tests.people import NOW

pytestmark = pytest.mark.django_db(transaction=True)
LINES, KILLS = 120, 2


def kill_while_importing(row: DataImport) -> None:
    """Let a process carry an import on, and kill it -9 a random moment after its first part."""
    program = [sys.executable, "-m", "tests.concurrency.run_import", str(row.pk)]
    env = {**os.environ, "DATABASE_URL": address(), "DJANGO_SETTINGS_MODULE": "fysicure.settings"}
    pipes: dict[str, Any] = {"stdout": subprocess.PIPE, "text": True}
    with subprocess.Popen(program, cwd=ROOT, env=env, **pipes) as process:
        assert process.stdout.readline() == "0\n"
        assert process.stdout.readline() == "5\n"
        time.sleep(random.uniform(0, 0.1))  # noqa: S311 any moment will do
        os.kill(process.pid, signal.SIGKILL)
    wait_until_nobody_writes()


def is_consistent(row: DataImport) -> bool:
    """Whether each line says what is there: a patient for each line that was made, and no other."""
    made = set(row.rows.filter(outcome="made").values_list("made_id", flat=True))
    return made == set(Patient.objects.values_list("pk", flat=True))


def test_a_killed_import_goes_on_where_it_was_and_so_does_its_undoing(owner: User) -> None:
    lines = "".join(f"Naam{number};An;14/03/1997\n" for number in range(LINES))
    row = start(f"Naam;Voornaam;Geboortedatum\n{lines}".encode(), kind="patients", file_name="a", by=owner, now=NOW)
    ask_to_check(row, by=owner, now=NOW)
    carry_on(row.pk, now=NOW)
    for ask, status, left in ((ask_to_run, "done", LINES), (ask_to_undo, "undone", 0)):
        ask(row, by=owner, now=NOW)
        for _kill in range(KILLS):
            kill_while_importing(row)
            assert is_consistent(row)
        assert left_behind() == [row.pk]
        assert 0 < Patient.objects.count() < LINES
        assert carry_on(row.pk, now=NOW) == status
        assert Patient.objects.count() == left
        row.refresh_from_db()
        assert row.rows_done == LINES
    events = Patient.pgh_event_model.objects.values("pgh_obj_id").annotate(count=Count("pgh_id"))
    assert {each["count"] for each in events} == {2}, "each was made once and removed once"
