"""Strength and gait as they were measured: every value by date and side, what follows from it, two days compared."""

import datetime
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.utils import timezone
from django.utils.formats import get_format
from django.utils.translation import gettext as _

from pathways.classification_page import in_words
from pathways.engine.derived import INPUTS, DerivedValue, compute
from pathways.engine.findings import BOTH, SIDES, MeasureDefinition
from pathways.engine.model import Definition, Reference
from pathways.models import CarePlan
from pathways.page_language import spoken_definition
from patients.models import Observation

# Computations on what an examination measures; the others are about time and training.
EXAMINED = {"deficit_percent", "torque_per_kg", "percentage_target", "step_length"}
# Inputs that stay what they are: the latest value before counts as well.
LASTING = {"lever", "mass"}
Days = Mapping[datetime.date, Mapping[str, Observation]]


@dataclass(frozen=True)
class Cell:
    """One value in words; empty when it was not measured. `trials` are (value, left out)."""

    text: str = ""
    number: Decimal | None = None
    trials: tuple[tuple[str, bool], ...] = ()
    unit: str = ""

    @property
    def short(self) -> str:
        """The value without its unit, for below a heading that names it."""
        return self.text.removesuffix(f" {self.unit}")


@dataclass(frozen=True)
class Column:
    """A computed value over the days: its name, the side it is for, and what it rests on."""

    rule: DerivedValue
    label: str
    side: str


@dataclass(frozen=True)
class DayRow:
    """One day of a measure: a cell for each side, and the values that follow."""

    day: datetime.date
    cells: tuple[Cell, ...]
    derived: tuple[Cell, ...]


@dataclass(frozen=True)
class MeasureTable:
    """One measure over time. `sides` heads the cells: ("L", "R") or ("",)."""

    measure: MeasureDefinition
    sides: tuple[str, ...]
    columns: tuple[Column, ...]
    rows: tuple[DayRow, ...]
    references: tuple[Reference, ...]
    is_practice_choice: bool

    @property
    def takes_lasting(self) -> bool:
        """Whether a computed value takes something that was perhaps measured earlier."""
        return any(name in column.rule.inputs for column in self.columns for name in LASTING)


@dataclass(frozen=True)
class Compared:
    """One value on two days, with the difference and its direction in words. `icon` is empty without a comparison."""

    label: str
    side: str
    before: Cell
    after: Cell
    difference: str
    icon: str

    @property
    def unit(self) -> str:
        """The unit of what was measured; a computed value has it in its label."""
        return self.before.unit or self.after.unit


@dataclass(frozen=True)
class Part:
    """One part of the examination: what was compared, and every measure over time."""

    key: str
    title: str
    compared: tuple[Compared, ...]
    tables: tuple[MeasureTable, ...]


@dataclass(frozen=True)
class AnalysisPage:
    """The whole page. `before` and `after` are the days side by side; None when there are not two."""

    parts: tuple[Part, ...]
    days: tuple[datetime.date, ...]
    before: datetime.date | None
    after: datetime.date | None


def analysis_of(plan: CarePlan, *, before: str = "", after: str = "") -> AnalysisPage:
    """Return what was measured under a plan's episode. `before`, `after`: ISO days; else the first and the latest.

    Which measures belong here, the pathway says: the parts of its intake with a measure that a strength or gait value
    is computed from, or that takes several trials. One query.
    """
    definition = spoken_definition(plan.pathway_version)
    parts = _parts(definition)
    found = _observed(plan, {key for _key, _title, keys in parts for key in keys})
    days = tuple(sorted({day for by_day in found.values() for day in by_day}))
    chosen = _chosen(days, before, after)
    sheets = (_part(plan, definition, part, found, chosen) for part in parts)
    return AnalysisPage(tuple(sheet for sheet in sheets if sheet.tables), days, *chosen)


def _parts(definition: Definition) -> list[tuple[str, str, list[str]]]:
    """The parts of the intake that examine strength and gait: (key, title, measures)."""
    examined = {
        name
        for rule in definition.derived.values()
        if rule.compute in EXAMINED
        for name in rule.inputs.values()
        if isinstance(name, str)
    }
    examined |= {key for key, measure in definition.measures.items() if measure.trials > 1}
    asked = {key for section in definition.questionnaire.sections for key in section.measures}
    parts = []
    for section in definition.questionnaire.sections:
        keys = list(section.measures)
        if not examined & set(keys):
            continue
        again = [row.measures for row in definition.remeasure if set(row.measures) & set(keys)]
        keys += [key for measures in again for key in measures if key not in asked]
        known = [key for key in dict.fromkeys(keys) if key in definition.measures]
        parts.append((section.key, section.title, [key for key in known if not definition.measures[key].computed]))
    return parts


def _observed(plan: CarePlan, keys: set[str]) -> dict[str, dict[datetime.date, dict[str, Observation]]]:
    """By measure and day, the last value of each side."""
    rows = Observation.objects.current().filter(episode_id=plan.episode_id, measure_id__in=keys)
    found: dict[str, dict[datetime.date, dict[str, Observation]]] = defaultdict(lambda: defaultdict(dict))
    for row in rows.order_by("effective_at", "id"):
        found[row.measure_id][timezone.localtime(row.effective_at).date()][row.side] = row
    return found


def _chosen(
    days: Sequence[datetime.date], before: str, after: str
) -> tuple[datetime.date | None, datetime.date | None]:
    if len(days) < 2:
        return None, None
    by_text = {day.isoformat(): day for day in days}
    first, last = by_text.get(before, days[0]), by_text.get(after, days[-1])
    return first, last


def _part(
    plan: CarePlan,
    definition: Definition,
    part: tuple[str, str, list[str]],
    found: Mapping[str, Days],
    chosen: tuple[datetime.date | None, datetime.date | None],
) -> Part:
    key, title, keys = part
    tables = tuple(_table(plan, definition, definition.measures[each], found) for each in keys if found.get(each))
    before, after = chosen
    compared = () if before is None or after is None else tuple(_comparisons(tables, before, after))
    return Part(key, title, compared, tables)


def _table(
    plan: CarePlan, definition: Definition, measure: MeasureDefinition, found: Mapping[str, Days]
) -> MeasureTable:
    by_day = found[measure.key]
    used = {side for sides in by_day.values() for side in sides}
    sides = SIDES if measure.sided or used - {""} else ("",)
    columns = tuple(_columns(plan, definition, measure))
    rows = [
        DayRow(
            day,
            tuple(_cell(by_side.get(side) or by_side.get(""), measure) for side in sides),
            tuple(_computed(column, day, found) for column in columns),
        )
        for day, by_side in sorted(by_day.items())
    ]
    sources = [column.rule.source for column in columns]
    names = dict.fromkeys(name for source in sources for name in source.references)
    return MeasureTable(
        measure,
        sides,
        columns,
        tuple(rows),
        tuple(definition.references[name] for name in names if name in definition.references),
        any(source.practice_choice for source in sources),
    )


def _columns(plan: CarePlan, definition: Definition, measure: MeasureDefinition) -> Iterator[Column]:
    """The values that follow from a measure: those that take it first."""
    for rule in definition.derived.values():
        leads = rule.compute in EXAMINED and rule.inputs[_lead(rule)] == measure.key
        if not rule.shown or not leads:
            continue
        if rule.sided:
            yield from (Column(rule, rule.label, side) for side in SIDES)
        elif rule.compute != "deficit_percent":
            yield Column(rule, rule.label, "")
        elif plan.side != BOTH:
            yield Column(rule, rule.label, plan.side)


def _lead(rule: DerivedValue) -> str:
    """The input that must have been measured on the day itself; a step length stands with the cadence."""
    names = [name for name in INPUTS[rule.compute] if name not in LASTING]
    return names[-1]


def _computed(column: Column, day: datetime.date, found: Mapping[str, Days]) -> Cell:
    """A derived value of one day, through the pathway's own rule; targets follow from the first value."""
    rule = column.rule
    lasting = {rule.inputs[name] for name in LASTING if name in rule.inputs}

    def lookup(key: str, side: str | None) -> Any:
        by_day = found.get(key, {})
        if rule.compute == "percentage_target":
            days = sorted(by_day)[:1]
        elif key in lasting:
            days = sorted((each for each in by_day if each <= day), reverse=True)
        else:
            days = [day] if day in by_day else []
        rows = [by_day[each].get(side or "") or by_day[each].get("") for each in days]
        return next((row.number for row in rows if row is not None), None)

    value = compute(rule, lookup, column.side or None)
    if value is None:
        return Cell()
    number = Decimal(str(value))
    return Cell(_plain(number, rule.decimals), number)


def _cell(row: Observation | None, measure: MeasureDefinition) -> Cell:
    if row is None:
        return Cell()
    trials = tuple((_plain(Decimal(str(each["value"]))), bool(each.get("left_out"))) for each in row.component)
    return Cell(in_words(row.value, measure), row.number, trials, measure.unit)


def _comparisons(tables: Sequence[MeasureTable], before: datetime.date, after: datetime.date) -> Iterator[Compared]:
    nothing = Cell()
    for table in tables:
        rows = {row.day: row for row in table.rows}
        if not rows.keys() & {before, after}:
            continue
        label = table.measure.label
        for index, side in enumerate(table.sides):
            first, last = (rows[day].cells[index] if day in rows else nothing for day in (before, after))
            yield _compared(label, side, first, last, unit=table.measure.unit, decimals=table.measure.decimals)
        for index, column in enumerate(table.columns):
            if column.rule.compute == "percentage_target":
                continue
            first, last = (rows[day].derived[index] if day in rows else nothing for day in (before, after))
            side = column.side if column.rule.sided else ""
            yield _compared(column.label, side, first, last, unit="", decimals=column.rule.decimals)


def _compared(label: str, side: str, before: Cell, after: Cell, *, unit: str, decimals: int | None) -> Compared:
    if not before.text or not after.text:
        return Compared(label, side, before, after, _("cannot be compared"), "")
    if before.number is None or after.number is None:
        is_same = before.text == after.text
        return Compared(
            label, side, before, after, _("unchanged") if is_same else _("changed"), "equal" if is_same else "shuffle"
        )
    difference = after.number - before.number
    amount = {"amount": f"{_plain(abs(difference), decimals)} {unit}".strip()}
    if difference > 0:
        return Compared(label, side, before, after, _("%(amount)s higher") % amount, "trending-up")
    if difference < 0:
        return Compared(label, side, before, after, _("%(amount)s lower") % amount, "trending-down")
    return Compared(label, side, before, after, _("the same"), "equal")


def _plain(value: Decimal, decimals: int | None = None) -> str:
    """A number as it is written, with a comma: so many decimals, or as many as it needs."""
    text = f"{float(value):g}" if decimals is None else f"{value:.{decimals}f}"
    return text.replace(".", str(get_format("DECIMAL_SEPARATOR"))).replace("-", "−")
