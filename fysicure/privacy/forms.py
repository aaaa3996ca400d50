"""What is typed on the pages about privacy."""

from django import forms
from django.utils.translation import gettext_lazy as _

from patients.forms import RefusableForm
from patients.models import Consent, PrivacyRequest

Kind = PrivacyRequest.Kind
LONGEST = 4000
_OWN_KINDS = [
    (Kind.RECTIFICATION, _("Something in my record is wrong")),
    (Kind.REMARK, _("I want to add a remark to my record")),
    (Kind.ACCESS, _("I want to look into my record with someone")),
    (Kind.COPY, _("I want a copy on paper")),
    (Kind.RESTRICTION, _("I want my record to be frozen while something is disputed")),
    (Kind.OBJECTION, _("I object to a use of my data")),
    (Kind.ERASURE, _("I want my record to be erased")),
]


def words(label: object, *, required: bool = True, rows: int = 4, longest: int = LONGEST) -> forms.CharField:
    """Return a box for running text."""
    return forms.CharField(
        label=label,  # type: ignore[arg-type]
        required=required,
        max_length=longest,
        widget=forms.Textarea(attrs={"rows": rows}),
    )


class OwnRequestForm(RefusableForm):
    """What a patient asks from the portal."""

    kind = forms.ChoiceField(label=_("What is it about?"), choices=_OWN_KINDS)
    statement = words(_("In your own words"), required=False)


class DeskRequestForm(RefusableForm):
    """What a patient asked at the desk or by letter."""

    kind = forms.ChoiceField(label=_("What the patient asks"), choices=Kind.choices)
    how = forms.ChoiceField(
        label=_("How"), choices=[each for each in PrivacyRequest.How.choices if each[0] != PrivacyRequest.How.PORTAL]
    )
    statement = words(_("In the patient's words"), required=False)


class AnswerForm(RefusableForm):
    """The answer to a request."""

    accepted = forms.ChoiceField(
        label=_("Answer"), choices=[("yes", _("Done")), ("no", _("Refused"))], widget=forms.RadioSelect
    )
    answer = words(_("What the patient reads; a refusal says why"), required=False, rows=3)
    corrected = forms.CharField(
        label=_("What was corrected, and where"), required=False, max_length=300, widget=forms.TextInput()
    )


class ChoiceForm(forms.Form):
    """A choice about a text."""

    kind = forms.CharField(max_length=10)
    choice = forms.ChoiceField(choices=Consent.Choice.choices)
    how = forms.ChoiceField(choices=Consent.How.choices, required=False)


class ReasonForm(RefusableForm):
    """A reason that is kept."""

    reason = forms.CharField(label=_("Reason"), max_length=300)


class KeepForm(ReasonForm):
    """Until when and why a record is kept past its time."""

    until = forms.DateField(label=_("Keep until"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))


class ConfirmForm(RefusableForm):
    """The family name, typed again, before what cannot be undone."""

    typed = forms.CharField(
        label=_("Type the family name of the patient to confirm"),
        max_length=80,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )

    def __init__(self, *args: object, expected: str = "", **more: object) -> None:
        super().__init__(*args, **more)  # type: ignore[arg-type]
        self.expected = expected

    def clean_typed(self) -> str:
        """Refuse another name than the patient's."""
        typed = str(self.cleaned_data["typed"])
        if typed.strip().casefold() != self.expected.casefold():
            raise forms.ValidationError(_("This is not the family name of this patient."))
        return typed


class TextForm(RefusableForm):
    """A text about privacy, in Dutch and in the other languages of patients."""

    title = forms.CharField(label=_("Title"), max_length=120)
    body = words(_("Text"), rows=14, longest=20_000)
    title_fr = forms.CharField(label=_("Title in French"), max_length=120, required=False)
    body_fr = words(_("Text in French"), required=False, rows=6, longest=20_000)
    title_en = forms.CharField(label=_("Title in English"), max_length=120, required=False)
    body_en = words(_("Text in English"), required=False, rows=6, longest=20_000)
    seen = forms.CharField(required=False, max_length=60, widget=forms.HiddenInput)
