"""Findings of an intake: checked against the measures, kept per side, never guessed."""

import math
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from pathways.engine import sentences
from pathways.engine.comparison import in_dutch

SIDES = ("L", "R")
BOTH = "both"


def affected_sides(side: str) -> tuple[str, ...]:
    """The sides that hurt: L, R, or the two of "both"; none when no side was chosen yet."""
    return SIDES if side == BOTH else (side,) if side in SIDES else ()


@dataclass(frozen=True, slots=True)
class Option:
    """One answer of a choice: what is stored and what is shown."""

    value: str
    label: str


@dataclass(frozen=True, slots=True)
class MeasureDefinition:
    """What can be observed: key, question, type, unit, range and sides (see ``seeds/measures.yaml``)."""

    key: str
    label: str
    type: str
    question: str = ""
    unit: str = ""
    minimum: float | None = None
    maximum: float | None = None
    decimals: int | None = None
    options: tuple[Option, ...] = ()
    sides: str = "none"
    section: str = ""
    accuracy: str = ""
    positive_when: str = ""
    item: str = ""
    length: int | None = None
    past_only: bool = False
    years_back: int | None = None
    computed: bool = False
    patient: bool = False
    trials: int = 1
    fhir: Mapping[str, str] = field(default_factory=dict)

    @property
    def sided(self) -> bool:
        """Whether the value belongs to a side of the body."""
        return self.sides != "none"


@dataclass(frozen=True, slots=True)
class Consistency:
    """A rule between two answers: ``key`` must be at least ``at_least`` on the same side."""

    key: str
    at_least: str
    message: str


@dataclass(frozen=True, slots=True)
class Findings:
    """Checked answers: key → side (or None when the measure has no side) → value. Absent means not asked."""

    values: Mapping[str, Mapping[str | None, Any]]

    def value(self, key: str, side: str | None = None) -> Any:
        """The answer for one side, or None when it was not asked."""
        answers = self.values.get(key, {})
        return answers.get(None, answers.get(side))


class Refused(Exception):
    """One answer that cannot be right; the text is for the person who typed it."""


def parse_findings(
    measures: Mapping[str, MeasureDefinition],
    raw: Mapping[str, Any],
    side: str | None,
    *,
    consistency: Sequence[Consistency] = (),
    as_of: date | None = None,
) -> tuple[Findings, dict[str, str]]:
    """Check raw answers; a scalar belongs to the affected side(s). Returns findings and Dutch errors by key."""
    values: dict[str, Mapping[str | None, Any]] = {}
    errors: dict[str, str] = {}
    for key, answer in raw.items():
        try:
            if key not in measures or measures[key].computed:
                raise Refused((sentences.IS_COMPUTED if key in measures else sentences.NO_SUCH_MEASURE).say())
            values[key] = _by_side(measures[key], answer, side, as_of)
        except Refused as refused:
            errors[key] = str(refused)
    findings = Findings(values)
    for rule in consistency:
        if rule.key not in errors and not _consistent(findings, rule):
            errors[rule.key] = rule.message
    return findings, errors


def check_value(measure: MeasureDefinition, value: Any, *, as_of: date | None = None) -> Any:
    """One answer in its own type and range, or ``Refused``; None (not asked) passes."""
    if value is None:
        return None
    checked = _CHECKS[measure.type](measure, value)
    if measure.type == "date" and as_of is not None:
        _check_date_range(measure, checked, as_of)
    return checked


def _by_side(measure: MeasureDefinition, answer: Any, side: str | None, as_of: date | None) -> Mapping[str | None, Any]:
    if not isinstance(answer, Mapping):
        value = check_value(measure, answer, as_of=as_of)
        if not measure.sided or side is None:
            return {None: value}
        return dict.fromkeys(affected_sides(side), value)
    if not measure.sided:
        raise Refused(sentences.NOT_SIDED.say())
    if not set(answer) <= set(SIDES):
        raise Refused(sentences.WHICH_SIDES.say())
    return {each: check_value(measure, value, as_of=as_of) for each, value in answer.items()}


def _consistent(findings: Findings, rule: Consistency) -> bool:
    for side in SIDES:
        high, low = findings.value(rule.key, side), findings.value(rule.at_least, side)
        if high is not None and low is not None and high < low:
            return False
    return True


def _in_range(measure: MeasureDefinition, value: Any) -> Any:
    low, high = measure.minimum, measure.maximum
    if (low is not None and value < low) or (high is not None and value > high):
        if low is not None and high is not None:
            raise Refused(sentences.BETWEEN.say(low=_bound(low), high=_bound(high)))
        raise Refused(
            sentences.AT_LEAST.say(low=_bound(low)) if low is not None else sentences.AT_MOST.say(high=_bound(high))
        )
    return value


def _bound(limit: float | None) -> str:
    return in_dutch(float(limit)) if limit is not None else ""


def _integer(measure: MeasureDefinition, value: Any) -> int:
    if isinstance(value, bool) or not isinstance(value, int):
        raise Refused(sentences.WHOLE.say())
    return int(_in_range(measure, value))


def _decimal(measure: MeasureDefinition, value: Any) -> float | int | Decimal:
    number = isinstance(value, (int, float, Decimal)) and not isinstance(value, bool)
    if not number or not math.isfinite(value):
        raise Refused(sentences.NUMBER.say())
    checked: float | int | Decimal = _in_range(measure, value)
    return checked


def _boolean(measure: MeasureDefinition, value: Any) -> bool:
    if not isinstance(value, bool):
        raise Refused(sentences.YES_OR_NO.say())
    return value


def _test(measure: MeasureDefinition, value: Any) -> bool:
    if isinstance(value, bool):
        return value
    if value not in ("neg", "pos"):
        raise Refused(sentences.TEST.say())
    return bool(value == "pos")


def _choice(measure: MeasureDefinition, value: Any) -> str:
    if not isinstance(value, str) or value not in {option.value for option in measure.options}:
        raise Refused(sentences.ONE_OF.say(values=", ".join(option.value for option in measure.options)))
    return value


def _multiple(measure: MeasureDefinition, value: Any) -> tuple[str, ...]:
    if isinstance(value, str) or not isinstance(value, Sequence):
        raise Refused(sentences.LIST_OF_CHOICES.say())
    return tuple(_choice(measure, each) for each in value)


def _date(measure: MeasureDefinition, value: Any) -> date:
    if type(value) is date:
        return value
    if isinstance(value, str) and len(value) == 10:
        with suppress(ValueError):
            return date.fromisoformat(value)
    raise Refused(sentences.DATE.say())


def _check_date_range(measure: MeasureDefinition, value: date, as_of: date) -> None:
    if measure.past_only and value > as_of:
        raise Refused(sentences.IN_FUTURE.say())
    if measure.years_back is None:
        return
    if (value.year + measure.years_back, value.month, value.day) < (as_of.year, as_of.month, as_of.day):
        raise Refused(sentences.TOO_LONG_AGO.say(years=measure.years_back))


def _text(measure: MeasureDefinition, value: Any) -> str:
    if not isinstance(value, str):
        raise Refused(sentences.TEXT.say())
    if measure.length is not None and len(value) > measure.length:
        raise Refused(sentences.LONGEST.say(length=measure.length))
    return value


def _list(measure: MeasureDefinition, value: Any) -> tuple[Any, ...]:
    if isinstance(value, str) or not isinstance(value, Sequence):
        raise Refused(sentences.LIST.say())
    if measure.length is not None and len(value) != measure.length:
        raise Refused(sentences.LENGTH.say(length=measure.length))
    if measure.item == "record":
        return tuple(_record(each) for each in value)
    return tuple(_CHECKS[measure.item](measure, each) for each in value)


def _record(value: Any) -> dict[str, Any]:
    known = {"text", "side", "year"}
    if not isinstance(value, Mapping) or not set(value) <= known or not isinstance(value.get("text"), str):
        raise Refused(sentences.RECORD.say())
    if value.get("side") not in (None, *SIDES):
        raise Refused(sentences.WHICH_SIDES.say())
    if value.get("year") is not None and type(value["year"]) is not int:
        raise Refused(sentences.YEAR.say())
    return dict(value)


_CHECKS: Mapping[str, Callable[[MeasureDefinition, Any], Any]] = {
    "integer": _integer,
    "decimal": _decimal,
    "boolean": _boolean,
    "test": _test,
    "choice": _choice,
    "multiple": _multiple,
    "date": _date,
    "text": _text,
    "list": _list,
}
TYPES = tuple(_CHECKS)
