"""What the desk writes when it answers a question of a patient."""

import datetime
from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.models import Practitioner
from scheduling.proposals import LONGEST_TEXT


class AnswerForm(forms.Form):
    """A short answer to the patient."""

    answer = forms.CharField(
        label=_("Answer to the patient"),
        max_length=LONGEST_TEXT,
        required=False,
        help_text=_("The patient reads this in the portal."),
    )


class OtherMomentForm(forms.Form):
    """Another moment for the patient: one of those shown. Gives `practitioner` and `start` (aware)."""

    moment = forms.CharField(required=False, max_length=80)
    message = forms.CharField(
        label=_("Message to the patient"),
        max_length=LONGEST_TEXT,
        required=False,
        help_text=_("The patient reads this in the portal."),
    )

    def clean(self) -> dict[str, Any]:
        """Read the moment, or say that one must be chosen."""
        values: dict[str, Any] = super().clean() or {}
        person, _bar, text = values.get("moment", "").partition("|")
        try:
            values["start"] = datetime.datetime.fromisoformat(text)
            values["practitioner"] = Practitioner.objects.filter(is_active=True, pk=person).first()
        except (ValueError, forms.ValidationError):
            values["practitioner"] = None
        if values["practitioner"] is None or values["start"].tzinfo is None:
            self.add_error(None, gettext("Choose one of the moments."))
        return values
