"""Pages of a list whose rows are counted by the query that reads them."""

from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import Count, QuerySet, Window


def page_of(rows: QuerySet[Any], asked: str | None, size: int) -> Page[Any]:
    """Return the page that an address asks for, as Paginator.get_page does, in one query.

    Three queries for a number that is no page of the list.
    """
    pages = Paginator(rows, size)
    number = int(asked) if asked and asked.isdecimal() and len(asked) < 7 else 1
    first = (number - 1) * size
    found = list(rows.annotate(in_all=Window(Count("pk")))[first : first + size]) if number else []
    if not found and asked not in {None, "1"}:
        return pages.get_page(asked)
    pages.count = found[0].in_all if found else 0
    return Page(found, number, pages)
