"""Finishing an intake: typed answers become checked values of the measures, or a sentence beside the field."""

import datetime
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from pathways.definitions import definition_of, version_asking
from pathways.engine.findings import SIDES, MeasureDefinition, Refused, affected_sides, check_value, parse_findings
from pathways.engine.model import Definition
from pathways.exceptions import IntakeRefused
from pathways.models import PathwayVersion
from pathways.trials import Trials, judge_trials, split_trials
from patients.intake import ObservedValue, choose_side, complete_intake
from patients.models import IntakeResponse

WHOLE = re.compile(r"[+-]?[0-9]{1,9}")
NUMBER = re.compile(r"[+-]?[0-9]{1,9}([.,][0-9]{1,9})?")


@dataclass(frozen=True)
class Field:
    """One box of the form: its name ("key" or "key.R"), its measure and its side ("" when it has none)."""

    name: str
    measure: MeasureDefinition
    side: str
    required: bool


@dataclass(frozen=True)
class Checked:
    """The answers of an intake: values by field, a sentence for each refused field, and what must still be answered."""

    values: Mapping[str, Any]
    errors: Mapping[str, str]
    unanswered: tuple[str, ...]


def version_of(intake: IntakeResponse) -> PathwayVersion:
    """Return the pathway version that an intake belongs to: the newest one that asks its questions."""
    return version_asking(intake.questionnaire_id)


def fields_of(definition: Definition, side: str) -> Iterator[tuple[str, Field]]:
    """Yield for each section of the intake its fields, in order: (key of the section, field)."""
    for section in definition.questionnaire.sections:
        for key in section.measures:
            measure = definition.measures[key]
            for each in _sides(measure, side):
                name = f"{key}.{each}" if each else key
                yield section.key, Field(name, measure, each, section.mandatory)


def _sides(measure: MeasureDefinition, side: str) -> tuple[str, ...]:
    if measure.sides == "per_side":
        return SIDES
    if measure.sides == "affected":
        return affected_sides(side) or ("R",)
    return ("",)


def typed_value(measure: MeasureDefinition, raw: Any) -> Any:
    """Return what a person typed in the type of its measure; what does not fit is left for the check to refuse."""
    if isinstance(raw, str):
        raw = raw.strip()
    if raw in ("", None, []):
        return None
    read = READ.get(measure.type)
    return read(measure, raw) if read and isinstance(raw, str) else raw


def _number(raw: str) -> Any:
    return float(raw.replace(",", ".")) if NUMBER.fullmatch(raw) else raw


def _list(measure: MeasureDefinition, raw: str) -> list[Any]:
    parts = [part.strip() for part in raw.replace("\n", ";").split(";") if part.strip()]
    return [_number(part) for part in parts] if measure.item in {"decimal", "integer"} else list(parts)


TICKED = {"true": True, "false": False, "pos": True, "neg": False}
READ: Mapping[str, Callable[[MeasureDefinition, str], Any]] = {
    "boolean": lambda _measure, raw: TICKED.get(raw, raw),
    "test": lambda _measure, raw: TICKED.get(raw, raw),
    "integer": lambda _measure, raw: int(raw) if WHOLE.fullmatch(raw) else raw,
    "decimal": lambda _measure, raw: _number(raw),
    "list": _list,
    "multiple": lambda _measure, raw: [raw],
}


def check_field(field: Field, raw: Any, *, as_of: datetime.date) -> tuple[Any, str]:
    """Return the checked value of one field (None: not asked) and the sentence that refuses it (empty: fine)."""
    try:
        trials = trials_of(field.measure, raw, as_of=as_of)
        if trials is not None:
            return float(trials.value), ""
        return check_value(field.measure, typed_value(field.measure, raw), as_of=as_of), ""
    except Refused as refused:
        return None, str(refused)


def trials_of(measure: MeasureDefinition, raw: Any, *, as_of: datetime.date) -> Trials | None:
    """Return what the trials typed in one field come to, or None when it holds one value. Raises Refused."""
    parts = split_trials(raw) if measure.trials > 1 and isinstance(raw, str) else []
    if len(parts) < 2:
        return None
    values = [check_value(measure, _number(part), as_of=as_of) for part in parts]
    return judge_trials([Decimal(str(value)) for value in values], planned=measure.trials)


def check_answers(intake: IntakeResponse, definition: Definition, *, as_of: datetime.date) -> Checked:
    """Check every answer of an intake by itself and against the others (worst pain is not below average pain)."""
    values: dict[str, Any] = {}
    errors: dict[str, str] = {}
    unanswered: list[str] = []
    for _section, field in fields_of(definition, intake.side):
        if field.measure.computed:
            continue
        raw = answer_of(intake.answers, field)
        value, error = check_field(field, raw, as_of=as_of)
        if error:
            errors[field.name] = error
        elif value is not None:
            values[field.name] = value
        elif field.required:
            unanswered.append(field.name)
    for name, sentence in _inconsistent(definition, values).items():
        errors.setdefault(name, sentence)
    return Checked(values, errors, tuple(unanswered))


def answer_of(answers: Mapping[str, Any], field: Field) -> Any:
    """Return what was typed in a field; an answer given by key alone is that of its (affected) side."""
    key = field.measure.key
    raw = answers.get(field.name, answers.get(key))
    if isinstance(raw, Mapping):
        return raw.get(field.side)
    return raw


def _inconsistent(definition: Definition, values: Mapping[str, Any]) -> dict[str, str]:
    found: dict[str, str] = {}
    for side in ("", *SIDES):
        suffix = f".{side}" if side else ""
        mine = {name.partition(".")[0]: value for name, value in values.items() if name.partition(".")[2] == side}
        plain = {key: {side: value} if side else value for key, value in mine.items()}
        _findings, errors = parse_findings(
            definition.measures, plain, side or None, consistency=definition.questionnaire.consistency
        )
        rules = {rule.key: rule.message for rule in definition.questionnaire.consistency}
        found |= {f"{key}{suffix}": text for key, text in errors.items() if rules.get(key) and key in mine}
    return found


@transaction.atomic
def change_side(intake: IntakeResponse, side: str, *, by: User, now: datetime.datetime) -> None:
    """Note which side hurts ("L", "R" or "both"). What was answered about the wrong side moves along to the right one.

    Only answers about the complaint move; a test of the left leg stays a test of the left leg.
    """
    new = affected_sides(side)
    old = affected_sides(intake.side) or ("R",)
    moves: dict[str, str] = {}
    if len(new) == 1 and len(old) == 1 and new != old:
        measures = definition_of(version_of(intake)).measures.values()
        moves = {f"{each.key}.{old[0]}": f"{each.key}.{new[0]}" for each in measures if each.sides == "affected"}
    choose_side(intake, side, moves=moves, by=by, now=now)


@transaction.atomic
def finish_intake(intake: IntakeResponse, *, by: User, now: datetime.datetime) -> IntakeResponse:
    """Check the whole intake, make an observation of each answer and close it.

    Raises IntakeRefused, naming each field, for a value that cannot be, a red-flag question without an answer, or a
    side that was not chosen; nothing is lost then. A finished intake is returned as it is.
    """
    if intake.status == IntakeResponse.Status.COMPLETED:
        return intake
    definition, today = definition_of(version_of(intake)), timezone.localtime(now).date()
    checked = check_answers(intake, definition, as_of=today)
    errors = {name: [text] for name, text in checked.errors.items()}
    errors |= {name: [_("Answer this question.")] for name in checked.unanswered}
    if not affected_sides(intake.side):
        errors["side"] = [_("Choose the side that hurts.")]
    if errors:
        raise IntakeRefused(_("Some answers still need attention."), errors=errors)
    values = [
        ObservedValue(
            field.measure.key,
            field.side,
            plain(checked.values[field.name]),
            _component(field, answer_of(intake.answers, field), today),
        )
        for _section, field in fields_of(definition, intake.side)
        if field.name in checked.values
    ]
    return complete_intake(intake, values, by=by, now=now)


def _component(field: Field, raw: Any, today: datetime.date) -> list[dict[str, Any]]:
    found = trials_of(field.measure, raw, as_of=today)
    return found.component if found else []


def plain(value: Any) -> Any:
    """Return a checked value as JSON keeps it: dates as ISO text, decimals as numbers, tuples as lists."""
    if isinstance(value, datetime.date):
        return value.isoformat()
    if isinstance(value, tuple | list):
        return [plain(each) for each in value]
    if isinstance(value, bool | int | str) or value is None:
        return value
    return float(value)
