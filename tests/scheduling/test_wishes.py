"""What suits a patient who waits, pure."""

import datetime
from typing import Any
from uuid import UUID

import pytest
from django.utils import translation

from scheduling.wishes import Pressing, Wish
from tests.people import TODAY, at

LOTTE, BRAM = UUID(int=1), UUID(int=2)
HALF = datetime.timedelta(minutes=30)


def suits(wish: Wish, *, day: str = "2026-11-26", time: str = "14:00", who: UUID = LOTTE) -> bool:
    return wish.suits(who, at(day, time), at(day, time) + HALF, today=TODAY)


@pytest.mark.parametrize(
    ("wish", "moment", "expected"),
    [
        ({}, {}, True),
        ({"practitioners": {LOTTE}}, {}, True),
        ({"practitioners": {LOTTE}}, {"who": BRAM}, False),
        ({"weekdays": {4}}, {}, True),
        ({"weekdays": {2}}, {}, False),
        ({"not_before": datetime.time(14)}, {}, True),
        ({"not_before": datetime.time(14, 1)}, {}, False),
        ({"not_after": datetime.time(14, 30)}, {}, True),
        ({"not_after": datetime.time(14, 29)}, {}, False),
        ({"not_after": datetime.time(23, 59)}, {"time": "23:45"}, False),
        ({"earliest": datetime.date(2026, 11, 27)}, {}, False),
        ({"latest": datetime.date(2026, 11, 26)}, {}, True),
        ({"latest": datetime.date(2026, 11, 25)}, {}, False),
        ({"latest": TODAY - datetime.timedelta(days=1)}, {}, True),
    ],
)
def test_each_wish_is_heard(wish: dict[str, Any], moment: dict[str, Any], expected: bool) -> None:
    assert suits(Wish(**{"earliest": datetime.date(2026, 1, 1), **wish}), **moment) is expected


def test_times_are_those_of_the_clock_in_brussels_in_winter_and_summer() -> None:
    wish = Wish(datetime.date(2026, 1, 1), not_before=datetime.time(17))
    for day in ("2026-11-26", "2026-07-23"):
        assert suits(wish, day=day, time="17:00")
        assert not suits(wish, day=day, time="16:59")


@pytest.mark.parametrize(
    ("days", "pressing"),
    [(-1, Pressing.PASSED), (0, Pressing.CLOSES_SOON), (7, Pressing.CLOSES_SOON), (8, Pressing.LATER)],
)
def test_a_window_presses_more_and_more(days: int, pressing: Pressing) -> None:
    long_ago = datetime.date(2026, 1, 1)
    assert Wish(long_ago, TODAY + datetime.timedelta(days=days)).pressing(TODAY) is pressing
    assert Wish(long_ago).pressing(TODAY) is Pressing.LATER


@pytest.mark.parametrize(
    ("wish", "words"),
    [
        ({}, ""),
        ({"weekdays": {4, 2}, "not_before": datetime.time(17)}, "Tue, Thu from 17:00"),
        ({"weekdays": {1, 2, 3, 4, 5}}, "on weekdays"),
        ({"not_after": datetime.time(12)}, "until 12:00"),
        ({"not_before": datetime.time(9), "not_after": datetime.time(12)}, "between 09:00 and 12:00"),
    ],
)
def test_wishes_read_as_words(wish: dict[str, Any], words: str) -> None:
    with translation.override("en"):
        assert Wish(TODAY, **wish).times_in_words() == words
