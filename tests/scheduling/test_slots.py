"""Free moments: what counts as free, which room, and how many queries."""

import datetime
from typing import Any

import pytest
from django.apps import apps
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import Practitioner, User
from scheduling.availability import Preferred
from scheduling.booking import book
from scheduling.free_time import fits
from scheduling.models import Equipment, ExtraHours, HealthcareService, Leave, Room
from scheduling.slots import FreeMoment, free_moments, working_times
from tests.people import NOW, at, make_patient


def moments(*people: Practitioner, **values: Any) -> list[FreeMoment]:
    asked: dict[str, Any] = {
        "start": at("2026-11-24", "00:00"),
        "end": at("2026-11-25", "00:00"),
        "minutes": 30,
        "type": "session",
        "now": NOW,
    }
    return free_moments(practitioners=people, **{**asked, **values})


def works(practitioner: Practitioner, start: datetime.datetime, end: datetime.datetime) -> bool:
    """Whether a practitioner works the whole of [start, end)."""
    return fits(working_times([practitioner.pk], start, end)[practitioner.pk], start, end)


def test_a_day_of_hours_on_the_grid(practitioner: Practitioner, room: Room) -> None:
    found = moments(practitioner)
    assert len(found) == 15 + 23
    assert (found[0].practitioner, found[0].room) == (practitioner, room)
    assert (found[0].start, found[0].end) == (at("2026-11-24", "08:00"), at("2026-11-24", "08:30"))
    assert found[-1].end == at("2026-11-24", "19:00")


def test_nothing_before_now(practitioner: Practitioner, room: Room) -> None:
    now = NOW + datetime.timedelta(minutes=1)
    assert moments(practitioner, start=at("2026-11-23", "00:00"), now=now)[0].start == at("2026-11-23", "10:15")


def test_visits_and_leave_are_not_free(practitioner: Practitioner, room: Room, therapist: User) -> None:
    book(
        make_patient(),
        practitioner=practitioner,
        start=at("2026-11-24", "08:00"),
        minutes=60,
        type="session",
        by=therapist,
        now=NOW,
    )
    Leave.objects.create(starts_at=at("2026-11-24", "09:30"), ends_at=at("2026-11-24", "18:00"))
    assert [moment.start.hour for moment in moments(practitioner)] == [9, 18, 18, 18]
    assert moments(practitioner)[0].start == at("2026-11-24", "09:00")
    assert not works(practitioner, at("2026-11-24", "09:00"), at("2026-11-24", "10:00"))
    assert works(practitioner, at("2026-11-24", "08:00"), at("2026-11-24", "09:30"))


def test_rooms_by_kind_of_visit(practitioner: Practitioner, room: Room) -> None:
    assert moments(practitioner, type="gait_analysis") == []
    gait = Room.objects.create(name="A loopband", kind="gait")
    assert {moment.room for moment in moments(practitioner, type="gait_analysis")} == {gait}
    assert {moment.room for moment in moments(practitioner)} == {room}
    assert {moment.room for moment in moments(practitioner, type="phone")} == {None}
    room.is_active = False
    room.save()
    assert {moment.room for moment in moments(practitioner)} == {gait}


def test_one_query_that_writes_nothing_however_much_there_is(
    practitioner: Practitioner, other_practitioner: Practitioner, room: Room, therapist: User
) -> None:
    def statements() -> list[str]:
        with CaptureQueriesContext(connection) as caught:
            assert moments(practitioner, other_practitioner, end=at("2027-01-24", "00:00"))
        return [query["sql"] for query in caught]

    def rows() -> int:
        return sum(model.objects.count() for model in apps.get_app_config("scheduling").get_models())

    assert len(statements()) == 1
    for hour in (8, 9, 10, 11, 13, 14, 15, 16):
        values = {"practitioner": practitioner, "minutes": 30, "type": "session", "by": therapist, "now": NOW}
        book(make_patient(f"P{hour}"), start=at("2026-11-24", f"{hour:02}:00"), **values)
        Room.objects.create(name=f"Zaal {hour}")
        Leave.objects.create(
            practitioner=other_practitioner,
            starts_at=at("2026-11-25", f"{hour:02}:00"),
            ends_at=at("2026-11-25", f"{hour:02}:30"),
        )
    before = rows()
    (only,) = statements()
    assert "WITH" in only
    assert rows() == before


def test_it_is_planned_once_for_a_session_and_each_time_behind_a_pooler(practitioner: Practitioner, room: Room) -> None:
    def plans() -> tuple[int, int]:
        with connection.cursor() as cursor:
            cursor.execute("SELECT sum(generic_plans), sum(custom_plans) FROM pg_prepared_statements")
            generic, custom = cursor.fetchone()
        return int(generic or 0), int(custom or 0)

    first, own = moments(practitioner), connection.connection
    before = plans()
    assert first == moments(practitioner) == moments(practitioner)
    assert (plans()[0] > before[0], plans()[1]) == (True, 0)
    before, own.prepare_threshold = plans(), None  # as fysicure.database_settings has it there
    try:
        assert moments(practitioner) == first
        assert plans() == before
    finally:
        own.prepare_threshold = connection.settings_dict["OPTIONS"]["prepare_threshold"]


def test_extra_hours_count_on_a_holiday_and_leave_takes_them_away(practitioner: Practitioner, room: Room) -> None:
    day = {"start": at("2026-12-25", "00:00"), "end": at("2026-12-26", "00:00")}
    assert moments(practitioner, **day) == []
    span = {"starts_at": at("2026-12-25", "09:00"), "ends_at": at("2026-12-25", "10:00")}
    ExtraHours.objects.create(practitioner=practitioner, **span)
    assert [f"{moment.start:%H:%M}" for moment in moments(practitioner, **day)] == ["09:00", "09:15", "09:30"]
    assert works(practitioner, span["starts_at"], span["ends_at"])
    Leave.objects.create(starts_at=at("2026-12-25", "09:30"), ends_at=at("2026-12-25", "12:00"))
    assert [f"{moment.start:%H:%M}" for moment in moments(practitioner, **day)] == ["09:00"]


def test_preferred_times_hold_the_whole_visit(practitioner: Practitioner, room: Room) -> None:
    week = {"start": at("2026-11-23", "00:00"), "end": at("2026-11-30", "00:00"), "minutes": 45}
    preferred = Preferred([2, 4], datetime.time(9, 30), datetime.time(10, 30))
    found = moments(practitioner, preferred=preferred, **week)
    assert [f"{moment.start:%a %H:%M}" for moment in found] == ["Tue 09:30", "Tue 09:45", "Thu 09:30", "Thu 09:45"]


def test_a_fixed_device_ties_its_room_and_a_movable_one_goes_along(
    practitioner: Practitioner, other_practitioner: Practitioner, room: Room, therapist: User
) -> None:
    gait = Room.objects.create(name="Loopzaal", kind="gait")
    treadmill = Equipment.objects.create(name="Loopband", kind="treadmill", room=gait)
    dynamometer = Equipment.objects.create(name="Krachtmeter", kind="dynamometer")
    rooms = ["treatment", "gait"]
    HealthcareService.objects.create(type="session", room_kinds=rooms, equipment_kind="treadmill")
    HealthcareService.objects.create(type="retest", room_kinds=rooms, equipment_kind="dynamometer")
    places = {(moment.room, moment.equipment) for moment in moments(practitioner)}
    assert places == {(gait, treadmill)}
    assert {(moment.room, moment.equipment) for moment in moments(practitioner, type="retest")} == {(room, dynamometer)}
    values = {"start": at("2026-11-24"), "minutes": 30, "by": therapist, "now": NOW}
    book(make_patient(), practitioner=other_practitioner, type="retest", **values)
    starts = {moment.start for moment in moments(practitioner, type="retest")}
    assert at("2026-11-24") not in starts
    assert at("2026-11-24", "10:30") in starts
    assert at("2026-11-24") in {moment.start for moment in moments(practitioner)}


@pytest.mark.parametrize("minutes", [0, -5])
def test_no_length_no_moments(practitioner: Practitioner, room: Room, minutes: int) -> None:
    assert moments(practitioner, minutes=minutes) == []
