"""Booking, moving, cancelling, and the day itself."""

import datetime

import pytest

from accounts.exceptions import InvalidInput
from accounts.models import Practitioner, User
from patients.models import EpisodeOfCare, ExternalPractitioner, Patient, Prescription
from scheduling.booking import book, cancel, mark_arrived, mark_fulfilled, mark_no_show, move, reopen
from scheduling.exceptions import (
    IdempotencyMismatch,
    InThePast,
    NoRoomFree,
    OutsideHours,
    SlotTaken,
    StatusRefused,
)
from scheduling.models import Appointment, Room
from tests.people import NOW, TODAY, at, make_patient

TOMORROW = "2026-11-24"


@pytest.fixture
def visit(
    patient: Patient, practitioner: Practitioner, room: Room, episode: EpisodeOfCare, therapist: User
) -> Appointment:
    return book(
        patient, practitioner=practitioner, start=at(TOMORROW), minutes=30, type="session", by=therapist, now=NOW
    )


def test_a_visit_gets_a_room_the_running_episode_and_a_history(
    visit: Appointment, room: Room, episode: EpisodeOfCare
) -> None:
    assert (visit.room, visit.episode, visit.minutes, visit.status) == (room, episode, 30, "booked")
    assert visit.events.count() == 1


def test_the_therapist_is_taken(visit: Appointment, practitioner: Practitioner, therapist: User) -> None:
    Room.objects.create(name="Zaal 2")
    with pytest.raises(SlotTaken) as refusal:
        book(
            make_patient("Ander"),
            practitioner=practitioner,
            start=at(TOMORROW, "10:15"),
            minutes=30,
            type="session",
            by=therapist,
            now=NOW,
        )
    assert refusal.value.clash == "therapist"
    when = {"start": "2026-11-24T10:00:00+01:00", "end": "2026-11-24T10:30:00+01:00"}
    assert refusal.value.extra == {"clash": ["therapist"], "with": {**when, "practitioner": "Lotte Maes"}}
    assert "10:00" in refusal.value.detail
    assert list(refusal.value.others) == [visit]
    assert Appointment.objects.count() == 1


def test_the_patient_is_taken(visit: Appointment, other_practitioner: Practitioner, therapist: User) -> None:
    with pytest.raises(SlotTaken) as refusal:
        book(
            visit.patient,
            practitioner=other_practitioner,
            start=at(TOMORROW),
            minutes=30,
            type="session",
            by=therapist,
            now=NOW,
        )
    assert refusal.value.clash == "patient"


def test_a_room_that_is_asked_for_and_taken_is_refused(
    visit: Appointment, room: Room, other_practitioner: Practitioner, therapist: User
) -> None:
    values = {"practitioner": other_practitioner, "start": at(TOMORROW), "minutes": 30, "by": therapist, "now": NOW}
    with pytest.raises(SlotTaken) as refusal:
        book(make_patient("Ander"), type="session", room=room, **values)
    assert refusal.value.clash == "room"
    with pytest.raises(NoRoomFree):
        book(make_patient("Ander", phone="+32470000001"), type="session", **values)
    second = Room.objects.create(name="Zaal 2")
    assert book(make_patient("Derde", phone="+32470000002"), type="session", **values).room == second


def test_visits_may_touch(visit: Appointment, practitioner: Practitioner, therapist: User) -> None:
    after = book(
        make_patient("Ander"),
        practitioner=practitioner,
        start=visit.end,
        minutes=30,
        type="session",
        by=therapist,
        now=NOW,
    )
    assert after.room == visit.room


@pytest.mark.parametrize(("day", "time"), [("2026-11-24", "12:00"), ("2026-11-28", "10:00"), ("2026-12-25", "10:00")])
def test_outside_hours_needs_a_reason(
    patient: Patient, practitioner: Practitioner, room: Room, therapist: User, day: str, time: str
) -> None:
    values = {"practitioner": practitioner, "start": at(day, time), "minutes": 30, "by": therapist, "now": NOW}
    with pytest.raises(OutsideHours) as refusal:
        book(patient, type="session", override_reason="  ", **values)
    assert refusal.value.clash == "hours"
    assert book(patient, type="session", override_reason="Spoed", **values).override_reason == "Spoed"


def test_a_visit_under_way_may_be_booked_but_not_one_that_is_over(
    patient: Patient, practitioner: Practitioner, room: Room, therapist: User
) -> None:
    values = {"practitioner": practitioner, "minutes": 30, "type": "session", "by": therapist, "now": NOW}
    with pytest.raises(InThePast):
        book(patient, start=NOW - datetime.timedelta(minutes=31), **values)
    assert book(patient, start=NOW - datetime.timedelta(minutes=15), **values)


def test_wrong_values_are_named(patient: Patient, practitioner: Practitioner, room: Room, therapist: User) -> None:
    values = {"practitioner": practitioner, "start": at(TOMORROW), "by": therapist, "now": NOW}
    with pytest.raises(InvalidInput) as length:
        book(patient, minutes=0, type="session", **values)
    assert "minutes" in length.value.errors
    with pytest.raises(InvalidInput) as kind:
        book(patient, minutes=30, type="self_report", **values)
    assert "type" in kind.value.errors


def test_the_same_key_gives_the_same_visit_and_refuses_other_content(
    patient: Patient, practitioner: Practitioner, room: Room, therapist: User
) -> None:
    values = {"practitioner": practitioner, "minutes": 30, "type": "session", "by": therapist, "now": NOW}
    first = book(patient, start=at(TOMORROW), idempotency_key="k", **values)
    move(first, start=at(TOMORROW, "15:00"), by=therapist, now=NOW)
    assert book(patient, start=at(TOMORROW), idempotency_key="k", **values).pk == first.pk
    with pytest.raises(IdempotencyMismatch):
        book(patient, start=at(TOMORROW, "11:00"), idempotency_key="k", **values)
    assert Appointment.objects.count() == 1


def test_moving_keeps_the_length_and_never_clashes_with_itself(visit: Appointment, therapist: User) -> None:
    moved = move(visit, start=at(TOMORROW, "10:15"), by=therapist, now=NOW)
    assert (moved.start, moved.minutes, moved.room) == (at(TOMORROW, "10:15"), 30, visit.room)
    assert moved.events.count() == 2


def test_a_cancelled_visit_frees_its_time_and_reopening_checks_again(
    visit: Appointment, practitioner: Practitioner, therapist: User
) -> None:
    assert cancel(visit, by=therapist, now=NOW, reason="ziek").cancellation_reason == "ziek"
    other = book(
        make_patient("Ander"),
        practitioner=practitioner,
        start=visit.start,
        minutes=30,
        type="session",
        by=therapist,
        now=NOW,
    )
    with pytest.raises(SlotTaken):
        reopen(visit, by=therapist, now=NOW)
    cancel(other, by=therapist, now=NOW, reason="")
    assert reopen(visit, by=therapist, now=NOW).status == "booked"


def test_an_arrival_begins_a_contact_on_the_oldest_order_with_sessions_left(
    visit: Appointment, therapist: User, doctor: ExternalPractitioner
) -> None:
    values = {"episode": visit.episode, "prescriber": doctor}
    older = Prescription.objects.create(prescribed_on=TODAY - datetime.timedelta(days=9), sessions_ordered=1, **values)
    newer = Prescription.objects.create(prescribed_on=TODAY, sessions_ordered=9, **values)
    contact = mark_arrived(visit, by=therapist, now=NOW).encounter
    assert contact is not None
    assert (contact.prescription, contact.status, contact.started_at) == (older, "in-progress", NOW)
    later = book(
        visit.patient,
        practitioner=visit.practitioner,
        start=at(TOMORROW, "11:00"),
        minutes=30,
        type="retest",
        by=therapist,
        now=NOW,
    )
    second = mark_arrived(later, by=therapist, now=NOW).encounter
    assert second is not None
    assert (second.prescription, second.kind) == (newer, "retest")


def test_a_phone_call_takes_no_room_and_no_session(
    patient: Patient, practitioner: Practitioner, episode: EpisodeOfCare, doctor: ExternalPractitioner, therapist: User
) -> None:
    Prescription.objects.create(episode=episode, prescriber=doctor, prescribed_on=TODAY, sessions_ordered=9)
    call = book(patient, practitioner=practitioner, start=at(TOMORROW), minutes=15, type="phone", by=therapist, now=NOW)
    assert call.room is None
    contact = mark_arrived(call, by=therapist, now=NOW).encounter
    assert contact is not None
    assert contact.prescription is None


def test_done_and_back_again(visit: Appointment, therapist: User) -> None:
    with pytest.raises(StatusRefused):
        mark_fulfilled(visit, by=therapist, now=NOW)
    mark_arrived(visit, by=therapist, now=NOW)
    with pytest.raises(StatusRefused):
        mark_arrived(visit, by=therapist, now=NOW)
    done = mark_fulfilled(visit, by=therapist, now=NOW)
    assert done.encounter is not None
    assert (done.status, done.encounter.status, done.encounter.ended_at) == ("fulfilled", "finished", NOW)
    assert reopen(visit, by=therapist, now=NOW).status == "arrived"
    back = reopen(visit, by=therapist, now=NOW)
    assert (back.status, back.encounter) == ("booked", None)


def test_a_contact_with_a_note_is_not_thrown_away(visit: Appointment, therapist: User) -> None:
    contact = mark_arrived(visit, by=therapist, now=NOW).encounter
    assert contact is not None
    contact.note = "Beter"
    contact.save(update_fields=["note"])
    with pytest.raises(StatusRefused):
        reopen(visit, by=therapist, now=NOW)


def test_only_a_visit_that_has_begun_can_be_missed(visit: Appointment, therapist: User) -> None:
    with pytest.raises(StatusRefused):
        mark_no_show(visit, by=therapist, now=NOW)
    assert mark_no_show(visit, by=therapist, now=visit.end).status == "noshow"
