"""The traffic light of a diary entry, a day and a week (section 7). Hours in UTC, days in Europe/Brussels."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum
from statistics import median
from zoneinfo import ZoneInfo

from pathways.engine.findings import BOTH
from pathways.engine.model import LightRules

BRUSSELS = ZoneInfo("Europe/Brussels")


class Light(StrEnum):
    """Colour of an entry or a day; PENDING waits for tomorrow's answer, UNRESOLVED never got it."""

    RED = "RED"
    AMBER = "AMBER"
    UNRESOLVED = "UNRESOLVED"
    PENDING = "PENDING"
    GREEN = "GREEN"


class WeekLight(StrEnum):
    """Colour of a week; NEUTRAL when there is too little to say."""

    RED = "RED"
    AMBER = "AMBER"
    GREEN = "GREEN"
    NEUTRAL = "NEUTRAL"


WORST_FIRST = tuple(Light)
RESOLVED = (Light.GREEN, Light.AMBER, Light.RED)


@dataclass(frozen=True, slots=True)
class Entry:
    """One diary session: aware start and end, pain 0-10 before, during, in the first hour after, 12-36 h later."""

    start: datetime
    end: datetime
    kind: str = "run"
    side: str | None = None
    pre: int | None = None
    during: int | None = None
    after: int | None = None
    next: int | None = None
    limp: bool = False
    painkiller_24h: bool = False
    aborted: bool = False
    rf_any: bool = False
    step: str | None = None
    distance_km: float | None = None
    id: str | None = None
    day: date = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        """Keep the calendar day of the start in Brussels: rules ask for it many times."""
        object.__setattr__(self, "day", self.start.astimezone(BRUSSELS).date())


@dataclass(frozen=True, slots=True)
class JudgedEntry:
    """An entry with its light; ``next`` is the answer used, ``next_derived`` when it came from a later ``pre``."""

    entry: Entry
    light: Light
    peak: int | None
    rise: int | None
    masked: bool
    next: int | None
    next_derived: bool

    @property
    def resolved(self) -> bool:
        """Whether the light is a colour, not a wait."""
        return self.light in RESOLVED

    @property
    def counts(self) -> bool:
        """Whether it counts for steps and exits: resolved and not masked by a painkiller."""
        return self.resolved and not self.masked


def judge(entries: Sequence[Entry], *, now: datetime, rules: LightRules) -> list[JudgedEntry]:
    """Judge every entry, in the order given; ``now`` decides between PENDING and UNRESOLVED."""
    near = _Near(entries)
    return [_judge(entry, near, now, rules) for entry in entries]


class _Near:
    """Entries by when they began: what lies near one of them is found without looking at each of the others."""

    def __init__(self, entries: Sequence[Entry]) -> None:
        self.all = entries
        self._begun = sorted((entry.start.astimezone(UTC), number) for number, entry in enumerate(entries))
        lengths = (entry.end.astimezone(UTC) - entry.start.astimezone(UTC) for entry in entries)
        self._longest = max(lengths, default=timedelta())

    def began(self, since: datetime, until: datetime) -> list[Entry]:
        """Those that began from one moment up to and with another, by their start."""
        first = bisect_left(self._begun, (since.astimezone(UTC), -1))
        last = bisect_right(self._begun, (until.astimezone(UTC), len(self.all)))
        return [self.all[number] for _start, number in self._begun[first:last]]

    def together(self, entry: Entry, rules: LightRules) -> list[Entry]:
        """The other sessions of the same knee less than so many hours before or after, in the order given."""
        apart = timedelta(hours=rules.together_hours)
        first = bisect_left(self._begun, (entry.start.astimezone(UTC) - apart - self._longest, -1))
        last = bisect_right(self._begun, (entry.end.astimezone(UTC) + apart, len(self.all)))
        numbers = sorted(number for _start, number in self._begun[first:last])
        others = [self.all[number] for number in numbers if self.all[number] is not entry]
        return [other for other in others if _together(entry, other, rules)]


def _judge(entry: Entry, near: _Near, now: datetime, rules: LightRules) -> JudgedEntry:
    answer, derived = _next(entry, near, now, rules)
    peak = max((pain for pain in (entry.during, entry.after) if pain is not None), default=None)
    rise = None if answer is None or entry.pre is None else answer - entry.pre
    if _is_red(entry, peak, rise, rules):
        light = Light.RED
    elif _is_amber(entry, peak, rise, rules) or (entry.kind == "rest" and _rest_amber(entry, near.all, rules)):
        light = Light.AMBER
    elif _complete(entry, answer):
        light = Light.GREEN
    else:
        light = Light.PENDING if _hours(entry.end, now) <= rules.next_until_hours else Light.UNRESOLVED
    masked = light is Light.GREEN and entry.painkiller_24h
    return JudgedEntry(entry, light, peak, rise, masked, answer, derived)


def _is_red(entry: Entry, peak: int | None, rise: int | None, rules: LightRules) -> bool:
    too_sore = peak is not None and peak >= rules.red_peak
    return entry.rf_any or entry.limp or too_sore or (rise is not None and rise >= rules.red_rise)


def _is_amber(entry: Entry, peak: int | None, rise: int | None, rules: LightRules) -> bool:
    sore = peak is not None and peak > rules.green_peak_max
    worse = rise is not None and rise >= rules.amber_rise
    return sore or worse or entry.aborted or (entry.pre is not None and not may_run(entry.pre, rules))


def _rest_amber(entry: Entry, entries: Sequence[Entry], rules: LightRules) -> bool:
    pain = _worst(entry)
    if pain is None:
        return False
    since = entry.day - timedelta(days=rules.median_days)
    before = [_worst(other) for other in entries if same_side(other, entry) and since <= other.day < entry.day]
    known = [value for value in before if value is not None]
    above = bool(known) and pain - median(known) >= rules.rest_above_median
    return pain >= rules.rest_amber or above


def _worst(entry: Entry) -> int | None:
    return max((pain for pain in (entry.pre, entry.during, entry.after) if pain is not None), default=None)


def _complete(entry: Entry, answer: int | None) -> bool:
    if entry.kind == "rest":
        return _worst(entry) is not None
    return None not in (entry.pre, entry.during, entry.after, answer)


def _next(entry: Entry, near: _Near, now: datetime, rules: LightRules) -> tuple[int | None, bool]:
    """The answer of the day after: typed, typed for a session close by, or the ``pre`` of a session 12-36 h later."""
    if entry.next is not None:
        return entry.next, False
    close = near.together(entry, rules)
    typed = [other.next for other in close if other.next is not None]
    if typed:
        return max(typed), False
    for session in (entry, *close):
        later = _later_pre(session, near, now, rules)
        if later is not None:
            return later, True
    return None, False


def _later_pre(entry: Entry, near: _Near, now: datetime, rules: LightRules) -> int | None:
    end = entry.end.astimezone(UTC)
    since, until = end + timedelta(hours=rules.next_from_hours), end + timedelta(hours=rules.next_until_hours)
    later = near.began(since, min(until, now.astimezone(UTC)))
    return next((other.pre for other in later if other.pre is not None and same_side(other, entry)), None)


def _together(one: Entry, other: Entry, rules: LightRules) -> bool:
    first, second = sorted((one, other), key=lambda entry: entry.start)
    return same_side(one, other) and _hours(first.end, second.start) < rules.together_hours


def same_side(one: Entry, other: Entry) -> bool:
    """Whether two entries speak of the same knee; an entry without a side speaks of both."""
    return one.side == other.side or bool({one.side, other.side} & {None, BOTH})


def _hours(start: datetime, end: datetime) -> float:
    return (end.astimezone(UTC) - start.astimezone(UTC)).total_seconds() / 3600


def may_run(pre: int | None, rules: LightRules) -> bool:
    """The check before a run: pain of ``amber_pre`` or more means not today; not asked means no."""
    return pre is not None and pre < rules.amber_pre


def worst(lights: Iterable[Light]) -> Light | None:
    """The worst colour, or None when there is no entry ("no data" is never green)."""
    return min(lights, key=WORST_FIRST.index, default=None)


def day_lights(judged: Iterable[JudgedEntry]) -> dict[date, Light]:
    """Worst colour of each Brussels day that has an entry."""
    days: dict[date, Light] = {}
    for each in judged:
        light = each.light
        before = days.get(each.entry.day, light)
        days[each.entry.day] = min(light, before, key=WORST_FIRST.index)
    return dict(sorted(days.items()))


def week_light(judged: Iterable[JudgedEntry], monday: date, rules: LightRules) -> WeekLight:
    """Colour of the week (Monday-Sunday) from its day colours."""
    days = [light for day, light in day_lights(judged).items() if monday <= day < monday + timedelta(days=7)]
    if Light.RED in days:
        return WeekLight.RED
    if days.count(Light.AMBER) >= rules.week_amber:
        return WeekLight.AMBER
    if Light.AMBER not in days and days.count(Light.GREEN) >= rules.week_green:
        return WeekLight.GREEN
    return WeekLight.NEUTRAL


def other_side_alert(entries: Sequence[Entry], side: str, rules: LightRules) -> bool:
    """Pain on the other side at or above the limit, often enough to tell the therapist."""
    other = [each for each in entries if each.side not in (side, None, BOTH)]
    sore = [each for each in other if (_worst(each) or 0) >= rules.other_side_pain]
    return len(sore) >= rules.other_side_times
