"""Parts that are the same on every page: drawn once for each language, and filled in with what differs."""

import secrets
from functools import lru_cache
from re import escape, split, sub
from typing import Any

from django import template
from django.conf import settings
from django.template.loader import render_to_string
from django.utils.html import conditional_escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language

register = template.Library()

# Stands where a value comes; nobody outside can guess it, and what is filled in is never looked through again.
_MARK = secrets.token_hex(12)


@register.simple_tag
def part(name: str, **values: Any) -> SafeString:
    """Return a template that was drawn before, with values, escaped, where it prints variables of these names.

    The template may do nothing but print them: it is drawn before they are known, so it cannot ask what they are. All
    that it may ask for besides is the language. It is drawn anew each time while DEBUG is on.
    """
    pieces = _pieces.__wrapped__ if settings.DEBUG else _pieces
    text = "".join(
        str(conditional_escape(values[piece])) if is_name else piece
        for piece, is_name in pieces(name, get_language(), tuple(values))
    )
    return mark_safe(text)  # noqa: S308 our own template, and values that were escaped just now


def tight(drawn: str) -> str:
    """Return HTML without the empty lines and the indents of its template, which every page would carry.

    Not for what stands in `pre` or `textarea`.
    """
    return sub(r"\s*\n\s*", "\n", drawn)


@lru_cache(maxsize=256)
def _pieces(name: str, _language: str | None, names: tuple[str, ...]) -> tuple[tuple[str, bool], ...]:
    """The text of a template between the values, and the names of the values: by turns."""
    drawn = tight(render_to_string(name, {each: mark_safe(f"{_MARK}{each}{_MARK}") for each in names}))  # noqa: S308
    found = split(f"{escape(_MARK)}({'|'.join(names)}){escape(_MARK)}", drawn) if names else [drawn]
    return tuple((piece, index % 2 == 1) for index, piece in enumerate(found))
