"""No number of weeks may tell when in its quarter a plan began."""

import datetime

from hypothesis import given
from hypothesis import strategies as st

from fysicure.research.asked import (
    LEAST_WEEKS,
    MOST_WEEKS,
    Asked,
    last_complete_day,
    period_end,
    quarter_end,
    weeks_followed,
)

DAYS = st.dates(datetime.date(2015, 1, 1), datetime.date(2040, 12, 31))


@given(DAYS, DAYS, DAYS, st.sampled_from(["quarter", "year", None]))
def test_all_plans_of_a_period_are_told_for_the_same_weeks_and_never_beyond_today(
    today: datetime.date, begun: datetime.date, other: datetime.date, period: str | None
) -> None:
    last = last_complete_day(today)
    if max(begun, other) > last:
        return
    weeks = weeks_followed(begun, period, last=last, today=today)
    assert LEAST_WEEKS <= weeks <= MOST_WEEKS
    assert period_end(begun, period, last) + datetime.timedelta(weeks=weeks) <= today
    if told(begun, period) == told(other, period):
        assert weeks_followed(other, period, last=last, today=today) == weeks


def told(day: datetime.date, period: str | None) -> tuple[int, ...]:
    return {"quarter": (day.year, (day.month - 1) // 3), "year": (day.year,), None: ()}[period]


@given(DAYS)
def test_the_last_day_is_the_end_of_the_latest_quarter_with_enough_weeks(today: datetime.date) -> None:
    last = last_complete_day(today)
    assert quarter_end(last) == last
    assert (today - last).days >= 7 * LEAST_WEEKS
    assert (today - quarter_end(last + datetime.timedelta(days=1))).days < 7 * LEAST_WEEKS


def test_years_bound_the_days_on_which_plans_began() -> None:
    today = datetime.date(2026, 11, 30)
    assert Asked().begun(today)[1] == datetime.date(2026, 9, 30)
    assert Asked(first_year=2024, last_year=2025).begun(today) == (
        datetime.date(2024, 1, 1), datetime.date(2025, 12, 31),
    )  # fmt: skip
