"""From the bytes of a file to the rows of a table: encoding, separator, headings, and what is no table at all."""

import csv
import io
import re
from collections.abc import Iterator
from dataclasses import dataclass

from django.utils.translation import gettext as _

from patients.exceptions import NotATable

MOST_ROWS = 250_000
MOST_BYTES = 64_000_000
MOST_COLUMNS = 200
MOST_NAMED = 5
LONGEST_CELL = 10_000
_LONGEST_HEADING = 120
_DELIMITERS = {";": "semicolon", ",": "comma", "\t": "tab", "|": "bar"}
_SAMPLE_LINES = 50
# Spreadsheets, PDF and pictures by their first bytes.
_WORKBOOKS = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1")
_OTHER_FILES = (b"%PDF", b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"\x1f\x8b", b"Rar!", b"7z\xbc\xaf")
_SEPARATOR_LINE = re.compile(r'\A"?sep=(.)"?\r?\n?', re.I)
# What a heading never is: a date, an e-mail address, a number of six digits or more.
_NO_HEADING = re.compile(r"\d{1,4}[/.-]\d{1,2}[/.-]\d{1,4}.*|[^@\s]+@[^@\s]+\.\w+|[+\d][\d\s./-]{5,}")
_NO_TEXT = dict.fromkeys([*range(9), 11, 12, *range(14, 32), 127])
_GUARD = re.compile(r"'(?=[=+\-@＝＋－＠])")


@dataclass(frozen=True, slots=True)
class Table:
    """A file as a table: its headings, and its lines by their number in the file.

    The lines are read as they are asked for, and end with NotATable when one of them was none of this table.
    """

    headings: list[str]
    rows: Iterator[tuple[int, list[str]]]
    encoding: str
    delimiter: str


def read_table(content: bytes) -> Table:
    """Return the table that a file holds. Raises NotATable, which says in a sentence what to do about it."""
    if len(content) > MOST_BYTES:
        raise NotATable(_("This file is too large. Split it into several files."))
    text, encoding = decoded(content)
    told = _SEPARATOR_LINE.match(text)
    skipped = 1 if told else 0
    if told:
        text = text[told.end() :]
    delimiter = told.group(1) if told else _delimiter_of(text)
    if delimiter not in _DELIMITERS:
        raise NotATable(_("The columns of this file are separated by a sign that is not known. Save it as CSV."))
    lines = _lines(text, delimiter, skipped)
    headings = _headings(lines)
    return Table(headings, _rows(lines, len(headings)), encoding, delimiter)


def decoded(content: bytes) -> tuple[str, str]:
    """Return the text of a file and its encoding: UTF-8, UTF-16, or else Windows-1252. Raises NotATable."""
    if content.startswith(_WORKBOOKS):
        raise NotATable(_("This is a workbook of a spreadsheet. Open it there and save it as CSV."))
    if content.startswith(_OTHER_FILES):
        raise NotATable(_("This file holds no text. Export the data as CSV."))
    for encoding in _likely_encodings(content):
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" in text:
            break
        if not text.strip():
            raise NotATable(_("This file is empty."))
        return text.removeprefix("\ufeff"), encoding
    raise NotATable(_("This file holds no text. Export the data as CSV."))


def _likely_encodings(content: bytes) -> list[str]:
    if content.startswith(b"\xef\xbb\xbf"):
        return ["utf-8-sig"]
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return ["utf-16"]
    start = content[:2000]
    if start.count(0) > len(start) // 4:  # Latin text in UTF-16: every second byte is zero
        return ["utf-16-le" if start[1::2].count(0) >= start[::2].count(0) else "utf-16-be"]
    return ["utf-8", "cp1252"]


def _delimiter_of(text: str) -> str:
    """Return the separator that splits the first lines into the most columns, the same number on most lines."""
    sample = text[:100_000].splitlines(keepends=True)[:_SAMPLE_LINES]
    best, most = "", (0, 0)
    for delimiter in _DELIMITERS:
        try:
            widths = [len(cells) for cells in csv.reader(sample, delimiter=delimiter) if any(cells)]
        except csv.Error:
            continue
        if widths and widths[0] > 1:
            score = (sum(width == widths[0] for width in widths), widths[0])
            best, most = (delimiter, score) if score > most else (best, most)
    if not best:
        sentence = _("This file has one column only. Save it as CSV, with semicolons or commas between the columns.")
        raise NotATable(sentence)
    return best


def _lines(text: str, delimiter: str, skipped: int) -> Iterator[tuple[int, list[str]]]:
    """Yield each line that is not empty with the number of its first line in the file. Raises NotATable."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    begun = 1
    while True:
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            sentence = _("The quotation marks on line %(line)d do not match.")
            raise NotATable(sentence % {"line": begun + skipped}) from error
        cells = [tidy(cell) for cell in cells]
        if any(cells):
            yield begun + skipped, cells
        begun = reader.line_num + 1


def tidy(cell: str) -> str:
    """Return a cell without spaces around it, signs that are no text, and our own guard against formulas."""
    text = cell.replace("\r\n", "\n").translate(_NO_TEXT).replace("\u00a0", " ").strip()
    return _GUARD.sub("", text, count=1) if text.startswith("'") else text


def _headings(lines: Iterator[tuple[int, list[str]]]) -> list[str]:
    """Return the headings, each once. Raises NotATable when the first line holds data instead."""
    number, cells = next(lines, (1, []))
    while cells and not cells[-1]:
        cells = cells[:-1]
    if len(cells) < 2:
        raise NotATable(
            _("This file has one column only. Save it as CSV, with semicolons or commas between the columns.")
        )
    if len(cells) > MOST_COLUMNS:
        raise NotATable(_("This file has more than %(most)d columns.") % {"most": MOST_COLUMNS})
    if any(_NO_HEADING.fullmatch(cell) for cell in cells):
        sentence = _("Line %(line)d should name the columns, but holds data. Put a line with headings above it.")
        raise NotATable(sentence % {"line": number})
    names: list[str] = []
    for place, cell in enumerate(cells, 1):
        name = " ".join(cell.split())[:_LONGEST_HEADING] or _("Column %(number)d") % {"number": place}
        count = 1
        while name in names:
            count += 1
            name = f"{' '.join(cell.split())[:_LONGEST_HEADING]} ({count})"
        names.append(name)
    return names


def _rows(lines: Iterator[tuple[int, list[str]]], width: int) -> Iterator[tuple[int, list[str]]]:
    """Yield the lines below the headings, all as wide. Raises NotATable, which names the first lines that are not."""
    count, ragged = 0, []
    for number, cells in lines:
        count += 1
        while len(cells) > width and not cells[-1]:
            cells.pop()
        if count > MOST_ROWS:
            raise NotATable(_("This file has more than %(most)d lines. Split it.") % {"most": MOST_ROWS})
        if len(cells) != width or any(len(cell) > LONGEST_CELL for cell in cells):
            ragged.append(str(number))
            if len(ragged) == MOST_NAMED:
                break
        elif not ragged:
            yield number, cells
    if ragged:
        words = {"width": width, "lines": ", ".join(ragged)}
        raise NotATable(_("There are %(width)d headings, but other lines do not fit: %(lines)s.") % words)
    if not count:
        raise NotATable(_("There is no line below the headings."))
