"""Forms that the style guide shows: one field of each kind, and what stands for the richer forms of the rooms."""

from datetime import datetime
from types import SimpleNamespace
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.utils.safestring import SafeString

_SCORES = [(n, n) for n in range(11)]
_MOMENT = datetime(2026, 11, 23, 10, 12, tzinfo=ZoneInfo("Europe/Brussels"))


class ExampleForm(forms.Form):
    """One field of each kind."""

    given_name = forms.CharField(label="Voornaam", help_text="Zoals op de identiteitskaart.")
    strength = forms.DecimalField(label="Heupabductie, rechts")
    side = forms.ChoiceField(label="Kant", choices=[("L", "Links"), ("R", "Rechts")], widget=forms.RadioSelect)
    surface = forms.ChoiceField(label="Ondergrond", choices=[("road", "Weg"), ("trail", "Bospad")])
    limp = forms.BooleanField(label="Ik liep mank", required=False)
    note = forms.CharField(label="Nota", widget=forms.Textarea(attrs={"rows": 3}), required=False)
    pain = forms.TypedChoiceField(
        label="Ergste pijn tijdens de loop", choices=_SCORES, coerce=int, widget=forms.RadioSelect
    )
    able = forms.TypedChoiceField(label="Een uur lopen", choices=_SCORES, coerce=int, widget=forms.RadioSelect)


def empty_form() -> ExampleForm:
    """Return the form as it is opened."""
    return ExampleForm(prefix="empty")


def wrong_form() -> ExampleForm:
    """Return the form as it comes back: filled in, with mistakes."""
    return ExampleForm({"strength": "stevig", "pain": "3"}, prefix="wrong")


def questionnaire() -> Any:
    """Return what components/questionnaire_rows.html reads of a form: one item, and a question about an open one."""
    form = ExampleForm(prefix="asked")
    row = {"number": 1, "field": form["able"], "name_field": None}
    return {
        "form": {"client_key": "", "text_id": "", "rows": [row], "sheet": {"baseline": None}},
        "wording": {"instruction": "Geef een cijfer voor vandaag.", "ends": ("Lukt niet", "Lukt als vroeger")},
    }


def clashing_form() -> SimpleNamespace:
    """Return what components/edit_conflict.html reads of a form that somebody else was quicker with."""
    row = {"label": "Telefoon", "now": "0470 00 01 01", "yours": "0470 00 01 02", "by": "Ine Claes", "at": _MOMENT}
    return SimpleNamespace(version=SafeString(""), hidden_initials=SafeString(""), clashes=[row])
