"""Free time against a minute-by-minute count, and across the change of the clock."""

import datetime

from hypothesis import given, settings
from hypothesis import strategies as st

from scheduling.free_time import BRUSSELS, Stretch, starts, subtract
from scheduling.working_time import Hours, is_holiday, working_stretches

ZERO = datetime.datetime(2026, 10, 24, 22, tzinfo=datetime.UTC)  # midnight in Brussels, the night the clock goes back


def stretch(pair: tuple[int, int]) -> Stretch:
    first, length = pair
    return ZERO + datetime.timedelta(minutes=first), ZERO + datetime.timedelta(minutes=first + length)


def minutes_of(stretches: list[Stretch]) -> set[int]:
    def into(moment: datetime.datetime) -> int:
        return int((moment - ZERO).total_seconds() // 60)

    return {minute for start, end in stretches for minute in range(into(start), into(end))}


PAIRS = st.lists(st.tuples(st.integers(0, 400), st.integers(1, 120)), max_size=6).map(
    lambda found: [stretch(pair) for pair in found]
)


@given(PAIRS, PAIRS)
@settings(max_examples=150, deadline=None)
def test_subtracting_leaves_the_minutes_that_are_open_and_not_taken(
    open_time: list[Stretch], taken: list[Stretch]
) -> None:
    left = subtract(open_time, taken)
    assert minutes_of(left) == minutes_of(open_time) - minutes_of(taken)
    assert all(before[1] < after[0] for before, after in zip(left, left[1:], strict=False))


@given(PAIRS, PAIRS, st.integers(5, 90))
@settings(max_examples=150, deadline=None)
def test_starts_are_all_quarters_at_which_the_visit_fits(
    open_time: list[Stretch], taken: list[Stretch], minutes: int
) -> None:
    left = subtract(open_time, taken)
    free = minutes_of(left)
    expected = [minute for minute in range(0, 600, 15) if free.issuperset(range(minute, minute + minutes))]
    assert [int((moment - ZERO).total_seconds() // 60) for moment in starts(left, minutes)] == expected


def test_hours_keep_to_the_wall_clock_when_it_changes() -> None:
    held = [Hours(day, datetime.time(8), datetime.time(12), datetime.date(2020, 1, 1)) for day in range(1, 8)]
    start = datetime.datetime(2026, 10, 24, tzinfo=BRUSSELS)
    for first, last in working_stretches(held, start, start + datetime.timedelta(days=3)):
        assert (first.astimezone(BRUSSELS).hour, last.astimezone(BRUSSELS).hour) == (8, 12)


def test_the_night_of_the_clock_has_25_and_23_hours() -> None:
    held = [Hours(7, datetime.time(0), datetime.time(6), datetime.date(2020, 1, 1))]
    for day, hours in (((2026, 10, 25), 7), ((2028, 3, 26), 5)):
        start = datetime.datetime(*day, tzinfo=BRUSSELS)
        (only,) = working_stretches(held, start, start + datetime.timedelta(hours=12))
        assert only[1] - only[0] == datetime.timedelta(hours=hours)


def test_nobody_works_on_a_belgian_holiday() -> None:
    assert is_holiday(datetime.date(2026, 7, 21))
    assert not is_holiday(datetime.date(2026, 11, 2))
    held = [Hours(3, datetime.time(8), datetime.time(12), datetime.date(2020, 1, 1))]
    day = datetime.datetime(2026, 11, 11, tzinfo=BRUSSELS)
    assert working_stretches(held, day, day + datetime.timedelta(days=1)) == []


def test_hours_count_only_while_valid() -> None:
    held = Hours(1, datetime.time(8), datetime.time(12), datetime.date(2026, 11, 23), datetime.date(2026, 11, 30))
    assert [held.hold_on(datetime.date(2026, 11, day)) for day in (16, 23, 24, 30)] == [False, True, False, True]
    assert not held.hold_on(datetime.date(2026, 12, 7))
