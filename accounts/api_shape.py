"""A serializer made once: a new one copies all its fields, which takes as long as a small page."""

from functools import cache
from typing import Any

from django.utils.translation import get_language
from rest_framework.serializers import BaseSerializer


def shape_of[Shape: BaseSerializer[Any]](kind: type[Shape]) -> Shape:
    """Return the serializer of a class for `run_validation` and `to_representation`: it keeps nothing of a request.

    One for each language, because the sentence of a limit stays in the language that first needed it.
    """
    shape: Shape = _made(kind, get_language())  # type: ignore[arg-type]  # a class is hashable
    return shape


@cache
def _made(kind: type[Any], _language: str | None) -> Any:
    return kind()
