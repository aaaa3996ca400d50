"""The practice itself: accounts, rooms, devices, hours, rules, doctors and the names that patients are drawn from."""

import datetime
import random
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml
from django.conf import settings

from accounts.models import Practitioner, Role, User
from patients.models import ExternalPractitioner
from scheduling.free_time import wall_time
from scheduling.models import (
    BookingPolicy,
    Equipment,
    ExtraHours,
    HealthcareService,
    Leave,
    Room,
    WorkingHours,
)

SCRIPT = Path(settings.BASE_DIR) / "seeds" / "demo" / "practice.yaml"


@dataclass(frozen=True)
class Practice:
    """Everyone and everything that the simulation plays with."""

    script: dict[str, Any]
    chance: random.Random
    therapists: list[Practitioner]
    receptionists: list[User]
    doctors: list[ExternalPractitioner]
    now: datetime.datetime

    @property
    def desk(self) -> User:
        """The receptionist who answers the phone."""
        return self.receptionists[0]


def open_practice(now: datetime.datetime) -> Practice:
    """Make the accounts, rooms, devices, hours, rules and doctors of the demo practice. `now` is an aware datetime."""
    script = yaml.safe_load(SCRIPT.read_text(encoding="utf-8"))
    password = script["password"]
    owner = script["owner"]
    User.objects.create_superuser(owner["email"], password, name=owner["name"])
    therapists = [_therapist(row, password) for row in script["therapists"]]
    _furnish(script)
    _plan_absence(script, {person.user.email: person for person in therapists}, now.date())
    return Practice(
        script=script,
        chance=random.Random(script["seed"]),  # noqa: S311 - a simulation must be the same each time
        therapists=therapists,
        receptionists=[
            User.objects.create_user(row["email"], password, role=Role.RECEPTIONIST, name=row["name"])
            for row in script["receptionists"]
        ],
        doctors=[ExternalPractitioner.objects.create(**row) for row in script["doctors"]],
        now=now,
    )


def _therapist(row: dict[str, str], password: str) -> Practitioner:
    user = User.objects.create_user(row["email"], password, role=Role.THERAPIST, name=row["name"])
    practitioner = Practitioner.objects.create(user=user, name=row["name"], colour=row["colour"])
    long_day, short_day = ((8, 12), (13, 19)), ((8, 12), (13, 17))
    WorkingHours.objects.bulk_create(
        WorkingHours(
            practitioner=practitioner,
            weekday=weekday,
            starts_at=datetime.time(start),
            ends_at=datetime.time(end),
            valid_from=datetime.date(2020, 1, 1),
        )
        for weekday in range(1, 7)
        for start, end in (((8, 12),) if weekday == 6 else short_day if weekday == 5 else long_day)
    )
    return practitioner


def _furnish(script: dict[str, Any]) -> None:
    """Rooms with their devices, what each kind of visit needs, and what patients may do themselves."""
    rooms = {row["name"]: Room.objects.create(name=row["name"], kind=row["kind"]) for row in script["rooms"]}
    for row in script["equipment"]:
        Equipment.objects.create(name=row["name"], kind=row["kind"], room=rooms.get(row["room"]))
    for row in script["services"]:
        HealthcareService.objects.create(**row)
    BookingPolicy.objects.create(**script["policy"])


def _plan_absence(script: dict[str, Any], therapists: dict[str, Practitioner], today: datetime.date) -> None:
    """A day on which the practice is closed, somebody's leave and somebody's extra hours, in the coming weeks."""
    monday, midnight = today - datetime.timedelta(days=today.weekday()), datetime.time()

    def day_of(row: dict[str, Any], later: int = 0) -> datetime.date:
        return monday + datetime.timedelta(weeks=row["weeks"], days=row["weekday"] - 1 + later)

    for row in script["leave"]:
        Leave.objects.create(
            practitioner=therapists.get(row["therapist"]),
            starts_at=wall_time(day_of(row), midnight),
            ends_at=wall_time(day_of(row, row["days"]), midnight),
            reason=row["reason"],
        )
    for row in script["extra_hours"]:
        ExtraHours.objects.create(
            practitioner=therapists[row["therapist"]],
            starts_at=wall_time(day_of(row), datetime.time.fromisoformat(row["from"])),
            ends_at=wall_time(day_of(row), datetime.time.fromisoformat(row["until"])),
            reason=row["reason"],
        )
