"""Invented values for the style guide (templates/styleguide.html), which shows every component."""

from datetime import date, timedelta
from typing import Any

from django import forms, template
from django.core.paginator import Page, Paginator
from django.utils.translation import gettext_lazy as _

register = template.Library()

MONDAY = date(2026, 11, 2)


class ExampleForm(forms.Form):
    """One field of each kind."""

    given_name = forms.CharField(label=_("Given name"), help_text=_("As on the identity card."))
    strength = forms.DecimalField(label=_("Hip abduction, right"))
    side = forms.ChoiceField(label=_("Side"), choices=[("L", _("Left")), ("R", _("Right"))], widget=forms.RadioSelect)
    surface = forms.ChoiceField(label=_("Surface"), choices=[("road", _("Road")), ("trail", _("Trail"))])
    limp = forms.BooleanField(label=_("I limped"), required=False)
    note = forms.CharField(label=_("Note"), widget=forms.Textarea(attrs={"rows": 3}), required=False)
    pain = forms.TypedChoiceField(
        label=_("Worst pain during the run"), choices=[(n, n) for n in range(11)], coerce=int, widget=forms.RadioSelect
    )


def _days(*values: float | None) -> list[tuple[date, float | None]]:
    return [(MONDAY + timedelta(days=3 * index), value) for index, value in enumerate(values)]


EXAMPLES: dict[str, Any] = {
    "phases": [
        {"title": "Kalmeren", "state": "done", "note": "2 weken"},
        {"title": "Kracht", "state": "current", "note": "week 2 van 4"},
        {"title": "Belasten", "state": "next"},
        {"title": "Opnieuw lopen", "state": "next"},
        {"title": "Terug naar sport", "state": "next"},
    ],
    "sides": [("L", _("Left")), ("R", _("Right")), ("B", _("Both"))],
    "tabs": [
        {"url": "#overview", "label": _("Overview"), "active": True},
        {"url": "#diary", "label": _("Diary"), "count": 3},
        {"url": "#plan", "label": _("Plan")},
    ],
    "timeline": [
        {"when": date(2026, 11, 23), "title": "Ochtend na de loop", "text": "Pijn 1/10, niet mank.", "light": "GREEN"},
        {"when": date(2026, 11, 22), "title": "Loop 4 km", "text": "Pijn 3/10 tijdens de loop.", "light": "AMBER"},
        {
            "when": date(2026, 11, 16),
            "title": "Intake",
            "text": "Klinisch beeld past bij de klacht.",
            "icon": "clipboard-list",
        },
    ],
    "actions": [
        {"url": "#print", "label": _("Print"), "icon": "printer"},
        {"url": "#book", "label": _("Book a visit"), "icon": "calendar-plus", "primary": True},
    ],
    "reference": {
        "authors": "van der Worp MP",
        "year": 2012,
        "journal": "Sports Med 42(11):969-92",
        "doi": "10.1007/BF03262306",
        "strength": "moderate",
        "finding": "Dit letsel is 5 tot 14 % van de loopblessures.",
        "correction": "Het artikel noemt 12 tot 22 % van alle knieklachten; de bron zelf niet.",
    },
    "pain": [6, 5, 5, None, 4, 3, 3, 2],
    "series": [
        {"label": "Tijdens de loop", "points": _days(6, 5, 5, 4, 3, 3, 2, 2)},
        {"label": "Ochtend erna", "points": _days(5, 4, None, 3, 2, 2, 1, 0)},
    ],
}


@register.simple_tag
def example(name: str) -> Any:
    """Return an invented value by name."""
    return EXAMPLES[name]


@register.simple_tag
def example_form(bound: bool = False) -> ExampleForm:
    """Return the example form: empty, or filled in with mistakes."""
    return ExampleForm({"strength": "stevig", "pain": "3"}) if bound else ExampleForm(prefix="empty")


@register.simple_tag
def example_page() -> Page[int]:
    """Return the second of three pages."""
    return Paginator(range(30), 10).page(2)
