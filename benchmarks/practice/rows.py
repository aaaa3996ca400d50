"""One patient's rows as a pattern, and the same rows for as many patients as are wanted, as COPY reads them."""

import datetime
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import connection
from django.db.models import Model

# What stands in a pattern where a patient's own number comes: eight hexadecimal digits of an id, or the number itself.
_HEX, _NUMBER = "@hex@", "@number@"
_DAY = re.compile(r"(?<![\d-])(20\d\d-\d\d-\d\d)(?!\d)")


@dataclass(frozen=True)
class TablePattern:
    """The rows of one table; `text` is COPY's own format with marks for the patient's number and name."""

    table: str
    columns: tuple[str, ...]
    text: str
    count: int


def patterns_of(rows: Iterable[Model], own: dict[str, str] | None = None) -> list[TablePattern]:
    """Return the patterns of rows that belong to one patient, in the order of their tables.

    Ids among these rows become ids of the copy; everything else that they refer to stays. `own`: text that stands for
    the patient, such as the name, and the mark that replaces it.
    """
    tables: dict[type[Model], list[Model]] = {}
    for row in rows:
        tables.setdefault(type(row), []).append(row)
    marks = dict(own or {})
    for number, each in enumerate(tables):
        for position, row in enumerate(tables[each]):
            if not isinstance(row.pk, int) and str(row.pk) not in marks:
                marks[str(row.pk)] = f"{_HEX}-{number:04x}-4000-8000-{position:012x}"
    return [_pattern(each, found, tables, marks) for each, found in tables.items()]


def _pattern(
    model: type[Model], rows: Sequence[Model], tables: dict[type[Model], list[Model]], marks: dict[str, str]
) -> TablePattern:
    whole = {each: {row.pk: position for position, row in enumerate(found)} for each, found in tables.items()}
    fields = [field for field in model._meta.concrete_fields if not getattr(field, "generated", False)]
    names = ", ".join(f'"{field.column}"' for field in fields)
    ids = [row.pk for row in rows]
    query = f"SELECT {names} FROM {model._meta.db_table} WHERE {model._meta.pk.column} = ANY(%s)"  # noqa: S608
    with connection.cursor() as cursor:
        cursor.execute(f"CREATE TEMP TABLE pattern AS {query}", [ids])
        with cursor.copy("COPY pattern TO STDOUT") as copy:
            text = b"".join(bytes(block) for block in copy).decode()
        cursor.execute("DROP TABLE pattern")
    lines = []
    for line in text.splitlines():
        cells = line.split("\t")
        for at, field in enumerate(fields):
            remote = model if field.primary_key and not field.is_relation else field.related_model
            known = whole.get(remote, {}) if remote else {}
            if cells[at].isdecimal() and int(cells[at]) in known:
                cells[at] = f"{_NUMBER}{known[int(cells[at])]:03}"
        lines.append("\t".join(cells))
    marked = "\n".join(lines) + "\n"
    for old, new in marks.items():
        marked = marked.replace(old, new)
    return TablePattern(model._meta.db_table, tuple(field.column for field in fields), marked, len(rows))


def earlier(pattern: TablePattern, days: int) -> TablePattern:
    """Return a pattern whose days all lie so many days earlier."""
    back = datetime.timedelta(days=days)
    text = _DAY.sub(lambda found: str(datetime.date.fromisoformat(found[1]) - back), pattern.text)
    return TablePattern(pattern.table, pattern.columns, text, pattern.count)


def renamed(pattern: TablePattern, ids: Mapping[str, str]) -> TablePattern:
    """Return a pattern whose rows refer to others: what stands in `ids` becomes its value."""
    text = pattern.text
    for old, new in ids.items():
        text = text.replace(old, new)
    return TablePattern(pattern.table, pattern.columns, text, pattern.count)


def write(patterns: Sequence[Sequence[TablePattern]], numbers: range, own: Any) -> int:
    """Copy the rows of patients by number into the tables; return how many rows.

    `patterns` holds one life after the other, which patients take by turns. `own(number)` returns what replaces the
    patient's own marks. Triggers and foreign keys must be asleep.
    """
    written = 0
    for at, first in enumerate(patterns[0]):
        lives = [life[at] for life in patterns]
        names = ", ".join(f'"{name}"' for name in first.columns)
        with connection.cursor() as cursor, cursor.copy(f"COPY {first.table} ({names}) FROM STDIN") as copy:
            for block in _blocks([life.text for life in lives], numbers, own):
                copy.write(block)
        written += first.count * len(numbers)
    return written


def _blocks(texts: Sequence[str], numbers: range, own: Any) -> Iterator[str]:
    is_named = "@family@" in texts[0]
    held: list[str] = []
    for number in numbers:
        text = texts[number % len(texts)].replace(_HEX, f"{number:08x}").replace(_NUMBER, str(number))
        if is_named:
            for mark, value in own(number).items():
                text = text.replace(mark, value)
        held.append(text)
        if len(held) == 500:
            yield "".join(held)
            held.clear()
    yield "".join(held)


def id_of(number: int, table: int = 0) -> str:
    """Return the id that the first row of a table gets in a patient's pattern; the patient is table 0."""
    return f"{number:08x}-{table:04x}-4000-8000-000000000000"
