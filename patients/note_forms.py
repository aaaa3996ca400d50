"""What is typed about notes, besides the notes themselves."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from patients.forms import RefusableEditForm
from patients.notes import LONGEST_TEXT


def _box(label: Any) -> forms.CharField:
    widget = forms.Textarea(attrs={"rows": 3})
    return forms.CharField(label=label, required=False, max_length=LONGEST_TEXT, widget=widget)


class NoteTemplateForm(RefusableEditForm):
    """A name and the words for each part of a note; an empty part stays as the record proposes it."""

    name = forms.CharField(label=_("Name"), max_length=80)
    subjective = _box(_("What the patient tells"))
    objective = _box(_("What was found"))
    assessment = _box(_("Assessment"))
    plan = _box(_("Plan"))
    is_active = forms.BooleanField(label=_("In use"), required=False)
