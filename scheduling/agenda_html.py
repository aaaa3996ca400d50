"""The visits, free places and closures of the agenda as HTML.

A full day of the practice has hundreds of them, each twice: on the grid and on the list. A template would ask a dozen
things of each; here each is one f-string. All words pass `escape`; times, numbers,
classes and paths are made by us and hold nothing to escape.
"""

import datetime
from collections.abc import Iterable
from dataclasses import dataclass
from html import escape

from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from scheduling.agenda import Board
from scheduling.agenda_columns import Place
from scheduling.agenda_drawing import Column, Gap, Visit

# Only the statuses that stand out: a class for the usual ones would be some kilobytes of a full day.
_GRID_CLASSES = {status: f" is-{status}" for status in ("pending", "arrived", "fulfilled")}
_LIST_CLASSES = {status: f' class="is-{status}"' for status in ("pending", "arrived", "cancelled", "noshow")}


@dataclass(frozen=True, slots=True)
class Words:
    """The words that rows share, looked up once for a page."""

    book_at: str
    to_write: str
    move: str

    @classmethod
    def now(cls) -> "Words":
        """Return them in the language of the page."""
        return cls(escape(_("Book at")), escape(_("note to write")), escape(_("Move")))


@dataclass(frozen=True, slots=True)
class DrawnColumn:
    """A column of which only the frame is left to the template: what lies `under` its visits, and these."""

    place: Place
    under: SafeString
    visits: SafeString
    now_row: int


@dataclass(frozen=True, slots=True)
class DrawnBoard:
    """The rows of a board: its columns, and of each day its visits as items of a list."""

    columns: tuple[DrawnColumn, ...]
    lists: tuple[tuple[datetime.date, SafeString], ...]


def drawn(board: Board) -> DrawnBoard:
    """Return the rows of a board as HTML. The list alone needs no grid, and has icons and the way to move a visit."""
    words, is_list = Words.now(), board.asked.view == "list"
    lines = "".join(f'<i class="{place.split()[0]}"></i>' for _label, place in board.hours)
    return DrawnBoard(
        columns=() if is_list else tuple(_column(column, lines, words) for column in board.columns),
        lists=tuple(
            (day, _joined(_on_list(visit, words, is_whole=is_list) for visit in visits)) for day, visits in board.lists
        ),
    )


def _column(column: Column, lines: str, words: Words) -> DrawnColumn:
    marks = "".join(f'<p class="mark {place}"><span>{escape(label)}</span></p>' for label, place in column.marks)
    gaps = "".join(_gap(gap, words) for gap in column.gaps)
    visits = _joined(_on_grid(visit, words) for visit in column.visits)
    return DrawnColumn(column.place, _joined([lines, marks, gaps]), visits, column.now_row)


def _joined(parts: Iterable[str]) -> SafeString:
    return mark_safe("\n".join(parts))  # noqa: S308 each part escaped its words


def _gap(gap: Gap, words: Words) -> str:
    if not gap.url:
        return f'<b class="{gap.place}"></b>'
    return (
        f'<a class="gap {gap.place}" href="{escape(gap.url)}" tabindex="-1" aria-label="{words.book_at} {gap.start}">'
        f"<span>{gap.start}</span></a>"
    )


def _on_grid(visit: Visit, words: Words) -> str:
    status = _GRID_CLASSES.get(visit.status, "")
    movable = f' data-at="{visit.at}" data-m="{visit.minutes}"' if visit.is_movable else ""
    to_write = f" · <b>{words.to_write}</b>" if visit.is_unwritten else ""
    more = "".join(f" · {escape(each)}" for each in (visit.words, visit.beside) if each)
    return (
        f'<li class="{visit.place}{status}"{movable}><a href="{visit.url}"><svg><use href="#k-{visit.kind}"/></svg>'
        f" <time>{visit.start}<i>–{visit.end}</i></time> <strong>{escape(visit.patient)}</strong>"
        f" <small>{escape(visit.status_label)}{to_write} · {escape(visit.type)}{more}</small></a></li>"
    )


def _on_list(visit: Visit, words: Words, *, is_whole: bool) -> str:
    status = _LIST_CLASSES.get(visit.status, "")
    icon = f'<svg><use href="#k-{visit.kind}"/></svg> ' if is_whole else ""
    more = "".join(f" · {escape(each)}" for each in (visit.words, visit.practitioner, visit.room) if each)
    to_write = f"<br><b>{words.to_write}</b>" if visit.is_unwritten else ""
    move = _move(visit, words) if is_whole and visit.is_movable else ""
    return (
        f'<li{status}><a href="{visit.url}"><time>{visit.start}–{visit.end}</time>'
        f"<span><strong>{escape(visit.patient)}</strong><br>{icon}{escape(visit.type)}{more}</span>"
        f"<em>{escape(visit.status_label)}{to_write}</em></a>{move}</li>"
    )


def _move(visit: Visit, words: Words) -> str:
    who = f'<span class="visually-hidden"> {visit.start} {escape(visit.patient)}</span>'
    return f'<a class="day-list-move" href="{visit.url}move/">{words.move}{who}</a>'
