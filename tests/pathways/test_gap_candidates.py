"""Visits that plans call for fill the time of cancelled visits: the need, never the reason."""

import datetime
from typing import Any

import pytest
from django.utils import timezone

from accounts.models import Practitioner, User
from pathways.follow_ups import AlreadyBooked, NoLongerNeeded, book_follow_up
from pathways.gap_candidates import AnswerFirst, offer_follow_up
from pathways.models import CarePlan, FollowUp
from scheduling.booking import book, cancel
from scheduling.gaps import gap_of, who_fits
from scheduling.models import Appointment, Proposal, Room
from scheduling.waiting_list import join
from tests.people import NOW, TODAY, at, make_patient

pytest_plugins = ["tests.running_plan"]
pytestmark = pytest.mark.django_db
DAY = datetime.timedelta(days=1)
GAP_DAY = datetime.date(2026, 11, 26)


@pytest.fixture(autouse=True)
def _today(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(timezone, "now", lambda: NOW)


@pytest.fixture
def cancelled(practitioner: Practitioner, room: Room, receptionist: User) -> Appointment:
    """A visit of somebody else on Thursday from 14:00 to 14:30, cancelled."""
    visit = book(
        make_patient("Afgezegd"), practitioner=practitioner, start=at(f"{GAP_DAY}", "14:00"), minutes=30,
        type="session", by=receptionist, now=NOW,
    )  # fmt: skip
    return cancel(visit, by=receptionist, now=NOW, code="pat")


def make_follow_up(plan: CarePlan, first: int, last: int, week: int = 1, **fields: Any) -> FollowUp:
    """A visit that the plan calls for, from so many days from today until so many."""
    values = {"window_start": TODAY + first * DAY, "window_end": TODAY + last * DAY, "minutes": 30, **fields}
    return FollowUp.objects.create(plan=plan, week=week, **{"practitioner": plan.practitioner, **values})


def fitting(visit: Appointment, user: User) -> list[Any]:
    gap = gap_of(visit, now=NOW)
    assert gap is not None
    return who_fits(gap, user=user, now=NOW)


@pytest.mark.parametrize(
    ("first", "last", "fits"),
    [(0, 6, True), (3, 3, True), (4, 9, False), (0, 2, False), (-9, -1, True)],
)
def test_the_window_holds_the_day_or_has_passed(
    plan: CarePlan, cancelled: Appointment, receptionist: User, first: int, last: int, fits: bool
) -> None:
    row = make_follow_up(plan, first, last)
    assert [each.need.pk for each in fitting(cancelled, receptionist)] == ([row.pk] if fits else [])


def test_another_therapist_a_longer_visit_and_a_plan_that_ended_do_not_fit(
    plan: CarePlan, cancelled: Appointment, other_practitioner: Practitioner, receptionist: User
) -> None:
    make_follow_up(plan, 0, 6, week=1, practitioner=other_practitioner)
    make_follow_up(plan, 0, 6, week=2, is_dropped=True)
    late = make_follow_up(plan, 0, 6, week=3)
    assert [each.need.pk for each in fitting(cancelled, receptionist)] == [late.pk]
    CarePlan.objects.update(hold_reason="paused", status="on-hold")
    assert fitting(cancelled, receptionist) == []


def test_plans_and_the_waiting_list_stand_in_one_order(
    plan: CarePlan, cancelled: Appointment, receptionist: User
) -> None:
    make_follow_up(plan, 0, 6)
    join(
        make_patient("Te laat"), type="session", minutes=30, earliest=TODAY - 9 * DAY, latest=TODAY - DAY,
        by=receptionist, now=NOW,
    )  # fmt: skip
    join(make_patient("Ooit"), type="session", minutes=30, earliest=TODAY, by=receptionist, now=NOW)
    found = fitting(cancelled, receptionist)
    assert [each.need.patient for each in found] == ["Te laat An", "Peeters An", "Ooit An"]


def test_reception_reads_the_need_and_never_the_reason(
    plan: CarePlan, cancelled: Appointment, receptionist: User
) -> None:
    make_follow_up(plan, 0, 6)
    (found,) = fitting(cancelled, receptionist)
    text = " ".join(str(getattr(found.need, name)) for name in found.need.__dataclass_fields__).lower()
    for word in (plan.episode.reason, "knie", "itbs", "lopersknie", "p3", "fase"):
        assert word.lower() not in text


def test_booking_a_gap_links_visit_and_obligation(
    plan: CarePlan, cancelled: Appointment, practitioner: Practitioner, receptionist: User
) -> None:
    row = make_follow_up(plan, 0, 6)
    (found,) = fitting(cancelled, receptionist)
    visit = book_follow_up(row, practitioner=practitioner, start=found.start, by=receptionist, now=NOW, fills=cancelled)
    assert (visit.fills, visit.start) == (cancelled, cancelled.start)
    assert gap_of(cancelled, now=NOW) is None


def test_an_offer_hangs_on_the_obligation_and_a_later_one_takes_its_place(
    plan: CarePlan, cancelled: Appointment, practitioner: Practitioner, receptionist: User
) -> None:
    row = make_follow_up(plan, 0, 6)
    asked: dict[str, Any] = {"practitioner": practitioner, "by": receptionist, "now": NOW, "fills": cancelled}
    first = offer_follow_up(row, start=cancelled.start, **asked)
    assert offer_follow_up(row, start=cancelled.start, **asked) == first
    second = offer_follow_up(row, start=cancelled.start + DAY, **asked)
    row.refresh_from_db()
    first.refresh_from_db()
    assert (row.proposal, first.status, second.status) == (second, "expired", "needs-action")
    assert (second.origin, second.fills, second.minutes) == ("practice", cancelled, 30)


def test_what_the_patient_asks_is_answered_before_something_else_is_offered(
    plan: CarePlan, cancelled: Appointment, practitioner: Practitioner, receptionist: User, patient_user: User
) -> None:
    start = cancelled.start + DAY
    asked = Proposal.objects.create(
        patient=plan.patient, practitioner=practitioner, start=start, end=start + datetime.timedelta(minutes=30),
        origin="patient", made_by=patient_user, made_at=NOW,
    )  # fmt: skip
    row = make_follow_up(plan, 0, 6, proposal=asked)
    with pytest.raises(AnswerFirst):
        offer_follow_up(row, practitioner=practitioner, start=cancelled.start, by=receptionist, now=NOW)


def test_what_is_booked_or_no_longer_needed_is_not_offered(
    plan: CarePlan, cancelled: Appointment, practitioner: Practitioner, receptionist: User
) -> None:
    row = make_follow_up(plan, 0, 6)
    asked: dict[str, Any] = {"practitioner": practitioner, "start": cancelled.start, "by": receptionist, "now": NOW}
    book_follow_up(row, **asked)
    with pytest.raises(AlreadyBooked):
        offer_follow_up(row, **asked)
    other = make_follow_up(plan, 0, 6, week=2, is_dropped=True)
    with pytest.raises(NoLongerNeeded):
        offer_follow_up(other, **asked)
