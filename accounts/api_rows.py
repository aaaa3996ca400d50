"""The rows of a list straight from the database's columns: as a serializer would write them, without an object, a
serializer and its fields for each of them.

What a shape declares is looked at once for each process. A field that is computed from the whole row is not here: its
list keeps the serializer (`columns_of` says None).
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, ClassVar

from django.db import models
from rest_framework import serializers
from rest_framework.mixins import ListModelMixin
from rest_framework.request import Request
from rest_framework.response import Response

type Write = Callable[[Any], Any]

# Fields that write what the column holds.
_AS_STORED = {
    serializers.BooleanField, serializers.CharField, serializers.ChoiceField, serializers.DateField,
    serializers.EmailField, serializers.IntegerField, serializers.JSONField, serializers.PrimaryKeyRelatedField,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Columns:
    """The members of a row: the column of each, by path, and how its value is written when it is not null."""

    paths: Mapping[str, str]
    writes: Mapping[str, Write]

    def row(self, values: Mapping[str, Any]) -> dict[str, Any]:
        """Return a row as it goes over the wire, from a row of `QuerySet.values(*paths)`."""
        row = {name: values[path] for name, path in self.paths.items()}
        for name, write in self.writes.items():
            if row[name] is not None:
                row[name] = write(row[name])
        return row


@cache
def columns_of(shape: type[serializers.BaseSerializer[Any]]) -> Columns | None:
    """Return the columns of a shape's members; None when one of them is no column."""
    paths, writes = {}, {}
    if shape.to_representation is not serializers.Serializer.to_representation:
        return None
    fields: Mapping[str, serializers.Field[Any, Any, Any, Any]] = shape().fields  # type: ignore[attr-defined]
    for name, field in fields.items():
        if field.write_only:
            continue
        if field.source == "*" or isinstance(field, serializers.BaseSerializer | serializers.ManyRelatedField):
            return None
        paths[name] = "__".join(field.source_attrs)
        write = _written_by(field)
        if write is not None:
            writes[name] = write
    return Columns(paths, writes)


def _written_by(field: Any) -> Write | None:
    """Return how a field writes a value; None for what is stored as it is written."""
    if type(field) in _AS_STORED and getattr(field, "pk_field", None) is None:
        return None
    if type(field) is serializers.UUIDField:
        return str
    write: Write = field.to_representation
    return write


class ListMixin(ListModelMixin):
    """A list of rows, from columns where its shape has nothing but columns.

    `row_shape` writes a row of the list where the view's own shape needs an object for that; `row_columns` are what the
    database computes for it, by name. The document describes the view's own shape: both write the same.
    """

    row_shape: ClassVar[Any] = None
    row_columns: ClassVar[Mapping[str, Any]] = {}

    def list(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Answer with a page of the rows that the caller may see."""
        rows = self.page_of(self.filter_queryset(self.get_queryset()))  # type: ignore[attr-defined]
        response: Response = self.get_paginated_response(self.shown(rows))  # type: ignore[attr-defined]
        return response

    def page_of(self, rows: models.QuerySet[Any], *also: str) -> Sequence[Any]:
        """Return a page of the rows: dicts of their columns and `also`, or objects. One query."""
        columns = self.columns()
        if columns is not None:
            rows = rows.prefetch_related(None).annotate(**self.row_columns)
            rows = rows.values(*dict.fromkeys([*columns.paths.values(), *also]))  # type: ignore[assignment]
        page: Sequence[Any] = self.paginate_queryset(rows)  # type: ignore[attr-defined]
        return page

    def columns(self) -> Columns | None:
        """Return the columns of a row, None when it takes an object to write one."""
        return columns_of(self.row_shape or self.get_serializer_class())  # type: ignore[attr-defined]

    def shown(self, rows: Sequence[Any]) -> Any:
        """Return the rows of a page as they go over the wire."""
        columns = self.columns()
        if columns is None:
            return self.get_serializer(rows, many=True).data  # type: ignore[attr-defined]
        return [columns.row(row) for row in rows]
