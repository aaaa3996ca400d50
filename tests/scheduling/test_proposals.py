"""Proposals: asked, offered, agreed, refused, too late; they hold nothing."""

import datetime
from typing import Any

import pytest

from accounts.exceptions import InvalidInput
from accounts.models import Practitioner, User
from pathways.follow_ups import AlreadyBooked, NoLongerNeeded, book_follow_up
from pathways.models import CarePlan, FollowUp
from patients.models import EpisodeOfCare, Patient
from scheduling.booking import book, cancel, move
from scheduling.exceptions import (
    AlreadyAsked,
    InThePast,
    NoRoomFree,
    OutsideHours,
    ProposalClosed,
    RightNotGiven,
    SlotTaken,
    StatusRefused,
    TooLate,
)
from scheduling.models import Appointment, BookingPolicy, Communication, ContactConsent, Proposal, WaitingListEntry
from scheduling.proposals import (
    accept,
    ask_for_visit,
    ask_to_move,
    asks_in_words,
    decline,
    expire_old,
    offer,
    propose_instead,
    withdraw,
)
from scheduling.slots import free_moments
from tests.people import NOW, TODAY, at, make_patient
from tests.running_plan import plan, version

__all__ = ["plan", "version"]
pytestmark = pytest.mark.django_db
OLD, NEW = at("2026-11-26", "10:00"), at("2026-12-01", "14:00")
DAY = datetime.timedelta(days=1)


@pytest.fixture
def visit(patient: Patient, practitioner: Practitioner, room: object, receptionist: User) -> Appointment:
    return booked(patient, practitioner, receptionist, OLD)


def booked(patient: Patient, practitioner: Practitioner, by: User, start: datetime.datetime) -> Appointment:
    return book(patient, practitioner=practitioner, start=start, minutes=30, type="session", by=by, now=NOW)


def asked(visit: Appointment, **more: Any) -> Proposal:
    values: dict[str, Any] = {"practitioner": visit.practitioner, "start": NEW, "by": visit.patient.user, "now": NOW}
    return ask_to_move(visit, **{**values, **more})


def offered(patient: Patient, practitioner: Practitioner, by: User, **more: Any) -> Proposal:
    values: dict[str, Any] = {"start": NEW, "minutes": 30, "type": "session", "now": NOW}
    return offer(patient, practitioner=practitioner, by=by, **{**values, **more})


def test_asking_to_move_holds_nothing_and_agreeing_moves(visit: Appointment, receptionist: User) -> None:
    question = asked(visit, message=" na het werk ")
    assert (question.origin, question.status, question.minutes) == ("patient", "needs-action", 30)
    assert (question.type, question.message) == ("session", "na het werk")
    moments = free_moments(
        practitioners=[visit.practitioner], start=NEW, end=NEW + DAY, minutes=30, type="session", now=NOW
    )
    assert NEW in [each.start for each in moments]
    visit.refresh_from_db()
    assert visit.start == OLD
    moved = accept(question, by=receptionist, now=NOW)
    question.refresh_from_db()
    assert (moved.pk, moved.start, moved.minutes) == (visit.pk, NEW, 30)
    assert (question.status, question.booked, question.answered_by) == ("accepted", moved, receptionist)


def test_agreeing_twice_gives_the_same_visit(patient: Patient, practitioner: Practitioner, receptionist: User) -> None:
    given = offered(patient, practitioner, receptionist, type="phone", minutes=15)
    first = accept(given, by=patient.user, now=NOW)
    assert accept(given, by=patient.user, now=NOW) == first
    assert Appointment.objects.get() == first
    assert (first.booked_by, first.type, first.minutes) == (patient.user, "phone", 15)


def test_the_patient_is_told_once_agreed_and_not_before(visit: Appointment, receptionist: User) -> None:
    ContactConsent.objects.create(
        patient=visit.patient, channel="email", is_given=True, changed_by=receptionist, changed_at=NOW
    )
    question = asked(visit)
    assert not Communication.objects.exists()
    accept(question, by=receptionist, now=NOW)
    assert Communication.objects.get().kind == "change"


def test_two_questions_for_one_moment_the_first_agreed_wins(
    visit: Appointment, practitioner: Practitioner, receptionist: User
) -> None:
    other = booked(make_patient("Claes", "Jef"), practitioner, receptionist, OLD + DAY)
    mine, theirs = asked(visit), asked(other, by=receptionist)
    accept(theirs, by=receptionist, now=NOW)
    with pytest.raises(SlotTaken) as refusal:
        accept(mine, by=receptionist, now=NOW)
    mine.refresh_from_db()
    visit.refresh_from_db()
    assert refusal.value.clash == "therapist"
    assert (mine.status, mine.booked, visit.start) == ("needs-action", None, OLD)


@pytest.mark.parametrize(
    ("start", "minutes", "error"),
    [(at("2026-12-01", "19:30"), 30, OutsideHours), (at("2026-12-01", "14:00"), 30, NoRoomFree)],
)
def test_the_loser_hears_why_and_the_offer_stays_open(
    patient: Patient,
    practitioner: Practitioner,
    receptionist: User,
    start: datetime.datetime,
    minutes: int,
    error: type[Exception],
) -> None:
    given = offered(patient, practitioner, receptionist, start=start, minutes=minutes)
    with pytest.raises(error):
        accept(given, by=patient.user, now=NOW)
    given.refresh_from_db()
    assert given.status == "needs-action"


def test_who_may_answer_and_take_back(
    visit: Appointment, practitioner: Practitioner, receptionist: User, stranger: User
) -> None:
    user, question = visit.patient.user, asked(visit)
    given = offered(visit.patient, practitioner, receptionist)
    for act in (accept, decline):
        with pytest.raises(RightNotGiven):
            act(question, by=user, now=NOW)
        with pytest.raises(RightNotGiven):
            act(given, by=stranger, now=NOW)
    for row, who in ((given, user), (question, stranger)):
        with pytest.raises(RightNotGiven):
            withdraw(row, by=who, now=NOW)
    with pytest.raises(RightNotGiven):
        asked(visit, by=stranger)
    with pytest.raises(RightNotGiven):
        offered(visit.patient, practitioner, user)
    with pytest.raises(RightNotGiven):
        propose_instead(question, practitioner=practitioner, start=NEW + DAY, by=user, now=NOW)


def test_the_same_question_twice_is_one_and_another_is_refused(visit: Appointment) -> None:
    assert asked(visit) == asked(visit)
    with pytest.raises(AlreadyAsked):
        asked(visit, start=NEW + DAY)
    withdraw(Proposal.objects.get(), by=visit.patient.user, now=NOW)
    asked(visit, start=NEW + DAY)
    assert list(Proposal.objects.values_list("status", flat=True)) == ["withdrawn", "needs-action"]


def test_a_question_in_words_names_no_moment(
    visit: Appointment, practitioner: Practitioner, receptionist: User
) -> None:
    with pytest.raises(InvalidInput):
        asked(visit, start=visit.start)
    question = asked(visit, start=visit.start, message="Liefst een dinsdagavond.")
    assert asks_in_words(question)
    move(visit, start=OLD + DAY, by=receptionist, now=NOW)
    with pytest.raises(ProposalClosed):
        accept(question, by=receptionist, now=NOW)
    answer = propose_instead(question, practitioner=practitioner, start=NEW, by=receptionist, now=NOW)
    assert (answer.pk, answer.origin, answer.minutes) == (question.pk, "practice", 30)
    assert not asks_in_words(answer)
    assert accept(answer, by=visit.patient.user, now=NOW).start == NEW


@pytest.mark.parametrize(
    ("start", "error"),
    [
        (NOW + datetime.timedelta(hours=11), TooLate),
        (at("2027-01-23", "10:00"), TooLate),
        (at("2027-01-22", "18:00"), None),
        (NOW + datetime.timedelta(hours=12), None),
    ],
)
def test_a_patient_asks_within_the_hours_and_days_of_the_practice(
    visit: Appointment, start: datetime.datetime, error: type[Exception] | None
) -> None:
    if error is None:
        assert asked(visit, start=start).start == start
        return
    with pytest.raises(error):
        asked(visit, start=start)


def test_asking_to_move_is_late_from_the_hours_of_the_practice(visit: Appointment) -> None:
    late_from = OLD - datetime.timedelta(hours=24)
    with pytest.raises(TooLate):
        asked(visit, now=late_from + datetime.timedelta(minutes=1))
    assert asked(visit, now=late_from).status == "needs-action"


@pytest.mark.parametrize("off", ["patients_ask", "patients_see"])
def test_without_the_right_nothing_is_asked(visit: Appointment, practitioner: Practitioner, off: str) -> None:
    BookingPolicy.objects.create(**{off: False})
    with pytest.raises(RightNotGiven):
        asked(visit)
    with pytest.raises(RightNotGiven):
        ask_for_visit(
            visit.patient, practitioner=practitioner, start=NEW, minutes=30, type="session",
            by=visit.patient.user, now=NOW,
        )  # fmt: skip
    assert not Proposal.objects.exists()


def test_asking_for_a_visit(patient: Patient, practitioner: Practitioner, therapist: User, room: object) -> None:
    values: dict[str, Any] = {"practitioner": practitioner, "minutes": 45, "type": "session", "now": NOW}
    question = ask_for_visit(patient, start=NEW, by=patient.user, **values)
    assert ask_for_visit(patient, start=NEW, by=patient.user, **values) == question
    made = accept(question, by=therapist, now=NOW)
    assert (made.start, made.minutes, made.booked_by) == (NEW, 45, therapist)
    for number in range(10):
        ask_for_visit(patient, start=NEW + number * DAY, by=patient.user, **values)
    with pytest.raises(AlreadyAsked):
        ask_for_visit(patient, start=NEW + 10 * DAY, by=patient.user, **values)


def test_a_cancelled_visit_can_no_longer_be_moved_and_closes_its_question(
    visit: Appointment, receptionist: User
) -> None:
    question = asked(visit)
    cancel(visit, by=receptionist, now=NOW, reason="ziek")
    with pytest.raises(StatusRefused):
        accept(question, by=receptionist, now=NOW)
    assert not Proposal.objects.open(NOW).exists()
    assert expire_old(now=NOW) == 1
    with pytest.raises(StatusRefused):
        asked(visit)


def test_what_is_too_old_expires(patient: Patient, practitioner: Practitioner, receptionist: User) -> None:
    short = offered(patient, practitioner, receptionist, expires_at=NOW + datetime.timedelta(hours=2))
    offered(patient, practitioner, receptionist, start=NEW + DAY)
    assert expire_old(now=NOW) == 0
    later = NOW + datetime.timedelta(hours=2)
    with pytest.raises(TooLate):
        accept(short, by=patient.user, now=later)
    assert expire_old(now=later) == 1
    with pytest.raises(ProposalClosed):
        accept(short, by=patient.user, now=later)
    assert expire_old(now=NEW + DAY) == 1


def test_refusing_keeps_the_answer_and_is_final(visit: Appointment, receptionist: User) -> None:
    question = decline(asked(visit), by=receptionist, now=NOW, answer="Dan is Lotte met verlof.")
    assert decline(question, by=receptionist, now=NOW, answer="anders").answer == "Dan is Lotte met verlof."
    with pytest.raises(ProposalClosed):
        accept(question, by=receptionist, now=NOW)
    with pytest.raises(ProposalClosed):
        withdraw(question, by=visit.patient.user, now=NOW)


def test_an_offer_closes_the_entry_of_the_waiting_list_and_takes_the_cancelled_time(
    visit: Appointment, practitioner: Practitioner, receptionist: User
) -> None:
    waiting = make_patient("Claes", "Jef")
    entry = WaitingListEntry.objects.create(patient=waiting, earliest=TODAY, created_by=receptionist)
    cancel(visit, by=receptionist, now=NOW, reason="ziek")
    values: dict[str, Any] = {"waiting_list_entry": entry, "fills": visit, "start": OLD}
    given = offered(waiting, practitioner, receptionist, **values)
    assert offered(waiting, practitioner, receptionist, **values) == given
    made = accept(given, by=receptionist, now=NOW)
    entry.refresh_from_db()
    assert (entry.status, entry.appointment, entry.closed_at, made.fills) == ("booked", made, NOW, visit)


@pytest.mark.parametrize(
    "wrong", [{"minutes": 4}, {"type": "self_report"}, {"message": "x" * 301}, {"minutes": 241}], ids=str
)
def test_values_that_cannot_be_booked_are_not_offered(
    patient: Patient, practitioner: Practitioner, receptionist: User, wrong: dict[str, Any]
) -> None:
    with pytest.raises(InvalidInput):
        offered(patient, practitioner, receptionist, **wrong)
    with pytest.raises(InThePast):
        offered(patient, practitioner, receptionist, start=NOW)


@pytest.fixture
def follow_up(plan: CarePlan, practitioner: Practitioner) -> FollowUp:
    return FollowUp.objects.create(
        plan=plan, week=9, window_start=TODAY, window_end=TODAY + 14 * DAY, practitioner=practitioner
    )


def test_an_agreed_proposal_fulfils_the_follow_up_of_the_plan(
    follow_up: FollowUp, patient: Patient, practitioner: Practitioner, receptionist: User, room: object
) -> None:
    EpisodeOfCare.objects.create(
        patient=patient, reason="Schouder", status="active", practitioner=practitioner, started_on=TODAY
    )
    follow_up.proposal = offered(patient, practitioner, receptionist)
    follow_up.save(update_fields=["proposal"])
    made = accept(follow_up.proposal, by=patient.user, now=NOW)
    follow_up.refresh_from_db()
    assert (follow_up.appointment, made.episode) == (made, follow_up.plan.episode)
    assert accept(follow_up.proposal, by=patient.user, now=NOW) == made


def test_a_follow_up_that_was_booked_or_dropped_meanwhile_refuses(
    follow_up: FollowUp, patient: Patient, practitioner: Practitioner, receptionist: User, room: object
) -> None:
    follow_up.proposal = offered(patient, practitioner, receptionist)
    follow_up.save(update_fields=["proposal"])
    visit = book_follow_up(follow_up, practitioner=practitioner, start=OLD, by=receptionist, now=NOW)
    with pytest.raises(AlreadyBooked):
        accept(follow_up.proposal, by=patient.user, now=NOW)
    cancel(visit, by=receptionist, now=NOW, reason="ziek")
    FollowUp.objects.filter(pk=follow_up.pk).update(is_dropped=True)
    with pytest.raises(NoLongerNeeded):
        accept(follow_up.proposal, by=patient.user, now=NOW)
    assert Appointment.objects.occupying().count() == 0
