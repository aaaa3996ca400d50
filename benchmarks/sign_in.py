"""Sign people in on the database of DATABASE_URL and tell, as JSON, with what keys and about whom pages are asked."""

import datetime
import json
import os

import django

TOKENS = 40


def facts() -> dict[str, object]:
    """Return session keys, API keys, ids and days of the practice (benchmarks/practice)."""
    from django.contrib.sessions.backends.base import SessionBase
    from django.test import Client
    from django.utils import timezone

    from accounts.models import User
    from accounts.tokens import issue
    from benchmarks.practice.staff import STILL_HERE, staff
    from pathways.models import CarePlan
    from patients.models import Patient
    from scheduling.models import Appointment
    from scheduling.public_holidays import holidays_between
    from tests.second_factor import count_as_passed

    count_as_passed()
    people, today = staff(), timezone.localdate()

    def session(user: User) -> str:
        client = Client(SERVER_NAME="127.0.0.1")
        client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
        store: SessionBase = client.session
        return str(store.session_key)

    signed_in = {"therapist": [people.therapists[0].user], "desk": [people.desk], "patient": people.patients}
    days = [today - datetime.timedelta(days=back) for back in range(7, 60)]
    closed = set(holidays_between(days[-1], today + datetime.timedelta(days=500)))
    coming = [today + datetime.timedelta(days=ahead) for ahead in range(40, 500)]
    monday = today + datetime.timedelta(days=7 - today.weekday())
    return {
        "sessions": {who: [session(user) for user in users] for who, users in signed_in.items()},
        # So many that none of them comes above its share of calls a second.
        "tokens": {
            who: [issue(user) for _turn in range(TOKENS // len(users)) for user in users]
            for who, users in signed_in.items()
        },
        "first": str(people.therapists[0].pk),
        "here": [str(each.pk) for each in people.therapists[:STILL_HERE]],
        "runners": [
            str(pk) for pk in CarePlan.objects.filter(status="active").values_list("patient_id", flat=True)[:300]
        ],
        "plans": [str(pk) for pk in CarePlan.objects.filter(status="active").values_list("pk", flat=True)[:300]],
        "past_days": [str(day) for day in days if day.isoweekday() <= 5 and day not in closed],
        "coming_days": [str(day) for day in coming if day.isoweekday() <= 5 and day not in closed],
        "mondays": [str(monday), str(monday + datetime.timedelta(days=7))],
        "prefixes": _prefixes(),
        "visits": Appointment.objects.count(),
        "patients": Patient.objects.filter(archived_at=None).count(),
    }


def _prefixes() -> list[str]:
    """Beginnings of names that fill a page of twenty at any size."""
    from benchmarks.practice.names import COMMON

    return [name.lower()[:6].strip() for name in COMMON]


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "fysicure.settings")
    django.setup()
    print(json.dumps(facts()))
