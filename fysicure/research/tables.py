"""The rows of the two tables, read in one go and kept as columns."""

import datetime
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any
from uuid import UUID

import pyarrow as pa

from fysicure.research.asked import MOST_WEEKS, Asked
from fysicure.research.columns import COURSE, MEASUREMENTS, Scored, outcome_columns
from fysicure.research.generalising import Alike, Choice, alike
from fysicure.research.people import Considered, one_snapshot, rows_of
from fysicure.research.pseudonyms import pseudonym
from fysicure.research.statements import MEASUREMENTS as READ_MEASUREMENTS
from fysicure.research.statements import OUTCOMES
from pathways.definitions import definition_of
from pathways.models import PathwayVersion
from pathways.run_advice import step_phases

BATCH = 10_000
STATUS = {"completed": "completed", "revoked": "stopped"}
# A start counts from four weeks before to two weeks after; a last value from one week on. In days.
START, LAST = range(-28, 15), 7


@dataclass(frozen=True, slots=True)
class Told:
    """What the file tells of a plan whatever happened in it: under which name, which plan, how coarse."""

    pseudonym: str
    number: int
    alike: Alike


@dataclass(frozen=True, slots=True)
class Tables:
    """The outcomes, one row a plan, and the measurements; both in the order of the pseudonyms."""

    outcomes: pa.Table
    measurements: pa.Table


class Rows:
    """Gathers rows into batches of columns, so that memory holds columns and not rows."""

    def __init__(self, schema: pa.Schema) -> None:
        self.schema = schema
        self.batches: list[pa.RecordBatch] = []
        self.waiting: list[Sequence[Any]] = []

    def add(self, row: Sequence[Any]) -> None:
        """Take a row."""
        self.waiting.append(row)
        if len(self.waiting) >= BATCH:
            self._flush()

    def table(self, *keys: str) -> pa.Table:
        """Return the rows in the order of some columns."""
        self._flush()
        whole = pa.Table.from_batches(self.batches, self.schema)
        return whole.sort_by([(key, "ascending") for key in keys])

    def _flush(self) -> None:
        if self.waiting:
            columns = zip(*self.waiting, strict=True)
            arrays = [pa.array(column, type=f.type) for column, f in zip(columns, self.schema, strict=True)]
            self.batches.append(pa.RecordBatch.from_arrays(arrays, schema=self.schema))
            self.waiting = []


def told_plans(considered: Considered, choice: Choice, key: bytes) -> dict[UUID, Told]:
    """Return what the file tells of each plan that stays."""
    found = {}
    for patient, plans, facts, kept in zip(
        considered.patients, considered.plans, considered.facts, choice.kept, strict=True
    ):
        name = pseudonym(patient, key) if kept else ""
        for number in range(kept):
            found[plans[number]] = Told(name, number + 1, alike(facts[number], choice.level))
    return found


def read_tables(
    told: Mapping[UUID, Told], measures: Sequence[Scored], asked: Asked, *, period: str | None, today: datetime.date
) -> Tables:
    """Return the tables of some plans. Three queries; who withdrew since the plans were chosen is not in them."""
    outcomes = Rows(pa.schema([column.field for column in outcome_columns(measures)]))
    measured = Rows(pa.schema([column.field for column in MEASUREMENTS]))
    places = {each.key: place for place, each in enumerate(measures)}
    last = asked.begun(today)[1]
    parameters = {"ids": list(told), "today": today, "most": MOST_WEEKS, "period": period, "last": last}
    with one_snapshot():
        running = _running_phases()
        values = groupby(rows_of(READ_MEASUREMENTS, {**parameters, "measures": list(places)}), key=lambda row: row[0])
        following = _Following(values)
        for row in rows_of(OUTCOMES, parameters):
            plan, numbers = told[row[0]], following.of(row[0])
            identity = (plan.pseudonym, plan.number, *plan.alike)
            course = _course(row, running.get(row[2], frozenset()))
            outcomes.add((*identity, *course, *_followed(numbers, measures)))
            for key, day, value in numbers if asked.measurements else ():
                measured.add((plan.pseudonym, plan.number, key, day // 7, value))
    return Tables(
        outcomes.table("pseudonym", "plan_number"),
        measured.table("pseudonym", "plan_number", "measure", "week", "value"),
    )


class _Following:
    """Walks the measurements along with the plans: both come in the order of the plans."""

    def __init__(self, groups: Iterator[tuple[UUID, Iterator[tuple[Any, ...]]]]) -> None:
        self.groups = groups
        self.plan: UUID | None = None
        self.rows: list[tuple[str, int, float]] = []
        self._next()

    def of(self, plan: UUID) -> list[tuple[str, int, float]]:
        """Return measure, day and value of a plan, in the order of the days."""
        while self.plan is not None and self.plan < plan:
            self._next()
        return self.rows if self.plan == plan else []

    def _next(self) -> None:
        self.plan, rows = next(self.groups, (None, iter(())))
        self.rows = [(key, day, float(value)) for _plan, key, day, value in rows]


def _running_phases() -> dict[int, frozenset[str]]:
    """Of each version the phases in which running goes by steps; empty for a pathway without."""
    rows: Iterable[PathwayVersion] = PathwayVersion.objects.filter(published_at__isnull=False)
    return {row.pk: step_phases(definition_of(row)) for row in rows}


def _course(row: Sequence[Any], running: frozenset[str]) -> tuple[Any, ...]:
    """Return the values of columns.COURSE."""
    _plan, _patient, _version, course, classification, is_restart, status, weeks, has_ended, days, paused = row[:11]
    phases, done, *counts = row[11:26]
    goals, answers, is_back = row[26:]
    status = STATUS.get(status, "running") if has_ended else "running"
    judged = [each.get("reached") for each in _json(goals) or []] if status != "running" and goals is not None else None
    reached = bool(running <= set(done)) if running else None
    values = (
        course, classification, is_restart, weeks, status,
        None if status == "running" else max(0, days - paused) // 7,
        paused // 7, phases or 0, len(done), *counts,
        None if status == "running" and not reached else reached,
        None if judged is None else len(judged),
        None if judged is None else sum(each is not None for each in judged),
        None if judged is None else sum(each is True for each in judged),
        answers or 0, is_back,
    )  # fmt: skip
    if len(values) != len(COURSE):
        raise ValueError(len(values))
    return values


def _json(value: Any) -> Any:
    return json.loads(value) if isinstance(value, str) else value


def _followed(numbers: Sequence[tuple[str, int, float]], measures: Sequence[Scored]) -> Iterator[Any]:
    """Yield the values of columns.followed: at the start and the last one, each with its week."""
    by_key: dict[str, list[tuple[int, float]]] = {}
    for key, day, value in numbers:
        by_key.setdefault(key, []).append((day, value))
    for each in measures:
        values = by_key.get(each.key, ())
        if not each.is_change:
            near = [pair for pair in values if pair[0] in START]
            yield from _pair(min(near, key=lambda pair: (abs(pair[0]), pair[0], -pair[1]), default=None))
        late = [pair for pair in values if pair[0] >= LAST]
        yield from _pair(max(late, key=lambda pair: pair, default=None))


def _pair(found: tuple[int, float] | None) -> tuple[float | None, int | None]:
    return (None, None) if found is None else (found[1], found[0] // 7)
