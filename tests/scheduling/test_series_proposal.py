"""Proposing the moments of a series, without a database."""

import datetime
from collections import Counter
from uuid import UUID

import pytest
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from accounts.models import Practitioner
from scheduling.free_time import BRUSSELS
from scheduling.public_holidays import holiday_name
from scheduling.series_calendar import stretch_of
from scheduling.series_proposal import Due, FreeIndex, Near, days_of, index, propose, propose_due
from scheduling.series_wish import Hours, Slot, Wish, rest
from scheduling.slots import FreeMoment

MONDAY = datetime.date(2026, 11, 23)
PEOPLE = [Practitioner(pk=UUID(int=number), name=f"T{number}") for number in (1, 2, 3)]
IDS = [person.pk for person in PEOPLE]
DAY = datetime.timedelta(days=1)


def time(text: str) -> datetime.time:
    return datetime.time.fromisoformat(text)


def moment(day: datetime.date, text: str, person: int = 0, minutes: int = 30) -> FreeMoment:
    start = datetime.datetime.combine(day, time(text), BRUSSELS)
    return FreeMoment(PEOPLE[person], None, start, start + datetime.timedelta(minutes=minutes))


def every(text: str, days: int = 70, person: int = 0, weekdays: tuple[int, ...] = (1, 2, 3, 4, 5)) -> list[FreeMoment]:
    """A wall time that is free on each of these weekdays for some weeks."""
    found = [MONDAY + number * DAY for number in range(days)]
    return [moment(day, text, person) for day in found if day.isoweekday() in weekdays]


def wish(count: int = 6, **more: object) -> Wish:
    values: dict[str, object] = {"type": "session", "minutes": 30, "count": count, "first": MONDAY, **more}
    return Wish(**values)  # type: ignore[arg-type]


hours = st.builds(
    Hours,
    st.none() | st.sampled_from([time("08:00"), time("10:30"), time("17:00")]),
    st.none() | st.sampled_from([time("18:00"), time("20:00")]),
)
wishes = st.builds(
    Wish,
    type=st.just("session"),
    minutes=st.sampled_from([30, 60]),
    count=st.integers(1, 15),
    first=st.dates(MONDAY, MONDAY + 10 * DAY),
    per_week=st.integers(0, 3),
    weekdays=st.sets(st.integers(1, 6), max_size=5).map(lambda days: tuple(sorted(days))),
    hours=hours,
    who=st.sampled_from(["any", "same"]),
)
moments = st.lists(
    st.builds(
        moment,
        st.dates(MONDAY, MONDAY + 60 * DAY),
        st.sampled_from(["08:00", "09:15", "10:30", "12:00", "17:00", "17:30", "19:15"]),
        st.integers(0, 2),
        st.just(30),
    ),
    max_size=200,
)


@given(wishes, moments)
def test_each_row_lies_in_the_wish(asked: Wish, found: list[FreeMoment]) -> None:
    slots = propose(asked, index(found), IDS)
    assert len(slots) == asked.count
    days = [slot.day for slot in slots]
    assert days == sorted(set(days))
    assert days[0] >= asked.first
    weekdays = {day.isoweekday() for day in days}
    assert weekdays <= set(asked.weekdays or (1, 2, 3, 4, 5))
    assert len(weekdays) <= asked.times_a_week
    assert all(asked.hours.allow(slot.time, asked.minutes) for slot in slots)
    assert asked.who != "same" or len({slot.person for slot in slots}) == 1


@given(wishes, moments)
def test_no_single_time_and_person_would_be_free_more_often(asked: Wish, found: list[FreeMoment]) -> None:
    free = index(found)
    slots = propose(asked, free, IDS)
    won = sum(free.at(slot) is not None for slot in slots)
    for rhythm in asked.rhythms():
        often = Counter(
            (each, person)
            for day in asked.days(rhythm)
            for each, who in free.on(day).items()
            if asked.hours.allow(each, asked.minutes)
            for person in who
        )
        assert won >= max(often.values(), default=0)


@given(moments, st.dates(MONDAY, MONDAY + 60 * DAY), st.integers(0, 2), hours)
def test_alternatives_are_free_and_on_other_days(
    found: list[FreeMoment], day: datetime.date, person: int, bounds: Hours
) -> None:
    taken = {day + DAY, day - 2 * DAY}
    slot = Slot(day, time("10:30"), IDS[person])
    others = Near(index(found), 30, IDS, bounds).nearest(slot, taken=taken)
    assert len(others) <= 3
    assert all(each in found for each in others)
    assert not taken & {each.start.date() for each in others}
    within = [each for each in found if bounds.allow(each.start.time(), 30) and each.start.date() not in taken]
    assert all(bounds.allow(each.start.time(), 30) for each in others) or not within
    assert bool(others) == any(each.start.date() not in taken for each in found)


@given(moments, st.lists(st.tuples(st.integers(0, 50), st.integers(0, 9)), min_size=1, max_size=6))
def test_due_visits_fall_on_different_days_and_in_their_window_when_it_has_room(
    found: list[FreeMoment], windows: list[tuple[int, int]]
) -> None:
    free = index(found)
    due = [
        Due((MONDAY + opens * DAY, MONDAY + (opens + length) * DAY), free, IDS[0]) for opens, length in sorted(windows)
    ]
    slots = propose_due(due, today=MONDAY)
    placed = [slot for slot in slots if free.at(slot)]
    assert len({slot.day for slot in placed}) == len(placed)
    for visit, slot in zip(due, slots, strict=True):
        others = {other.day for other in slots if other is not slot}
        room = [day for day in days_of(visit.window) if day not in others and _has(free, day)]
        assert visit.window[0] <= slot.day <= visit.window[1] or not room


def _has(free: FreeIndex, day: datetime.date) -> bool:
    return any(IDS[0] in who for who in free.on(day).values())


def test_one_wall_time_comes_back_rather_than_scattered_ones() -> None:
    scattered = [moment(MONDAY + DAY, "08:00"), moment(MONDAY + 8 * DAY, "08:30"), moment(MONDAY + 15 * DAY, "09:00")]
    slots = propose(wish(weekdays=(2,)), index([*every("17:00"), *scattered]), IDS)
    assert {slot.time for slot in slots} == {time("17:00")}


def test_a_weekday_on_which_that_time_is_never_free_gets_its_own() -> None:
    found = [*every("17:00", weekdays=(2,)), *every("09:00", weekdays=(4,))]
    slots = propose(wish(weekdays=(2, 4)), index(found), IDS)
    assert {(slot.day.isoweekday(), slot.time) for slot in slots} == {(2, time("17:00")), (4, time("09:00"))}


def test_the_preferred_therapist_wins_when_both_are_free() -> None:
    found = [*every("17:00", person=0), *every("17:00", person=1)]
    assert {slot.person for slot in propose(wish(), index(found), [IDS[1], IDS[0]])} == {IDS[1]}


def test_another_steps_in_when_anyone_will_do_and_nobody_when_it_must_be_the_same() -> None:
    found = [*every("17:00", person=0, days=21, weekdays=(2,)), *every("17:00", person=1, weekdays=(2,))[3:]]
    anyone = propose(wish(weekdays=(2,), who="any"), index(found), IDS)
    assert [slot.person for slot in anyone] == [IDS[0]] * 3 + [IDS[1]] * 3
    same = propose(wish(weekdays=(2,), who="same"), index(found), IDS)
    assert len({slot.person for slot in same}) == 1


def test_days_of_a_week_lie_apart_when_the_desk_names_none() -> None:
    slots = propose(wish(per_week=2), index(every("17:00")), IDS)
    assert rest(sorted({slot.day.isoweekday() for slot in slots})) == 3


@pytest.mark.parametrize("switch", ["2026-10-25", "2027-03-28"])
def test_the_wall_time_stays_when_the_clock_changes(switch: str) -> None:
    before = datetime.date.fromisoformat(switch) - 7 * DAY
    asked = wish(count=4, first=before, weekdays=(2,), hours=Hours(time("17:00")))
    slots = propose(asked, index([]), IDS)
    starts = [stretch_of(slot, 30)[0] for slot in slots]
    assert {start.astimezone(BRUSSELS).time() for start in starts} == {time("17:00")}
    assert len({start.utctimetuple().tm_hour for start in starts}) == 2


def test_hours_hold_the_whole_visit() -> None:
    bounds = Hours(time("17:00"), time("19:00"))
    assert bounds.allow(time("18:30"), 30)
    assert not bounds.allow(time("18:45"), 30)
    assert not bounds.allow(time("16:45"), 30)
    assert not Hours().allow(time("23:45"), 30)


def test_holidays_have_their_names() -> None:
    christmas = datetime.date(2026, 12, 25)
    for language, name in (("nl", "Kerstmis"), ("fr", "Noël"), ("en", "Christmas Day")):
        with translation.override(language):
            assert holiday_name(christmas) == name
            assert holiday_name(christmas + 5 * DAY) == ""
