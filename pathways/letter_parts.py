"""The parts that letters are made of: paragraphs, lists, tables. Plain data, so that a letter can be kept and shown."""

import datetime
from collections.abc import Iterable, Sequence
from typing import Any

from accounts.day_words import day_in_words

Part = dict[str, Any]


def heading(text: str) -> Part:
    """A heading between parts."""
    return {"kind": "heading", "text": text}


def paragraph(text: str) -> Part:
    """Running text."""
    return {"kind": "paragraph", "text": text}


def small(text: str) -> Part:
    """A note below."""
    return {"kind": "small", "text": text}


def items(texts: Iterable[str]) -> Part:
    """A list."""
    return {"kind": "items", "items": list(texts)}


def steps(title: str, note: str, texts: Iterable[str]) -> Part:
    """Something to do, step by step, that never breaks over two sheets."""
    return {"kind": "steps", "title": title, "note": note, "items": list(texts)}


def table(head: Sequence[str], rows: Iterable[Sequence[str]], widths: Sequence[int]) -> Part:
    """A table; widths are shares of the sheet."""
    return {"kind": "table", "head": list(head), "rows": [list(row) for row in rows], "widths": list(widths)}


def day(value: datetime.date | None) -> str:
    """A day in words of the letter's language, such as 23 november 2026; a dash when there is none."""
    return day_in_words(value, "j F Y") if value else "-"


def short_day(value: datetime.date | None) -> str:
    """A day in numbers, such as 23/11/2026; a dash when there is none."""
    return f"{value:%d/%m/%Y}" if value else "-"
