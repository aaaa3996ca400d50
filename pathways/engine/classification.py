"""From findings to a class the therapist can follow tick by tick; it proposes, the therapist confirms."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from pathways.engine.comparison import Comparison
from pathways.engine.conditions import Lookup, evaluate, unasked
from pathways.engine.derived import compute, plain
from pathways.engine.findings import SIDES, Findings
from pathways.engine.logic import Verdict, answer_of, any_answered, verdict_of
from pathways.engine.model import ClassificationRules, Definition, RedFlag, Rule
from pathways.engine.running import start_step

BLOCKED = "BLOCKED"
INCOMPLETE = "INCOMPLETE"


@dataclass(frozen=True, slots=True)
class Classification:
    """The answer for one side, with everything it rests on; ``missing`` lists what was not asked."""

    class_: str
    plan: str
    criteria: Mapping[str, bool | None]
    contra: tuple[str, ...]
    missing: tuple[str, ...]
    red_flags: tuple[tuple[str, str], ...]
    course: str | None
    duration_weeks: int | None
    differentials: tuple[str, ...]
    start_step: str | None
    derived: Mapping[str, Any]
    visits_weeks: tuple[int, ...]
    references: tuple[str, ...]


def classify(
    definition: Definition,
    *,
    side: str,
    age: int | None,
    as_of: date,
    findings: Findings,
    both_affected: bool = False,
) -> Classification:
    """Classify one side. Red flags come first, then unanswered red flags and age, then the class table (section 3)."""
    rules = definition.classification
    lookup = _lookup(definition, age, as_of, findings)
    raised, open_flags = _red_flags(rules.red_flags, lookup, side)
    criteria = {rule.key: _verdict(rule, lookup, side) for rule in rules.criteria}
    contra = {rule.key: contra_verdict(rule, lookup, side) for rule in rules.contra}
    missing = list(open_flags)
    missing += [key for rule in rules.criteria if rule.when for key in unasked(rule.when, lookup, side)]
    missing += [key for key, verdict in contra.items() if verdict is Verdict.UNKNOWN]
    too_young = age is None or age < rules.minimum_age
    class_, plan = _class(rules, list(criteria.values()), list(contra.values()))
    if raised or open_flags or too_young:
        class_, plan = BLOCKED if raised else INCOMPLETE, "none"
    course = _course(rules, lookup, side)
    visits = definition.visits[course] if course else ()
    return Classification(
        class_=class_,
        plan=plan,
        criteria={key: answer_of(verdict) for key, verdict in criteria.items()},
        contra=tuple(key for key, verdict in contra.items() if verdict is Verdict.MET),
        missing=tuple(dict.fromkeys((["age"] if too_young else []) + missing)),
        red_flags=raised,
        course=course,
        duration_weeks=lookup(rules.duration, side),
        differentials=_differentials(rules, lookup, contra, side),
        start_step=None if raised else _start_step(definition, lookup, side),
        derived=_derived(definition, lookup, side, both_affected),
        visits_weeks=tuple(visit.week for visit in visits),
        references=tuple(dict.fromkeys(_references(rules))),
    )


def _lookup(definition: Definition, age: int | None, as_of: date, findings: Findings) -> Lookup:
    given = {"age": age, "as_of": as_of}

    def lookup(key: str, side: str | None) -> Any:
        if key in given:
            return given[key]
        rule = definition.derived.get(key)
        return compute(rule, lookup, side) if rule else findings.value(key, side)

    return lookup


def _start_step(definition: Definition, lookup: Lookup, side: str) -> str | None:
    running = definition.running
    return start_step(running, lookup(running.start_measure, side)) if running else None


def _verdict(rule: Rule, lookup: Lookup, side: str) -> Verdict:
    return evaluate(rule.when, lookup, side) if rule.when else verdict_of(lookup(rule.key, side))


def contra_verdict(rule: Rule, lookup: Lookup, side: str) -> Verdict:
    """A finding against the condition: ticked directly or shown by a test; any yes counts, a no beats silence."""
    sources = [verdict_of(lookup(rule.key, side))]
    if rule.when:
        sources.append(evaluate(rule.when, lookup, side))
    return any_answered(sources)


def _red_flags(flags: tuple[RedFlag, ...], lookup: Lookup, side: str) -> tuple[tuple[tuple[str, str], ...], list[str]]:
    raised: list[tuple[str, str]] = []
    unanswered: list[str] = []
    for flag in flags:
        answer = lookup(flag.key, side)
        shown = flag.also_when is not None and evaluate(flag.also_when, lookup, side) is Verdict.MET
        if answer or shown:
            raised.append((flag.key, flag.urgency))
        elif answer is None:
            unanswered.append(flag.key)
    return tuple(raised), unanswered


def _class(rules: ClassificationRules, criteria: list[Verdict], contra: list[Verdict]) -> tuple[str, str]:
    against = contra.count(Verdict.MET)
    lowest = criteria.count(Verdict.MET)
    highest = lowest + criteria.count(Verdict.UNKNOWN)
    outcomes = {_table(rules, count, against) for count in range(lowest, highest + 1)}
    return outcomes.pop() if len(outcomes) == 1 else (INCOMPLETE, "none")


def _table(rules: ClassificationRules, criteria: int, contra: int) -> tuple[str, str]:
    for row in rules.classes:
        if _fits(row.criteria, criteria) and _fits(row.contra, contra):
            return row.class_, row.plan
    return INCOMPLETE, "none"


def _fits(comparison: Comparison | None, count: int) -> bool:
    return comparison is None or comparison.judge(count) is Verdict.MET


def _course(rules: ClassificationRules, lookup: Lookup, side: str) -> str | None:
    if any(lookup(key, side) is None for key in rules.course_needs):
        return None
    for row in rules.course_rows:
        if row.when is None or evaluate(row.when, lookup, side) is Verdict.MET:
            return row.course
    return None


def _differentials(
    rules: ClassificationRules, lookup: Lookup, contra: Mapping[str, Verdict], side: str
) -> tuple[str, ...]:
    def with_contra(key: str, at: str | None) -> Any:
        return answer_of(contra[key]) if key in contra and at == side else lookup(key, at)

    return tuple(
        rule.key for rule in rules.differentials if rule.when and evaluate(rule.when, with_contra, side) is Verdict.MET
    )


def _derived(definition: Definition, lookup: Lookup, side: str, both_affected: bool) -> dict[str, Any]:
    answers: dict[str, Any] = {}
    for key, rule in definition.derived.items():
        if not rule.shown:
            continue
        if rule.sided:
            answers[key] = {each: plain(lookup(key, each)) for each in SIDES}
        else:
            compared = rule.compute == "deficit_percent"
            answers[key] = None if compared and both_affected else plain(lookup(key, side))
    return answers


def _references(rules: ClassificationRules) -> Iterator[str]:
    sources = [rule.source for rule in (*rules.criteria, *rules.contra, *rules.differentials)]
    for source in (*sources, *(flag.source for flag in rules.red_flags)):
        yield from source.references
