"""Outcome questionnaires as frozen data: how many items, how they are scored, what change matters, whose text it is."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Any

import yaml

from pathways.engine.checks import Fault
from pathways.engine.content import ContentError, read_yaml
from pathways.engine.findings import MeasureDefinition

SINGLE, SUM, ACTIVITIES, TOTAL = "single", "sum", "activities", "total"
SCORINGS = (SINGLE, SUM, ACTIVITIES, TOTAL)
OWN, PRACTICE = "own", "practice"
FILE = "instruments.yaml"


@dataclass(frozen=True, slots=True)
class Wording:
    """The words of a questionnaire in one language: instruction, items in their order, the two ends of the scale.

    `again` is the instruction of a later time, where that is another one.
    """

    instruction: str
    items: tuple[str, ...]
    ends: tuple[str, str]
    again: str = ""


@dataclass(frozen=True, slots=True)
class InstrumentDefinition:
    """One questionnaire.

    `scoring`: "single" (one item is the score), "sum" (of all items, none missing), "activities" (mean of what the
    patient named) or "total" (only a total from paper is kept). `item_range` bounds an answer, `range` the score.
    `mcid` is the smallest change that matters to patients, in points; None: not known. `is_change`: the score itself
    tells a change (asked after a while, never at the start). `wording`: "own" (words of this program, free) or
    "practice" (typed by a practice that has permission). `named` are activities that stand for a measure of their own.
    """

    key: str
    title: str
    scoring: str
    measure: str
    items: int
    item_range: tuple[int, int]
    range: tuple[Decimal, Decimal]
    higher_is_better: bool
    licence: str
    wording: str
    mcid: Decimal | None = None
    mcid_note: str = ""
    short: str = ""
    sided: bool = False
    is_change: bool = False
    is_percent: bool = False
    for_patients: bool = False
    least_items: int = 0
    ends: tuple[str, str] = ("", "")
    instruction: str = ""
    texts: Mapping[str, Wording] = field(default_factory=dict)
    named: Mapping[str, str] = field(default_factory=dict)
    references: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        """How it is called in a line: the abbreviation where there is one."""
        return self.short or self.title

    @property
    def measures(self) -> tuple[str, ...]:
        """The measures that an answer gives a value to."""
        return (self.measure, *self.named)

    @property
    def takes_text(self) -> bool:
        """Whether a practice may type the items: those that are summed. Weighted answers are kept as a total only."""
        return self.wording == PRACTICE and self.scoring == SUM


def parse_instrument(key: str, row: Mapping[str, Any]) -> InstrumentDefinition:
    """Build a questionnaire from a row of the content, or from what was stored of it."""
    low, high = row["range"]
    first, last = row.get("item_range", row["range"])
    mcid = row.get("mcid")
    return InstrumentDefinition(
        key=key,
        title=row["title"],
        short=row.get("short", ""),
        scoring=row["scoring"],
        measure=row["measure"],
        items=int(row.get("items", 1)),
        item_range=(int(first), int(last)),
        range=(Decimal(str(low)), Decimal(str(high))),
        higher_is_better=row["better"] == "higher",
        licence=row["licence"],
        wording=row["wording"],
        mcid=None if mcid is None else Decimal(str(mcid)),
        mcid_note=row.get("mcid_note", ""),
        sided=bool(row.get("sided", False)),
        is_change=bool(row.get("is_change", False)),
        is_percent=bool(row.get("percent", False)),
        for_patients=bool(row.get("patient", False)),
        least_items=int(row.get("least_items", 0)),
        ends=_ends(row),
        instruction=row.get("instruction", ""),
        texts={language: _wording(text, row) for language, text in row.get("text", {}).items()},
        named=dict(row.get("named", {})),
        references=tuple(row.get("references", ())),
    )


def read_instruments(
    directory: Path, measures: Mapping[str, MeasureDefinition], references: Mapping[str, Any]
) -> dict[str, Mapping[str, Any]]:
    """Read and check the questionnaires of a folder of content; a folder without them has none.

    Raises ContentError with a line `file:path: reason` for each fault.
    """
    file = directory / FILE
    if not file.exists():
        return {}
    try:
        document = read_yaml(file.read_text(encoding="utf-8"))
    except (UnicodeDecodeError, yaml.YAMLError) as error:
        raise ContentError([f"{FILE}:(file): {' '.join(str(error).split())}"]) from error
    rows = document.get("instruments") if isinstance(document, Mapping) else None
    if not isinstance(rows, Mapping):
        raise ContentError([f"{FILE}:instruments: must be a mapping"])
    found = [
        f"{FILE}:instruments.{key}{fault.path}: {fault.reason}"
        for key, row in rows.items()
        for fault in _faults(row, measures, references)
    ]
    if found:
        raise ContentError(found)
    return dict(rows)


def _faults(row: Any, measures: Mapping[str, MeasureDefinition], references: Mapping[str, Any]) -> Iterator[Fault]:
    if not isinstance(row, Mapping):
        yield Fault("", "must be a mapping")
        return
    for name in ("title", "scoring", "measure", "range", "better", "wording", "licence"):
        if row.get(name) in (None, "", []):
            yield Fault(f".{name}", "is missing")
    for name, known in (("scoring", SCORINGS), ("better", ("higher", "lower")), ("wording", (OWN, PRACTICE))):
        if row.get(name) and row[name] not in known:
            yield Fault(f".{name}", f"must be one of {', '.join(known)}")
    for key in (row.get("measure"), *row.get("named", {})):
        if key and key not in measures:
            yield Fault(".measure", f"unknown measure {key}")
    for key in row.get("references", ()):
        if key not in references:
            yield Fault(".references", f"unknown reference {key}")
    yield from _text_faults(row)


def _text_faults(row: Mapping[str, Any]) -> Iterator[Fault]:
    if row.get("text") and row.get("wording") != OWN:
        yield Fault(".text", "the text of others is typed by the practice, never shipped")
    for language, text in row.get("text", {}).items():
        if row.get("scoring") != ACTIVITIES and len(text.get("items", ())) != row.get("items", 1):
            yield Fault(f".text.{language}.items", "has another number of items than the questionnaire")


def _wording(text: Mapping[str, Any], row: Mapping[str, Any]) -> Wording:
    ends = _ends(text if "ends" in text else row)
    return Wording(text.get("instruction", ""), tuple(text.get("items", ())), ends, text.get("again", ""))


def _ends(row: Mapping[str, Any]) -> tuple[str, str]:
    low, high = row.get("ends", ("", ""))
    return low, high
