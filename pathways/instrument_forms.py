"""What the owner types of a questionnaire: its items, and on what the permission to use them rests."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from pathways.instruments import LONGEST_PERMISSION


class InstrumentTextForm(forms.Form):
    """The items, one on each line, and the permission."""

    language = forms.ChoiceField(
        label=_("Language"), choices=[("nl", _("Dutch")), ("fr", _("French")), ("en", _("English"))]
    )
    items = forms.CharField(
        label=_("Items, one on each line"), strip=False, widget=forms.Textarea(attrs={"rows": 14}), max_length=9000
    )
    has_permission = forms.BooleanField(
        label=_("The practice confirms that it has permission to use this text in its own software."),
        error_messages={"required": _("Without permission the text cannot be used here.")},
    )
    permission = forms.CharField(
        label=_("On what the permission rests"),
        help_text=_("From whom, when, and where the letter or the licence is kept."),
        max_length=LONGEST_PERMISSION,
        widget=forms.Textarea(attrs={"rows": 2}),
    )

    def lines(self) -> list[str]:
        """The items as typed, without empty lines."""
        typed = str(self.cleaned_data.get("items", "") if self.is_bound else self.initial.get("items", ""))
        return [line.strip() for line in typed.splitlines() if line.strip()]

    def take_errors(self, errors: Mapping[str, Any]) -> None:
        """Put each sentence at its field."""
        for name, sentence in errors.items():
            self.add_error(name if name in self.fields else None, sentence)
