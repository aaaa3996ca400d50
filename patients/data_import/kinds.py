"""What a kind of import is: its columns, its options, and what it makes of lines. One class for each kind."""

import datetime
from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, ClassVar
from uuid import UUID

from django.conf import settings
from django.db import models
from django.utils.module_loading import import_string

from patients.models import DataImport, DataImportRow

Outcome = DataImportRow.Outcome
Tell = Callable[[int], None]  # is told after each part how many lines it had, for a bar outside the database
ROW = "row"  # the key of an error that is about the whole line


@dataclass(frozen=True, slots=True)
class Column:
    """A column that a file may have: our name, what people call it, and the headings by which it is known (`words`,
    without accents, capitals, signs and spaces).

    `is_required`: each line needs it; where one of several columns will do, `missing_columns` of the kind decides.
    """

    name: str
    label: Any
    words: str = ""
    is_required: bool = False
    hint: Any = ""


@dataclass(frozen=True, slots=True)
class Option:
    """A choice about the whole file: its values with their labels, the first one is the usual one."""

    name: str
    label: Any
    choices: tuple[tuple[str, Any], ...]
    hint: Any = ""


@dataclass(slots=True)
class Line:
    """A line on its way: what stands there, and what becomes of it. `errors` has a sentence by column name or ROW."""

    number: int
    cells: list[str]
    outcome: str = Outcome.NEW
    errors: dict[str, str] = field(default_factory=dict)
    external_number: str = ""
    patient_id: UUID | None = None
    made_id: UUID | None = None
    row: Any = None
    facts: dict[str, Any] = field(default_factory=dict)

    def refuse(self, name: str, sentence: str) -> None:
        """Refuse the line for a column, or ROW. The first sentence about a column stays."""
        self.outcome = Outcome.REFUSED
        self.errors.setdefault(name, sentence)

    @property
    def is_open(self) -> bool:
        """Whether nothing was said against the line yet."""
        return self.outcome == Outcome.NEW


class ImportKind(ABC):
    """One run over a file, from its first line to its last. Keeps in memory what lines have to do with each other."""

    columns: ClassVar[tuple[Column, ...]]
    options: ClassVar[tuple[Option, ...]]
    model: ClassVar[type[models.Model]]

    def __init__(self, data_import: DataImport, *, now: datetime.datetime) -> None:
        self.data_import, self.now = data_import, now
        places = {heading: place for place, heading in enumerate(data_import.headings)}
        self.places = {name: places[heading] for name, heading in data_import.columns.items() if heading in places}

    @classmethod
    @abstractmethod
    def missing_columns(cls, chosen: set[str]) -> list[str]:
        """Return the names of columns that must be chosen too before a line can be read."""

    @classmethod
    def guessed(cls, found: dict[str, str]) -> dict[str, str]:
        """Return the columns that were guessed, put right by what they say together."""
        return found

    @classmethod
    def all_options(cls) -> tuple[Option, ...]:
        """Return the options with the choices of this moment."""
        return cls.options

    @abstractmethod
    def judge(self, lines: Sequence[Line]) -> None:
        """Say of each line what would become of it: NEW, SAME or REFUSED. Writes nothing. Lines come in order."""

    @abstractmethod
    def make(self, lines: Sequence[Line]) -> None:
        """Make what each line says: MADE with `made_id`, SAME or REFUSED. In the transaction of the caller."""

    def cell(self, line: Line, name: str) -> str:
        """Return what stands in a column of a line; "" when the column was not chosen."""
        place = self.places.get(name)
        return line.cells[place] if place is not None else ""

    def option(self, name: str) -> str:
        """Return the value of an option, "" when it was not chosen."""
        return str(self.data_import.options.get(name) or "")


def nobody(_lines: int) -> None:
    """Tell nobody how far a step is; the import itself says so (`rows_done`)."""


def kind_of(name: str) -> type[ImportKind]:
    """Return the class of a kind of import. Raises KeyError for a kind that is not set."""
    found: type[ImportKind] = import_string(settings.DATA_IMPORTS[name])
    return found


def columns_of(kind: str) -> tuple[Column, ...]:
    """Return the columns that a kind of import knows, in the order in which people read them."""
    return kind_of(kind).columns


def options_of(kind: str) -> tuple[Option, ...]:
    """Return the options of a kind of import. May ask the database for choices."""
    return kind_of(kind).all_options()
