"""The intake as a page shows it: sections of boxes with what was typed, what was refused, and how far it is."""

import datetime
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from itertools import groupby
from typing import Any

from django.utils.translation import gettext as _

from pathways.classification import age_on, as_result
from pathways.classification_page import derived_lines
from pathways.engine.classification import classify
from pathways.engine.findings import MeasureDefinition, affected_sides, parse_findings
from pathways.engine.model import Definition
from pathways.intake import (
    Checked,
    Field,
    answer_of,
    check_answers,
    fields_of,
    trials_of,
    typed_value,
)
from pathways.page_language import number_words, told
from pathways.trials import split_trials
from patients.content_words import spoken
from patients.models import IntakeResponse

SIDE_ORDER = ("R", "L", "")


@dataclass(frozen=True)
class Box:
    """One place to answer: what it is called, how it is drawn, what was typed and why that was refused.

    `note` says what was made of the answer, or asks about it; `suggestion` is the answer that the note proposes.
    `trials` holds what was typed in each box of a force that is measured a few times.
    """

    name: str
    kind: str
    side: str
    value: Any
    trials: tuple[str, ...]
    error: str
    note: str
    suggestion: str
    choices: tuple[tuple[str, str], ...]
    is_affected: bool


@dataclass(frozen=True)
class Question:
    """One measure with a box for each side that is asked.

    `test` and `label` are the two parts of its name ("Trappen: pijn"); `follows` says that the question before it is
    about the same test, so that they stand together.
    """

    measure: MeasureDefinition
    test: str
    label: str
    follows: bool
    boxes: tuple[Box, ...]
    range: str
    required: bool


@dataclass(frozen=True)
class SectionPage:
    """One section of the intake, with how many of its questions were answered."""

    key: str
    title: str
    intro: str
    mandatory: bool
    questions: tuple[Question, ...]
    answered: int
    open: int


@dataclass(frozen=True)
class IntakePage:
    """The whole intake as typed. `derived` holds lines (label, value) that follow from the answers so far."""

    sections: tuple[SectionPage, ...]
    errors: tuple[tuple[str, str, str], ...]
    derived: tuple[tuple[str, str], ...]
    checked: Checked


def intake_page(
    intake: IntakeResponse, definition: Definition, *, today: datetime.date, refused: Mapping[str, Any] | None = None
) -> IntakePage:
    """Return the page of an intake. `refused` holds the sentences of a finish that failed, by field. No queries."""
    checked = check_answers(intake, definition, as_of=today)
    sentences = {**checked.errors, **{name: texts[0] for name, texts in (refused or {}).items()}}
    sentences = {name: told(text) for name, text in sentences.items()}
    fields = list(fields_of(definition, intake.side))
    sections = []
    for section in definition.questionnaire.sections:
        mine = [field for key, field in fields if key == section.key and not field.measure.computed]
        questions: list[Question] = []
        for _key, group in groupby(mine, lambda each: each.measure.key):
            before = questions[-1].test if questions else ""
            questions.append(_question(list(group), before, intake, sentences, today))
        answered = sum(field.name in checked.values for field in mine)
        unanswered = sum(field.name in checked.unanswered for field in mine)
        sections.append(
            SectionPage(
                section.key, section.title, section.intro, section.mandatory, tuple(questions), answered, unanswered
            )
        )
    labels = {field.name: field.measure.label for _section, field in fields}
    errors = tuple((name, labels.get(name, _("Affected side")), text) for name, text in sentences.items())
    return IntakePage(tuple(sections), errors, _derived(intake, definition, checked, today), checked)


def progress_of(page: IntakePage) -> dict[str, dict[str, int]]:
    """Return for each section how many answers it has and how many required ones it misses."""
    return {section.key: {"answered": section.answered, "open": section.open} for section in page.sections}


def _question(
    fields: list[Field], before: str, intake: IntakeResponse, sentences: Mapping[str, str], today: datetime.date
) -> Question:
    measure = fields[0].measure
    test, colon, label = measure.label.partition(": ")
    test, label = (test, label) if colon else ("", test)
    fields.sort(key=lambda field: SIDE_ORDER.index(field.side))
    boxes = tuple(_box(field, intake, sentences.get(field.name, ""), today) for field in fields)
    return Question(measure, test, label, bool(test) and test == before, boxes, _range(measure), fields[0].required)


def boxes_of(page: IntakePage) -> Iterator[Box]:
    """Yield every box of a page."""
    for section in page.sections:
        for question in section.questions:
            yield from question.boxes


def _box(field: Field, intake: IntakeResponse, error: str, today: datetime.date) -> Box:
    measure, raw = field.measure, answer_of(intake.answers, field)
    kind = kind_of(measure)
    note, suggestion = _strides(measure, raw)
    return Box(
        name=field.name,
        kind=kind,
        side=field.side,
        value=_shown(raw, kind),
        trials=_trials(measure, raw) if kind == "trials" else (),
        error=error,
        note=note or ("" if error else _mean(measure, raw, today)),
        suggestion=suggestion,
        choices=_choices(measure, kind),
        is_affected=field.side in affected_sides(intake.side),
    )


def _trials(measure: MeasureDefinition, raw: Any) -> tuple[str, ...]:
    """Return what was typed in the box of each trial; the last box is for the one more."""
    typed = split_trials(_shown(raw, "trials"))
    return tuple([*typed, *[""] * (measure.trials + 1)][: max(measure.trials + 1, len(typed))])


def _mean(measure: MeasureDefinition, raw: Any, today: datetime.date) -> str:
    """Say which value the trials come to, which one was left out, and when one more is needed."""
    trials = trials_of(measure, raw, as_of=today)
    if trials is None:
        return ""
    facts = {"mean": _number(trials.value), "unit": measure.unit, "outlier": _number(trials.left_out or 0)}
    if trials.left_out is not None:
        return _("Mean %(mean)s %(unit)s, without the outlier %(outlier)s.") % facts
    if trials.needs_another:
        return _("Mean %(mean)s %(unit)s. The trials differ by more than 10 %%: do one more.") % facts
    return _("Mean %(mean)s %(unit)s.") % facts


def _number(value: Decimal | float) -> str:
    return number_words(value).replace("-", "−")


def kind_of(measure: MeasureDefinition) -> str:
    """Return how a measure is asked: scale, choice, several, number, trials, date or text."""
    if measure.trials > 1:
        return "trials"
    if measure.type == "integer" and (measure.minimum, measure.maximum) == (0, 10):
        return "scale"
    kinds = {"boolean": "choice", "test": "choice", "choice": "choice", "multiple": "several", "date": "date"}
    return kinds.get(measure.type) or ("number" if measure.type in {"integer", "decimal"} else "text")


def _choices(measure: MeasureDefinition, kind: str) -> tuple[tuple[str, str], ...]:
    if kind == "scale":
        return tuple((str(score), str(score)) for score in range(11))
    if measure.type == "boolean":
        return ("true", _("yes")), ("false", _("no"))
    if measure.type == "test":
        return ("neg", _("negative")), ("pos", _("positive"))
    return tuple((option.value, option.label) for option in measure.options)


def _shown(raw: Any, kind: str) -> Any:
    """Return what a box shows of a typed answer."""
    if isinstance(raw, bool):
        return "true" if raw else "false"
    if isinstance(raw, list):
        return raw if kind == "several" else "; ".join(str(each) for each in raw)
    if raw is None:
        return [] if kind == "several" else ""
    return raw if kind == "several" else str(raw)


def _range(measure: MeasureDefinition) -> str:
    if measure.minimum is None or measure.maximum is None or kind_of(measure) == "scale":
        return ""
    low, high = _number(measure.minimum), _number(measure.maximum)
    return _("%(low)s to %(high)s %(unit)s") % {"low": low, "high": high, "unit": measure.unit}


def _strides(measure: MeasureDefinition, raw: Any) -> tuple[str, str]:
    """Ask about a step count that looks like the strides of one foot: doubled, it lies in the range."""
    if (
        not measure.unit.startswith(("spm", spoken("stappen/min")))
        or measure.minimum is None
        or measure.maximum is None
    ):
        return "", ""
    number = typed_value(measure, raw)
    if not isinstance(number, int) or number >= measure.minimum or not measure.minimum <= number * 2 <= measure.maximum:
        return "", ""
    return _("Were these the strides of one foot? Then it is %(doubled)d.") % {"doubled": number * 2}, str(number * 2)


def _derived(
    intake: IntakeResponse, definition: Definition, checked: Checked, today: datetime.date
) -> tuple[tuple[str, str], ...]:
    """Return what already follows from the answers: duration, strength difference, cadence targets."""
    sides = affected_sides(intake.side)
    if not sides:
        return ()
    raw: dict[str, Any] = {}
    for name, value in checked.values.items():
        key, _dot, side = name.partition(".")
        if side:
            raw.setdefault(key, {})[side] = value
        else:
            raw[key] = value
    findings, _errors = parse_findings(definition.measures, raw, sides[0])
    age = age_on(intake.episode.patient.birth_date, today)
    found = classify(definition, side=sides[0], age=age, as_of=today, findings=findings, both_affected=len(sides) > 1)
    weeks = [(_("Duration (weeks)"), str(found.duration_weeks))] if found.duration_weeks is not None else []
    return (*weeks, *derived_lines(as_result(found)["derived"], definition))
