"""A query that is worded once: Django's SQL of it is kept, and asked again with other values.

Wording a query with some joins costs Django more than PostgreSQL needs to answer it. Pages that are opened all day keep
the words: the queryset is made with stand-ins (a moment, an account that do not exist), so that it still comes through
`visible_to` and the vocabulary of querysets, and each asking puts the real values in their places.
"""

import datetime
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol, Self
from uuid import UUID

from django.db import DEFAULT_DB_ALIAS, connections
from django.db.models import FETCH_ONE, BooleanField, Model, QuerySet
from django.db.models.expressions import RawSQL
from django.db.models.query import RelatedPopulator, get_related_populators

from accounts.read_cursor import read_cursor

# Stand-ins: nobody's account, and moments so far apart that what lies years from one is still nearest to it.
SOMEBODY = UUID(int=1)
START, END, NOW = (datetime.datetime(year, 1, 1, tzinfo=datetime.UTC) for year in (400, 800, 1200))
TODAY = NOW.date()


def among(column: str, ids: str) -> RawSQL:
    """Return the condition that a column of uuids is one of those that a kept query is asked with.

    `column` is a name in SQL ("pathways_careplan.patient_id"), `ids` the stand-in of the list: PostgreSQL gets it as
    one array, so that the words stay the same for any number.
    """
    return RawSQL(f"{column} = ANY (%s::uuid[])", [ids], output_field=BooleanField())  # noqa: S611 - our own names


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
            cursor.execute(self.sql, self.given(values))
            return cursor.fetchall()

    @property
    def words(self) -> "KeptQuery":
        """Return what is asked, as that of `KeptObjects`."""
        return self

    def given(self, values: Mapping[Any, Any]) -> list[Any]:
        """Return what stands in the places, with these values for the stand-ins."""
        return [_value(place, values) for place in self.places]

    def read(self, rows: Sequence[tuple[Any, ...]], _database: Any) -> Sequence[Any]:
        """Return what the database answered as it is."""
        return rows

    def rows_for(self, values: Mapping[Any, Any]) -> list[Any]:
        """Return what `ask` does as objects of the model, where the words ask for all its columns. One query."""
        return list(self.model._base_manager.raw(self.sql, self.given(values)))


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
            cursor.execute(self.words.sql, self.words.given(values))
            return self.read(cursor.fetchall(), cursor.db)

    def read(self, rows: Sequence[tuple[Any, ...]], database: Any) -> list[Row]:
        """Return what the database answered as objects."""
        return [self._object(list(row), database) for row in rows]

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


class Kept(Protocol):
    """A query that is worded once: `KeptQuery` or `KeptObjects`."""

    @property
    def words(self) -> KeptQuery: ...

    def read(self, rows: Sequence[tuple[Any, ...]], database: Any, /) -> Sequence[Any]: ...


def ask_together(queries: Sequence[Kept], values: Mapping[Any, Any]) -> list[Any]:
    """Return what each of some queries gives, in their order: asked in one go, for what stands on the same page.

    They are read where the first one is. Raises KeyError as `KeptQuery.ask`.
    """
    words = [each.words for each in queries]
    with read_cursor(words[0].model) as cursor:
        cursor.execute(";\n".join(each.sql for each in words), [each for some in words for each in some.given(values)])
        answers = []
        for back, each in zip(range(-len(queries), 0), queries, strict=True):  # the history may have put its own before
            cursor.set_result(back)
            answers.append(each.read(cursor.fetchall(), cursor.db))
        return answers


def _value(place: Any, values: Mapping[Any, Any]) -> Any:
    if place in values or not isinstance(place, datetime.date):
        return values.get(place, place)
    if not isinstance(place, datetime.datetime):
        return values[TODAY] + (place - TODAY)
    nearest = min((START, END, NOW), key=lambda moment: abs(moment - place))
    return values[nearest] + (place - nearest)
