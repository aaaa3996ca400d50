"""A process that books series without end, for test_series_killed.py: it is killed while it writes.

Each line on stdin holds the ids of a patient, a practitioner and a user, and the first day. For each a child is
forked that books; its process id is written on stdout after its first series, and "dead" once it was killed.
"""

import datetime
import itertools
import os
import sys

import django

if __name__ == "__main__":
    django.setup()

from accounts.models import Practitioner, User  # noqa: E402 after the set-up
from patients.models import Patient  # noqa: E402
from scheduling.series import PlannedVisit, SeriesRefused, book_series  # noqa: E402
from tests.people import NOW, at  # noqa: E402

VISITS = 8


def say(word: object) -> None:
    """Write a line that the test reads."""
    sys.stdout.write(f"{word}\n")
    sys.stdout.flush()


def book_without_end(patient_id: str, practitioner_id: str, user_id: str, first: str) -> None:
    """Book series of eight weekly visits, one after the other, until somebody kills this process."""
    patient, by = Patient.objects.get(pk=patient_id), User.objects.get(pk=user_id)
    practitioner = Practitioner.objects.get(pk=practitioner_id)
    day, booked = datetime.date.fromisoformat(first), 0
    for number in itertools.count():
        starts = [at(f"{day + datetime.timedelta(weeks=week)}", f"{8 + number % 4:02}:00") for week in range(VISITS)]
        try:
            book_series(patient, [PlannedVisit(practitioner, start, 30, "session") for start in starts], by=by, now=NOW)
        except SeriesRefused:
            day += datetime.timedelta(days=1)
            continue
        booked += 1
        if booked == 1:
            say(os.getpid())


if __name__ == "__main__":
    for line in sys.stdin:
        child = os.fork()  # no connection is open yet: each child opens its own
        if not child:
            book_without_end(*line.split())
        os.waitpid(child, 0)
        say("dead")
