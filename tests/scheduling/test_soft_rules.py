"""Soft rules (hours, buffers, length) give way to a written reason; people, rooms and devices never do."""

from typing import Any

import pytest

from accounts.models import Practitioner, User
from patients.models import Patient
from scheduling.booking import book, cancel, move, reopen
from scheduling.exceptions import (
    NoEquipmentFree,
    NoRoomFree,
    OutsideHours,
    RuleBroken,
    SlotTaken,
    TooLong,
    WithinBuffer,
)
from scheduling.models import Appointment, Equipment, HealthcareService, Room
from scheduling.visit_needs import USUAL, VisitNeeds, needs_of, visit_needs
from tests.people import NOW, at, make_patient

DAY = "2026-11-24"


@pytest.fixture
def values(practitioner: Practitioner, therapist: User, room: Room) -> dict[str, Any]:
    return {"practitioner": practitioner, "minutes": 30, "type": "session", "by": therapist, "now": NOW}


def service(type: str, **needs: Any) -> None:
    HealthcareService.objects.create(type=type, **{"room_kinds": ["treatment", "exercise", "gait"], **needs})


@pytest.mark.django_db
def test_needs_are_the_usual_ones_under_what_the_owner_wrote(django_assert_num_queries: Any) -> None:
    assert visit_needs() == USUAL
    assert (needs_of("intake").minutes, needs_of("session").minutes, needs_of("phone").room_kinds) == (60, 30, ())
    service("session", minutes=45, buffer_after=5, room_kinds=["exercise"], equipment_kind="camera")
    with django_assert_num_queries(1):
        needs = visit_needs()
    own = VisitNeeds(minutes=45, buffer_after=5, room_kinds=("exercise",), equipment_kind="camera")
    assert needs == {**USUAL, "session": own}


BUFFERS = [("09:20", ""), ("09:21", "buffer"), ("10:30", "buffer"), ("10:39", "buffer"), ("10:40", "")]


@pytest.mark.parametrize(("time", "rule"), BUFFERS)
def test_the_larger_buffer_between_two_visits_stays_free(values: dict[str, Any], time: str, rule: str) -> None:
    service("intake", buffer_after=5, buffer_before=10)
    service("session", buffer_before=10)
    book(make_patient("Een"), start=at(DAY), **{**values, "type": "intake"})
    other = make_patient("Twee")
    if not rule:
        assert book(other, start=at(DAY, time), **values).pk
        return
    with pytest.raises(WithinBuffer) as refusal:
        book(other, start=at(DAY, time), **values)
    when = {"start": f"{DAY}T10:00:00+01:00", "end": f"{DAY}T10:30:00+01:00"}
    assert refusal.value.extra == {"clash": ["hours"], "rule": rule, "with": when}
    assert "10:00-10:30" in refusal.value.detail
    assert book(other, start=at(DAY, time), **values, override_reason="Kan niet anders").pk


def test_longer_than_its_kind_may_last(patient: Patient, values: dict[str, Any]) -> None:
    service("session", longest_minutes=45)
    with pytest.raises(TooLong) as refusal:
        book(patient, start=at(DAY), **{**values, "minutes": 60})
    assert refusal.value.extra == {"clash": ["hours"], "rule": "length"}
    visit = book(patient, start=at(DAY), **{**values, "minutes": 60}, override_reason="Twee knieën")
    by_and_now = {"by": values["by"], "now": NOW}
    assert move(visit, start=at(DAY, "14:00"), **by_and_now).minutes == 60
    with pytest.raises(TooLong):
        move(visit, minutes=75, **by_and_now)


def test_outside_hours_says_which_hours_there_are(patient: Patient, values: dict[str, Any]) -> None:
    with pytest.raises(OutsideHours) as refusal:
        book(patient, start=at(DAY, "12:15"), **values)
    assert refusal.value.extra == {"clash": ["hours"], "rule": "hours"}
    assert "08:00-12:00, 13:00-19:00" in refusal.value.detail


def test_a_reason_moves_no_person_and_no_room(
    patient: Patient, other_practitioner: Practitioner, room: Room, values: dict[str, Any]
) -> None:
    first = book(make_patient("Een"), start=at(DAY), **values)
    with pytest.raises(SlotTaken) as refusal:
        book(patient, start=at(DAY, "10:15"), **values, override_reason="Spoed")
    assert not isinstance(refusal.value, RuleBroken)
    assert list(refusal.value.others) == [first]
    elsewhere = {**values, "practitioner": other_practitioner, "room": room}
    with pytest.raises(SlotTaken) as refusal:
        book(patient, start=at(DAY), **elsewhere, override_reason="Spoed")
    assert (refusal.value.clash, refusal.value.extra["with"]["room"]) == ("room", room.name)
    assert first.patient.family_name not in f"{refusal.value.detail} {refusal.value.extra}"


def test_equipment_is_assigned_and_refused_like_a_room(
    patient: Patient, other_practitioner: Practitioner, room: Room, values: dict[str, Any]
) -> None:
    second = Room.objects.create(name="Zaal 2")
    device = Equipment.objects.create(name="Krachtmeter", kind="dynamometer")
    service("retest", equipment_kind="dynamometer")
    retest = {**values, "type": "retest"}
    first = book(make_patient("Een"), start=at(DAY), **retest)
    assert (first.room, first.equipment) == (room, device)
    other = {**retest, "practitioner": other_practitioner}
    for where in (None, second):
        with pytest.raises(NoEquipmentFree) as refusal:
            book(patient, start=at(DAY), **other, room=where)
        assert refusal.value.clash == "room"
    cancel(first, by=values["by"], now=NOW)
    assert book(patient, start=at(DAY), **other, room=second).equipment == device
    with pytest.raises(SlotTaken) as taken:
        reopen(first, by=values["by"], now=NOW)
    assert (taken.value.clash, taken.value.extra["with"]["equipment"]) == ("room", "Krachtmeter")
    assert Appointment.objects.occupying().count() == 1


def test_the_room_in_which_a_device_stands_must_be_free(
    patient: Patient, other_practitioner: Practitioner, values: dict[str, Any]
) -> None:
    gait = Room.objects.create(name="Loopzaal", kind="gait")
    treadmill = Equipment.objects.create(name="Loopband", kind="treadmill", room=gait)
    service("gait_analysis", room_kinds=["gait"], equipment_kind="treadmill")
    session = book(make_patient("Een"), start=at(DAY), **values, room=gait)
    analysis = {**values, "type": "gait_analysis", "practitioner": other_practitioner}
    with pytest.raises(NoRoomFree) as refusal:
        book(patient, start=at(DAY), **analysis)
    assert not isinstance(refusal.value, NoEquipmentFree)
    visit = book(patient, start=session.end, **analysis)
    assert (visit.room, visit.equipment) == (gait, treadmill)
    moved = move(visit, start=at(DAY, "15:00"), by=values["by"], now=NOW)
    assert (moved.room, moved.equipment) == (gait, treadmill)
