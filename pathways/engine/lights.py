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

    @property
    def is_session(self) -> bool:
        """Whether something was done: a day of rest and a run not begun have one score, ``pre``."""
        return self.kind != "rest" and not (self.start == self.end and self.during is None)


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


def judge(
    entries: Sequence[Entry], *, now: datetime, rules: LightRules, since: datetime | None = None
) -> list[JudgedEntry]:
    """Judge every entry, in the order given; ``now`` decides between PENDING and UNRESOLVED.

    With ``since`` only those that began then or later, each still among all.
    """
    near = _Near(entries, now, rules)
    return [_judge(number, near) for number, entry in enumerate(entries) if since is None or entry.start >= since]


class _Near:
    """Entries by when they began: what lies near one of them is found without looking at each of the others."""

    def __init__(self, entries: Sequence[Entry], now: datetime, rules: LightRules) -> None:
        self.all, self.now, self.rules = entries, now.astimezone(UTC), rules
        self.spans = [(entry.start.astimezone(UTC), entry.end.astimezone(UTC)) for entry in entries]
        self._begun = sorted((start, number) for number, (start, _end) in enumerate(self.spans))
        self._longest = max((end - start for start, end in self.spans), default=timedelta())
        self._later: dict[int, int | None] = {}

    def together(self, number: int) -> list[int]:
        """The other sessions of the same knee less than so many hours before or after, in the order given."""
        start, end = self.spans[number]
        apart = timedelta(hours=self.rules.together_hours)
        return [
            other
            for other in sorted(self._began(start - apart - self._longest, end + apart))
            if other != number and same_side(self.all[other], self.all[number]) and self._gap(number, other) < apart
        ]

    def later_pre(self, number: int) -> int | None:
        """The pain with which the first session of the same knee began, of those 12-36 hours later."""
        if number not in self._later:
            end = self.spans[number][1]
            since = end + timedelta(hours=self.rules.next_from_hours)
            until = end + timedelta(hours=self.rules.next_until_hours)
            later = (self.all[other] for other in self._began(since, min(until, self.now)))
            same = (other.pre for other in later if other.pre is not None and same_side(other, self.all[number]))
            self._later[number] = next(same, None)
        return self._later[number]

    def _began(self, since: datetime, until: datetime) -> list[int]:
        """Those that began from one moment up to and with another, by their start."""
        first, last = bisect_left(self._begun, (since, -1)), bisect_right(self._begun, (until, len(self.all)))
        return [number for _start, number in self._begun[first:last]]

    def _gap(self, one: int, other: int) -> timedelta:
        (start, end), (other_start, other_end) = self.spans[one], self.spans[other]
        return other_start - end if other_start >= start else start - other_end


def _judge(number: int, near: _Near) -> JudgedEntry:
    entry, rules = near.all[number], near.rules
    answer, derived = _next(number, near)
    peak = max((pain for pain in (entry.during, entry.after) if pain is not None), default=None)
    rise = None if answer is None or entry.pre is None else answer - entry.pre
    if _is_red(entry, peak, rise, rules):
        light = Light.RED
    elif _is_amber(entry, peak, rise, rules) or (entry.kind == "rest" and _rest_amber(entry, near.all, rules)):
        light = Light.AMBER
    elif _complete(entry, answer):
        light = Light.GREEN
    else:
        waited = near.now - near.spans[number][1]
        light = Light.PENDING if waited <= timedelta(hours=rules.next_until_hours) else Light.UNRESOLVED
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


def _next(number: int, near: _Near) -> tuple[int | None, bool]:
    """The answer of the day after: typed, typed for a session close by, or the ``pre`` of a session 12-36 h later."""
    entry = near.all[number]
    if entry.next is not None:
        return entry.next, False
    close = near.together(number)
    typed = [each for other in close if (each := near.all[other].next) is not None]
    if typed:
        return max(typed), False
    for session in (number, *close):
        later = near.later_pre(session)
        if later is not None:
            return later, True
    return None, False


def same_side(one: Entry, other: Entry) -> bool:
    """Whether two entries speak of the same knee; an entry without a side speaks of both."""
    return one.side == other.side or bool({one.side, other.side} & {None, BOTH})


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
