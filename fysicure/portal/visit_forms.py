"""What a patient sends about visits: a moment, a reason, a few words."""

import datetime
from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.models import Practitioner
from scheduling.patient_acts import REASONS
from scheduling.proposals import LONGEST_TEXT

_FEW_LINES = {"rows": 2}


class MomentForm(forms.Form):
    """One of the moments that were shown; gives `practitioner` and `start` (aware)."""

    moment = forms.CharField(required=False, max_length=80)
    message = forms.CharField(
        label=_("Something to add?"),
        required=False,
        max_length=LONGEST_TEXT,
        widget=forms.Textarea(attrs=_FEW_LINES),
        help_text=_("The desk reads this. Keep medical questions for your physiotherapist."),
    )
    idempotency_key = forms.CharField(required=False, max_length=80)

    def clean(self) -> dict[str, Any]:
        """Give `practitioner` and `start`, or say that a moment must be chosen."""
        values: dict[str, Any] = super().clean() or {}
        values |= {"practitioner": None, "start": None}
        if values.get("moment"):
            values |= self._read(values["moment"])
        elif self.needs_moment(values):
            self.add_error(None, gettext("Choose one of the moments."))
        return values

    def needs_moment(self, values: dict[str, Any]) -> bool:
        """Whether the form says nothing without a moment."""
        return True

    def _read(self, text: str) -> dict[str, Any]:
        person, _bar, moment = text.partition("|")
        try:
            start = datetime.datetime.fromisoformat(moment)
            therapist = Practitioner.objects.filter(is_active=True, pk=person).first()
        except (ValueError, forms.ValidationError):
            therapist = None
        if therapist is None or start.tzinfo is None:
            self.add_error(None, gettext("Choose one of the moments."))
            return {}
        return {"practitioner": therapist, "start": start}


class MoveForm(MomentForm):
    """Another moment for a visit: one of those shown, or in words."""

    def needs_moment(self, values: dict[str, Any]) -> bool:
        """Words may do instead."""
        return not (values.get("message") or "").strip()


class CancelForm(forms.Form):
    """Why the patient does not come."""

    code = forms.ChoiceField(
        label=_("Why can you not come?"),
        choices=REASONS,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose what fits best.")},
    )
    reason = forms.CharField(
        label=_("Something to add?"), required=False, max_length=200, help_text=_("No need to say anything medical.")
    )


class FromForm(forms.Form):
    """From which day on moments are shown."""

    day = forms.DateField(required=False)
