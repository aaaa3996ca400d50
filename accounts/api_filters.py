"""Filters that refuse what they cannot read: django-filter takes an unknown yes or no for no filter at all."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _
from django_filters import rest_framework as filters
from django_filters.rest_framework.filterset import FILTER_FOR_DBFIELD_DEFAULTS
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
    """The backend of all resources."""

    filterset_base = StrictFilterSet
