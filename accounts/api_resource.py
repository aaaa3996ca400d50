"""What every resource of the API does the same way: sparse fields, ordering, and no parameter that nobody knows.

Why a parameter that is not known is refused: a mistyped filter that is passed over gives the whole list, and the
program that asked takes it for an answer.
"""

from collections.abc import Iterable, Mapping
from typing import Any, ClassVar

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from drf_spectacular.openapi import AutoSchema
from drf_spectacular.utils import OpenApiParameter, extend_schema, extend_schema_view
from rest_framework.filters import BaseFilterBackend
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.serializers import BaseSerializer, ValidationError

from accounts.api_filters import Filters
from accounts.api_pages import Pages

FIELDS, ORDERING = "fields", "ordering"
_PAGING = (Pages.page_query_param, Pages.page_size_query_param)
_NAMES = {"retrieve": "read", "get": "read", "partial_update": "update", "decisions": "decide"}


def operations(noun: str, tag: str, **summaries: str) -> Any:
    """Return a decorator that names a resource's operations in the OpenAPI document, for good: `patients_list`.

    `summaries` holds a line for each action of the viewset (or method of the view). Clients are generated from these
    names, so that a change of one is a breaking change (docs/decisions/0012-api-versions.md).
    """
    return extend_schema_view(
        **{
            action: extend_schema(operation_id=f"{noun}_{_NAMES.get(action, action)}", tags=[tag], summary=summary)
            for action, summary in summaries.items()
        }
    )


class Described(AutoSchema):
    """Describes the parameters that a view has by being one of ours: fields, keys, versions."""

    def get_override_parameters(self) -> list[Any]:
        """Return what extends the parameters that drf-spectacular finds by itself."""
        ours = getattr(self.view, "described_parameters", None)
        return [*super().get_override_parameters(), *(ours(self.method) if ours else [])]


class Ordering(BaseFilterBackend):
    """`?ordering=-start,id`: by fields that the view declares, ties always broken by the key.

    Without that key two rows that are alike may change places between two pages: one is shown twice, one never.
    """

    def filter_queryset(self, request: Request, queryset: QuerySet[Any], view: Any) -> QuerySet[Any]:
        """Return the rows in the order that was asked for. Raises ValidationError that names an unknown field."""
        given = request.query_params.get(ORDERING, "") if view.action == "list" else ""
        if not given:
            return queryset
        paths, known = [], declared(view)
        for name in (part.strip() for part in given.split(",")):
            path = known.get(name.removeprefix("-"))
            if path is None:
                names = ", ".join(known)
                raise ValidationError(
                    {ORDERING: [_("Rows can be ordered by these fields: %(names)s.") % {"names": names}]}
                )
            paths.append(f"-{path}" if name.startswith("-") else path)
        sign = "-" if given.strip().startswith("-") else ""
        return queryset.order_by(*paths, f"{sign}pk")

    def get_schema_operation_parameters(self, view: Any) -> list[dict[str, Any]]:
        """Describe the parameter."""
        known = list(declared(view))
        if not known:
            return []
        described = f"Order of the rows: {', '.join(known)}; `-` in front turns it round, commas join several."
        schema = {"type": "string", "pattern": f"^-?({'|'.join(known)})(,-?({'|'.join(known)}))*$"}
        return [{"name": ORDERING, "required": False, "in": "query", "description": described, "schema": schema}]


def declared(view: Any) -> dict[str, str]:
    """Return the fields by which a view's rows can be ordered: the name on the wire and the path to the column."""
    fields: Mapping[str, str] | Iterable[str] = getattr(view, "ordering_fields", ())
    return dict(fields) if isinstance(fields, Mapping) else {name: name for name in fields}


class ResourceMixin:
    """A view of the API. `?fields=id,start` keeps those members of each row; a parameter nobody knows is refused.

    `ordering_fields` names what lists are ordered by, `extra_parameters` what the view itself reads of the query,
    `answer_shapes` the serializer of an action's answer where it is not the view's own.
    """

    action: str
    filter_backends: Any = [Filters, Ordering]
    ordering_fields: ClassVar[Mapping[str, str] | Iterable[str]] = ()
    extra_parameters: ClassVar[Iterable[str]] = ()
    answer_shapes: ClassVar[Mapping[str, Any]] = {}
    _wanted: frozenset[str] = frozenset()

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        """Once the caller may come in, refuse what this address does not know, before anything is read or written."""
        super().initial(request, *args, **kwargs)  # type: ignore[misc]
        if request.method == "OPTIONS" or not request.query_params:
            return
        known = {FIELDS, "format", *self.known_parameters()}
        errors = {
            name: [_("This address knows no such parameter.")] for name in request.query_params if name not in known
        }
        about_answer = {FIELDS, ORDERING, "format"}
        errors |= {
            name: [_("Give this a value, or leave it out.")]
            for name, value in request.query_params.items()
            if name in known - about_answer and not value
        }
        if errors:
            raise ValidationError(errors)
        self._wanted = self._fields_asked(request)

    def known_parameters(self) -> Iterable[str]:
        """Return the names of the parameters that the request's action reads."""
        if getattr(self, "action", "list") != "list":
            return ()
        filters = Filters().get_filterset_class(self, getattr(self, "queryset", None))
        named = filters.base_filters if filters else ()
        paging = _PAGING if getattr(self, "pagination_class", None) else ()
        ordering = (ORDERING,) if declared(self) else ()
        return (*named, *paging, *ordering, *self.extra_parameters)

    def answer_shape(self) -> type[BaseSerializer[Any]]:
        """Return the serializer with which the request's action answers."""
        given: type[BaseSerializer[Any]] | None = self.answer_shapes.get(getattr(self, "action", ""))
        return given or self.get_serializer_class()  # type: ignore[attr-defined]

    def _fields_asked(self, request: Request) -> frozenset[str]:
        asked = frozenset(part.strip() for part in request.query_params.get(FIELDS, "").split(",") if part.strip())
        if not asked:
            return asked
        known = {name for name, field in self.answer_shape()().fields.items() if not field.write_only}  # type: ignore[attr-defined]
        if unknown := sorted(asked - known):
            sentence = _("There is no field %(names)s here.") % {"names": ", ".join(unknown)}
            raise ValidationError({FIELDS: [sentence]})
        return asked

    def finalize_response(self, request: Request, response: Response, *args: Any, **kwargs: Any) -> Response:
        """Keep the fields that were asked for, of one row or of each row of a list."""
        if self._wanted and isinstance(response, Response) and response.status_code in {200, 201, 202}:
            response.data = self._kept(response.data)
        answer: Response = super().finalize_response(request, response, *args, **kwargs)  # type: ignore[misc]
        return answer

    def _kept(self, data: Any) -> Any:
        if isinstance(data, list):
            return [self._kept(row) for row in data]
        if "results" in data and "count" in data:
            return {**data, "results": self._kept(data["results"])}
        return {name: value for name, value in data.items() if name in self._wanted}

    def described_parameters(self, method: str) -> list[OpenApiParameter]:
        """Return the parameters of the OpenAPI document that every resource has, but for answers without a body."""
        if method == "DELETE":
            return []
        text = "Names of the members that the answer should hold, with commas between them; all without it."
        return [OpenApiParameter(FIELDS, str, description=text)]
