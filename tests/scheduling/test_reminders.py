"""Reminders: once, at a decent hour, and only of what is still to come and was not just told."""

import datetime
from typing import Any

import pytest
from django.core import mail
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import given
from hypothesis import strategies as st

from accounts.models import User
from patients.models import Patient
from scheduling.booking import cancel, move
from scheduling.consents import withdraw
from scheduling.models import BookingPolicy, Communication
from scheduling.quiet_hours import is_quiet, reminder_moment
from scheduling.reminders import prepare_reminders
from tests.people import NOW, at
from tests.scheduling.outbox import DAY, Booking, booking, deliver_all, told

__all__ = ["booking", "told"]
HOUR = datetime.timedelta(hours=1)
EARLIER = NOW - 7 * DAY


def rules(hours: int = 24, begin: int = 21, end: int = 8) -> BookingPolicy:
    return BookingPolicy(reminder_hours=hours, quiet_from=datetime.time(begin), quiet_until=datetime.time(end))


@pytest.mark.parametrize(
    ("start", "hours", "now", "moment"),
    [
        (at("2026-11-25"), 24, NOW, at("2026-11-24")),
        (at("2026-11-25", "07:30"), 24, NOW, at("2026-11-24", "08:00")),
        (at("2026-11-25", "08:30"), 1, NOW, at("2026-11-25", "08:00")),
        (at("2026-11-25", "07:30"), 1, NOW, at("2026-11-24", "20:30")),
        (at("2026-11-25", "07:30"), 1, at("2026-11-24", "20:45"), at("2026-11-24", "20:45")),
        (at("2026-11-25", "07:30"), 1, at("2026-11-24", "22:00"), None),
        (at("2026-11-25", "10:00"), 24, at("2026-11-25", "03:00"), at("2026-11-25", "08:00")),
        (at("2026-11-25", "10:00"), 24, at("2026-11-25", "11:00"), None),
        (at("2026-03-29", "07:30"), 24, NOW - 300 * DAY, at("2026-03-28", "08:00")),
        (at("2026-10-25", "08:30"), 2, NOW - 100 * DAY, at("2026-10-25", "08:00")),
    ],
)
def test_the_moment(
    start: datetime.datetime, hours: int, now: datetime.datetime, moment: datetime.datetime | None
) -> None:
    assert reminder_moment(start, rules=rules(hours), now=now) == moment


def test_without_quiet_hours() -> None:
    assert not is_quiet(at("2026-11-25", "03:00"), rules=rules(begin=8, end=8))
    assert is_quiet(at("2026-11-25", "13:30"), rules=rules(begin=13, end=14))
    assert not is_quiet(at("2026-11-25", "14:00"), rules=rules(begin=13, end=14))


@given(
    st.integers(0, 2 * 365 * 24 * 12).map(lambda number: EARLIER + number * HOUR / 12),
    st.integers(1, 336),
    st.integers(0, 23),
    st.integers(0, 23),
    st.timedeltas(datetime.timedelta(0), 10 * DAY),
)
def test_never_in_the_quiet_hours_never_late(
    start: datetime.datetime, hours: int, begin: int, end: int, ahead: datetime.timedelta
) -> None:
    given_rules, now = rules(hours, begin, end), start - ahead
    moment = reminder_moment(start, rules=given_rules, now=now)
    if moment is None:
        return
    assert now <= moment < start
    # The half hour before the quiet hours may touch other quiet hours only when these last almost all day.
    assert not is_quiet(moment, rules=given_rules) or (begin - end) % 24 == 0


@pytest.mark.django_db
class TestOutbox:
    """What the periodic job writes, and what becomes of it."""

    def test_once_and_at_its_moment(self, booking: Booking) -> None:
        visit = booking("2026-11-25", now=EARLIER)
        deliver_all(EARLIER + HOUR)
        assert prepare_reminders(now=NOW) == 1
        assert prepare_reminders(now=NOW) == prepare_reminders(now=NOW + HOUR) == 0
        row = Communication.objects.get(kind="reminder")
        assert (row.due_at, row.key) == (at("2026-11-24"), f"reminder:{visit.pk}:2026-11-25T09:00Z:email")
        assert deliver_all(at("2026-11-24", "09:59")) == []
        assert deliver_all(at("2026-11-24")) == ["completed"]
        assert mail.outbox[1].subject == "Herinnering: uw afspraak op woensdag 25 november 2026"
        assert "Wij verwachten u op woensdag 25 november 2026, 10.00 uur." in mail.outbox[1].body
        assert prepare_reminders(now=at("2026-11-24", "12:00")) == 0

    def test_who_is_not_reminded(self, booking: Booking, told: Patient, receptionist: User) -> None:
        booking("2026-11-24", "09:30")  # within the 24 hours: its change notice tells
        booking("2026-11-27", now=EARLIER)  # too far
        cancel(booking("2026-11-24", "14:00", now=EARLIER), by=receptionist, now=EARLIER)
        booking("2026-11-23", "09:00", now=EARLIER)  # over
        assert prepare_reminders(now=NOW) == 0
        booking("2026-11-24", "15:00", now=EARLIER)
        withdraw(told, "email", source="desk", by=receptionist, now=NOW)
        assert prepare_reminders(now=NOW) == 0

    def test_a_moved_visit_is_reminded_anew(self, booking: Booking, receptionist: User) -> None:
        visit = booking("2026-11-25", now=EARLIER)
        deliver_all(EARLIER + HOUR)
        prepare_reminders(now=NOW)
        move(visit, start=at("2026-11-25", "16:00"), by=receptionist, now=NOW)
        deliver_all(NOW + HOUR)
        assert prepare_reminders(now=NOW + 7 * HOUR) == 1
        assert deliver_all(at("2026-11-24")) == [""]
        assert deliver_all(at("2026-11-24", "16:00")) == ["completed"]
        assert "16.00 uur" in mail.outbox[-1].body
        assert [row.error for row in Communication.objects.filter(status="stopped")] == ["visit-moved"]

    def test_what_a_change_notice_just_told_is_not_said_again(self, booking: Booking, receptionist: User) -> None:
        visit = booking("2026-11-25", now=EARLIER)
        deliver_all(EARLIER + HOUR)
        move(visit, start=at("2026-11-24", "09:00"), by=receptionist, now=NOW)
        assert prepare_reminders(now=NOW) == 1  # the notice of the move has not been sent yet
        assert deliver_all(NOW + HOUR / 60) == []
        assert deliver_all(NOW + HOUR) == ["completed"]
        assert deliver_all(NOW + HOUR) == [""]
        assert Communication.objects.get(kind="reminder").error == "told-already"
        Communication.objects.filter(kind="reminder").delete()
        assert prepare_reminders(now=NOW + HOUR) == 0

    def test_cancelled_after_it_was_prepared(self, booking: Booking, receptionist: User) -> None:
        visit = booking("2026-11-25", now=EARLIER)
        prepare_reminders(now=NOW)
        cancel(visit, by=receptionist, now=NOW)
        deliver_all(NOW + HOUR)
        assert deliver_all(at("2026-11-24")) == [""]
        assert Communication.objects.get(kind="reminder").error == "visit-gone"

    def test_a_worker_that_was_down_waits_for_the_morning(self, booking: Booking) -> None:
        booking("2026-11-25", now=EARLIER)
        deliver_all(EARLIER + HOUR)
        prepare_reminders(now=NOW)
        assert deliver_all(at("2026-11-25", "03:00")) == [""]
        assert Communication.objects.get(kind="reminder").due_at == at("2026-11-25", "08:00")
        assert deliver_all(at("2026-11-25", "08:00")) == ["completed"]

    def test_the_job_costs_the_same_however_many_visits(self, booking: Booking) -> None:
        booking("2026-11-24", "08:00", now=EARLIER)
        costs: list[Any] = []
        for hours in ([], range(9, 12)):
            for hour in hours:
                booking("2026-11-24", f"{hour:02}:30", now=EARLIER)
            with CaptureQueriesContext(connection) as queries:
                prepare_reminders(now=NOW - DAY + HOUR * len(costs))
            costs.append(len(queries))
        assert costs[0] == costs[1] <= 4
