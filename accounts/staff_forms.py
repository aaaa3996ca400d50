"""Inviting a colleague, as a form."""

import re

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import Role
from accounts.models.user import Language
from accounts.staff import COLOURS, INVITED_ROLES

_NIHDI_DIGITS = 11


class InviteForm(forms.Form):
    """Who comes to work here. Colour and RIZIV number are of physiotherapists; others leave them alone."""

    role = forms.ChoiceField(
        label=gettext_lazy("Works here as"),
        choices=[(role.value, role.label) for role in INVITED_ROLES],
        initial=Role.THERAPIST.value,
        widget=forms.RadioSelect,
    )
    name = forms.CharField(
        label=gettext_lazy("Name"), max_length=120, widget=forms.TextInput(attrs={"autocomplete": "off"})
    )
    email = forms.EmailField(
        label=gettext_lazy("E-mail address"),
        max_length=254,
        help_text=gettext_lazy("Of this person alone: the invitation goes there, and it is the name to sign in with."),
        widget=forms.EmailInput(attrs={"autocomplete": "off"}),
    )
    language = forms.ChoiceField(
        label=gettext_lazy("Language of the pages"), choices=Language, initial=Language.DUTCH.value
    )
    nihdi_number = forms.CharField(
        label=gettext_lazy("RIZIV number"),
        required=False,
        max_length=20,
        help_text=gettext_lazy("Of a physiotherapist; stands on letters and exports. It can be added later."),
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
    )
    colour = forms.ChoiceField(
        label=gettext_lazy("Colour in the agenda"),
        required=False,
        choices=[(colour, colour) for colour in COLOURS],
        widget=forms.RadioSelect,
    )

    def clean_name(self) -> str:
        """Return the name without blanks around it."""
        return str(self.cleaned_data["name"]).strip()

    def clean_colour(self) -> str:
        """Return the colour, the house's own when none was chosen."""
        return self.cleaned_data["colour"] or COLOURS[0]

    def clean_nihdi_number(self) -> str:
        """Return the eleven digits, however they were grouped."""
        digits = re.sub(r"[\s./-]", "", self.cleaned_data["nihdi_number"])
        if digits and (len(digits) != _NIHDI_DIGITS or not (digits.isascii() and digits.isdigit())):
            raise forms.ValidationError(_("A RIZIV number has 11 digits."))
        return digits
