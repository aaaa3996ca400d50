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

from django.db import DEFAULT_DB_ALIAS, connections, router
from django.db.backends.postgresql.base import ServerBindingCursor
from django.db.models import FETCH_ONE, Model, QuerySet
from django.db.models.query import RelatedPopulator, get_related_populators

from accounts.read_cursor import read_cursor

# Stand-ins: nobody's account, and moments so far apart that what lies years from one is still nearest to it.
SOMEBODY = UUID(int=1)
START, END, NOW = (datetime.datetime(year, 1, 1, tzinfo=datetime.UTC) for year in (400, 800, 1200))
TODAY = NOW.date()


class _ReadingCursor(ServerBindingCursor):
    """Binds values in PostgreSQL. pghistory puts a statement about who writes before whatever does not begin with
    SELECT, unless the cursor has a name; two statements cannot be prepared, and this one only reads."""

    name = "reading"


def ask_prepared(model: type[Model], sql: str, values: Mapping[str, Any]) -> list[tuple[Any, ...]]:
    """Return the rows of a statement of ours where rows of `model` are read, parsed once a connection. One query.

    Values are bound by PostgreSQL, so that a place needs a cast where nothing else tells its type. Behind a pooler of
    transactions nothing is kept (`prepare_threshold` in fysicure/database_settings.py), and each asking is parsed anew.
    """
    connection: Any = connections[router.db_for_read(model)]
    connection.ensure_connection()
    wrapped = connection.make_debug_cursor if connection.queries_logged else connection.make_cursor
    with wrapped(_ReadingCursor(connection.connection)) as cursor:
        cursor.execute(sql, values)
        rows: list[tuple[Any, ...]] = cursor.fetchall()
        return rows


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
        """Return the rows with these values for the stand-ins; what lies some time from one moves along. One query.

        Raises KeyError for a moment or a day when none is given.
        """
        with read_cursor(self.model) as cursor:
            cursor.execute(self.sql, [_value(place, values) for place in self.places])
            return cursor.fetchall()

    def rows_for(self, values: Mapping[Any, Any]) -> list[Any]:
        """Return what `ask` does as objects of the model, where the words ask for all its columns. One query."""
        places = [_value(place, values) for place in self.places]
        return list(self.model._base_manager.raw(self.sql, places))


@dataclass(frozen=True, slots=True)
class KeptObjects[Row: Model]:
    """The same for a queryset of objects, with what it annotates and takes along (`select_related`).

    `columns` are the places of the object's own columns, by name; `converters` say what becomes of a value that the
    database gives.
    """

    rows: QuerySet[Row]
    words: KeptQuery
    columns: tuple[int, tuple[str, ...]]
    converters: tuple[tuple[int, Any, Any], ...]
    annotations: Mapping[str, int]
    related: tuple[RelatedPopulator, ...]

    @classmethod
    def of(cls, rows: QuerySet[Row]) -> Self:
        """Return the words of a queryset of objects, and how its rows become objects again."""
        compiler = rows.query.get_compiler(DEFAULT_DB_ALIAS)
        sql, places = compiler.as_sql()
        select, found = compiler.select, compiler.klass_info
        first, last = found["select_fields"][0], found["select_fields"][-1] + 1
        converters = compiler.get_converters([each[0] for each in select])
        return cls(
            rows=rows,
            words=KeptQuery(rows.model, sql, tuple(places)),
            columns=(first, tuple(each[0].target.attname for each in select[first:last])),
            converters=tuple((place, calls, expression) for place, (calls, expression) in converters.items()),
            annotations=dict(compiler.annotation_col_map or {}),
            related=tuple(get_related_populators(found, select, DEFAULT_DB_ALIAS, FETCH_ONE)),
        )

    def ask(self, values: Mapping[Any, Any]) -> list[Row]:
        """Return the objects with these values for the stand-ins. One query. Raises KeyError as `KeptQuery.ask`."""
        with connections[self.rows.db].cursor() as cursor:
            cursor.execute(self.words.sql, [_value(place, values) for place in self.words.places])
            return [self._object(list(row), cursor.db) for row in cursor.fetchall()]

    def _object(self, row: list[Any], database: Any) -> Row:
        for place, calls, expression in self.converters:
            for call in calls:
                row[place] = call(row[place], expression, database)
        first, names = self.columns
        made = self.rows.model.from_db(database.alias, names, row[first : first + len(names)])
        for populator in self.related:
            populator.populate(row, made)
        for name, place in self.annotations.items():
            setattr(made, name, row[place])
        return made


def _value(place: Any, values: Mapping[Any, Any]) -> Any:
    if place in values or not isinstance(place, datetime.date):
        return values.get(place, place)
    if not isinstance(place, datetime.datetime):
        return values[TODAY] + (place - TODAY)
    nearest = min((START, END, NOW), key=lambda moment: abs(moment - place))
    return values[nearest] + (place - nearest)
