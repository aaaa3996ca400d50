"""Every column of the two tables: what it means, its unit and range, and where it comes from.

In English, as the column's names are: a data dictionary travels beyond the practice.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa
import yaml
from django.conf import settings

from pathways.engine.instruments import InstrumentDefinition
from pathways.instruments import instrument_definition
from pathways.loads import ADHERENCE_MEASURE
from pathways.models import Instrument

TEXT, COUNT, YES_NO, NUMBER = pa.string(), pa.int16(), pa.bool_(), pa.float32()
TYPES = {"text": TEXT, "count": COUNT, "yes_no": YES_NO, "number": NUMBER}


@dataclass(frozen=True, slots=True)
class Column:
    """One column. `can_be_empty`: an empty cell means "not known", never zero or no."""

    name: str
    type: pa.DataType
    meaning: str
    unit: str = ""
    range: str = ""
    source: str = ""
    can_be_empty: bool = False
    is_quasi_identifier: bool = False

    @property
    def field(self) -> pa.Field:
        """The column as Arrow wants it."""
        return pa.field(self.name, self.type, nullable=self.can_be_empty)

    def as_json(self) -> dict[str, Any]:
        """Return the row of the data dictionary."""
        return {
            "column": self.name,
            "type": str(self.type),
            "meaning": self.meaning,
            "unit": self.unit,
            "range": self.range,
            "source": self.source,
            "can_be_empty": self.can_be_empty,
            "quasi_identifier": self.is_quasi_identifier,
        }


@dataclass(frozen=True, slots=True)
class Scored:
    """A number that the file follows over time. `is_change`: it tells a change, so there is none at the start."""

    key: str
    title: str
    low: float
    high: float
    is_change: bool = False

    @property
    def range(self) -> str:
        """The range in words."""
        return f"{self.low:g} to {self.high:g}"


def scored_measures() -> tuple[Scored, ...]:
    """Return the numbers of the questionnaires that the practice has, and the adherence to exercises. One query."""
    found: dict[str, Scored] = {}
    for row in Instrument.objects.order_by("key"):
        for scored in _of(instrument_definition(row)):
            found.setdefault(scored.key, scored)
    share = "share of the prescribed strength work that was done in 28 days, as a therapist recorded it"
    found.setdefault(ADHERENCE_MEASURE, Scored(ADHERENCE_MEASURE, share, 0, 1))
    return tuple(found.values())


def _of(definition: InstrumentDefinition) -> Iterable[Scored]:
    low, high = (float(each) for each in definition.range)
    yield Scored(definition.measure, definition.title, low, high, definition.is_change)
    least, most = definition.item_range
    for key, activity in definition.named.items():
        yield Scored(key, f"{definition.title}: {activity}", least, most)


def _read(part: str) -> tuple[Column, ...]:
    return tuple(
        Column(
            row["name"],
            TYPES[row["type"]],
            row["meaning"],
            row.get("unit", ""),
            row.get("range", ""),
            row["source"],
            row.get("empty", False),
            row.get("quasi", False),
        )
        for row in _SEED[part]
    )


_SEED = yaml.safe_load((Path(settings.BASE_DIR) / "seeds" / "research" / "columns.yaml").read_text(encoding="utf-8"))
IDENTITY, COURSE, MEASUREMENTS = (_read(part) for part in ("identity", "course", "measurements"))


def followed(measures: Iterable[Scored]) -> tuple[Column, ...]:
    """Return the columns of the numbers that are followed: at the start, the last one, and in which week each."""
    found = []
    for each in measures:
        source, known = "observations", {"can_be_empty": True}
        if not each.is_change:
            near = "nearest to the start, from 4 weeks before to 2 weeks after"
            found += [
                Column(
                    f"{each.key}_start", NUMBER, f"{each.title}: the value {near}.", "", each.range, source, **known
                ),
                Column(f"{each.key}_start_week", COUNT, "Its week.", "weeks", "-4 to 2", source, **known),
            ]
        last = "the last value from one week after the start on"
        found += [
            Column(f"{each.key}_last", NUMBER, f"{each.title}: {last}.", "", each.range, source, **known),
            Column(f"{each.key}_last_week", COUNT, "Its week.", "weeks", "1 to 104", source, **known),
        ]
    return tuple(found)


def outcome_columns(measures: Iterable[Scored]) -> tuple[Column, ...]:
    """Return every column of the outcomes, in order."""
    return (*IDENTITY, *COURSE, *followed(measures))
