"""A series is booked whole or not at all; afterwards each visit lives on by itself."""

import datetime
from typing import Any

import pytest

from accounts.exceptions import InvalidInput
from accounts.models import Practitioner, User
from patients.models import EpisodeOfCare, Patient
from scheduling.booking import book, cancel, move
from scheduling.exceptions import IdempotencyMismatch, StatusRefused
from scheduling.free_time import BRUSSELS
from scheduling.models import (
    Appointment,
    AppointmentSeries,
    Communication,
    ContactConsent,
    HealthcareService,
    Leave,
    Room,
)
from scheduling.series import PlannedVisit, SeriesRefused, book_series, cancel_remaining
from scheduling.series_preview import Preview
from scheduling.series_sheet import asked_for, draw_up
from scheduling.series_wish import Hours, Wish
from tests.people import NOW, at, make_patient

pytestmark = pytest.mark.django_db
TUESDAYS = ["2026-11-24", "2026-12-01", "2026-12-08", "2026-12-15"]
WEEK = datetime.timedelta(days=7)


def visits(who: Practitioner, days: list[str] = TUESDAYS, time: str = "17:00") -> list[PlannedVisit]:
    return [PlannedVisit(who, at(day, time), 30, "session") for day in days]


def booked(patient: Patient, planned: list[PlannedVisit], by: User, **more: Any) -> AppointmentSeries:
    return book_series(patient, planned, by=by, now=NOW, **{"idempotency_key": "k1", **more})


def test_a_series_books_every_visit_on_its_wall_time(
    patient: Patient, practitioner: Practitioner, receptionist: User, room: Room, episode: EpisodeOfCare
) -> None:
    days = [f"{datetime.date(2026, 11, 24) + number * WEEK}" for number in range(20)]
    hours = Hours(datetime.time(17))
    series = booked(patient, visits(practitioner, days), receptionist, weekdays=[2], hours=hours)
    rows = list(series.appointments.all())
    assert (series.count, len(rows), series.weekdays, series.not_before) == (20, 20, [2], datetime.time(17))
    assert {row.start.astimezone(BRUSSELS).time() for row in rows} == {datetime.time(17)}
    assert len({row.start.utctimetuple().tm_hour for row in rows}) == 2, "a clock change lies between"
    assert {(row.room, row.episode) for row in rows} == {(room, episode)}


def test_one_clash_books_nothing_and_names_its_row(
    patient: Patient, practitioner: Practitioner, receptionist: User, room: Room
) -> None:
    other = make_patient("Ander", "Jos")
    asked = {"practitioner": practitioner, "minutes": 30, "type": "session", "by": receptionist, "now": NOW}
    book(other, start=at(TUESDAYS[2], "17:15"), **asked)
    with pytest.raises(SeriesRefused) as refused:
        booked(patient, visits(practitioner), receptionist)
    assert (refused.value.number, refused.value.clash, refused.value.status) == (2, "therapist", 409)
    assert Appointment.objects.count() == 1
    assert not AppointmentSeries.objects.exists()


def test_the_same_key_books_once_also_after_a_visit_moved(
    patient: Patient, practitioner: Practitioner, receptionist: User, room: Room
) -> None:
    first = booked(patient, visits(practitioner), receptionist)
    move(first.appointments.all()[1], start=at("2026-12-02", "09:00"), by=receptionist, now=NOW)
    assert booked(patient, visits(practitioner), receptionist) == first
    assert Appointment.objects.count() == 4
    with pytest.raises(IdempotencyMismatch):
        booked(patient, visits(practitioner, time="18:00"), receptionist)
    with pytest.raises(IdempotencyMismatch):
        booked(make_patient("Ander", "Jos"), visits(practitioner), receptionist)
    assert AppointmentSeries.objects.count() == 1


def test_without_a_key_two_series_are_two(
    patient: Patient, practitioner: Practitioner, receptionist: User, room: Room
) -> None:
    booked(patient, visits(practitioner), receptionist, idempotency_key=None)
    booked(patient, visits(practitioner, time="18:00"), receptionist, idempotency_key=None)
    assert AppointmentSeries.objects.count() == 2


@pytest.mark.parametrize("count", [0, 61])
def test_a_series_has_one_to_sixty_visits(
    patient: Patient, practitioner: Practitioner, receptionist: User, count: int
) -> None:
    with pytest.raises(InvalidInput):
        booked(patient, visits(practitioner, ["2026-12-01"] * count), receptionist)


def test_a_reason_opens_the_hours_and_stands_only_where_it_was_needed(
    patient: Patient, practitioner: Practitioner, receptionist: User, room: Room
) -> None:
    planned = visits(practitioner, ["2026-12-24"]) + visits(practitioner, ["2026-12-25"])
    with pytest.raises(SeriesRefused) as refused:
        booked(patient, planned, receptionist)
    assert (refused.value.number, refused.value.clash) == (1, "hours")
    series = booked(patient, planned, receptionist, override_reason="Op vraag")
    assert [row.override_reason for row in series.appointments.all()] == ["", "Op vraag"]


def test_moving_or_cancelling_one_leaves_the_others(
    patient: Patient, practitioner: Practitioner, receptionist: User, room: Room
) -> None:
    series = booked(patient, visits(practitioner), receptionist)
    second, third = series.appointments.all()[1:3]
    move(second, start=at("2026-12-03", "10:00"), by=receptionist, now=NOW)
    cancel(third, by=receptionist, now=NOW, reason="Ziek")
    rows = [(f"{row.start.astimezone(BRUSSELS):%Y-%m-%d %H:%M}", row.status) for row in series.appointments.all()]
    assert rows == [
        ("2026-11-24 17:00", "booked"),
        ("2026-12-03 10:00", "booked"),
        ("2026-12-08 17:00", "cancelled"),
        ("2026-12-15 17:00", "booked"),
    ]


def test_cancelling_the_remaining_visits_leaves_what_took_place(
    patient: Patient, practitioner: Practitioner, receptionist: User, room: Room
) -> None:
    series = booked(patient, visits(practitioner), receptionist)
    later = at("2026-12-02", "12:00")
    asked = {"by": receptionist, "now": later, "reason": "Verhuisd", "code": "pat-dec"}
    assert len(cancel_remaining(series, **asked)) == 2
    rows = [(row.status, row.cancellation_code) for row in series.appointments.order_by("start")]
    assert rows == [("booked", ""), ("booked", ""), ("cancelled", "pat-dec"), ("cancelled", "pat-dec")]
    with pytest.raises(StatusRefused):
        cancel_remaining(series, **asked)


def test_the_patient_gets_one_message_for_a_whole_series(
    patient: Patient, practitioner: Practitioner, receptionist: User, room: Room
) -> None:
    ContactConsent.objects.create(
        patient=patient, channel="email", is_given=True, source="desk", changed_by=receptionist
    )
    booked(patient, visits(practitioner), receptionist)
    assert Communication.objects.filter(patient=patient).count() == 1


def look(patient: Patient, people: list[Practitioner], **more: Any) -> Preview:
    """The preview of a wish for six Tuesdays at five."""
    values: dict[str, Any] = {"type": "session", "minutes": 30, "count": 6, "first": datetime.date(2026, 11, 24)}
    values |= {"weekdays": (2,), "hours": Hours(datetime.time(17), datetime.time(17, 30)), **more}
    return draw_up(asked_for(Wish(**values), patient, people), None, now=NOW).preview


def test_each_clash_is_named_with_what_is_near(
    patient: Patient, practitioner: Practitioner, other_practitioner: Practitioner, receptionist: User, room: Room
) -> None:
    asked = {"minutes": 30, "type": "session", "by": receptionist, "now": NOW}
    book(make_patient("Ander", "Jos"), practitioner=practitioner, start=at("2026-11-24", "17:00"), **asked)
    book(patient, practitioner=other_practitioner, start=at("2026-12-01", "17:00"), **asked)
    book(make_patient("Derde", "Mia"), practitioner=other_practitioner, start=at("2026-12-08", "17:00"), **asked)
    whole = {"starts_at": at("2026-12-15", "00:00"), "ends_at": at("2026-12-16", "00:00")}
    Leave.objects.create(practitioner=practitioner, reason="niet voor het onthaal", **whole)
    closed = {"starts_at": at("2026-12-22", "00:00"), "ends_at": at("2026-12-23", "00:00")}
    Leave.objects.create(reason="brugdag", **closed)
    seen = look(patient, [practitioner], who=practitioner.pk)
    assert [row.state for row in seen.rows] == ["therapist", "patient", "room", "leave", "closure", "free"]
    assert (seen.free, seen.count, seen.is_bookable) == (1, 6, False)
    assert all(1 <= len(row.alternatives) <= 3 for row in seen.rows[:5])
    assert "brugdag" in seen.rows[4].clash.text  # type: ignore[union-attr]
    assert "onthaal" not in seen.rows[3].clash.text  # type: ignore[union-attr]


def test_a_holiday_is_named_and_has_other_days_beside_it(
    patient: Patient, practitioner: Practitioner, room: Room
) -> None:
    seen = look(patient, [practitioner], weekdays=(5,), first=datetime.date(2026, 12, 18), count=3)
    assert [row.state for row in seen.rows] == ["free", "holiday", "holiday"]
    assert "Kerstmis" in seen.rows[1].clash.text  # type: ignore[union-attr]
    assert {each.slot.day.isoformat() for each in seen.rows[1].alternatives} <= {
        "2026-12-24", "2026-12-23", "2026-12-22", "2026-12-28",
    }  # fmt: skip


def test_somebody_else_is_offered_only_when_that_was_wished(
    patient: Patient, practitioner: Practitioner, other_practitioner: Practitioner, receptionist: User, room: Room
) -> None:
    Room.objects.create(name="Zaal 2")
    people = [practitioner, other_practitioner]
    whole = {"starts_at": at("2026-12-01", "00:00"), "ends_at": at("2026-12-02", "00:00")}
    Leave.objects.create(practitioner=practitioner, **whole)
    anyone = look(patient, people, who="any")
    assert (anyone.free, len({row.draft.slot.person for row in anyone.rows if row.draft.slot})) == (6, 1)
    one = look(patient, people, who=practitioner.pk)
    assert [row.state for row in one.rows] == ["free", "leave", "free", "free", "free", "free"]
    assert {each.slot.person for each in one.rows[1].alternatives} == {practitioner.pk}


@pytest.mark.parametrize("count", [3, 40])
def test_the_calendar_is_read_once_whatever_the_number_of_visits(
    patient: Patient,
    practitioner: Practitioner,
    room: Room,
    django_assert_max_num_queries: Any,
    count: int,
) -> None:
    with django_assert_max_num_queries(10):
        seen = look(patient, [practitioner], count=count, weekdays=(2, 5), hours=Hours(datetime.time(17)))
    assert seen.count == count


def test_a_visit_typed_beside_the_grid_keeps_the_buffers(
    patient: Patient, practitioner: Practitioner, receptionist: User, room: Room
) -> None:
    HealthcareService.objects.create(type="intake", buffer_after=15)
    asked = {"minutes": 60, "type": "intake", "by": receptionist, "now": NOW}
    book(make_patient("Ander", "Jos"), practitioner=practitioner, start=at("2026-11-24", "16:00"), **asked)
    wish = Wish("session", 30, 2, datetime.date(2026, 11, 24), weekdays=(2,))
    data = {"rows": "2"}
    for number, time in enumerate(("17:10", "17:20")):
        row = {"day": f"2026-{11 + number}-24", "time": time, "person": str(practitioner.pk)}
        data |= {f"row-{number}-{name}": value for name, value in row.items()}
    data["row-1-day"] = "2026-11-24"
    seen = draw_up(asked_for(wish, patient, [practitioner]), data, now=NOW).preview
    assert [row.state for row in seen.rows] == ["buffer", "twice"]
    seen = draw_up(asked_for(wish, patient, [practitioner]), data | {"row-0-out": "on"}, now=NOW).preview
    assert [row.state for row in seen.rows] == ["out", "free"]
