"""How a plan's questionnaires went: every value in its place, the change in words, what was incomplete said as such."""

import datetime
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from pathways.engine.instruments import InstrumentDefinition
from pathways.engine.outcomes import Change, ChangeLabel, activities_of, band, change, is_total
from pathways.instruments import Sheet, remeasured, sheets_of
from pathways.models import CarePlan, OutcomeResponse, Reference
from pathways.outcomes import Due, due_of
from pathways.page_language import SIDE_WORDS
from patients.models import Observation

LABELS = {
    ChangeLabel.IMPROVED: (gettext_lazy("Improved"), "green", "trending-up"),
    ChangeLabel.WORSE: (gettext_lazy("Worse"), "red", "trending-down"),
    ChangeLabel.NO_IMPORTANT_CHANGE: (gettext_lazy("No important change"), "neutral", "equal"),
    ChangeLabel.UNKNOWN: (gettext_lazy("Change cannot be judged"), "neutral", "circle-question-mark"),
}
TABLE_ROWS = 30


@dataclass(frozen=True)
class Value:
    """One row of the table. `score` None: filled in, but incomplete."""

    on: datetime.datetime
    score: Decimal | None
    percent: Decimal | None
    how: str
    who: str
    detail: str = ""


@dataclass(frozen=True)
class Line:
    """One measure on one side over time. `first` is what the rest is held against; `edges`: no important change."""

    label: str
    values: tuple[Value, ...]
    first: Value | None
    latest: Value | None
    change: Change
    edges: tuple[float, float] | None
    scale: tuple[float, float]

    @property
    def band(self) -> tuple[float, float, str] | None:
        """The stretch of no important change, for a chart."""
        return None if self.edges is None else (*self.edges, _("no important change since the start"))

    @property
    def series(self) -> list[dict[str, Any]]:
        """The valid scores, for a chart."""
        return [
            {
                "label": self.label,
                "points": [(row.on, row.score) for row in reversed(self.values) if row.score is not None],
            }
        ]

    @property
    def word(self) -> dict[str, Any]:
        """The change as a badge."""
        label, tone, icon = LABELS[self.change.label]
        return {"label": label, "tone": tone, "icon": icon}

    @property
    def has_course(self) -> bool:
        """Whether there is more than one valid score to draw."""
        return sum(row.score is not None for row in self.values) > 1

    @property
    def can_compare(self) -> bool:
        """Whether there is something to hold the latest value against."""
        return self.change.difference is not None


@dataclass(frozen=True)
class History:
    """One questionnaire of a plan: its lines, whether it is due, what it rests on."""

    sheet: Sheet
    lines: tuple[Line, ...]
    due: Due | None
    references: tuple[Reference, ...]
    is_asked: bool

    @property
    def has_one_line(self) -> bool:
        """Whether the title of the questionnaire already names the only line."""
        return len(self.lines) == 1

    @property
    def definition(self) -> InstrumentDefinition:
        """The questionnaire."""
        return self.sheet.definition


def histories_of(plan: CarePlan, *, now: datetime.datetime) -> list[History]:
    """Return the questionnaires of a plan: those that are due first, then those with answers, then the others.

    Values typed at an intake or a retest are in the same lines. Seven queries, whatever the number of answers.
    """
    sheets, asked = sheets_of(plan), remeasured(plan)
    due = {each.definition.key: each for each in due_of(plan, sheets, now=now)} if _is_running(plan) else {}
    observed = _observed(plan, {key for sheet in sheets.values() for key in sheet.definition.measures})
    references = Reference.objects.in_bulk({key for sheet in sheets.values() for key in sheet.definition.references})
    found = [
        History(
            sheet=sheet,
            lines=tuple(_lines(sheet, observed)),
            due=due.get(key),
            references=tuple(references[each] for each in sheet.definition.references if each in references),
            is_asked=any(each in asked for each in sheet.definition.measures),
        )
        for key, sheet in sheets.items()
    ]
    return sorted(found, key=lambda each: (each.due is None, not each.lines, not each.is_asked, each.definition.name))


def detail_of(response: OutcomeResponse, definition: InstrumentDefinition) -> str:
    """Say what was answered: the activities with their numbers, or how much is missing."""
    named = activities_of(response.answers)
    if named:
        return ", ".join(f"{each.name} {each.score if each.score is not None else '–'}" for each in named)
    if response.score is None:
        given = sum(value is not None for value in response.answers.values())
        return _("%(given)s of %(all)s answered") % {"given": given, "all": max(definition.items, given)}
    return _("total from paper") if is_total(response.answers) else ""


def _is_running(plan: CarePlan) -> bool:
    return bool(plan.status == CarePlan.Status.ACTIVE)


def _observed(plan: CarePlan, keys: Iterable[str]) -> dict[str, list[Observation]]:
    rows = Observation.objects.current().filter(
        episode_id=plan.episode_id, measure_id__in=list(keys), number__isnull=False
    )
    groups: dict[str, list[Observation]] = defaultdict(list)
    for row in rows.select_related("entered_by").order_by("effective_at", "id"):
        groups[row.measure_id].append(row)
    return groups


def _lines(sheet: Sheet, observed: Mapping[str, Sequence[Observation]]) -> Iterable[Line]:
    definition = sheet.definition
    responses = {row.observation_id: row for row in sheet.responses if row.observation_id}
    moments = {row.answered_at: row for row in sheet.responses}
    incomplete = [_incomplete(row, definition) for row in sheet.responses if row.score is None]
    for key in definition.measures:
        sides: dict[str, list[Observation]] = defaultdict(list)
        for row in observed.get(key, ()):
            sides[row.side].append(row)
        is_main = key == definition.measure
        if is_main and incomplete and not sides:
            sides[""] = []
        for side, rows in sorted(sides.items()):
            values = [_value(row, responses.get(row.pk) or moments.get(row.effective_at), definition) for row in rows]
            first = _first(values, rows, responses, definition)
            yield _line(_label(definition, key, side), [*values, *(incomplete if is_main else [])], first, definition)


def _first(
    values: Sequence[Value],
    rows: Sequence[Observation],
    responses: Mapping[Any, OutcomeResponse],
    definition: InstrumentDefinition,
) -> Value | None:
    """The value that the others are held against: of PSFS the first whose activities are known."""
    named = [value for value, row in zip(values, rows, strict=True) if row.pk in responses]
    if definition.least_items and named and rows[0].measure_id == definition.measure:
        return named[0]
    return values[0] if values else None


def _line(label: str, values: Sequence[Value], first: Value | None, definition: InstrumentDefinition) -> Line:
    ordered = sorted(values, key=lambda row: row.on, reverse=True)
    valid = [row for row in ordered if row.score is not None]
    latest = valid[0] if valid else None
    is_first = latest is first and not definition.is_change
    made = change(definition, first.score if first else None, None if is_first or latest is None else latest.score)
    return Line(
        label=label,
        values=tuple(ordered[:TABLE_ROWS]),
        first=first,
        latest=latest,
        change=made,
        edges=band(definition, first.score if first else None),
        scale=(float(definition.range[0]), float(definition.range[1])),
    )


def _value(row: Observation, response: OutcomeResponse | None, definition: InstrumentDefinition) -> Value:
    is_score, number = row.measure_id == definition.measure, row.number or Decimal(0)
    low, high = definition.range
    return Value(
        on=row.effective_at,
        score=row.number,
        percent=(number - low) / (high - low) * 100 if definition.is_percent and is_score else None,
        how=str(response.get_source_display()) if response else _("measured at a visit"),
        who=row.entered_by.name,
        detail=detail_of(response, definition) if response and is_score else "",
    )


def _incomplete(row: OutcomeResponse, definition: InstrumentDefinition) -> Value:
    how = str(row.get_source_display())
    return Value(row.answered_at, None, None, how, row.entered_by.name, detail_of(row, definition))


def _label(definition: InstrumentDefinition, key: str, side: str) -> str:
    name = definition.named.get(key) or definition.name
    return f"{name} ({SIDE_WORDS[side]})" if side else name
