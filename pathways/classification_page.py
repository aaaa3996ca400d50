"""The classification as a page shows it: what was met and why, what speaks against, what is missing, what to do."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from pathways.engine.model import Definition, Reference, Rule
from pathways.models import CarePlan, Classification, Task
from pathways.page_language import SIDE_WORDS, number_words, spoken_definition
from pathways.plans import is_only_too_young, needs_reason
from patients.models import Observation

CLASS_TONE = {"LIKELY": "green", "POSSIBLE": "amber", "UNLIKELY": "neutral", "INCOMPLETE": "neutral", "BLOCKED": "red"}


@dataclass(frozen=True)
class RuleLine:
    """One rule with its verdict ("met", "not_met", "unknown"), the findings it looked at, and what it rests on."""

    key: str
    label: str
    verdict: str
    findings: tuple[str, ...]
    references: tuple[Reference, ...]
    is_practice_choice: bool


@dataclass(frozen=True)
class SidePage:
    """What the rule made of one side."""

    row: Classification
    sentence: str
    tone: str
    criteria: tuple[RuleLine, ...]
    against: tuple[RuleLine, ...]
    not_asked: tuple[str, ...]
    contra_unasked: int
    red_flags: tuple[dict[str, Any], ...]
    differentials: tuple[RuleLine, ...]
    derived: tuple[tuple[str, str], ...]
    course: str
    can_start: bool
    needs_reason: bool
    is_too_young: bool
    minimum_age: int


def side_pages(rows: Sequence[Classification]) -> list[SidePage]:
    """Return what to show for each side of one intake, in the order given. One query."""
    if not rows:
        return []
    observed = Observation.objects.current().filter(encounter__intake=rows[0].intake_id).select_related("measure")
    found = {(each.measure_id, each.side): each for each in observed}
    return [_side(row, spoken_definition(row.pathway_version), found) for row in rows]


def _side(row: Classification, definition: Definition, found: dict[tuple[str, str], Observation]) -> SidePage:
    result, rules = row.result, definition.classification
    against = {key: True for key in result["contra"]}
    contra = [_line(rule, against.get(rule.key), definition, found, row.side) for rule in rules.contra]
    course = next((each.label for each in definition.courses if each.key == result["course"]), "")
    return SidePage(
        row=row,
        sentence=_sentence(row, definition),
        tone=CLASS_TONE[row.outcome],
        criteria=tuple(
            _line(rule, result["criteria"][rule.key], definition, found, row.side) for rule in rules.criteria
        ),
        against=tuple(line for line in contra if line.verdict == "met"),
        not_asked=tuple(_name(key, definition) for key in result["missing"]),
        contra_unasked=sum(rule.key in result["missing"] for rule in rules.contra),
        red_flags=tuple(_red_flag(flag, definition) for flag in result["red_flags"]),
        differentials=tuple(
            _line(rule, True, definition, found, row.side)
            for rule in rules.differentials
            if rule.key in result["differentials"]
        ),
        derived=(*_timing(result), *derived_lines(result["derived"], definition)),
        course=course,
        can_start=result["plan"] != "none" or is_only_too_young(row),
        needs_reason=needs_reason(row),
        is_too_young=is_only_too_young(row),
        minimum_age=rules.minimum_age,
    )


def _sentence(row: Classification, definition: Definition) -> str:
    own = [each.title for each in definition.classification.classes if each.class_ == row.outcome and each.title]
    if own:
        return own[0]
    title = {"title": definition.title}
    return {
        "LIKELY": _("%(title)s is likely"),
        "POSSIBLE": _("%(title)s is possible"),
        "UNLIKELY": _("%(title)s is unlikely"),
        "INCOMPLETE": _("Not enough is known to say"),
        "BLOCKED": _("Red flag: refer first"),
    }[row.outcome] % title


def _line(rule: Rule, verdict: bool | None, definition: Definition, found: Any, side: str) -> RuleLine:
    words = {True: "met", False: "not_met", None: "unknown"}[verdict]
    keys = sorted(_measures_in(rule.when, definition)) if rule.when else [rule.key]
    seen = [found.get((key, side)) or found.get((key, "")) for key in keys]
    return RuleLine(
        key=rule.key,
        label=rule.label,
        verdict=words,
        findings=tuple(_finding(each, definition) for each in seen if each is not None),
        references=tuple(definition.references[key] for key in rule.source.references),
        is_practice_choice=rule.source.practice_choice,
    )


def _measures_in(condition: Any, definition: Definition) -> set[str]:
    """Return the measures that a condition looks at, however deep they stand in it."""
    if isinstance(condition, str):
        return {condition} if condition in definition.measures else set()
    if isinstance(condition, tuple | list):
        return {key for each in condition for key in _measures_in(each, definition)}
    slots = getattr(type(condition), "__dataclass_fields__", {})
    return {key for name in slots for key in _measures_in(getattr(condition, name), definition)}


def _finding(observation: Observation, definition: Definition) -> str:
    measure = definition.measures[observation.measure_id]
    return f"{measure.label}: {in_words(observation.value, measure)}"


def in_words(value: Any, measure: Any) -> str:
    """Return a value as a person says it: the label of a choice, yes or no, a number with its unit."""
    labels = {option.value: option.label for option in measure.options}
    if isinstance(value, bool):
        yes, no = (_("positive"), _("negative")) if measure.type == "test" else (_("yes"), _("no"))
        return yes if value else no
    if isinstance(value, list):
        return ", ".join(labels.get(each, str(each)) for each in value)
    if isinstance(value, int | float):
        return f"{number_words(value)} {measure.unit}".strip()
    return labels.get(str(value), str(value))


def _name(key: str, definition: Definition) -> str:
    if key == "age":
        return _("an age of %(age)s or more") % {"age": definition.classification.minimum_age}
    labels = {rule.key: rule.label for rule in definition.classification.contra}
    return labels.get(key) or definition.measures[key].label


def _red_flag(flag: dict[str, str], definition: Definition) -> dict[str, Any]:
    rule = next(each for each in definition.classification.red_flags if each.key == flag["key"])
    return {
        "label": rule.label,
        "urgency": Task.Urgency(flag["urgency"]).label,
        "action": rule.action,
        "patient_text": rule.patient_text,
        "references": tuple(definition.references[key] for key in rule.source.references),
        "is_practice_choice": rule.source.practice_choice,
    }


def _timing(result: dict[str, Any]) -> Iterator[tuple[str, str]]:
    if result["duration_weeks"] is not None:
        yield _("Duration (weeks)"), str(result["duration_weeks"])
    if result["start_step"]:
        yield _("First running step"), result["start_step"]


def derived_lines(values: dict[str, Any], definition: Definition) -> Iterator[tuple[str, str]]:
    """Yield what was computed, as lines (label, value); what could not be computed is left out."""
    for key, value in values.items():
        if value is None or value == {"L": None, "R": None}:
            continue
        label = definition.derived[key].label
        if isinstance(value, dict):
            for side, each in value.items():
                if each is not None:
                    yield f"{label}, {SIDE_WORDS[side]}", _number(each)
        else:
            yield label, _number(value)


def _number(value: Any) -> str:
    return number_words(value) if isinstance(value, int | float) else str(value)


def running_plan(row: Classification) -> CarePlan | None:
    """Return the plan that the episode already has, if any."""
    plan: CarePlan | None = CarePlan.objects.filter(episode_id=row.episode_id).running().first()
    return plan
