"""Which backups stay: seven days, four weeks, twelve months, whatever the clock and the gaps do."""

import datetime
import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fysicure.backup.rotation import good_backups, to_keep
from tests.people import BRUSSELS

UTC = datetime.UTC
NIGHT = datetime.datetime(2026, 11, 25, 1, 17, tzinfo=UTC)
MOMENTS = st.lists(
    st.integers(0, 4 * 365 * 24 * 60).map(lambda minutes: NIGHT - datetime.timedelta(minutes=minutes)), max_size=60
)


def nights(count: int) -> list[datetime.datetime]:
    return [NIGHT - datetime.timedelta(days=number) for number in range(count)]


def kept(moments: list[datetime.datetime], now: datetime.datetime = NIGHT) -> list[str]:
    return [f"{moment:%Y-%m-%d}" for moment in sorted(to_keep(moments, now=now, zone=BRUSSELS), reverse=True)]


def test_two_years_of_nights() -> None:
    assert kept(nights(730)) == [
        *("2026-11-25", "2026-11-24", "2026-11-23", "2026-11-22", "2026-11-21", "2026-11-20", "2026-11-19"),
        *("2026-11-15", "2026-11-08"),
        *("2026-10-31", "2026-09-30", "2026-08-31", "2026-07-31", "2026-06-30", "2026-05-31"),
        *("2026-04-30", "2026-03-31", "2026-02-28", "2026-01-31", "2025-12-31"),
    ]


def test_a_gap_costs_nothing() -> None:
    old = [NIGHT - datetime.timedelta(days=400 + number) for number in range(3)]
    assert set(old) <= to_keep([NIGHT, *old], now=NIGHT, zone=BRUSSELS)


def test_of_several_a_day_the_last_stays() -> None:
    day = [NIGHT - datetime.timedelta(hours=hours) for hours in (0, 1, 0.5)]
    earlier = [moment - datetime.timedelta(days=9) for moment in day]
    stays = to_keep([*day, *earlier], now=NIGHT, zone=BRUSSELS)
    assert stays == {day[0], earlier[0]}


@pytest.mark.parametrize(
    ("moments", "stays"),
    [
        (["2026-10-24T23:30", "2026-10-25T00:30", "2026-10-25T01:30"], ["2026-10-25T01:30"]),  # 2:30 comes twice
        (["2026-03-28T22:30", "2026-03-29T00:30", "2026-03-29T01:30"], ["2026-03-28T22:30", "2026-03-29T01:30"]),
    ],
    ids=["the hour that comes twice", "the hour that is skipped"],
)
def test_days_are_those_of_the_practice(moments: list[str], stays: list[str]) -> None:
    given_moments = [datetime.datetime.fromisoformat(moment).replace(tzinfo=UTC) for moment in moments]
    found = to_keep(given_moments, now=NIGHT, zone=BRUSSELS)
    assert sorted(f"{moment:%Y-%m-%dT%H:%M}" for moment in found) == stays


def test_a_clock_that_was_ahead_pushes_nothing_out() -> None:
    ahead = [NIGHT + datetime.timedelta(days=1000 + number) for number in range(20)]
    assert to_keep([*nights(7), *ahead], now=NIGHT, zone=BRUSSELS) == {*nights(7), *ahead}


@given(MOMENTS)
def test_the_newest_stays_and_few_do(moments: list[datetime.datetime]) -> None:
    now = datetime.datetime(2028, 1, 1, tzinfo=UTC)
    stays = to_keep(moments, now=now, zone=BRUSSELS)
    assert stays <= set(moments)
    assert len(stays) <= 7 + 4 + 12
    if moments:
        assert max(moments) in stays
    assert to_keep(stays, now=now, zone=BRUSSELS) == stays


def test_only_whole_ones_count(tmp_path: Path) -> None:
    for number, size in enumerate((10, 10, 9)):
        path = tmp_path / f"fysicure-2026112{number}T011700Z.age"
        path.write_bytes(b"x" * size)
        path.with_name(f"{path.name}.json").write_text(json.dumps({"bytes": 10}))
    (tmp_path / "fysicure-20261124T011700Z.age").write_bytes(b"without a description")
    (tmp_path / "fysicure-20261125T011700Z.age.part").write_bytes(b"unfinished")
    assert [each.at.day for each in good_backups(tmp_path)] == [21, 20]
