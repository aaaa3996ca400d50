"""The agenda by week, by month and by room, live and on paper; and what each role reads there."""

import datetime
import re
from collections.abc import Callable

import pytest
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts.models import Practitioner, User
from patients.models import Patient
from scheduling.agenda import agenda_board
from scheduling.agenda_asked import Asked
from scheduling.agenda_month import agenda_month
from scheduling.models import Appointment, Leave, Room, WorkingHours
from tests.people import NOW, TODAY, at, make_patient

pytestmark = pytest.mark.django_db
TUESDAY = datetime.date(2026, 11, 24)
CHRISTMAS = datetime.date(2026, 12, 25)
QUERIES_UNCHANGED = 2  # session and user in one; visits and leave in one
ClientOf = Callable[[User], Client]


@pytest.fixture(autouse=True)
def _today(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(timezone, "now", lambda: NOW)


def visit(
    patient: Patient, practitioner: Practitioner, day: str = "2026-11-24", time: str = "10:00", **more: object
) -> Appointment:
    start = at(day, time)
    values = {"end": start + datetime.timedelta(minutes=30), "booked_by": practitioner.user, **more}
    return Appointment.objects.create(patient=patient, practitioner=practitioner, start=start, **values)


def away(practitioner: Practitioner | None, reason: str, day: str = "2026-11-24") -> Leave:
    return Leave.objects.create(
        practitioner=practitioner, starts_at=at(day, "00:00"), ends_at=at(day, "23:59"), reason=reason
    )


def test_a_week_shows_the_days_that_are_worked_and_the_visits_of_one_therapist(
    patient: Patient, practitioner: Practitioner, other_practitioner: Practitioner, therapist: User
) -> None:
    visit(patient, practitioner)
    visit(make_patient("Ander"), other_practitioner)
    board = agenda_board(therapist, Asked(TODAY, "week"), now=NOW)
    assert board.asked.practitioner == str(practitioner.pk)
    assert [column.place.day.day for column in board.columns] == [23, 24, 25, 26, 27]
    assert [len(column.visits) for column in board.columns] == [0, 1, 0, 0, 0]
    assert [column.now_row > 0 for column in board.columns] == [True, False, False, False, False]


def test_saturday_and_sunday_are_there_when_somebody_works_or_comes(
    patient: Patient, practitioner: Practitioner, receptionist: User
) -> None:
    WorkingHours.objects.create(
        practitioner=practitioner, weekday=6, starts_at="09:00", ends_at="12:00", valid_from="2020-01-01"
    )
    visit(patient, practitioner, "2026-11-29")
    board = agenda_board(receptionist, Asked(TODAY, "week"), now=NOW)
    assert [column.place.day.day for column in board.columns] == [23, 24, 25, 26, 27, 28, 29]


def test_the_week_in_which_the_clock_changes_keeps_its_hours(
    patient: Patient, practitioner: Practitioner, receptionist: User
) -> None:
    visit(patient, practitioner, "2026-10-23")
    visit(patient, practitioner, "2026-10-25")  # Sunday, in winter time; ten o'clock is the same row all week
    board = agenda_board(receptionist, Asked(datetime.date(2026, 10, 25), "week"), now=at("2026-10-20"))
    places = [shown.place.split()[:2] for column in board.columns for shown in column.visits]
    assert places == [["r-25", "s-6"], ["r-25", "s-6"]]
    assert [shown.start for shown in board.visits] == ["10:00", "10:00"]


def test_by_room_each_room_is_a_column_and_phone_calls_have_their_own(
    patient: Patient, practitioner: Practitioner, receptionist: User, room: Room
) -> None:
    visit(patient, practitioner, room=room)
    asked = Asked(TUESDAY, by="room")
    assert [column.place.title for column in agenda_board(receptionist, asked, now=NOW).columns] == ["Zaal 1"]
    visit(make_patient("Beller"), practitioner, time="11:00", type="phone")
    columns = agenda_board(receptionist, asked, now=NOW).columns
    assert [[shown.patient for shown in column.visits] for column in columns] == [["Peeters An"], ["Beller An"]]
    assert columns[0].visits[0].beside == practitioner.name
    assert not columns[1].gaps


def test_a_month_counts_visits_by_state_and_says_what_is_free(
    patient: Patient, practitioner: Practitioner, receptionist: User
) -> None:
    visit(patient, practitioner)
    visit(patient, practitioner, time="11:00", status="cancelled")
    month = agenda_month(receptionist, Asked(TODAY, "month"), now=NOW)
    days = {cell.day: cell for week in month.weeks for cell in week}
    assert [status for status, _words in days[TUESDAY].counts] == ["booked", "cancelled"]
    assert re.search(r"\b9\b.*30", days[TUESDAY].free)  # ten hours worked, half an hour booked
    assert len(month.weeks) == 6
    assert not days[datetime.date(2026, 10, 26)].is_in_month
    assert days[datetime.date(2026, 11, 11)].closed == ("Wapenstilstand",)


def test_holidays_and_closures_are_named_and_nobody_reads_why_a_colleague_is_away(
    practitioner: Practitioner,
    other_practitioner: Practitioner,
    receptionist: User,
    owner: User,
    client_of: ClientOf,
) -> None:
    away(practitioner, "operatie")
    away(None, "Verbouwing", "2026-11-25")

    def page(user: User, **asked: str) -> str:
        return client_of(user).get(reverse("scheduling:agenda"), asked).content.decode()

    for user in (receptionist, other_practitioner.user):
        text = page(user, day="2026-11-24")
        assert "operatie" not in text
        assert 'class="mark' in text
        assert "operatie" not in page(user, day="2026-11-24", view="month")
    for user in (owner, practitioner.user):
        assert "operatie" in page(user, day="2026-11-24")
    assert "Verbouwing" in page(receptionist, day="2026-11-25")
    assert "Kerstmis" in page(receptionist, day=f"{CHRISTMAS}")
    assert "Kerstmis" in page(receptionist, day="2026-12-01", view="month")


@pytest.mark.parametrize("asked", [{}, {"view": "week"}, {"view": "month"}, {"by": "room"}, {"view": "list"}])
def test_the_poll_says_nothing_until_something_changes(
    patient: Patient,
    practitioner: Practitioner,
    room: Room,
    receptionist: User,
    client_of: ClientOf,
    asked: dict[str, str],
) -> None:
    made = visit(patient, practitioner, room=room)
    browser = client_of(receptionist)
    page = browser.get(reverse("scheduling:agenda"), {"day": "2026-11-24", **asked}).content.decode()
    found = re.search(r'data-version="([^"]+)" data-poll="([^"]+)"', page)
    assert found
    version, url = found[1], found[2].replace("&amp;", "&")

    def poll() -> int:
        return browser.get(f"{url}&version={version}").status_code

    with CaptureQueriesContext(connection) as queries:
        assert poll() == 204
    assert len(queries) == QUERIES_UNCHANGED
    made.note = "belt nog"
    with transaction.atomic():  # as a transaction of its own, like any change of a colleague
        made.save(update_fields=["note"])
    assert poll() == 200
    version = re.search(r'data-version="([^"]+)"', browser.get(url).content.decode())[1]  # type: ignore[index]
    assert poll() == 204
    away(practitioner, "vorming")
    assert poll() == 200


def test_a_poll_costs_the_same_however_much_is_booked(
    practitioner: Practitioner, receptionist: User, client_of: ClientOf
) -> None:
    browser = client_of(receptionist)

    def cost() -> int:
        with CaptureQueriesContext(connection) as queries:
            browser.get(reverse("scheduling:changes"), {"day": "2026-11-24", "view": "month"})
        return len(queries)

    cost()
    empty = cost()
    for number in range(8):
        visit(make_patient(f"Naam{number}"), practitioner, time=f"{9 + number:02}:00")
    assert cost() == empty


def test_the_sheet_has_what_the_desk_needs_and_repeats_its_head(
    patient: Patient,
    practitioner: Practitioner,
    other_practitioner: Practitioner,
    receptionist: User,
    client_of: ClientOf,
) -> None:
    visit(patient, practitioner, note="belt bij aankomst")
    visit(patient, practitioner, time="11:00", status="cancelled")
    away(other_practitioner, "operatie")
    page = client_of(receptionist).get(reverse("scheduling:day-sheet"), {"day": "2026-11-24"}).content.decode()
    assert page.count("<tr class=") == 1
    for word in ("10:00–10:30", "Peeters An", "0470 12 34 56", "belt bij aankomst", "<thead>", "Bram Claes"):
        assert word in page
    assert "operatie" not in page
    alone = {"day": "2026-11-24", "practitioner": str(other_practitioner.pk)}
    assert "Peeters" not in client_of(receptionist).get(reverse("scheduling:day-sheet"), alone).content.decode()


def test_what_cannot_be_read_in_an_address_is_as_if_it_was_not_asked(receptionist: User, client_of: ClientOf) -> None:
    asked = {"view": "year", "by": "planet", "practitioner": "1 or 1", "room": "-4", "day": "31/02"}
    page = client_of(receptionist).get(reverse("scheduling:agenda"), asked)
    assert page.context["asked"] == Asked(TODAY)
