"""The lines of an import by outcome, a page at a time: as they would become, or as they stood and why not."""

import datetime
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any
from uuid import UUID

from django.core.paginator import Page, Paginator
from django.db.models import Model, QuerySet
from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from fysicure.imports.pages import count_of
from fysicure.templatetags.fysicure import local_day, local_time, phone
from patients.data_import.kinds import Column, Line, columns_of, kind_of
from patients.models import DataImport, DataImportRow

Outcome = DataImportRow.Outcome
PER_PAGE = 25
LABELS = {
    Outcome.NEW: gettext_lazy("New"),
    Outcome.MADE: gettext_lazy("Imported"),
    Outcome.KEPT: gettext_lazy("Kept"),
    Outcome.REFUSED: gettext_lazy("Refused"),
    Outcome.SAME: gettext_lazy("Known already"),
    Outcome.UNDONE: gettext_lazy("Removed"),
    Outcome.WAITING: gettext_lazy("Not checked yet"),
}
# Of these the reason stands beside the line.
_WITH_NOTES = {Outcome.KEPT, Outcome.REFUSED, Outcome.SAME, Outcome.MADE}


@dataclass(frozen=True, slots=True)
class Cell:
    """One value of a line."""

    label: str
    text: str
    is_wrong: bool = False


@dataclass(frozen=True, slots=True)
class Row:
    """One line: its number in the file, its values, sentences about it by column, and where it leads."""

    number: int
    cells: tuple[Cell, ...]
    notes: tuple[tuple[str, str], ...]
    url: str


@dataclass(frozen=True, slots=True)
class Tab:
    """The lines of one outcome, and the other outcomes beside it."""

    tabs: tuple[dict[str, Any], ...]
    outcome: str
    heads: tuple[str, ...]
    rows: tuple[Row, ...]
    page: "Page[Any] | None"
    patient_ids: frozenset[UUID]

    def context(self) -> dict[str, Any]:
        """Return what imports/_rows.html draws."""
        label = str(LABELS[Outcome(self.outcome)]) if self.outcome else ""
        return {
            "tabs": self.tabs,
            "tab_label": label,
            "heads": self.heads,
            "rows": self.rows,
            "rows_page": self.page,
            "has_notes": self.outcome in _WITH_NOTES,
            "notes_head": _("Record") if self.outcome == Outcome.MADE else _("Why"),
        }


class Counted(Paginator):  # type: ignore[type-arg]  # generic for the type checker only
    """Pages of lines whose number is known: counting a hundred thousand rows again would take longer than the page."""

    def __init__(self, rows: QuerySet[Any], per_page: int, *, count: int) -> None:
        self._known = count
        super().__init__(rows, per_page)

    @cached_property
    def count(self) -> int:
        """How many lines there are."""
        return self._known


def tab_of(data_import: DataImport, outcome: str, page: str, *, now: datetime.datetime) -> Tab:
    """Return the lines of an outcome, by default of the first that has any. At most five queries, for any number."""
    counts = {each: count_of(data_import, each) for each in LABELS}
    there = [each for each, count in counts.items() if count]
    if not there or data_import.cleared_at is not None:
        return Tab((), "", (), (), None, frozenset())
    chosen = Outcome(outcome) if outcome in there else there[0]
    rows = data_import.rows.filter(outcome=chosen).order_by("number")
    found = Counted(rows, PER_PAGE, count=counts[chosen]).get_page(page)
    columns = [each for each in columns_of(data_import.kind) if each.name in data_import.columns]
    lines = list(found)
    read = _read(data_import, lines, now) if chosen == Outcome.NEW else {}
    path = reverse("imports:show", args=[data_import.pk])
    return Tab(
        tabs=tuple(
            {
                "url": f"{path}?rows={each}",
                "label": LABELS[each],
                "active": each == chosen,
                "count": _short(counts[each]),
            }
            for each in there
        ),
        outcome=chosen,
        heads=tuple(str(capfirst(str(column.label))) for column in columns),
        rows=tuple(_row(data_import, line, columns, read.get(line.number)) for line in lines),
        page=found,
        patient_ids=frozenset(line.patient_id for line in lines if line.patient_id),
    )


def _short(count: int) -> str:
    return str(count) if count < 10_000 else f"{count // 1000}k"


def _read(data_import: DataImport, rows: Iterable[DataImportRow], now: datetime.datetime) -> dict[int, Model]:
    """Return what lines would become, by their number: the same reading as at the import, of these few lines."""
    lines = [Line(row.number, list(row.cells or [])) for row in rows]
    kind_of(data_import.kind)(data_import, now=now).judge(lines)
    return {line.number: line.row for line in lines if line.row is not None}


def _row(data_import: DataImport, line: DataImportRow, columns: list[Column], read: Model | None) -> Row:
    places = {heading: place for place, heading in enumerate(data_import.headings)}
    cells = line.cells or []
    wrong: Mapping[str, Any] = line.errors if line.outcome == Outcome.REFUSED else {}
    shown = tuple(
        Cell(
            label=str(capfirst(str(column.label))),
            text=_text(read, column.name, _at(cells, places.get(data_import.columns[column.name]))),
            is_wrong=column.name in wrong,
        )
        for column in columns
    )
    labels = {column.name: str(capfirst(str(column.label))) for column in columns_of(data_import.kind)}
    notes = tuple((labels.get(name, ""), str(sentence)) for name, sentence in line.errors.items())
    return Row(line.number, shown, notes, _url(data_import, line))


def _at(cells: list[Any], place: int | None) -> str:
    return str(cells[place]) if place is not None and place < len(cells) else ""


def _text(read: Model | None, name: str, cell: str) -> str:
    """Return a value as it would stand in the record; as it stands in the file where the record has no such field."""
    value = getattr(read, name, None) if read is not None and cell else None
    if value in (None, ""):
        return cell
    if isinstance(value, datetime.datetime):
        return f"{local_day(value, 'd/m/Y')} {local_time(value)}"
    if isinstance(value, datetime.date):
        return local_day(value, "d/m/Y")
    if name in {"phone", "mobile"}:
        return str(phone(str(value)))
    display = getattr(read, f"get_{name}_display", None)
    return str(display() if callable(display) else value)


def _url(data_import: DataImport, line: DataImportRow) -> str:
    if line.outcome not in {Outcome.SAME, Outcome.MADE, Outcome.KEPT}:
        return ""
    if data_import.kind == DataImport.Kind.APPOINTMENTS:
        return reverse("scheduling:appointment", args=[line.made_id]) if line.made_id else ""
    return reverse("patients:chart", args=[line.patient_id]) if line.patient_id else ""
