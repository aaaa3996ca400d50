"""A query that is worded once: Django's SQL of it is kept, and asked again with other values.

Wording a query with some joins costs Django more than PostgreSQL needs to answer it. Pages that are opened all day keep
the words: the queryset is made with stand-ins (a moment, an account that do not exist), so that it still comes through
`visible_to` and the vocabulary of querysets, and each asking puts the real values in their places.
"""

import datetime
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Self
from uuid import UUID

from django.db.models import Model, QuerySet

from accounts.read_cursor import read_cursor

# Stand-ins: nobody's account, and moments so far apart that what lies years from one is still nearest to it.
SOMEBODY = UUID(int=1)
START, END, NOW = (datetime.datetime(year, 1, 1, tzinfo=datetime.UTC) for year in (400, 800, 1200))


@dataclass(frozen=True, slots=True)
class KeptQuery:
    """The SQL of a queryset, and in the order of its places the stand-ins or constants that it was worded with.

    It is asked where rows of `model` are read.
    """

    model: type[Model]
    sql: str
    places: tuple[Any, ...]

    @classmethod
    def of(cls, rows: QuerySet[Any, Any]) -> Self:
        """Return the words of a queryset of plain columns (`values_list`), or of whole rows for `rows_for`."""
        sql, places = rows.query.sql_with_params()
        return cls(rows.model, sql, tuple(places))

    def ask(self, values: Mapping[Any, Any]) -> list[tuple[Any, ...]]:
        """Return the rows with these values for the stand-ins; a moment some time from one moves along. One query.

        Raises KeyError for a moment when no moment is given.
        """
        with read_cursor(self.model) as cursor:
            cursor.execute(self.sql, [_value(place, values) for place in self.places])
            return cursor.fetchall()

    def rows_for(self, values: Mapping[Any, Any]) -> list[Any]:
        """Return what `ask` does as objects of the model, where the words ask for all its columns. One query."""
        places = [_value(place, values) for place in self.places]
        return list(self.model._base_manager.raw(self.sql, places))


def _value(place: Any, values: Mapping[Any, Any]) -> Any:
    if place in values or not isinstance(place, datetime.datetime):
        return values.get(place, place)
    nearest = min((START, END, NOW), key=lambda moment: abs(moment - place))
    return values[nearest] + (place - nearest)
