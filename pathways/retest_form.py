"""The form of a retest: a field for each measure that is due, drawn and read by the measure's own type and range."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.http import QueryDict
from django.utils.translation import gettext as _

from pathways.engine.findings import BOTH, SIDES, MeasureDefinition
from pathways.engine.model import Definition
from pathways.measures_needed import measures_of
from pathways.progress import PlanProgress
from pathways.retests import measures_due

WHOLE = re.compile(r"[+-]?\d+")
DECIMAL = re.compile(r"[+-]?\d+([.,]\d+)?")
SHOWN_TYPES = {"integer", "decimal", "boolean", "test", "choice"}


@dataclass(frozen=True)
class Box:
    """One input: the name it is posted under, the side it is for ("" for none), and what was typed."""

    name: str
    side: str
    value: str


@dataclass(frozen=True)
class RetestField:
    """One measure on the form. `kind` is "number" or "choice"; `options` are (value, label)."""

    measure: MeasureDefinition
    kind: str
    options: tuple[tuple[str, str], ...]
    boxes: tuple[Box, ...]
    error: str
    mode: str
    range: str


@dataclass(frozen=True)
class RetestForm:
    """The measures of this visit in three groups: what the phase asks, what is due as well, and the red flags."""

    needed: list[RetestField]
    due: list[RetestField]
    red_flags: list[RetestField]
    summary: list[tuple[str, str, str]]


def measures_asked(seen: PlanProgress) -> dict[str, list[MeasureDefinition]]:
    """The measures of the form, in groups: those of the phase's exit lines first."""
    definition = seen.definition
    flags = {flag.key for flag in definition.classification.red_flags}
    lines = definition.phase(seen.phase.key).exit
    needed = [key for line in lines for key in sorted(measures_of(definition, line)) if key in definition.measures]
    due = [each.key for each in measures_due(definition, week=seen.progress.weeks, moment=f"{seen.phase.key}.exit")]
    due = [key for key in dict.fromkeys(due) if key not in needed]
    return {
        "needed": _measures(definition, dict.fromkeys(needed)),
        "due": _measures(definition, [key for key in due if key not in flags]),
        "red_flags": _measures(definition, [key for key in due if key in flags]),
    }


def retest_form(
    seen: PlanProgress, posted: QueryDict | None = None, errors: Mapping[str, Any] | None = None
) -> RetestForm:
    """Draw the form, with what was typed and what is wrong with it."""
    groups = {
        name: [_field(measure, seen.plan.side, posted, errors or {}) for measure in measures]
        for name, measures in measures_asked(seen).items()
    }
    fields = [field for group in groups.values() for field in group]
    summary = [(field.measure.label, field.boxes[0].name, field.error) for field in fields if field.error]
    if errors and "" in errors:
        summary.insert(0, ("", "", str(errors[""])))
    return RetestForm(**groups, summary=summary)


def read_retest(seen: PlanProgress, posted: QueryDict) -> dict[str, Any]:
    """Return what was typed: key → scalar or {"L": …, "R": …}. What cannot be read stays text, to be refused."""
    values: dict[str, Any] = {}
    for measures in measures_asked(seen).values():
        for measure in measures:
            boxes = _boxes(measure, seen.plan.side, posted)
            given = {box.side: _read(measure, box.value) for box in boxes if box.value}
            if given:
                values[measure.key] = given.get("", given)
    return values


def _measures(definition: Definition, keys: Iterable[str]) -> list[MeasureDefinition]:
    found = [definition.measures[key] for key in keys]
    return [measure for measure in found if measure.type in SHOWN_TYPES and not measure.computed]


def _field(measure: MeasureDefinition, side: str, posted: QueryDict | None, errors: Mapping[str, Any]) -> RetestField:
    options = tuple((option.value, option.label) for option in measure.options)
    if measure.type == "boolean":
        options = (("no", _("no")), ("yes", _("yes")))
    if measure.type == "test":
        options = (("neg", _("negative")), ("pos", _("positive")))
    low, high = measure.minimum, measure.maximum
    return RetestField(
        measure=measure,
        kind="choice" if options else "number",
        options=options,
        boxes=_boxes(measure, side, posted),
        error=str(errors.get(measure.key, "")),
        mode="numeric"
        if measure.type == "integer" and (low or 0) >= 0
        else "decimal"
        if measure.type == "decimal"
        else "text",
        range="" if low is None or high is None else f"{low:g} - {high:g}",
    )


def _boxes(measure: MeasureDefinition, side: str, posted: QueryDict | None) -> tuple[Box, ...]:
    names = {"": measure.key}
    if measure.sides == "per_side" or (measure.sides == "affected" and side == BOTH):
        names = {each: f"{measure.key}.{each}" for each in SIDES}
    elif measure.sided:
        names = {side: f"{measure.key}.{side}"}
    return tuple(Box(name, each, str(posted.get(name, "") if posted else "").strip()) for each, name in names.items())


def _read(measure: MeasureDefinition, text: str) -> Any:
    if measure.type == "integer" and WHOLE.fullmatch(text):
        return int(text)
    if measure.type == "decimal" and DECIMAL.fullmatch(text):
        return float(text.replace(",", "."))
    if measure.type == "boolean" and text in {"yes", "no"}:
        return text == "yes"
    return text
