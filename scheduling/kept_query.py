"""A query that is worded once: Django's SQL of it is kept, and asked again with other values.

Wording a query with some joins costs Django more than PostgreSQL needs to answer it. Pages that are opened all day keep
the words: the queryset is made with stand-ins (a day, a person that do not exist), so that it still comes through
`visible_to` and the vocabulary of querysets, and each asking puts the real values in their places.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Self

from django.db import connection
from django.db.models import QuerySet


@dataclass(frozen=True, slots=True)
class KeptQuery:
    """The SQL of a queryset, and in the order of its places the stand-ins or constants that it was worded with."""

    sql: str
    places: tuple[Any, ...]

    @classmethod
    def of(cls, rows: QuerySet[Any, Any]) -> Self:
        """Return the words of a queryset of plain columns (`values_list`)."""
        sql, places = rows.query.sql_with_params()
        return cls(sql, tuple(places))

    def ask(self, values: Mapping[Any, object]) -> list[tuple[Any, ...]]:
        """Return the rows with these values for the stand-ins. One query."""
        with connection.cursor() as cursor:
            cursor.execute(self.sql, [values.get(place, place) for place in self.places])
            return cursor.fetchall()
