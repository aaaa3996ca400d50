"""Who is in the practice of the benchmarks: 40 therapists, of whom 8 are still there, a desk, patients who sign in."""

from dataclasses import dataclass
from pathlib import Path

import yaml

from accounts.models import Practitioner, Role, User
from scheduling.models import BookingPolicy, HealthcareService, Room
from tests.people import make_practitioner

SCRIPT = Path(__file__).resolve().parents[2] / "seeds" / "demo" / "practice.yaml"
THERAPISTS, STILL_HERE, ROOMS, PATIENTS = 40, 8, 45, 20
DESK = "desk@bench.example"


def therapist_email(number: int) -> str:
    """Return the address with which a therapist signs in; 0 is who treats all running plans."""
    return f"therapist{number:02}@bench.example"


def _patient_email(number: int) -> str:
    return f"patient{number:02}@bench.example"


@dataclass(frozen=True)
class Staff:
    """The people and rooms that rows refer to; therapists and patients who sign in, in the order of their numbers."""

    therapists: list[Practitioner]
    desk: User
    patients: list[User]
    rooms: list[int]


def hire() -> Staff:
    """Make the accounts, hours, rooms, kinds of visits and rules. Those who left keep their old visits alone."""
    script = yaml.safe_load(SCRIPT.read_text(encoding="utf-8"))
    therapists = [_therapist(number) for number in range(THERAPISTS)]
    Room.objects.bulk_create(Room(name=f"Zaal {number:02}", kind="treatment") for number in range(ROOMS))
    for row in script["services"]:
        HealthcareService.objects.create(**row | {"equipment_kind": ""})
    BookingPolicy.objects.create(**script["policy"])
    return Staff(
        therapists=therapists,
        desk=User.objects.create_user(DESK, None, role=Role.RECEPTIONIST, name="Els Wouters"),
        patients=[
            User.objects.create_user(_patient_email(number), None, role=Role.PATIENT, name="Hanne Verboven")
            for number in range(PATIENTS)
        ],
        rooms=list(Room.objects.order_by("name").values_list("pk", flat=True)),
    )


def staff() -> Staff:
    """Return the people of a database that was filled."""
    return Staff(
        therapists=list(Practitioner.objects.select_related("user").order_by("user__email")),
        desk=User.objects.get(email=DESK),
        patients=list(User.objects.filter(role=Role.PATIENT).order_by("email")),
        rooms=list(Room.objects.order_by("name").values_list("pk", flat=True)),
    )


def _therapist(number: int) -> Practitioner:
    practitioner = make_practitioner(therapist_email(number), f"Kinesist {number:02}")
    if number >= STILL_HERE:
        practitioner.is_active = practitioner.user.is_active = False
        practitioner.user.save(update_fields=["is_active"])
        practitioner.save(update_fields=["is_active"])
    return practitioner
