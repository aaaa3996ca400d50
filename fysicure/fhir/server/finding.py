"""Rows in pages: in a fixed order, each page begins where the one before ended, without counting what came before."""

import datetime
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from accounts.models import User
from fysicure.fhir.server.asked import Asked
from fysicure.fhir.server.clauses import NOTHING
from fysicure.fhir.server.kinds import Found, Kind, Source
from fysicure.fhir.server.outcomes import FhirRefusal


@dataclass(frozen=True)
class Mark:
    """The row at the edge of a page: its table, its key and what it is put in order by, as text."""

    table: int
    key: str
    values: tuple[str, ...] = ()
    is_back: bool = False


@dataclass(frozen=True)
class Page:
    """Rows that were found, and the marks from which the next and the previous page begin."""

    found: tuple[Found, ...]
    next: Mark | None = None
    previous: Mark | None = None


@dataclass(frozen=True)
class Query:
    """A search that is under way: of what, who asks, at which address, and where it goes on."""

    kind: Kind
    asked: Asked
    user: User
    base: str
    mark: Mark | None = None

    @property
    def is_back(self) -> bool:
        """Whether one goes back to an earlier page."""
        return self.mark is not None and self.mark.is_back

    def rows(self, source: Source) -> QuerySet[Any]:
        """Return what is asked of one table, in no order."""
        return source.rows(self.user).filter(self.asked.condition(source, self.base))


def find(query: Query) -> Page:
    """Return one page of the rows that the user may know of. One query for each table of the type.

    The order is that of `_sort`, then of tables, then of keys; keys are in order of making (UUID version 7).
    """
    kind, asked, is_back = query.kind, query.asked, query.is_back
    numbered = list(enumerate(kind.sources))
    rows: list[tuple[int, Any]] = []
    for number, source in reversed(numbered) if is_back else numbered:
        if not asked.sort and len(rows) > asked.count:
            break
        rows += [(number, row) for row in _ordered(query, source, number)[: asked.count + 1]]
    for name, is_down in reversed(asked.sort):
        rows.sort(key=lambda each: getattr(each[1], kind.sources[each[0]].sorts[name]), reverse=is_down != is_back)  # noqa: B023
    shown = rows[: asked.count]
    more = len(rows) > asked.count
    if is_back:
        shown.reverse()
    found = tuple(Found(kind.sources[number], row) for number, row in shown)
    has_next, has_previous = (bool(shown), more) if is_back else (more, query.mark is not None and bool(shown))
    return Page(
        found,
        next=_mark(kind, asked, *shown[-1]) if has_next else None,
        previous=_mark(kind, asked, *shown[0], is_back=True) if has_previous else None,
    )


def count(query: Query) -> int:
    """Return how many rows there are. One query for each table."""
    return sum(query.rows(source).count() for source in query.kind.sources)


def patients_of_all(query: Query, *, most: int) -> set[Any] | None:
    """Return whose rows a count counts; None when they are more than `most` people: then it tells of none of them."""
    found: set[Any] = set()
    for source in query.kind.sources:
        if source.patient:
            rows = query.rows(source).order_by()
            found |= set(rows.values_list(source.patient, flat=True).distinct()[: most + 1])
    return None if len(found) > most else found


def _mark(kind: Kind, asked: Asked, number: int, row: Any, *, is_back: bool = False) -> Mark:
    columns = [kind.sources[number].sorts[name] for name, _down in asked.sort]
    return Mark(number, str(row.pk), tuple(_as_text(getattr(row, column)) for column in columns), is_back)


def _as_text(value: Any) -> str:
    if isinstance(value, datetime.datetime):
        return f"t{value.isoformat()}"
    return f"d{value.isoformat()}" if isinstance(value, datetime.date) else f"s{value}"


def _as_value(text: str) -> Any:
    read: dict[str, Callable[[str], Any]] = {
        "t": datetime.datetime.fromisoformat,
        "d": datetime.date.fromisoformat,
        "s": str,
    }
    return read[text[0]](text[1:])


def _ordered(query: Query, source: Source, number: int) -> QuerySet[Any]:
    """The rows of one table in their order, beyond the mark."""
    rows, is_back = query.rows(source), query.is_back
    order = [(source.sorts[name], is_down != is_back) for name, is_down in query.asked.sort]
    if query.mark is not None:
        rows = rows.filter(_beyond(rows, order, number, query.mark))
    names = [f"-{column}" if is_down else column for column, is_down in order]
    return rows.order_by(*names, "-pk" if is_back else "pk")


def _beyond(rows: QuerySet[Any], order: Sequence[tuple[str, bool]], number: int, mark: Mark) -> Q:
    """The condition of the rows of a table that come after a mark (before it, when one goes back)."""
    try:
        values = [_as_value(text) for text in mark.values]
        key = rows.model._meta.pk.to_python(mark.key) if number == mark.table else None
    except (ValidationError, ValueError, LookupError) as error:
        raise stale_page() from error
    if len(values) != len(order):
        raise stale_page()
    found, same = NOTHING, Q()
    for (column, is_down), value in zip(order, values, strict=True):
        found |= same & Q(**{f"{column}__{'lt' if is_down else 'gt'}": value})
        same &= Q(**{column: value})
    if number == mark.table:
        return found | (same & Q(**{"pk__lt" if mark.is_back else "pk__gt": key}))
    is_beyond = number < mark.table if mark.is_back else number > mark.table
    return found | same if is_beyond and order else Q() if is_beyond else found


def stale_page() -> FhirRefusal:
    """The refusal of a page that cannot be continued."""
    return FhirRefusal(_("This page cannot be continued: search again."), code="expired", parameter="page")
