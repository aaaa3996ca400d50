"""The form of a retest: a field for each measure that is due, drawn and read by the measure's own type and range."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.http import QueryDict
from django.utils.translation import gettext as _

from pathways.engine.findings import BOTH, SIDES, MeasureDefinition
from pathways.engine.model import Definition
from pathways.intake import NUMBER, WHOLE
from pathways.measures_needed import measures_of
from pathways.page_language import told
from pathways.progress import PlanProgress
from pathways.retests import measures_due
from pathways.trials import SPREAD_PERCENT, Trials, judge_trials, split_trials

SHOWN_TYPES = {"integer", "decimal", "boolean", "test", "choice"}


@dataclass(frozen=True)
class Box:
    """One input: the name it is posted under, the side it is for ("" for none), and what was typed.

    `trials` holds what was typed in each input of a force that is measured a few times; `note` what it comes to.
    """

    name: str
    side: str
    value: str
    trials: tuple[str, ...] = ()
    note: str = ""


@dataclass(frozen=True)
class RetestField:
    """One measure on the form. `kind` is "number", "trials" or "choice"; `options` are (value, label)."""

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
    keeps_spread: bool = False

    @property
    def asks_another(self) -> bool:
        """Whether some trials differ so much that one more is wanted."""
        return any(box.note for field in (*self.needed, *self.due) for box in field.boxes)

    @property
    def waits(self) -> bool:
        """Whether nothing is kept yet: one more trial is wanted, or a word that they stay as they are."""
        return self.asks_another and not self.keeps_spread


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
    form = RetestForm(**groups, summary=summary, keeps_spread=bool(posted and "keep_spread" in posted))
    if form.waits:
        summary += [(field.measure.label, box.name, box.note) for field in fields for box in field.boxes if box.note]
    return form


def read_retest(seen: PlanProgress, posted: QueryDict) -> dict[str, Any]:
    """Return what was typed: key → scalar or {"L": …, "R": …}. What cannot be read stays text, to be refused."""
    values: dict[str, Any] = {}
    for measures in measures_asked(seen).values():
        for measure in measures:
            boxes = _boxes(measure, seen.plan.side, posted)
            given = {box.side: _read_box(measure, box.value) for box in boxes if box.value}
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
        kind="choice" if options else "trials" if measure.trials > 1 else "number",
        options=options,
        boxes=_boxes(measure, side, posted),
        error=told(str(errors.get(measure.key, ""))),
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
    return tuple(_box(measure, name, each, posted) for each, name in names.items())


def _box(measure: MeasureDefinition, name: str, side: str, posted: QueryDict | None) -> Box:
    if measure.trials == 1:
        return Box(name, side, str(posted.get(name, "") if posted else "").strip())
    typed = [part for each in (posted.getlist(name) if posted else []) for part in split_trials(str(each))]
    inputs = tuple([*typed, *[""] * (measure.trials + 1)][: max(measure.trials + 1, len(typed))])
    return Box(name, side, " ".join(typed), inputs, _note(measure, typed))


def _note(measure: MeasureDefinition, typed: list[str]) -> str:
    """Say that the trials differ too much and one more is needed; empty when all is well or not readable."""
    found = _trials(measure, typed)
    if found is None or not found.needs_another:
        return ""
    return _("The trials differ by more than %(percent)s %%: do one more, or keep them as they are.") % {
        "percent": SPREAD_PERCENT
    }


def _trials(measure: MeasureDefinition, typed: list[str]) -> Trials | None:
    if len(typed) < measure.trials or not all(NUMBER.fullmatch(each) for each in typed):
        return None
    return judge_trials([Decimal(each.replace(",", ".")) for each in typed], planned=measure.trials)


def _read_box(measure: MeasureDefinition, text: str) -> Any:
    parts = split_trials(text) if measure.trials > 1 else []
    return [_read(measure, part) for part in parts] if len(parts) > 1 else _read(measure, text)


def _read(measure: MeasureDefinition, text: str) -> Any:
    if measure.type == "integer" and WHOLE.fullmatch(text):
        return int(text)
    if measure.type == "decimal" and NUMBER.fullmatch(text):
        return float(text.replace(",", "."))
    if measure.type == "boolean" and text in {"yes", "no"}:
        return text == "yes"
    return text
