"""Fills an empty migrated database with a small practice and prints what a program needs to book there, as JSON.

DATABASE_URL=… python -m tests.chaos.practice 200
"""

import datetime
import itertools
import json
import os
import sys

import django


def main(count: int) -> None:
    """Make four therapists, their patients and a key for the desk; find so many free half hours."""
    from accounts.models import Role  # noqa: PLC0415 after Django is set up
    from accounts.tokens import issue  # noqa: PLC0415
    from scheduling.consents import give  # noqa: PLC0415
    from scheduling.models import Room  # noqa: PLC0415
    from tests.open_days import is_holiday  # noqa: PLC0415
    from tests.people import BRUSSELS, make_patient, make_practitioner, make_user  # noqa: PLC0415

    now = datetime.datetime.now(BRUSSELS)
    desk = make_user("desk@practice.example", "Els Wouters", Role.RECEPTIONIST)
    therapists = [make_practitioner(f"kine{number}@practice.example", f"Kine {number}") for number in range(4)]
    Room.objects.bulk_create(Room(name=f"Zaal {number}") for number in range(6))
    patients = [make_patient(f"Naam{number}", email=f"p{number}@mail.example", phone="") for number in range(20)]
    for patient in patients:
        give(patient, "email", source="desk", by=desk, now=now - datetime.timedelta(days=1))
    later = (now.date() + datetime.timedelta(days=number) for number in itertools.count(3))
    days = (day for day in later if day.weekday() < 5 and not is_holiday(day))
    bookings = []
    for day, hour in ((day, hour) for day in days for hour in (8, 9, 10, 11, 13, 14, 15, 16, 17, 18)):
        for number, therapist in enumerate(therapists):
            patient = patients[(len(bookings) + number) % len(patients)]
            start = datetime.datetime.combine(day, datetime.time(hour), BRUSSELS).isoformat()
            bookings.append({"patient": str(patient.pk), "practitioner": str(therapist.pk), "start": start})
        if len(bookings) >= count:
            break
    rest = {"minutes": 30, "type": "session"}
    print(json.dumps({"token": issue(desk), "bookings": [each | rest for each in bookings]}))  # noqa: T201


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "fysicure.settings")
    django.setup()
    main(int(sys.argv[1]))
