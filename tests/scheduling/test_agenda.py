"""A day of the agenda: what stands where, what the desk may read, and what it costs."""

import datetime
from collections.abc import Callable

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts.models import Practitioner, User
from patients.models import Patient
from scheduling.agenda import Board, agenda_board
from scheduling.agenda_asked import Asked
from scheduling.agenda_grid import ROW_MINUTES
from scheduling.models import Appointment, Leave, Room
from tests.people import NOW, TODAY, at, make_patient

pytestmark = pytest.mark.django_db
DAY = "2026-11-24"
TOMORROW = datetime.date.fromisoformat(DAY)
# session, user; therapists with their leave, visits, hours
MOST_QUERIES = 5
ClientOf = Callable[[User], Client]


@pytest.fixture(autouse=True)
def _today(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(timezone, "now", lambda: NOW)


def visit(
    patient: Patient, practitioner: Practitioner, time: str = "10:00", minutes: int = 30, **more: object
) -> Appointment:
    start = at(DAY, time)
    values = {"end": start + datetime.timedelta(minutes=minutes), "booked_by": practitioner.user, **more}
    return Appointment.objects.create(patient=patient, practitioner=practitioner, start=start, **values)


def day_of(user: User, day: datetime.date = TOMORROW) -> Board:
    return agenda_board(user, Asked(day), now=NOW)


def test_a_visit_stands_in_the_column_of_its_therapist_at_its_row(
    patient: Patient, practitioner: Practitioner, other_practitioner: Practitioner, therapist: User, room: Room
) -> None:
    visit(patient, practitioner, "10:00", 45, room=room)
    day = day_of(therapist)
    columns = {column.place.title: column for column in day.columns}
    assert not columns[other_practitioner.name].visits
    (shown,) = columns[practitioner.name].visits
    assert (shown.start, shown.end, shown.patient, shown.room) == ("10:00", "10:45", "Peeters An", "Zaal 1")
    rows_from_eight = 2 * 60 // ROW_MINUTES + 1
    assert shown.place.split()[:2] == [f"r-{rows_from_eight}", f"s-{45 // ROW_MINUTES}"]


def test_a_cancelled_visit_stays_on_the_list_and_leaves_its_time_free(
    patient: Patient, practitioner: Practitioner, therapist: User
) -> None:
    visit(patient, practitioner, status="cancelled")
    day = day_of(therapist)
    assert [row.status for row in day.visits] == ["cancelled"]
    assert not day.columns[0].visits
    assert "10:00" in [gap.start for gap in day.columns[0].gaps]


def test_free_half_hours_are_within_the_hours_and_not_where_a_visit_is(
    patient: Patient, practitioner: Practitioner, therapist: User
) -> None:
    visit(patient, practitioner)
    starts = [gap.start for gap in day_of(therapist).columns[0].gaps]
    assert starts[0] == "08:00"
    assert starts[-1] == "18:30"
    assert not {"10:00", "12:00", "12:30", "19:00"} & set(starts)


def test_leave_closes_the_day(practitioner: Practitioner, therapist: User) -> None:
    Leave.objects.create(practitioner=practitioner, starts_at=at(DAY, "00:00"), ends_at=at("2026-11-25", "00:00"))
    assert not day_of(therapist).columns[0].gaps


def test_what_is_over_cannot_be_clicked(practitioner: Practitioner, therapist: User) -> None:
    gaps = {gap.start: gap.url for gap in day_of(therapist, TODAY).columns[0].gaps}
    assert not gaps["08:00"]
    assert gaps["10:30"]


def test_the_page_shows_the_day_that_was_asked_for(
    patient: Patient, practitioner: Practitioner, receptionist: User, client_of: ClientOf, room: Room
) -> None:
    made = visit(patient, practitioner, room=room)
    page = client_of(receptionist).get(reverse("scheduling:agenda"), {"day": DAY}).content.decode()
    assert page.count(reverse("scheduling:appointment", args=[made.pk])) >= 1
    assert "Peeters An" in page
    assert 'style="' not in page
    other = client_of(receptionist).get(reverse("scheduling:agenda"), {"day": "2026-11-25"}).content.decode()
    assert "Peeters An" not in other


def test_one_therapist_can_be_chosen(
    patient: Patient,
    practitioner: Practitioner,
    other_practitioner: Practitioner,
    receptionist: User,
    client_of: ClientOf,
) -> None:
    visit(patient, practitioner)
    asked = {"day": DAY, "practitioner": str(other_practitioner.pk)}
    response = client_of(receptionist).get(reverse("scheduling:agenda"), asked)
    assert [column.place.title for column in response.context["agenda"].columns] == [other_practitioner.name]
    assert "Peeters An" not in response.content.decode()


@pytest.mark.parametrize("day", ["", "gisteren", "2026-13-45"])
def test_an_unreadable_day_is_today(
    receptionist: User, client_of: ClientOf, practitioner: Practitioner, day: str
) -> None:
    response = client_of(receptionist).get(reverse("scheduling:agenda"), {"day": day})
    assert response.status_code == 200
    assert response.context["day"] == TODAY


def test_patients_do_not_see_the_agenda(patient_user: User, client_of: ClientOf) -> None:
    assert client_of(patient_user).get(reverse("scheduling:agenda")).status_code == 403


def test_a_full_day_costs_as_many_queries_as_one_visit(
    patient: Patient, practitioner: Practitioner, receptionist: User, client_of: ClientOf, room: Room
) -> None:
    visit(patient, practitioner, "08:00")
    browser = client_of(receptionist)

    def cost() -> int:
        with CaptureQueriesContext(connection) as queries:
            browser.get(reverse("scheduling:agenda"), {"day": DAY})
        return len(queries)

    cost()
    one = cost()
    for number in range(10):
        other = make_patient(f"Naam{number}", phone=f"+3247000000{number}")
        visit(other, practitioner, f"{8 + (number + 1) // 2:02}:{(number + 1) % 2 * 30:02}", room=room)
    assert 2 < cost() == one <= MOST_QUERIES
