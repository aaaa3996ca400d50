"""What a diary adds up to: distance a week, the longest run, and how much of the strength work was done."""

import datetime
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction

from pathways.engine.lights import Entry
from pathways.engine.running import LONGEST_RUN_DAYS
from pathways.models import DiaryEntry, ExercisePrescription, PlanPause
from pathways.pauses import paused_days

ADHERENCE_MEASURE = "strength_adherence_28d"
ADHERENCE_DAYS = 28
WEEK = datetime.timedelta(days=7)


@dataclass(frozen=True, slots=True)
class WeekLoad:
    """Distance of one week (Monday to Sunday, Brussels). `km` is None when runs were logged without a distance."""

    monday: datetime.date
    km: float | None
    runs: int


@dataclass(frozen=True, slots=True)
class Adherence:
    """Share (0-1) of the prescribed strength work that the diary shows in the last 28 days or since the phase began."""

    share: float
    done: int
    prescribed: int
    since: datetime.date
    measure: str = ADHERENCE_MEASURE


def monday_of(day: datetime.date) -> datetime.date:
    """The first day of a day's ISO week."""
    return day - datetime.timedelta(days=day.weekday())


def weeks_of(started_on: datetime.date, today: datetime.date, entries: Iterable[Entry]) -> list[WeekLoad]:
    """Return every week from the plan's start until the running one, oldest first; a week without runs is 0 km."""
    runs: dict[datetime.date, list[Entry]] = {}
    for entry in entries:
        if entry.kind == "run":
            runs.setdefault(monday_of(entry.day), []).append(entry)
    weeks, monday = [], monday_of(min(started_on, today))
    while monday <= today:
        weeks.append(_week(monday, runs.get(monday, [])))
        monday += WEEK
    return weeks


def _week(monday: datetime.date, runs: Sequence[Entry]) -> WeekLoad:
    known = [run.distance_km for run in runs if run.distance_km is not None]
    km = None if runs and not known else round(sum(known), 1)
    return WeekLoad(monday, km, len({run.start for run in runs}))


def weekly_distance(weeks: Sequence[WeekLoad], started_on: datetime.date) -> tuple[float, ...]:
    """Return the km of the complete weeks under the plan, oldest first.

    The week in which the plan began counts only when it began on Monday. Weeks up to the last one with runs of unknown
    distance are left out: an unknown week is not a week of 0 km.
    """
    complete = [week for week in weeks[:-1] if week.monday >= started_on]
    known: list[float] = []
    for week in complete:
        known = [] if week.km is None else [*known, week.km]
    return tuple(known)


def longest_run(entries: Iterable[Entry], today: datetime.date) -> float | None:
    """Return the longest run (km) of the last 30 days, or None without a run of known distance."""
    since = today - datetime.timedelta(days=LONGEST_RUN_DAYS)
    found = [entry.distance_km for entry in entries if entry.kind == "run" and since <= entry.day <= today]
    return max((km for km in found if km is not None), default=None)


def times_a_week(text: str) -> int | None:
    """Read the fewest times a week from a prescription such as "3" or "3-5"; None when free."""
    number = re.match(r"\s*(\d+)", text)
    return int(number.group(1)) if number else None


def strength_adherence(
    prescribed: Sequence[ExercisePrescription],
    entries: Sequence[DiaryEntry],
    *,
    since: datetime.date,
    today: datetime.date,
    stood_still: Sequence[PlanPause] = (),
) -> Adherence | None:
    """Return which share of the prescribed exercise sessions of the current phase was logged; None when unknown.

    Counted per exercise over whole weeks, so that doing one exercise twice as often does not make up for another. An
    exercise session that names no exercises counts for all of them. Optional and free exercises do not count.
    Each line counts for the days on which it was prescribed, so that a change does not rewrite the past; days on which
    the plan stood still ask for nothing. Nothing is said in the first week of a phase, or when nothing at all was
    logged: no data is not "not done".
    """
    since = max(since, today - datetime.timedelta(days=ADHERENCE_DAYS - 1))
    tomorrow = today + datetime.timedelta(days=1)
    logged = [row for row in entries if as_day(row) >= since]
    counting = (tomorrow - since).days - paused_days(stood_still, since, tomorrow)
    weeks = counting // WEEK.days
    if not weeks or not logged:
        return None
    sessions = [row for row in logged if row.kind == DiaryEntry.Kind.EXERCISE]
    done: Counter[str] = Counter()
    wanted: dict[str, Fraction] = defaultdict(Fraction)
    for row in prescribed:
        times = None if row.is_optional else times_a_week(row.per_week)
        begin, end = max(since, begun_on(row) or since), min(tomorrow, row.ended_on or tomorrow)
        days = (end - begin).days - paused_days(stood_still, begin, end)
        if times is None or days <= 0:
            continue
        counted = [each for each in sessions if begin <= as_day(each) < end]
        done[row.exercise_id] += sum(
            1 for each in counted if not each.exercises_done or row.exercise_id in each.exercises_done
        )
        wanted[row.exercise_id] += Fraction(times * weeks * days, counting)
    return _share(done, {code: round(count) for code, count in wanted.items()}, since)


def begun_on(row: ExercisePrescription) -> datetime.date | None:
    """From which day a line counted, when it was written during the plan; None for a line of the plan's start."""
    written = row.document.get("since")
    return datetime.date.fromisoformat(written) if written else None


def _share(done: Counter[str], wanted: dict[str, int], since: datetime.date) -> Adherence | None:
    total = sum(wanted.values())
    if not total:
        return None
    count = sum(min(done[code], most) for code, most in wanted.items())
    return Adherence(round(count / total, 2), count, total, since)


def as_day(row: DiaryEntry) -> datetime.date:
    """Calendar day of an entry in Brussels."""
    return Entry(start=row.started_at, end=row.ended_at).day
