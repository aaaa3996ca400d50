"""Filters that refuse what they cannot read: django-filter takes an unknown yes or no for no filter at all."""

from functools import cache, lru_cache
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _
from django_filters import rest_framework as filters
from django_filters.rest_framework.filterset import FILTER_FOR_DBFIELD_DEFAULTS
from django_filters.utils import translate_validation
from django_filters.widgets import BooleanWidget


class YesNoWidget(BooleanWidget):
    """Reads true, false, 1 and 0; leaves anything else as it was written, for the field to refuse."""

    def value_from_datadict(self, data: Any, files: Any, name: str) -> Any:
        """Return the value, None when nothing was given."""
        known = super().value_from_datadict(data, files, name)
        return (data.get(name) or None) if known is None else known


class YesNoField(forms.NullBooleanField):
    """True, false, or nothing."""

    default_error_messages = {"invalid": _("Say true or false.")}

    def to_python(self, value: Any) -> Any:
        """Return the value. Raises ValidationError for what is neither."""
        if value is None or isinstance(value, bool):
            return value
        raise ValidationError(self.error_messages["invalid"], code="invalid")


class YesNoFilter(filters.BooleanFilter):
    """Filters by yes or no."""

    field_class = YesNoField

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, widget=YesNoWidget, **kwargs)


class StrictFilterSet(filters.FilterSet):
    """What a viewset's `filterset_fields` become."""

    FILTER_DEFAULTS = {**FILTER_FOR_DBFIELD_DEFAULTS, models.BooleanField: {"filter_class": YesNoFilter}}


class Filters(filters.DjangoFilterBackend):
    """The backend of all resources. Builds the filters that a request names, and none for a request without."""

    filterset_base = StrictFilterSet

    def get_filterset_class(self, view: Any, queryset: Any = None) -> Any:
        """Return the filters of a view, made once for each model and choice of fields."""
        fields = getattr(view, "filterset_fields", None)
        if fields and queryset is not None and not getattr(view, "filterset_class", None):
            return _filters_of(queryset.model, tuple(fields))
        return super().get_filterset_class(view, queryset)

    def filter_queryset(self, request: Any, queryset: Any, view: Any) -> Any:
        """Return the rows that the request asks for. Raises ValidationError for a value that cannot be read."""
        known = self.get_filterset_class(view, queryset)
        asked = frozenset(known.base_filters if known else ()).intersection(request.query_params)
        if not asked:
            return queryset
        named = _only(known, asked)(**self.get_filterset_kwargs(request, queryset, view))
        if not named.is_valid():
            raise translate_validation(named.errors)
        return named.qs


@cache
def _filters_of(model: type[models.Model], names: tuple[str, ...]) -> type[filters.FilterSet]:
    """Return the filters by fields of a model."""
    meta = type("Meta", (), {"model": model, "fields": names})
    return type(f"{model.__name__}Filters", (StrictFilterSet,), {"Meta": meta})


@lru_cache(maxsize=512)
def _only(known: type[filters.FilterSet], names: frozenset[str]) -> type[filters.FilterSet]:
    """Return filters with these alone: a filter set copies its filters, and makes a form of them, for each request."""
    few: Any = type(known.__name__, (known,), {})
    few.base_filters = {name: each for name, each in known.base_filters.items() if name in names}
    narrowed: type[filters.FilterSet] = few
    return narrowed
