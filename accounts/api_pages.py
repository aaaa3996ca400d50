"""Pages of a list: the rows and how many there are in one statement, whatever the number of rows behind them."""

import hashlib
from typing import Any

from django.core.cache import caches
from django.db import models
from django.utils.translation import gettext as _
from rest_framework.exceptions import NotFound, ValidationError
from rest_framework.pagination import PageNumberPagination
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.utils.urls import remove_query_param, replace_query_param

COUNTED = 1000  # rows that are counted anew for each page
REMEMBERED = 300  # seconds for which the count of a longer list stands
_FARTHEST = 10**9  # no list has so many rows: PostgreSQL takes no OFFSET beyond 64 bits
_TOTAL = "rows_in_list"


class _CountOf(models.Subquery):
    """How many rows a query gives. It hangs on no outer row, so that PostgreSQL counts once for all rows."""

    template = "(SELECT count(*) FROM (%(subquery)s) AS counted)"
    output_field = models.IntegerField()


class Pages(PageNumberPagination):
    """Pages of 20 rows, up to 100 on request.

    `count` is exact up to 1,000 rows; that of a longer list is counted anew after five minutes, for counting millions
    of rows would take longer than the page. Whether a page follows is always seen from the rows themselves.
    """

    page_size = 20
    page_size_query_param = "page_size"
    max_page_size = 100
    display_page_controls = False
    request: Request

    def get_page_size(self, request: Request) -> int:
        """Return the rows of a page; raises ValidationError for what is no number of rows."""
        given = request.query_params.get(self.page_size_query_param, str(self.page_size))
        if not (given.isascii() and given.isdecimal() and int(given[:9])):
            raise ValidationError({self.page_size_query_param: [_("A page holds 1 to 100 rows.")]})
        return min(int(given[:9]), self.max_page_size)

    def paginate_queryset(self, queryset: Any, request: Request, view: Any = None) -> list[Any]:
        """Return the rows of the page that is asked for: objects, or dicts of a queryset of values.

        One query; of a list of more than 1,000 rows now and then a second. Raises NotFound beyond the last page.
        """
        self.request, size = request, self.get_page_size(request)
        self.number = self._asked(request, queryset, size)
        first = (self.number - 1) * size
        rows = list(queryset.annotate(**{_TOTAL: _counted(queryset)})[first : first + size + 1])
        if not rows and self.number > 1:
            raise NotFound(self.invalid_page_message)
        self.has_next, total = len(rows) > size, _taken_off(rows)
        if total > COUNTED:
            total = max(_remembered(queryset), first + len(rows))
        self.count = total
        return rows[:size]

    def _asked(self, request: Request, queryset: Any, size: int) -> int:
        given = request.query_params.get(self.page_query_param) or "1"
        if given in self.last_page_strings:
            return max(-(-queryset.count() // size), 1)
        if not (given.isascii() and given.isdecimal() and 0 < int(given[:12]) < _FARTHEST):
            raise NotFound(self.invalid_page_message)
        return int(given)

    def get_paginated_response(self, data: Any) -> Response:
        """Return the page with its neighbours' addresses."""
        links = {"next": self.get_next_link(), "previous": self.get_previous_link()}
        return Response({"count": self.count, **links, "results": data})

    def get_paginated_response_schema(self, schema: dict[str, Any]) -> dict[str, Any]:
        """Return what the document says of a page: how old a count may be too."""
        page = super().get_paginated_response_schema(schema)
        page["properties"]["count"]["description"] = (
            f"How many rows the list has. Exact up to {COUNTED:,} rows; of a longer list it may be "
            f"{REMEMBERED // 60} minutes old. Whether a page follows is what `next` says."
        )
        return page

    def get_next_link(self) -> str | None:
        """Return the address of the next page."""
        if not self.has_next:
            return None
        return str(replace_query_param(self.request.build_absolute_uri(), self.page_query_param, self.number + 1))

    def get_previous_link(self) -> str | None:
        """Return the address of the page before."""
        if self.number == 1:
            return None
        url = self.request.build_absolute_uri()
        if self.number == 2:
            return str(remove_query_param(url, self.page_query_param))
        return str(replace_query_param(url, self.page_query_param, self.number - 1))


def _counted(queryset: Any) -> _CountOf:
    return _CountOf(queryset.order_by().values("pk")[: COUNTED + 1])


def _taken_off(rows: list[Any]) -> int:
    """Take the number of rows off dicts, which go over the wire as they are, and return it."""
    totals = [row.pop(_TOTAL) if isinstance(row, dict) else getattr(row, _TOTAL) for row in rows]
    return totals[0] if totals else 0


def _remembered(queryset: Any) -> int:
    """Return how many rows a long list had at most five minutes ago. What is asked, by whom included, is the key."""
    sql, values = queryset.order_by().values("pk").query.sql_with_params()
    key = f"count:{hashlib.sha256(repr((sql, values)).encode()).hexdigest()}"
    known: Any = caches["counters"].get_or_set(key, queryset.count, REMEMBERED)
    return int(known)
