"""The form with which a file is chosen."""

from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext_lazy

from fysicure.imports.pages import kinds

# Bytes; fysicure/limits.py lets a little more pass, so that a file just over it is answered beside the field.
LARGEST_FILE = 30_000_000
TOO_LARGE = gettext_lazy("This file is larger than 30 MB. Split it in parts, each with the line of headings.")


class FileForm(forms.Form):
    """What a file holds, and the file. Whether it is a table is for the reading to say."""

    kind = forms.ChoiceField(label=gettext_lazy("What does the file hold?"), widget=forms.RadioSelect)
    file = forms.FileField(
        label=gettext_lazy("File"),
        help_text=gettext_lazy("A CSV file of at most 30 MB. Choose it, or drag it here."),
        error_messages={
            "required": gettext_lazy("Choose a file."),
            "missing": gettext_lazy("Choose a file."),
            "empty": gettext_lazy("This file is empty: nothing stands in it."),
        },
        max_length=1000,
    )

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        fields: dict[str, Any] = self.fields
        fields["kind"].choices = [(kind["value"], kind["label"]) for kind in kinds()]
        fields["file"].widget.attrs |= {
            "accept": ".csv,.txt,.tsv,text/csv,text/plain",
            "data-most": str(LARGEST_FILE),
            "data-too-large": str(TOO_LARGE),
        }

    def clean_file(self) -> "UploadedFile[Any]":
        """Refuse a file that is too large."""
        file: UploadedFile[Any] = self.cleaned_data["file"]
        if (file.size or 0) > LARGEST_FILE:
            raise forms.ValidationError(TOO_LARGE)
        return file
