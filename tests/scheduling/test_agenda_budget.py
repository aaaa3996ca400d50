"""What the agenda may cost: as many queries for a full clinic as for one visit, and pages that stay small."""

import datetime
from collections.abc import Callable

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import Practitioner, User
from patients.models import Patient
from scheduling.models import Appointment, Leave, Room
from tests.people import NOW, TODAY, at, make_practitioner

pytestmark = pytest.mark.django_db
DAY = "2026-11-24"
THERAPISTS, A_DAY = 8, 20
# With session and user: people with their leave, visits, hours; for a therapist also the phases of own patients.
MOST_QUERIES = {"desk": 5, "therapist": 6}
MOST_QUERIES_MONTH = 6
CLINIC_BYTES, PAGE_BYTES = 120_000, 60_000
ClientOf = Callable[[User], Client]


@pytest.fixture(autouse=True)
def _today(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(timezone, "now", lambda: NOW)


@pytest.fixture
def people(practitioner: Practitioner) -> list[Practitioner]:
    """Eight therapists, the treating one first."""
    names = [f"Tine Hermans {number}" for number in range(1, THERAPISTS)]
    return [practitioner, *(make_practitioner(f"k{at}@practice.example", name) for at, name in enumerate(names))]


def fill(people: list[Practitioner], day: str, a_day: int, **fields: object) -> None:
    """Plant visits of half an hour from eight on, each therapist in an own room, each visit of another patient."""
    eight, half_hour = at(day, "08:00"), datetime.timedelta(minutes=30)
    rooms = Room.objects.bulk_create(Room(name=f"Zaal {day[5:]} {number}") for number in range(len(people)))
    visits = []
    for person, room in zip(people, rooms, strict=True):
        patients = Patient.objects.bulk_create(
            Patient(family_name=f"Van den Bergh {number}", given_name="Annelies", gender="female", birth_date=TODAY)
            for number in range(a_day)
        )
        visits += [
            Appointment(
                patient=patient, practitioner=person, room=room, start=eight + number * half_hour,
                end=eight + (number + 1) * half_hour, booked_by=person.user, **fields,
            )
            for number, patient in enumerate(patients)
        ]  # fmt: skip
    Appointment.objects.bulk_create(visits)


def cost(browser: Client, address: str) -> tuple[int, int]:
    """Return how many queries a page takes and how many bytes it has, the second time that it is asked for."""
    browser.get(address)
    with CaptureQueriesContext(connection) as queries:
        page = browser.get(address)
    assert page.status_code == 200
    return len(queries), len(page.content)


@pytest.mark.parametrize("who", ["desk", "therapist"])
def test_a_clinic_with_160_visits_costs_the_queries_of_one_visit_and_stays_a_small_page(
    people: list[Practitioner], receptionist: User, therapist: User, client_of: ClientOf, who: str
) -> None:
    browser = client_of(receptionist if who == "desk" else therapist)
    fill(people[:1], "2026-11-26", 1)
    fill(people, DAY, A_DAY)
    fill(people, "2026-11-20", A_DAY, status="fulfilled")  # nothing is written up: each has its mark for a therapist
    Leave.objects.create(practitioner=people[1], starts_at=at(DAY, "00:00"), ends_at=at(DAY, "23:00"))
    few, _bytes = cost(browser, "/agenda/?day=2026-11-26")
    for day in (DAY, "2026-11-20"):
        queries, size = cost(browser, f"/agenda/?day={day}")
        assert 2 < queries == few <= MOST_QUERIES[who]
        assert size <= CLINIC_BYTES, size
        alone, small = cost(browser, f"/agenda/?day={day}&practitioner={people[0].pk}")
        assert (alone, small <= PAGE_BYTES) == (few, True)


@pytest.mark.parametrize(("view", "most"), [("week", 5), ("month", MOST_QUERIES_MONTH), ("list", 5)])
def test_week_month_and_list_cost_as_much_with_many_visits_as_with_one(
    people: list[Practitioner], receptionist: User, client_of: ClientOf, view: str, most: int
) -> None:
    browser = client_of(receptionist)
    fill(people[:1], "2026-12-22", 1)
    few, size = cost(browser, f"/agenda/?day=2026-12-22&view={view}")
    assert size <= PAGE_BYTES
    fill(people, DAY, 8)
    assert 2 < cost(browser, f"/agenda/?day={DAY}&view={view}")[0] == few <= most


def test_names_and_places_are_escaped(practitioner: Practitioner, receptionist: User, client_of: ClientOf) -> None:
    sharp = "<b onclick='x'>&\""
    room = Room.objects.create(name=f"Zaal {sharp}")
    person = make_practitioner("sharp@practice.example", f"Kine {sharp}")
    Leave.objects.create(starts_at=at(DAY, "18:00"), ends_at=at(DAY, "19:00"), reason=f"dicht {sharp}")
    patient = Patient.objects.create(family_name=f"Naam {sharp}", given_name="An", birth_date=TODAY)
    Appointment.objects.create(
        patient=patient, practitioner=person, room=room, start=at(DAY), end=at(DAY, "10:30"), booked_by=receptionist
    )
    for view in ("day", "week", "list", "month"):
        address = f"/agenda/?day={DAY}&view={view}&practitioner={person.pk}"
        assert "<b onclick" not in client_of(receptionist).get(address).content.decode()
    page = client_of(receptionist).get(f"/agenda/?day={DAY}").content.decode()
    safe = "&lt;b onclick=&#x27;x&#x27;&gt;&amp;&quot;"
    assert all(f"{word} {safe}" in page for word in ("Naam", "Zaal", "Kine", "dicht"))
