"""The waiting list: joining, changing, leaving, and being given a place; by whom and in which order."""

import datetime
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.exceptions import InvalidInput
from accounts.models import Practitioner, User
from patients.models import Patient
from scheduling.booking import book, cancel
from scheduling.exceptions import SlotTaken
from scheduling.models import Appointment, Proposal, Room, WaitingListEntry
from scheduling.proposals import offer
from scheduling.waiting_list import (
    AlreadyPlaced,
    AlreadyWaiting,
    NotWaiting,
    book_entry,
    change,
    close_with,
    join,
    put_back,
    withdraw,
)
from scheduling.waiting_list_needs import days_that_suit, row_of, waiting_rows
from tests.people import NOW, TODAY, at, make_patient

pytestmark = pytest.mark.django_db
DAY = datetime.timedelta(days=1)


def waits(patient: Patient, by: User, **wish: Any) -> WaitingListEntry:
    """Put a patient on the list for a session of half an hour; `now` and the wishes may be given."""
    values: dict[str, Any] = {"type": "session", "minutes": 30, "earliest": TODAY, "now": NOW, **wish}
    return join(patient, by=by, **values)


@pytest.fixture
def entry(patient: Patient, receptionist: User, room: Room) -> WaitingListEntry:
    return waits(patient, receptionist)


def asked(practitioner: Practitioner, by: User, **more: Any) -> dict[str, Any]:
    return {"practitioner": practitioner, "start": at("2026-11-26", "14:00"), "by": by, "now": NOW, **more}


def test_joining_keeps_what_suits(patient: Patient, practitioner: Practitioner, receptionist: User) -> None:
    entry = waits(
        patient, receptionist, practitioners=[practitioner], weekdays=[4, 2], not_before=datetime.time(17),
        latest=TODAY + 9 * DAY, priority="asap", note="  na het werk ",
    )  # fmt: skip
    entry.refresh_from_db()
    assert (entry.weekdays, entry.note, entry.priority, entry.created_at) == ([2, 4], "na het werk", "asap", NOW)
    assert list(entry.practitioners.all()) == [practitioner]
    assert entry.created_by == receptionist


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"type": "self_report"}, "type"),
        ({"type": "picnic"}, "type"),
        ({"minutes": 4}, "minutes"),
        ({"minutes": 241}, "minutes"),
        ({"weekdays": [0]}, "weekdays"),
        ({"weekdays": [8]}, "weekdays"),
        ({"latest": TODAY - DAY}, "latest"),
        ({"priority": "stat!"}, "priority"),
        ({"note": "x" * 201}, "note"),
        ({"not_before": datetime.time(11, 45), "not_after": datetime.time(12)}, "not_after"),
        ({"not_before": datetime.time(17), "not_after": datetime.time(12)}, "not_after"),
        ({"not_before": datetime.time(23, 45)}, "not_after"),
    ],
)
def test_what_cannot_be_is_refused_by_field(
    patient: Patient, receptionist: User, wrong: dict[str, Any], field: str
) -> None:
    with pytest.raises(InvalidInput) as refused:
        waits(patient, receptionist, **wrong)
    assert set(refused.value.errors) == {field}
    assert not WaitingListEntry.objects.exists()


def test_nobody_waits_twice_for_one_kind_of_visit(entry: WaitingListEntry, receptionist: User) -> None:
    with pytest.raises(AlreadyWaiting):
        waits(entry.patient, receptionist, minutes=45)
    other = waits(entry.patient, receptionist, type="gait_analysis")
    with pytest.raises(AlreadyWaiting):
        change(other, practitioners=[], type="session", by=receptionist, now=NOW)


def test_an_archived_patient_and_a_therapist_who_left_are_refused(
    patient: Patient, practitioner: Practitioner, receptionist: User
) -> None:
    practitioner.is_active = False
    with pytest.raises(InvalidInput, match=r"."):
        waits(patient, receptionist, practitioners=[practitioner])
    patient.archived_at = NOW
    with pytest.raises(InvalidInput, match=r"."):
        waits(patient, receptionist)


def test_wishes_change_and_the_history_keeps_what_was(
    entry: WaitingListEntry, practitioner: Practitioner, receptionist: User
) -> None:
    change(entry, practitioners=[practitioner], weekdays=[5, 1], by=receptionist, now=NOW)
    entry.refresh_from_db()
    assert (entry.weekdays, entry.minutes) == ([1, 5], 30)
    assert list(entry.practitioners.all()) == [practitioner]
    assert [row.weekdays for row in entry.events.order_by("pgh_id")] == [[], [1, 5]]
    with pytest.raises(TypeError):
        change(entry, practitioners=[], status="booked", by=receptionist, now=NOW)


def test_leaving_can_be_undone_and_keeps_the_place(entry: WaitingListEntry, receptionist: User) -> None:
    later = NOW + DAY
    withdraw(entry, by=receptionist, now=later)
    assert withdraw(entry, by=receptionist, now=later + DAY).closed_at == later
    assert not WaitingListEntry.objects.waiting().exists()
    with pytest.raises(NotWaiting):
        change(entry, practitioners=[], by=receptionist, now=later)
    back = put_back(entry, by=receptionist, now=later)
    assert (back.status, back.closed_at, back.created_at) == ("waiting", None, NOW)


def test_a_place_links_the_visit_and_closes_the_entry(
    entry: WaitingListEntry, practitioner: Practitioner, receptionist: User
) -> None:
    visit = book_entry(entry, **asked(practitioner, receptionist, idempotency_key="k"))
    entry.refresh_from_db()
    assert (entry.status, entry.appointment, entry.closed_at) == ("booked", visit, NOW)
    assert (visit.patient, visit.minutes, visit.type) == (entry.patient, 30, "session")
    again = book_entry(entry, **asked(practitioner, receptionist, idempotency_key="k"))
    assert again == visit
    with pytest.raises(AlreadyPlaced):
        book_entry(entry, **asked(practitioner, receptionist, idempotency_key="other"))
    for verb in (withdraw, put_back):
        with pytest.raises(AlreadyPlaced):
            verb(entry, by=receptionist, now=NOW)
    assert Appointment.objects.count() == 1


def test_a_place_whose_visit_is_called_off_can_be_waited_for_again(
    entry: WaitingListEntry, practitioner: Practitioner, receptionist: User
) -> None:
    visit = book_entry(entry, **asked(practitioner, receptionist))
    cancel(visit, by=receptionist, now=NOW, code="prov")
    back = put_back(entry, by=receptionist, now=NOW)
    assert (back.status, back.appointment, back.created_at) == ("waiting", None, NOW)


def test_a_clash_leaves_the_patient_on_the_list(
    entry: WaitingListEntry, practitioner: Practitioner, receptionist: User
) -> None:
    taken = asked(practitioner, receptionist)
    book(make_patient("Claes", "Jef"), minutes=30, type="session", **taken)
    with pytest.raises(SlotTaken):
        book_entry(entry, **taken)
    entry.refresh_from_db()
    assert entry.status == "waiting"


def test_who_was_taken_off_is_not_booked(
    entry: WaitingListEntry, practitioner: Practitioner, receptionist: User
) -> None:
    withdraw(entry, by=receptionist, now=NOW)
    with pytest.raises(NotWaiting):
        book_entry(entry, **asked(practitioner, receptionist))
    assert not Appointment.objects.exists()


def test_open_offers_end_with_the_entry(
    entry: WaitingListEntry, practitioner: Practitioner, receptionist: User
) -> None:
    made = offer(
        entry.patient, minutes=30, type="session", waiting_list_entry=entry, **asked(practitioner, receptionist)
    )
    book_entry(entry, **asked(practitioner, receptionist, start=at("2026-11-27")))
    made.refresh_from_db()
    assert made.status == Proposal.Status.EXPIRED


def test_an_agreed_offer_closes_the_entry_once(
    entry: WaitingListEntry, practitioner: Practitioner, receptionist: User
) -> None:
    visit = book(entry.patient, minutes=30, type="session", **asked(practitioner, receptionist))
    for _time in range(2):
        assert close_with(entry, visit, now=NOW).appointment == visit
    second = asked(practitioner, receptionist, start=at("2026-11-27"))
    with pytest.raises(AlreadyPlaced):
        close_with(entry, book(entry.patient, minutes=30, type="session", **second), now=NOW)


def test_the_most_overdue_come_first(practitioner: Practitioner, receptionist: User) -> None:
    rows = [
        ("long", {"now": NOW - 9 * DAY}),
        ("short", {"now": NOW - 1 * DAY}),
        ("urgent", {"priority": "urgent", "now": NOW - 1 * DAY}),
        ("asap", {"priority": "asap", "now": NOW}),
        ("passed", {"earliest": TODAY - 5 * DAY, "latest": TODAY - DAY, "now": NOW}),
        ("passed urgent", {"earliest": TODAY - 5 * DAY, "latest": TODAY - DAY, "priority": "urgent", "now": NOW}),
    ]
    for name, wish in rows:
        waits(make_patient(name), receptionist, **wish)
    found = [row_of(each, TODAY) for each in waiting_rows(receptionist, today=TODAY)]
    names = [each.patient.removesuffix(" An") for each in found]
    assert names == ["passed urgent", "passed", "asap", "urgent", "long", "short"]
    assert [each.days_late for each in found] == [1, 1, 0, 0, 0, 0]
    assert [each.days_waiting for each in found] == [0, 0, 0, 1, 9, 1]


def test_the_list_of_a_therapist_has_those_without_a_wish_too(
    practitioner: Practitioner, other_practitioner: Practitioner, receptionist: User
) -> None:
    waits(make_patient("Hers"), receptionist, practitioners=[practitioner])
    waits(make_patient("Both"), receptionist, practitioners=[practitioner, other_practitioner])
    waits(make_patient("Anyone"), receptionist, type="gait_analysis")
    found = waiting_rows(receptionist, today=TODAY, practitioner=other_practitioner)
    assert [each.patient.family_name for each in found] == ["Both", "Anyone"]
    found = waiting_rows(receptionist, today=TODAY, practitioner=other_practitioner, type="session")
    assert [each.patient.family_name for each in found] == ["Both"]


def test_patients_see_only_their_own_place(entry: WaitingListEntry, stranger: User, patient_user: User) -> None:
    assert not waiting_rows(stranger, today=TODAY)
    assert list(waiting_rows(patient_user, today=TODAY)) == [entry]


def test_the_first_moments_are_those_that_suit(
    patient: Patient, practitioner: Practitioner, other_practitioner: Practitioner, receptionist: User, room: Room
) -> None:
    entry = waits(
        patient, receptionist, practitioners=[practitioner], weekdays=[2, 4], not_before=datetime.time(17),
        not_after=datetime.time(18), latest=TODAY + 7 * DAY,
    )  # fmt: skip
    days = days_that_suit(entry, now=NOW)
    assert [each.day.isoformat() for each in days] == ["2026-11-24", "2026-11-26"]
    assert [[offered.start for offered in offers] for _who, offers in days[0].people] == [["17:00", "17:30"]]
    assert days_that_suit(entry, now=NOW, first=TODAY + 2 * DAY)[0].day == TODAY + 3 * DAY


def test_reading_the_list_costs_two_queries(practitioner: Practitioner, receptionist: User) -> None:
    for number in range(12):
        waits(make_patient(f"Nr{number}"), receptionist, practitioners=[practitioner])
    with CaptureQueriesContext(connection) as caught:
        assert len([row_of(each, TODAY) for each in waiting_rows(receptionist, today=TODAY)]) == 12
    assert len(caught) == 2
