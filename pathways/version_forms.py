"""The forms around versions: a file that becomes a draft, and the reason for moving a plan."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from pathways.exchange import LONGEST


class ImportForm(forms.Form):
    """A file, or its text pasted."""

    file = forms.FileField(
        label=gettext_lazy("File"), required=False, help_text=gettext_lazy("A YAML file that was exported before.")
    )
    text = forms.CharField(
        label=gettext_lazy("Or paste the text"),
        required=False,
        strip=False,
        widget=forms.Textarea(attrs={"rows": 14, "spellcheck": "false", "class": "code"}),
    )
    note = forms.CharField(
        label=gettext_lazy("Where it comes from, and why"),
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 2}),
    )

    def clean(self) -> dict[str, Any]:
        """Take the text of the file when there is one; the pasted text otherwise."""
        given = dict(super().clean() or {})
        file = given.get("file")
        if file:
            if file.size > LONGEST:
                raise forms.ValidationError({"file": _("This file is too long.")})
            try:
                given["text"] = file.read().decode("utf-8-sig")
            except UnicodeDecodeError:
                raise forms.ValidationError({"file": _("This is no text file.")}) from None
        elif not given.get("text", "").strip() and "text" not in self.errors:
            raise forms.ValidationError({"text": _("Choose a file or paste its text.")})
        return given


class MoveForm(forms.Form):
    """Why a plan goes on with another version."""

    reason = forms.CharField(
        label=gettext_lazy("Why this plan moves to another version"),
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
