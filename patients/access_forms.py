"""Why a record is opened, and what is asked about it afterwards."""

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.models import AccessReason, AccessReview


class ReasonForm(forms.Form):
    """The reason to open the record of a colleague's patient."""

    code = forms.ChoiceField(
        label=_("Reason"),
        choices=[each for each in AccessReason.Code.choices if each[0] != AccessReason.Code.NONE],
        widget=forms.RadioSelect,
    )
    words = forms.CharField(
        label=_("In your own words"),
        required=False,
        max_length=150,
        help_text=_("Needed with another reason. The patient can read this."),
    )


class ReviewForm(forms.Form):
    """What the owner makes of an opening."""

    outcome = forms.ChoiceField(choices=[(AccessReview.Outcome.SEEN, ""), (AccessReview.Outcome.QUESTION, "")])
    note = forms.CharField(label=_("Note or question"), required=False, max_length=500)


class AnswerForm(forms.Form):
    """What who opened a record answers to the owner."""

    note = forms.CharField(label=_("Your explanation"), max_length=500, widget=forms.Textarea(attrs={"rows": 4}))
