"""The addresses below /fhir/R4/: two for each type, two operations, and what the server can."""

from collections.abc import Iterator
from typing import Any

from django.urls import URLPattern, path

from fysicure.fhir.server.kinds import Kind
from fysicure.fhir.server.registry import KINDS
from fysicure.fhir.server.views import (
    ApplyView,
    CapabilityView,
    EverythingView,
    PostedSearchView,
    ReadView,
    SearchView,
)

app_name = "fhir"


def _view(base: type[Any], kind: Kind) -> Any:
    """A view of one type, guarded by the line of the policy that the type names."""
    name = f"{kind.name}{base.__name__}"
    made: Any = type(name, (base,), {"kind": kind, "required_action": kind.action, "__module__": base.__module__})
    return made.as_view()


def _addresses(kind: Kind) -> Iterator[URLPattern]:
    yield path(kind.name, _view(SearchView, kind), name=f"search-{kind.name}")
    yield path(f"{kind.name}/_search", _view(PostedSearchView, kind), name=f"post-search-{kind.name}")
    yield path(f"{kind.name}/<str:pk>", _view(ReadView, kind), name=f"read-{kind.name}")


urlpatterns = [
    path("metadata", CapabilityView.as_view(), name="metadata"),
    path("Patient/<str:pk>/$everything", EverythingView.as_view(), name="everything"),
    path("PlanDefinition/<str:pk>/$apply", ApplyView.as_view(), name="apply"),
    *(address for kind in KINDS.values() for address in _addresses(kind)),
]
