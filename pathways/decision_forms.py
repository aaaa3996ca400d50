"""The forms of a plan's page."""

from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from pathways.models import Decision

DECISIONS = [
    (Decision.Kind.ADVANCE.value, _("To the next phase")),
    (Decision.Kind.HOLD.value, _("Stay in this phase")),
    (Decision.Kind.STEP_BACK.value, _("A phase back")),
]


class DecisionForm(forms.Form):
    """A decision about the phase, with its reason."""

    decision = forms.ChoiceField(label=_("Decision"), choices=DECISIONS, widget=forms.RadioSelect)
    reason = forms.CharField(
        label=_("Reason"),
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Needed when you decide otherwise than the proposal. It stays in the record."),
    )
    reason_code = forms.ChoiceField(
        label=_("Kind of reason"),
        required=False,
        choices=[("", _("as proposed")), *Decision.ReasonCode.choices],
        help_text=_("Needed when you decide otherwise than the proposal, so that the practice can learn from it."),
    )
    expected_phase = forms.CharField(widget=forms.HiddenInput)
    seen_as = forms.CharField(widget=forms.HiddenInput, required=False, max_length=16)

    def look_again(self, phase: str, picture: str, why: str) -> None:
        """Keep what was typed, over the plan as it is now."""
        data: Any = self.data.copy()  # type: ignore[attr-defined]
        data["expected_phase"], data["seen_as"] = phase, picture
        self.data = data
        self.add_error(None, why)


class UnblockForm(forms.Form):
    """The clearance that ends a block."""

    physician = forms.CharField(label=_("Physician who cleared it"), max_length=120)
    cleared_on = forms.DateField(
        label=_("Date of the clearance"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    reason = forms.CharField(label=_("What was found"), max_length=2000, widget=forms.Textarea(attrs={"rows": 3}))

    def clean_cleared_on(self) -> Any:
        """A clearance is not given in the future."""
        day = self.cleaned_data["cleared_on"]
        if day > timezone.localdate():
            raise forms.ValidationError(_("This date lies in the future."))
        return day


class OutcomeForm(forms.Form):
    """What came of a task."""

    outcome = forms.CharField(label=_("Outcome"), required=False, max_length=2000)
