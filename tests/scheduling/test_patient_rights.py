"""What patients may do with visits, by the practice's rules. Pure: nothing here touches the database."""

import datetime

import pytest
from django.utils.translation import override

from accounts.exceptions import InvalidInput
from scheduling.exceptions import RightNotGiven, TooLate
from scheduling.models import Appointment, BookingPolicy
from scheduling.patient_rights import check_moment, late_words, rights_for
from tests.people import NOW, at

HOUR, MINUTE = datetime.timedelta(hours=1), datetime.timedelta(minutes=1)


def visit(start: datetime.datetime, status: str = "booked") -> Appointment:
    return Appointment(start=start, end=start + 30 * MINUTE, status=status)


@pytest.mark.parametrize(
    ("off", "closed"),
    [
        ({}, ["book"]),
        ({"patients_ask": False}, ["ask", "book"]),
        ({"patients_cancel": False}, ["cancel", "book"]),
        ({"patients_book": True}, []),
        ({"patients_see": False, "patients_book": True}, ["see", "ask", "cancel", "book"]),
    ],
    ids=str,
)
def test_each_right_by_itself(off: dict[str, bool], closed: list[str]) -> None:
    rights = rights_for(visit(NOW + 72 * HOUR), policy=BookingPolicy(**off), now=NOW)
    for name in ("see", "ask", "cancel", "book"):
        right = getattr(rights, name)
        assert right.is_open == (name not in closed), name
        assert bool(right.why) == (name in closed)


def test_late_from_the_hours_of_the_practice_on() -> None:
    policy = BookingPolicy(cancel_until_hours=48)
    in_time = rights_for(visit(NOW + 48 * HOUR), policy=policy, now=NOW)
    late = rights_for(visit(NOW + 48 * HOUR - MINUTE), policy=policy, now=NOW)
    assert (in_time.ask.is_open, in_time.cancel.is_open, in_time.cancels_late) == (True, True, False)
    assert (late.ask.is_open, late.cancel.is_open, late.cancels_late) == (False, True, True)
    assert "48" in late.ask.why
    with pytest.raises(TooLate):
        late.ask.require()


@pytest.mark.parametrize(("hours", "status"), [(0, "booked"), (-1, "arrived"), (24, "cancelled"), (72, "fulfilled")])
def test_nothing_moves_once_it_began_or_is_gone(hours: int, status: str) -> None:
    rights = rights_for(visit(NOW + hours * HOUR, status), policy=BookingPolicy(), now=NOW)
    assert not rights.ask.is_open
    assert not rights.cancel.is_open
    assert rights.see.is_open


def test_a_right_that_was_not_given_is_another_refusal_than_a_late_one() -> None:
    rights = rights_for(visit(NOW + HOUR), policy=BookingPolicy(patients_ask=False), now=NOW)
    with pytest.raises(RightNotGiven):
        rights.ask.require()
    assert not rights_for(None, policy=BookingPolicy(), now=NOW).cancel.is_open


@pytest.mark.parametrize(
    ("start", "error"),
    [
        (at("2026-11-23", "21:45"), TooLate),
        (at("2026-11-23", "22:00"), None),
        (at("2026-11-30", "23:45"), None),
        (at("2026-12-01", "00:00"), TooLate),
        (at("2026-11-30", "10:07"), InvalidInput),
    ],
)
def test_moments_that_patients_may_choose(start: datetime.datetime, error: type[Exception] | None) -> None:
    policy = BookingPolicy(book_from_hours=12, book_days_ahead=7)
    if error is None:
        check_moment(start, policy=policy, now=NOW)
    else:
        with pytest.raises(error):
            check_moment(start, policy=policy, now=NOW)


def test_late_cancelling_is_told_in_the_language_with_dutch_behind_it() -> None:
    policy = BookingPolicy(late_cancellation_nl="Dat kost 15 euro.", late_cancellation_en="That costs 15 euros.")
    with override("en"):
        assert late_words(policy, "en") == ("This is less than 24 hours ahead.", "That costs 15 euros.")
        assert late_words(policy, "fr")[1] == "Dat kost 15 euro."
        assert late_words(BookingPolicy(), "nl")[1] != ""
