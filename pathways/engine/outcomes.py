"""Scores of outcome questionnaires, and whether a change matters. Pure: answers in, numbers and words out."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from enum import StrEnum
from typing import Any

from pathways.engine.instruments import ACTIVITIES, SINGLE, SUM, TOTAL, InstrumentDefinition

TOTAL_KEY = "total"
MOST_ACTIVITIES = 5
MOST_NEW_ACTIVITIES = 3
LONGEST_ACTIVITY = 80


class Fault(StrEnum):
    """Why an answer cannot be taken."""

    UNKNOWN = "unknown"
    NOT_WHOLE = "not_whole"
    OUT_OF_RANGE = "out_of_range"
    NO_NAME = "no_name"
    NO_SCORE = "no_score"
    TWICE = "twice"
    TOO_MANY = "too_many"
    TOO_LONG = "too_long"


class ChangeLabel(StrEnum):
    """What a change means to patients, by the smallest change that matters."""

    IMPROVED = "improved"
    WORSE = "worse"
    NO_IMPORTANT_CHANGE = "no_important_change"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Activity:
    """One activity that the patient named, 0 (cannot) to 10 (as before); None: not answered."""

    name: str
    score: int | None
    measure: str = ""

    @property
    def key(self) -> str:
        """The name as it is compared: without regard to capitals and spaces."""
        return same_name(self.name)


@dataclass(frozen=True, slots=True)
class Scored:
    """A score with what is missing. `score` None: incomplete, which is not zero. `percent`: share of the best score."""

    score: Decimal | None
    percent: Decimal | None
    answered: int
    expected: int
    missing: tuple[str, ...] = ()

    @property
    def is_complete(self) -> bool:
        """Whether the questionnaire is valid."""
        return self.score is not None


@dataclass(frozen=True, slots=True)
class Change:
    """A change since the first measurement. `difference` is latest minus first, in points; None: nothing to compare."""

    difference: Decimal | None
    label: ChangeLabel


def item_keys(instrument: InstrumentDefinition, sides: Sequence[str] = ("",)) -> tuple[str, ...]:
    """The keys under which answers are kept: "value" (or "value.L", "value.R"), or "1" to the number of items."""
    if instrument.scoring == SINGLE:
        return tuple(f"value.{side}" if side and len(sides) > 1 else "value" for side in sides)
    if instrument.scoring == SUM:
        return tuple(str(number) for number in range(1, instrument.items + 1))
    return ()


def is_total(answers: Mapping[str, Any]) -> bool:
    """Whether only a total was typed, from a questionnaire on paper."""
    return TOTAL_KEY in answers


def faults_of(
    instrument: InstrumentDefinition,
    answers: Mapping[str, Any],
    *,
    sides: Sequence[str] = ("",),
    baseline: Sequence[str] | None = None,
) -> dict[str, Fault]:
    """Return why answers cannot be taken, by their key. An answer that is not there is no fault: it is missing."""
    if is_total(answers):
        total = _total_fault(instrument, answers[TOTAL_KEY])
        return {TOTAL_KEY: total} if total else {}
    if instrument.scoring == ACTIVITIES:
        return _activity_faults(instrument, activities_of(answers), baseline)
    known = set(item_keys(instrument, sides))
    found = {key: Fault.UNKNOWN for key in answers if key not in known}
    for key in known & set(answers):
        fault = _range_fault(answers[key], *instrument.item_range)
        if fault and answers[key] is not None:
            found[key] = fault
    return found


def score_of(
    instrument: InstrumentDefinition,
    answers: Mapping[str, Any],
    *,
    sides: Sequence[str] = ("",),
    baseline: Sequence[str] | None = None,
) -> Scored:
    """Score answers that have no faults.

    A sum is valid only when every item is answered (LEFS: 20 of 20), else None. PSFS is the mean of 3 to 5 activities;
    with a `baseline` (the names of the first time) exactly those are averaged and new ones are left out. On two sides
    the worse one is the score.
    """
    if is_total(answers):
        return _scored(instrument, Decimal(str(answers[TOTAL_KEY])), 1, 1)
    if instrument.scoring == ACTIVITIES:
        return _mean(instrument, activities_of(answers), baseline)
    keys = item_keys(instrument, sides)
    given = {key: Decimal(answers[key]) for key in keys if answers.get(key) is not None}
    missing = tuple(key for key in keys if key not in given)
    if missing or not keys:
        return Scored(None, None, len(given), max(len(keys), 1), missing)
    if instrument.scoring == SUM:
        return _scored(instrument, sum(given.values(), Decimal(0)), len(given), len(keys))
    worse = min if instrument.higher_is_better else max
    return _scored(instrument, worse(given.values()), len(given), len(keys))


def activities_of(answers: Mapping[str, Any]) -> tuple[Activity, ...]:
    """Return the activities of an answer; rows without a name and without a score are left out."""
    rows = answers.get("activities", ())
    made = (
        Activity(" ".join(str(row.get("name") or "").split()), row.get("score"), row.get("measure", "")) for row in rows
    )
    return tuple(each for each in made if each.name or each.score is not None)


def same_name(name: str) -> str:
    """Return an activity's name as it is compared."""
    return " ".join(name.split()).casefold()


def change(instrument: InstrumentDefinition, first: Decimal | None, latest: Decimal | None) -> Change:
    """Compare with the first measurement: improved from one smallest important change on, worse from one the other way.

    For a scale on which less is better (pain) the sign is turned. A scale that tells the change itself (GROC) is held
    against 0. Without a known smallest important change, or a value, the label is "unknown".
    """
    start = Decimal(0) if instrument.is_change else first
    if start is None or latest is None:
        return Change(None, ChangeLabel.UNKNOWN)
    difference = latest - start
    if instrument.mcid is None:
        return Change(difference, ChangeLabel.UNKNOWN)
    gain = difference if instrument.higher_is_better else -difference
    if gain >= instrument.mcid:
        return Change(difference, ChangeLabel.IMPROVED)
    if gain <= -instrument.mcid:
        return Change(difference, ChangeLabel.WORSE)
    return Change(difference, ChangeLabel.NO_IMPORTANT_CHANGE)


def band(instrument: InstrumentDefinition, first: Decimal | None) -> tuple[float, float] | None:
    """Return the lowest and highest score that is no important change since the first; None: not known."""
    start = Decimal(0) if instrument.is_change else first
    if start is None or instrument.mcid is None:
        return None
    low, high = instrument.range
    return float(max(low, start - instrument.mcid)), float(min(high, start + instrument.mcid))


def _mean(instrument: InstrumentDefinition, activities: Sequence[Activity], baseline: Sequence[str] | None) -> Scored:
    wanted = [same_name(name) for name in baseline] if baseline else [each.key for each in activities]
    scores = {each.key: each.score for each in activities}
    given = [Decimal(score) for name in wanted if (score := scores.get(name)) is not None]
    missing = tuple(name for name in wanted if scores.get(name) is None)
    expected = max(len(wanted), instrument.least_items)
    if missing or len(given) < instrument.least_items:
        return Scored(None, None, len(given), expected, missing)
    return _scored(instrument, sum(given, Decimal(0)) / len(given), len(given), expected)


def _scored(instrument: InstrumentDefinition, score: Decimal, answered: int, expected: int) -> Scored:
    exact = score.quantize(Decimal("0.01"), ROUND_HALF_UP)
    low, high = instrument.range
    share = (exact - low) / (high - low) * 100 if instrument.is_percent else None
    return Scored(exact, None if share is None else share.quantize(Decimal("0.1"), ROUND_HALF_UP), answered, expected)


def _range_fault(value: Any, low: int | Decimal, high: int | Decimal) -> Fault | None:
    if isinstance(value, bool) or not isinstance(value, int):
        return Fault.NOT_WHOLE
    return None if low <= value <= high else Fault.OUT_OF_RANGE


def _total_fault(instrument: InstrumentDefinition, value: Any) -> Fault | None:
    """A total is a whole number, but for a mean or a percentage."""
    if instrument.scoring in {ACTIVITIES, TOTAL} and isinstance(value, float | Decimal):
        return None if instrument.range[0] <= Decimal(str(value)) <= instrument.range[1] else Fault.OUT_OF_RANGE
    return _range_fault(value, *instrument.range)


def _activity_faults(
    instrument: InstrumentDefinition, activities: Sequence[Activity], baseline: Sequence[str] | None
) -> dict[str, Fault]:
    known = {same_name(name) for name in baseline or ()}
    found: dict[str, Fault] = {}
    seen: set[str] = set()
    for number, each in enumerate(activities):
        fault = _activity_fault(instrument, each, known)
        if fault is None and each.key in seen:
            fault = Fault.TWICE
        if fault is not None:
            found[str(number)] = fault
        seen.add(each.key)
    most = MOST_ACTIVITIES if not baseline else len(known) + MOST_NEW_ACTIVITIES
    if len(activities) > most:
        found["activities"] = Fault.TOO_MANY
    return found


def _activity_fault(instrument: InstrumentDefinition, each: Activity, known: set[str]) -> Fault | None:
    if not each.name:
        return Fault.NO_NAME
    if len(each.name) > LONGEST_ACTIVITY:
        return Fault.TOO_LONG
    if each.score is None:
        return None if each.key in known else Fault.NO_SCORE
    return _range_fault(each.score, *instrument.item_range)
