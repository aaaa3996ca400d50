"""Free moments against a count minute by minute, written as naively as can be: no ranges, no SQL, no code of ours.

A minute is a number from the midnight with which the story begins; every rule looks at one minute at a time.
"""

import datetime
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.db import IntegrityError, transaction
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from accounts.models import Practitioner, Role, User
from scheduling.availability import Preferred
from scheduling.models import Appointment, Equipment, ExtraHours, HealthcareService, Leave, Room, WorkingHours
from scheduling.slots import free_moments
from tests.people import make_patient, make_user

DAY = 24 * 60
# The clock goes back on 25 October 2026, and forward on 29 March 2026 and on Easter 2027 (28 March), a public holiday.
FIRST_DAYS = [datetime.date.fromisoformat(day) for day in ("2026-10-24", "2026-03-28", "2027-03-27", "2026-11-10")]
HOLIDAYS = {datetime.date(2026, 11, 11), datetime.date(2027, 3, 28), datetime.date(2027, 3, 29)}
USUAL_ROOMS = ["treatment", "exercise", "gait"]


@dataclass(frozen=True)
class Clock:
    """The minutes of a few days, and what a clock in Brussels shows at each."""

    first: datetime.date

    def moment(self, minute: int) -> datetime.datetime:
        midnight = datetime.datetime(
            self.first.year, self.first.month, self.first.day, tzinfo=ZoneInfo("Europe/Brussels")
        )
        return midnight.astimezone(datetime.UTC) + datetime.timedelta(minutes=minute)

    def minute(self, day: datetime.date, time: datetime.time) -> int:
        """The last minute at which the clock shows this; an hour later when it never does."""
        shown = shown_on(self)
        later = (datetime.datetime.combine(day, time) + datetime.timedelta(hours=1)).time()
        return shown[day, time if (day, time) in shown else later]

    def days(self) -> list[datetime.date]:
        return [self.first + datetime.timedelta(days=number) for number in range(5)]


@cache
def shown_on(clock: Clock) -> dict[tuple[datetime.date, datetime.time], int]:
    found = {}
    for minute in range(6 * DAY):
        local = clock.moment(minute).astimezone(ZoneInfo("Europe/Brussels"))
        found[local.date(), local.time()] = minute
    return found


@dataclass
class Story:
    """A practice for a few days, as drawn, and what is asked of it. Times are minutes of the clock of the story."""

    clock: Clock
    rooms: list[str]
    devices: list[tuple[str, int | None]]
    services: dict[str, dict[str, Any]]
    hours: list[tuple[int, int, datetime.time, datetime.time, int, int | None]]
    leave: list[tuple[int | None, int, int]]
    extra: list[tuple[int, int, int]]
    wishes: list[tuple[int, int, int, str, int, int, str]]
    asked: dict[str, Any]
    visits: list[tuple[int, int, int, str, int, int]] = field(default_factory=list)


def mostly[T](usual: T, other: st.SearchStrategy[T]) -> st.SearchStrategy[T]:
    return st.sampled_from([True, True, True, False]).flatmap(lambda is_usual: st.just(usual) if is_usual else other)


clock_times = st.integers(0, 287).map(lambda five: datetime.time(five // 12, five % 12 * 5))
kinds_of_visits = st.sampled_from(["session", "session", "session", "intake", "gait_analysis", "phone"])
buffers = st.sampled_from([0, 5, 10, 20, 60])
services = st.fixed_dictionaries(
    {
        "buffer_before": buffers,
        "buffer_after": buffers,
        "room_kinds": st.lists(st.sampled_from(USUAL_ROOMS), max_size=3, unique=True),
        "equipment_kind": st.sampled_from(["", "treadmill", "treadmill", "dynamometer"]),
    }
)


def spans(longest: int) -> st.SearchStrategy[tuple[int, int]]:
    """Stretches around the night between the first two days, on five minutes."""
    lengths = st.integers(1, longest // 5).map(lambda fives: fives * 5)
    starts = st.integers(20 * 12, 33 * 12).map(lambda fives: fives * 5)
    return st.tuples(starts, lengths).map(lambda pair: (pair[0], pair[0] + pair[1]))


hours_rows = st.tuples(
    st.integers(0, 1),
    st.integers(0, 1),
    mostly(datetime.time(0), clock_times),
    mostly(datetime.time(23, 59), clock_times),
    mostly(0, st.integers(-1, 2)),
    mostly(None, st.none() | st.integers(0, 3)),
).filter(lambda row: row[2] < row[3])
visit_rows = st.builds(
    lambda who, room, device, kind, span, status: (who, room, device, kind, *span, status),
    st.integers(0, 1),
    st.integers(0, 2),
    st.integers(0, 2),
    kinds_of_visits,
    spans(180),
    st.sampled_from(["booked", "booked", "arrived", "fulfilled", "pending", "cancelled", "noshow"]),
)
stories = st.builds(
    Story,
    clock=st.sampled_from([Clock(day) for day in FIRST_DAYS]),
    rooms=st.lists(st.sampled_from(USUAL_ROOMS), min_size=1, max_size=3),
    devices=st.lists(
        st.tuples(st.sampled_from(["treadmill", "treadmill", "dynamometer"]), st.none() | st.integers(0, 2)), max_size=3
    ),
    services=st.fixed_dictionaries({"session": services}, optional={"intake": services, "phone": services}),
    hours=st.lists(hours_rows, min_size=3, max_size=6, unique_by=lambda row: (row[0], row[1], row[2], row[4])),
    leave=st.lists(st.tuples(st.none() | st.integers(0, 1), spans(240)).map(lambda row: (row[0], *row[1])), max_size=2),
    extra=st.lists(st.tuples(st.integers(0, 1), spans(480)).map(lambda row: (row[0], *row[1])), max_size=2),
    wishes=st.lists(visit_rows, max_size=8),
    asked=st.fixed_dictionaries(
        {
            "who": st.sampled_from([[0], [0, 1], [1, 0]]),
            "start": st.integers(18 * 60, 26 * 60),
            "end": st.integers(28 * 60, 40 * 60),
            "now": mostly(0, st.integers(-DAY, DAY)),
            "minutes": st.sampled_from([5, 20, 30, 45, 60]),
            "type": kinds_of_visits,
            "weekdays": mostly([], st.lists(st.integers(1, 7), max_size=5, unique=True)),
            "not_before": mostly(None, clock_times),
            "not_after": mostly(None, clock_times),
        }
    ),
)


class Naive:
    """The same question, answered minute by minute."""

    def __init__(self, story: Story) -> None:
        self.story = story
        asked = story.asked["type"]
        usual = {"gait_analysis": ["gait"], "phone": []}.get(asked, USUAL_ROOMS)
        nothing = {"buffer_before": 0, "buffer_after": 0, "equipment_kind": ""}
        self.needs = story.services.get(asked, {**nothing, "room_kinds": usual})

    def found(self) -> Iterator[tuple[int, int, int | None, int | None]]:
        """Yield minute, therapist, room and device of every free moment, in order."""
        asked = self.story.asked
        open_minutes = {who: self.open_minutes(who) for who in asked["who"]}
        for minute in range(0, 3 * DAY, 15):
            visit = range(minute, minute + asked["minutes"])
            if visit[0] < max(asked["start"], asked["now"]) or visit[-1] >= asked["end"]:
                continue
            for who in sorted(asked["who"]):
                if open_minutes[who].issuperset(visit) and self.keeps_distance(who, visit):
                    for room, device in self.places(visit)[:1]:
                        yield minute, who, room, device

    def open_minutes(self, who: int) -> set[int]:
        worked = [*self.weekly(who), *(row[1:] for row in self.story.extra if row[0] == who)]
        away = [row[1:] for row in self.story.leave if row[0] in {who, None}]
        suits = list(self.suits())
        return {
            minute
            for minute in range(3 * DAY + 200)
            if any(start <= minute < end for start, end in worked)
            and not any(start <= minute < end for start, end in away)
            and any(start <= minute < end for start, end in suits)
        }

    def weekly(self, who: int) -> Iterator[tuple[int, int]]:
        clock, days = self.story.clock, self.story.clock.days()
        for owner, number, opens, closes, valid_from, valid_until in self.story.hours:
            is_valid = valid_from <= number and (valid_until is None or number <= max(valid_until, valid_from))
            if owner == who and is_valid and days[number] not in HOLIDAYS:
                yield clock.minute(days[number], opens), clock.minute(days[number], closes)

    def suits(self) -> Iterator[tuple[int, int]]:
        asked, clock = self.story.asked, self.story.clock
        for day, next_day in zip(clock.days(), clock.days()[1:], strict=False):
            if asked["weekdays"] and day.isoweekday() not in asked["weekdays"]:
                continue
            midnight = clock.minute(next_day, datetime.time())
            opens = clock.minute(day, asked["not_before"] or datetime.time())
            yield opens, clock.minute(day, asked["not_after"]) if asked["not_after"] is not None else midnight

    def keeps_distance(self, who: int, visit: range) -> bool:
        for other in self.story.visits:
            if other[0] != who:
                continue
            its = self.story.services.get(other[3], {"buffer_before": 0, "buffer_after": 0})
            is_after = visit[0] >= other[5] + max(its["buffer_after"], self.needs["buffer_before"])
            is_before = visit[-1] + 1 <= other[4] - max(self.needs["buffer_after"], its["buffer_before"])
            if not (is_after or is_before):
                return False
        return True

    def places(self, visit: range) -> list[tuple[int | None, int | None]]:
        """Every free pair of a room and a device, the best first."""
        story, needs = self.story, self.needs
        wanted = [at for kind in needs["room_kinds"] for at, own in enumerate(story.rooms) if own == kind]
        rooms: list[int | None] = list(wanted) if needs["room_kinds"] else [None, *range(len(story.rooms))]
        pairs: list[tuple[int | None, int | None]] = []
        for room in rooms:
            if not needs["equipment_kind"]:
                pairs += [(room, None)] if needs["room_kinds"] or room is None else []
                continue
            own = [at for at, device in enumerate(story.devices) if device[0] == needs["equipment_kind"]]
            standing = [at for at in own if self.stands(at) is not None and self.stands(at) == room]
            moving = [at for at in own if self.stands(at) is None and (needs["room_kinds"] or room is None)]
            pairs += [(room, at) for at in [*standing, *moving]]
        if not needs["room_kinds"]:  # a device that stands in a room before one that moves
            pairs.sort(key=lambda pair: (pair[0] is None, kind_order(story, pair[0])))
        return [pair for pair in pairs if self.is_free(pair, visit)]

    def stands(self, device: int) -> int | None:
        room = self.story.devices[device][1]
        return room if room is not None and room < len(self.story.rooms) else None

    def is_free(self, place: tuple[int | None, int | None], visit: range) -> bool:
        for _who, room, device, _kind, start, end in self.story.visits:
            touches = any(start <= minute < end for minute in visit)
            same_room = place[0] is not None and room == place[0]
            same_device = place[1] is not None and device == place[1]
            if touches and (same_room or same_device):
                return False
        return True


def kind_order(story: Story, room: int | None) -> int:
    return room if room is not None else 9


class Told:
    """The story as rows in the database."""

    def __init__(self, story: Story) -> None:
        self.story = story
        self.by: User = make_user("desk@practice.example", "Els", Role.RECEPTIONIST)
        self.people = [
            Practitioner.objects.create(
                user=make_user(f"t{at}@practice.example", f"T{at}", Role.THERAPIST), name=f"T{at}"
            )
            for at in range(2)
        ]
        self.rooms = [Room.objects.create(name=f"R{at}", kind=kind) for at, kind in enumerate(story.rooms)]
        self.devices = [
            Equipment.objects.create(
                name=f"D{at}", kind=kind, room=self.rooms[room] if room is not None and room < len(self.rooms) else None
            )
            for at, (kind, room) in enumerate(story.devices)
        ]
        HealthcareService.objects.bulk_create(
            HealthcareService(type=type, **row) for type, row in story.services.items()
        )
        self.write_hours()
        self.write_visits()

    def write_hours(self) -> None:
        story, days = self.story, self.story.clock.days()
        for who, number, opens, closes, valid_from, valid_until in story.hours:
            WorkingHours.objects.create(
                practitioner=self.people[who],
                weekday=days[number].isoweekday(),
                starts_at=opens,
                ends_at=closes,
                valid_from=days[0] + datetime.timedelta(days=valid_from),
                valid_until=None if valid_until is None else days[max(valid_until, valid_from, 0)],
            )
        for someone, start, end in story.leave:
            who = None if someone is None else self.people[someone]
            Leave.objects.create(practitioner=who, **self.span("starts_at", start, "ends_at", end))
        for who, start, end in story.extra:
            ExtraHours.objects.create(practitioner=self.people[who], **self.span("starts_at", start, "ends_at", end))

    def write_visits(self) -> None:
        """Write the visits that the database takes; those that count are told to the naive count as well."""
        for number, (who, room, device, kind, start, end, status) in enumerate(self.story.wishes):
            try:
                with transaction.atomic():
                    Appointment.objects.create(
                        patient=make_patient(f"P{number}"),
                        practitioner=self.people[who],
                        room=dict(enumerate(self.rooms)).get(room),
                        equipment=dict(enumerate(self.devices)).get(device),
                        type=kind,
                        status=status,
                        booked_by=self.by,
                        **self.span("start", start, "end", end),
                    )
            except IntegrityError:
                continue
            if status not in {"cancelled", "noshow"}:
                self.story.visits.append((who, room, device, kind, start, end))

    def span(self, first: str, start: int, last: str, end: int) -> dict[str, datetime.datetime]:
        return {first: self.story.clock.moment(start), last: self.story.clock.moment(end)}

    def found(self) -> list[tuple[int, int, int | None, int | None]]:
        asked, clock = self.story.asked, self.story.clock
        moments = free_moments(
            practitioners=[self.people[who] for who in asked["who"]],
            start=clock.moment(asked["start"]),
            end=clock.moment(asked["end"]),
            now=clock.moment(asked["now"]),
            **{name: asked[name] for name in ("minutes", "type")},
            preferred=Preferred(*(asked[name] for name in ("weekdays", "not_before", "not_after"))),
        )
        return [
            (
                int((each.start - clock.moment(0)).total_seconds() // 60),
                self.people.index(each.practitioner),
                self.rooms.index(each.room) if each.room else None,
                self.devices.index(each.equipment) if each.equipment else None,
            )
            for each in moments
        ]


@pytest.mark.django_db
@settings(max_examples=200, phases=set(Phase) - {Phase.explain}, suppress_health_check=list(HealthCheck))
@given(stories)
def test_free_moments_are_those_of_the_minute_count(story: Story) -> None:
    with transaction.atomic():
        told = Told(story)
        assert told.found() == list(Naive(story).found())
        transaction.set_rollback(True)
