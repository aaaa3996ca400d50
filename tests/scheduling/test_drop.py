"""A visit that is dragged: where it lands, what is in the way, and taking it back."""

import datetime
from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import Practitioner, User
from patients.models import Patient
from scheduling.booking import book, cancel, move
from scheduling.exceptions import InThePast, SlotTaken, StatusRefused
from scheduling.models import Appointment, Communication, ContactConsent, Room
from scheduling.undo import last_change, undo_last
from tests.people import NOW, at, make_patient

pytestmark = pytest.mark.django_db
DAY = "2026-11-24"
LATER = NOW + datetime.timedelta(minutes=1)
ClientOf = Callable[[User], Client]


@pytest.fixture(autouse=True)
def _today(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(timezone, "now", lambda: NOW)


@pytest.fixture
def other_room(db: None) -> Room:
    return Room.objects.create(name="Zaal 2")


@pytest.fixture
def visit(
    patient: Patient, practitioner: Practitioner, room: Room, other_room: Room, receptionist: User
) -> Appointment:
    """The patient's visit at ten, in the first room."""
    return booked(patient, practitioner, receptionist)


def booked(patient: Patient, practitioner: Practitioner, by: User, time: str = "10:00") -> Appointment:
    return book(patient, practitioner=practitioner, start=at(DAY, time), minutes=30, type="session", by=by, now=NOW)


def drop(desk: Client, visit: Appointment, time: str, **more: object) -> object:
    url = f"{reverse('scheduling:drop', args=[visit.pk])}?day={DAY}"
    return desk.post(url, {"day": DAY, "time": time, **more}, headers={"HX-Target": "board"})


def clock(visit: Appointment) -> str:
    visit.refresh_from_db()
    return f"{timezone.localtime(visit.start):%H:%M}–{timezone.localtime(visit.end):%H:%M}"


def test_a_drop_moves_and_shows_the_board_with_a_way_back(desk: Client, visit: Appointment) -> None:
    url = f"{reverse('scheduling:drop', args=[visit.pk])}?day={DAY}"
    answer = desk.post(url, {"day": DAY, "time": "11:15", "minutes": 45}, headers={"HX-Target": "board"}, follow=True)
    text = answer.content.decode()
    assert clock(visit) == "11:15–12:00"
    assert "<html" not in text
    assert 'id="board"' in text
    assert f'name="event" value="{last_change(visit)}"' in text
    assert reverse("scheduling:undo", args=[visit.pk]) in text


def test_a_drop_goes_to_another_therapist_and_another_room(
    desk: Client, visit: Appointment, other_practitioner: Practitioner, other_room: Room
) -> None:
    drop(desk, visit, "10:00", practitioner=other_practitioner.pk)
    drop(desk, visit, "10:00", room=other_room.pk)
    visit.refresh_from_db()
    assert (visit.practitioner, visit.room) == (other_practitioner, other_room)


def test_a_drop_on_another_day_of_the_week(desk: Client, visit: Appointment) -> None:
    url = f"{reverse('scheduling:drop', args=[visit.pk])}?day={DAY}&view=week"
    answer = desk.post(url, {"day": "2026-11-26", "time": "10:00"})
    assert answer["Location"] == f"/agenda/?view=week&day={DAY}"
    visit.refresh_from_db()
    assert timezone.localtime(visit.start).date() == datetime.date(2026, 11, 26)


def test_after_an_ordinary_move_it_can_be_undone_too(
    desk: Client, visit: Appointment, practitioner: Practitioner
) -> None:
    sent = {"practitioner": practitioner.pk, "day": DAY, "time": "15:00", "minutes": 30, "version": 1}
    page = desk.post(reverse("scheduling:move", args=[visit.pk]), sent, follow=True).content.decode()
    assert reverse("scheduling:undo", args=[visit.pk]) in page


def test_the_page_to_move_names_the_clash_as_well(
    desk: Client, visit: Appointment, practitioner: Practitioner, receptionist: User
) -> None:
    booked(make_patient("Bogaerts", "Lien"), practitioner, receptionist, "11:00")
    sent = {"practitioner": practitioner.pk, "day": DAY, "time": "11:15", "minutes": 30, "version": 1}
    refused = desk.post(reverse("scheduling:move", args=[visit.pk]), sent)
    assert refused.status_code == 409
    assert "Bogaerts Lien, 11:00–11:30" in refused.content.decode()


def test_a_name_in_a_message_is_never_markup(desk: Client, visit: Appointment) -> None:
    visit.patient.family_name = "<b>Peeters</b>"
    visit.patient.save(update_fields=["family_name"])
    url = reverse("scheduling:drop", args=[visit.pk])
    page = desk.post(url, {"day": DAY, "time": "11:00"}, follow=True).content.decode()
    assert "&lt;b&gt;Peeters" in page
    assert "<b>Peeters" not in page


def test_a_refusal_names_who_is_there(
    desk: Client, visit: Appointment, practitioner: Practitioner, other_practitioner: Practitioner, receptionist: User
) -> None:
    other = make_patient("Bogaerts", "Lien")
    booked(other, practitioner, receptionist, "11:00")
    answer = drop(desk, visit, "11:15")
    assert answer.status_code == 409
    text = answer.content.decode()
    assert "Bogaerts Lien, 11:00–11:30" in text
    assert "override_reason" not in text
    assert clock(visit) == "10:00–10:30"

    third = make_patient("Celis", "Jo")
    there = booked(third, other_practitioner, receptionist, "11:00")
    answer = drop(desk, visit, "11:00", room=there.room_id, practitioner=other_practitioner.pk)
    assert "Celis Jo, 11:00–11:30" in answer.content.decode()
    booked(visit.patient, other_practitioner, receptionist, "14:00")
    assert "Peeters An, 14:00–14:30" in drop(desk, visit, "14:15").content.decode()


def test_when_every_room_is_taken_it_says_by_whom(
    desk: Client, visit: Appointment, other_room: Room, other_practitioner: Practitioner, receptionist: User
) -> None:
    other_room.is_active = False
    other_room.save(update_fields=["is_active"])
    booked(make_patient("Bogaerts", "Lien"), other_practitioner, receptionist, "11:00")
    answer = drop(desk, visit, "11:00")
    assert answer.status_code == 409
    assert "Bogaerts Lien, 11:00–11:30" in answer.content.decode()


def test_outside_the_hours_staff_may_go_on_with_a_reason(desk: Client, visit: Appointment) -> None:
    refused = drop(desk, visit, "12:00", minutes=20)
    assert refused.status_code == 409
    text = refused.content.decode()
    for field in ('name="day" value="2026-11-24"', 'name="minutes" value="20"', 'name="override_reason"'):
        assert field in text
    assert drop(desk, visit, "12:00", minutes=20, override_reason="enige moment").status_code == 302
    assert clock(visit) == "12:00–12:20"


def test_a_screen_that_is_behind_moves_nothing(desk: Client, visit: Appointment, therapist: User) -> None:
    move(visit, start=at(DAY, "15:00"), by=therapist, now=NOW)
    answer = drop(desk, visit, "11:00", was=f"{DAY}T10:00")
    assert answer.status_code == 409
    assert "15:00" in answer.content.decode()
    assert clock(visit) == "15:00–15:30"
    assert drop(desk, visit, "11:00", was=f"{DAY}T15:00").status_code == 302


def test_rubbish_is_refused_and_others_may_not_drop(
    desk: Client, visit: Appointment, client_of: ClientOf, patient_user: User
) -> None:
    assert drop(desk, visit, "half elf").status_code == 422
    assert drop(desk, visit, "10:00", practitioner="1").status_code == 422
    assert desk.get(reverse("scheduling:drop", args=[visit.pk])).status_code == 405
    assert drop(client_of(patient_user), visit, "11:00").status_code == 403


def test_what_has_begun_stays(desk: Client, visit: Appointment) -> None:
    Appointment.objects.filter(pk=visit.pk).update(status="arrived")
    assert drop(desk, visit, "11:00").status_code == 409
    assert "data-at" not in desk.get(reverse("scheduling:agenda"), {"day": DAY}).content.decode()


def test_undo_puts_a_move_back_with_therapist_room_and_length(
    visit: Appointment, other_practitioner: Practitioner, other_room: Room, receptionist: User
) -> None:
    before = {name: getattr(visit, name) for name in ("start", "end", "practitioner_id", "room_id", "override_reason")}
    moved = move(
        visit, start=at(DAY, "12:00"), minutes=50, practitioner=other_practitioner, room=other_room,
        override_reason="enige moment", by=receptionist, now=NOW,
    )  # fmt: skip
    undone = undo_last(moved, event=last_change(moved), by=receptionist, now=LATER)
    undone.refresh_from_db()
    assert {name: getattr(undone, name) for name in before} == before


def test_undo_of_a_cancellation_brings_the_visit_back(desk: Client, visit: Appointment) -> None:
    page = desk.post(
        reverse("scheduling:cancel", args=[visit.pk]),
        {"code": "pat-ill", "reason": "koorts", "version": 1},
        follow=True,
    )
    visit.refresh_from_db()
    assert (visit.status, visit.cancellation_code, visit.cancellation_reason) == ("cancelled", "pat-ill", "koorts")
    assert reverse("scheduling:undo", args=[visit.pk]) in page.content.decode()
    back = desk.post(reverse("scheduling:undo", args=[visit.pk]), {"event": last_change(visit)})
    assert back["Location"] == f"/agenda/?day={DAY}"
    visit.refresh_from_db()
    assert (visit.status, visit.cancellation_code, visit.cancelled_at) == ("booked", "", None)


def test_undo_is_refused_after_a_colleague_changed_the_visit(
    desk: Client, visit: Appointment, therapist: User, receptionist: User
) -> None:
    moved = move(visit, start=at(DAY, "11:00"), by=receptionist, now=NOW)
    event = last_change(moved)
    move(moved, start=at(DAY, "14:00"), by=therapist, now=LATER)
    with pytest.raises(StatusRefused):
        undo_last(moved, event=event, by=receptionist, now=LATER)
    answer = desk.post(reverse("scheduling:undo", args=[visit.pk]), {"event": event}, headers={"HX-Target": "board"})
    assert answer.status_code == 409
    assert "data-refusal" in answer.content.decode()
    assert desk.post(reverse("scheduling:undo", args=[visit.pk]), {"event": event}).status_code == 409
    assert desk.post(reverse("scheduling:undo", args=[visit.pk]), {"event": "x"}).status_code == 404
    assert clock(visit) == "14:00–14:30"


def test_undo_never_double_books(visit: Appointment, practitioner: Practitioner, receptionist: User) -> None:
    gone = cancel(visit, by=receptionist, now=NOW)
    booked(make_patient("Bogaerts"), practitioner, receptionist)
    with pytest.raises(SlotTaken):
        undo_last(gone, event=last_change(gone), by=receptionist, now=LATER)
    visit.refresh_from_db()
    assert visit.status == "cancelled"


def test_undo_does_not_go_back_into_the_past_nor_before_the_booking(visit: Appointment, receptionist: User) -> None:
    with pytest.raises(StatusRefused):
        undo_last(visit, event=last_change(visit), by=receptionist, now=LATER)
    moved = move(visit, start=at(DAY, "15:00"), by=receptionist, now=NOW)
    with pytest.raises(InThePast):
        undo_last(moved, event=last_change(moved), by=receptionist, now=at(DAY, "12:00"))


def test_a_move_that_is_undone_leaves_one_message_to_wait(visit: Appointment, receptionist: User) -> None:
    ContactConsent.objects.create(
        patient=visit.patient, channel="email", is_given=True, source="desk", changed_at=NOW, changed_by=receptionist
    )
    moved = move(visit, start=at(DAY, "11:00"), by=receptionist, now=NOW)
    undo_last(moved, event=last_change(moved), by=receptionist, now=LATER)
    waiting = Communication.objects.get(patient=visit.patient, status="preparation")
    assert waiting.due_at > LATER


def test_the_panel_says_what_the_desk_should_know_before_cancelling(
    desk: Client, visit: Appointment, practitioner: Practitioner
) -> None:
    for weeks, more in ((3, {"status": "noshow"}), (4, {"status": "noshow"}), (60, {"status": "noshow"})):
        start = NOW - datetime.timedelta(weeks=weeks)
        Appointment.objects.create(
            patient=visit.patient, practitioner=practitioner, start=start, booked_by=practitioner.user,
            end=start + datetime.timedelta(minutes=30), **more,
        )  # fmt: skip
    url = reverse("scheduling:appointment", args=[visit.pk])
    page = desk.get(url)
    assert page.context["late_hours"] is None  # exactly a day before is in time
    assert "2" in page.context["missed"][0]
    assert len(page.context["missed"]) == 1
    refused = desk.post(reverse("scheduling:cancel", args=[visit.pk]), {"code": "", "reason": "koorts"})
    assert refused.status_code == 422
    assert "koorts" in refused.content.decode()


def test_a_cancellation_from_the_board_comes_back_to_that_board(desk: Client, visit: Appointment) -> None:
    url = reverse("scheduling:appointment", args=[visit.pk])
    board = f"/agenda/?view=week&day={DAY}"
    headers = {"HX-Request": "true", "HX-Target": "visit-panel", "HX-Current-URL": f"http://testserver{board}"}
    panel = desk.get(url, headers=headers)
    assert panel.context["next"] == board
    sent = {"code": "pat", "next": board, "version": 1}
    assert desk.post(reverse("scheduling:cancel", args=[visit.pk]), sent)["Location"] == board
