"""The cast: the same people play in every test. A pytest plugin (see conftest.py)."""

import datetime
from collections.abc import Callable, Iterator
from zoneinfo import ZoneInfo

import pytest
from django.test import Client

from accounts.models import Practitioner, Role, User
from patients.models import EpisodeOfCare, ExternalPractitioner, Patient
from scheduling.models import Room, WorkingHours
from tests.second_factor import count_as_passed, do_not_count

BRUSSELS = ZoneInfo("Europe/Brussels")
NOW = datetime.datetime(2026, 11, 23, 10, 0, tzinfo=BRUSSELS)
TODAY = NOW.date()


def at(day: str, time: str = "10:00") -> datetime.datetime:
    """Return an aware moment in Brussels wall time, from "2026-11-23" and "10:00"."""
    return datetime.datetime.fromisoformat(f"{day}T{time}").replace(tzinfo=BRUSSELS)


def make_user(email: str, name: str, role: str) -> User:
    """Make a user whose password is not usable: tests sign in by force."""
    return User.objects.create_user(email, None, role=role, name=name)


def make_practitioner(email: str, name: str, colour: str = "#0f5c63") -> Practitioner:
    """Make a therapist who works on weekdays from 8:00 to 12:00 and from 13:00 to 19:00."""
    practitioner = Practitioner.objects.create(user=make_user(email, name, Role.THERAPIST), name=name, colour=colour)
    WorkingHours.objects.bulk_create(
        WorkingHours(
            practitioner=practitioner,
            weekday=weekday,
            starts_at=datetime.time(start),
            ends_at=datetime.time(end),
            valid_from=datetime.date(2020, 1, 1),
        )
        for weekday in range(1, 6)
        for start, end in ((8, 12), (13, 19))
    )
    return practitioner


def make_patient(family_name: str = "Peeters", given_name: str = "An", **fields: object) -> Patient:
    """Make a patient who is 29 on the day of the tests."""
    values = {"birth_date": datetime.date(1997, 3, 14), "gender": "female", "phone": "+32470123456", **fields}
    return Patient.objects.create(family_name=family_name, given_name=given_name, **values)


@pytest.fixture
def practitioner(db: None) -> Practitioner:
    """The treating therapist."""
    return make_practitioner("treating@practice.example", "Lotte Maes")


@pytest.fixture
def other_practitioner(db: None) -> Practitioner:
    """Another therapist of the practice."""
    return make_practitioner("other@practice.example", "Bram Claes", "#8a4b08")


@pytest.fixture
def therapist(practitioner: Practitioner) -> User:
    """The treating therapist's account."""
    return practitioner.user


@pytest.fixture
def receptionist(db: None) -> User:
    return make_user("desk@practice.example", "Els Wouters", Role.RECEPTIONIST)


@pytest.fixture
def owner(db: None) -> User:
    user = make_user("owner@practice.example", "Fien Smets", Role.ADMIN)
    user.is_staff = user.is_superuser = True
    user.save(update_fields=["is_staff", "is_superuser"])
    return user


@pytest.fixture
def patient_user(db: None) -> User:
    return make_user("an@mail.example", "An Peeters", Role.PATIENT)


@pytest.fixture
def patient(patient_user: User) -> Patient:
    """The patient of the stories, with a portal account."""
    return make_patient(user=patient_user, email="an@mail.example")


@pytest.fixture
def stranger(db: None) -> User:
    """A patient of the practice who has nothing to do with the story."""
    user = make_user("stranger@mail.example", "Tom Stranger", Role.PATIENT)
    make_patient("Vreemd", "Tom", user=user, birth_date=datetime.date(1980, 1, 1), phone="+32470999999")
    return user


@pytest.fixture
def doctor(db: None) -> ExternalPractitioner:
    return ExternalPractitioner.objects.create(name="Dr. Jan Willems", city="Mol")


@pytest.fixture
def episode(patient: Patient, practitioner: Practitioner, doctor: ExternalPractitioner) -> EpisodeOfCare:
    """The patient's running episode: pain on the outside of the right knee."""
    return EpisodeOfCare.objects.create(
        patient=patient,
        reason="Pijn aan de buitenkant van de knie",
        side="R",
        status=EpisodeOfCare.Status.ACTIVE,
        practitioner=practitioner,
        referrer=doctor,
        started_on=TODAY,
    )


@pytest.fixture
def room(db: None) -> Room:
    return Room.objects.create(name="Zaal 1")


@pytest.fixture(autouse=True)
def _signed_in_whole() -> Iterator[None]:
    """Who is signed in by force counts as having passed the second factor; `without_second_factor` takes that away."""
    count_as_passed()
    yield
    do_not_count()


@pytest.fixture
def without_second_factor() -> None:
    """Sign in by force as somebody who has only given a password."""
    do_not_count()


@pytest.fixture
def client_of() -> Callable[[User], Client]:
    """Return a function that gives a browser signed in as a user."""

    def sign_in(user: User) -> Client:
        client = Client()
        client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
        return client

    return sign_in


@pytest.fixture
def desk(receptionist: User, client_of: Callable[[User], Client]) -> Client:
    """A browser at the desk: the receptionist is signed in."""
    return client_of(receptionist)
