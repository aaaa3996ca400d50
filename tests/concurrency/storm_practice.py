"""A calendar small enough that everybody wants the same moments: three therapists, two rooms and a treadmill."""

import datetime
import functools
from dataclasses import dataclass

from django.utils import timezone

from accounts.models import Practitioner, Role, User
from pathways.models import CarePlan, FollowUp
from patients.models import EpisodeOfCare, Patient
from scheduling.models import ContactConsent, Equipment, HealthcareService, Room
from tests.open_days import is_holiday
from tests.people import at, make_patient, make_practitioner, make_user
from tests.running_plan import make_plan, make_version

PATIENTS = 12
PLANS = 3


@dataclass(frozen=True)
class Practice:
    """Who and what the storm plays with. `days` are two working days to come."""

    desk: User
    therapists: list[Practitioner]
    patients: list[Patient]
    follow_ups: list[FollowUp]
    days: tuple[datetime.date, datetime.date]

    @functools.cached_property
    def noon(self) -> datetime.datetime:
        """The middle of the first day: some visits have begun, some are over."""
        return at(f"{self.days[0]}", "12:30")


def working_days() -> tuple[datetime.date, datetime.date]:
    """Return the next two weekdays from tomorrow on that are no public holiday."""
    found: list[datetime.date] = []
    day = timezone.localdate()
    while len(found) < 2:
        day += datetime.timedelta(days=1)
        if day.isoweekday() <= 5 and not is_holiday(day):
            found.append(day)
    return found[0], found[1]


def open_practice() -> Practice:
    """Make the small practice; every second patient wants to be told of changes, so that the outbox takes part."""
    therapists = [make_practitioner(f"t{number}@practice.example", f"Kine {number}") for number in range(3)]
    Room.objects.bulk_create(Room(name=f"Zaal {number}") for number in (1, 2))
    gait = Room.objects.create(name="Loopzaal", kind=Room.Kind.GAIT)
    Equipment.objects.create(name="Loopband", kind=Equipment.Kind.TREADMILL, room=gait)
    HealthcareService.objects.create(type="gait_analysis", room_kinds=["gait"], equipment_kind="treadmill", minutes=60)
    desk = make_user("desk@practice.example", "Onthaal", Role.RECEPTIONIST)
    patients = [make_patient(f"Naam{number}", phone=f"+3247000{number:04}") for number in range(PATIENTS)]
    ContactConsent.objects.bulk_create(
        ContactConsent(patient=each, channel="email", is_given=True, changed_by=desk) for each in patients[::2]
    )
    episodes = [
        EpisodeOfCare.objects.create(
            patient=each, reason="x", status="active", practitioner=therapists[0], started_on=timezone.localdate()
        )
        for each in patients
    ]
    version = make_version()
    plans = [make_plan(each, therapists[0], version) for each in episodes[:PLANS]]
    days = working_days()
    return Practice(desk, therapists, patients, [_need(plan, week, days) for plan in plans for week in (1, 2)], days)


def _need(plan: CarePlan, week: int, days: tuple[datetime.date, datetime.date]) -> FollowUp:
    window = {"window_start": days[0], "window_end": days[1]}
    made: FollowUp = FollowUp.objects.create(plan=plan, week=week, minutes=30, practitioner=plan.practitioner, **window)
    return made
