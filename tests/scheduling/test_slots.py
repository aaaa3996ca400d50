"""Free moments: what counts as free, which room, and how many queries."""

import datetime
from typing import Any

import pytest

from accounts.models import Practitioner, User
from scheduling.booking import book
from scheduling.models import Leave, Room
from scheduling.slots import FreeMoment, free_moments, is_within_hours
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
    assert not is_within_hours(practitioner, at("2026-11-24", "09:00"), at("2026-11-24", "10:00"))
    assert is_within_hours(practitioner, at("2026-11-24", "08:00"), at("2026-11-24", "09:30"))


def test_rooms_by_kind_of_visit(practitioner: Practitioner, room: Room) -> None:
    assert moments(practitioner, type="gait_analysis") == []
    gait = Room.objects.create(name="A loopband", kind="gait")
    assert {moment.room for moment in moments(practitioner, type="gait_analysis")} == {gait}
    assert {moment.room for moment in moments(practitioner)} == {room}
    assert {moment.room for moment in moments(practitioner, type="phone")} == {None}
    room.is_active = False
    room.save()
    assert {moment.room for moment in moments(practitioner)} == {gait}


def test_queries_do_not_grow(
    practitioner: Practitioner, other_practitioner: Practitioner, room: Room, django_assert_max_num_queries: Any
) -> None:
    with django_assert_max_num_queries(4):
        moments(practitioner, other_practitioner, end=at("2027-01-24", "00:00"))


@pytest.mark.parametrize("minutes", [0, -5])
def test_no_length_no_moments(practitioner: Practitioner, room: Room, minutes: int) -> None:
    assert moments(practitioner, minutes=minutes) == []
