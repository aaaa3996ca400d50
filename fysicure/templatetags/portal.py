"""Tags of patients' pages: parts whose text follows from what is passed are made once for each content."""

import json
from collections.abc import Hashable
from dataclasses import dataclass
from functools import lru_cache

from django import template
from django.conf import settings
from django.forms import BoundField
from django.template.loader import render_to_string
from django.utils.safestring import SafeString
from django.utils.translation import get_language

from fysicure.portal.forms import MorningForm, RunForm
from fysicure.portal.meaning import contact_text

register = template.Library()
_SCORES = frozenset(str(score) for score in range(11))


@register.simple_tag
def kept_part(name: str, **values: Hashable) -> SafeString:
    """Include a template that looks at nothing but `values`: no user, no token, no address of the page.

    It is kept by what went into it, in the language in use, so that what is kept can be nobody else's and never old.
    """
    return _made(name, get_language(), tuple(values.items()))


def _make(name: str, _language: str | None, values: tuple[tuple[str, Hashable], ...]) -> SafeString:
    return render_to_string(name, dict(values))


_kept = lru_cache(maxsize=1024)(_make)


def _made(name: str, language: str | None, values: tuple[tuple[str, Hashable], ...]) -> SafeString:
    """Who works on templates sees them as they are."""
    return _make(name, language, values) if settings.DEBUG else _kept(name, language, values)


@register.simple_tag
def contact_words() -> str:
    """What somebody with an alarming sign reads."""
    return contact_text()


@register.simple_tag
def kept_labels() -> str:
    """The names of what was typed, as JSON, for what waits on a telephone (static/fysicure/js/portal_app.js)."""
    labels = {name: str(field.label) for name, field in (RunForm.base_fields | MorningForm.base_fields).items()}
    hidden = ("client_key", "step", "day", "time", "side")
    return json.dumps({name: label for name, label in labels.items() if name not in hidden})


@dataclass(frozen=True, slots=True)
class _Required:
    required: bool


@dataclass(frozen=True, slots=True)
class _Scale:
    """What components/nprs.html shows of a form field."""

    html_name: str
    auto_id: str
    label: str
    value: str | None
    help_text: str
    aria_describedby: str | None
    errors: tuple[str, ...]
    field: _Required


@register.simple_tag
def pain_scale(bound: BoundField) -> SafeString:
    """Show a field of a form as the pain scale from 0 to 10."""
    typed = str(bound.value())
    scale = _Scale(
        html_name=bound.html_name,
        auto_id=str(bound.auto_id),
        label=str(bound.label),
        value=typed if typed in _SCORES else None,
        help_text=str(bound.help_text),
        aria_describedby=bound.aria_describedby,
        errors=tuple(str(each) for each in bound.errors),
        field=_Required(bool(bound.field.required)),
    )
    return kept_part("components/nprs.html", field=scale)
