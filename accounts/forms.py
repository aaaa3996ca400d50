"""Forms of signing in."""

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.second_factor import ResetReason


class AskCodeForm(forms.Form):
    """Where to send the code."""

    email = forms.EmailField(
        label=_("E-mail address"),
        max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "email", "autofocus": True}),
    )


class CodeForm(forms.Form):
    """The six digits of the mail; blanks are taken as typed by people."""

    code = forms.CharField(
        label=_("Code of 6 digits"),
        max_length=12,
        widget=forms.TextInput(
            attrs={"autocomplete": "one-time-code", "inputmode": "numeric", "autofocus": True, "class": "code-box"}
        ),
    )


class ResetFactorForm(forms.Form):
    """Why a colleague's second factor is taken away, and who else saw that it is the colleague."""

    reason = forms.ChoiceField(label=_("Why"), choices=ResetReason, widget=forms.RadioSelect)
    witness = forms.ModelChoiceField(
        label=_("Who else saw that it is this colleague?"),
        queryset=User.objects.none(),
        help_text=_("In person or on a video call. This colleague types the own password here."),
    )
    password = forms.CharField(
        label=_("Password of that colleague"),
        strip=False,
        max_length=128,
        widget=forms.PasswordInput(attrs={"autocomplete": "off"}),
    )

    def __init__(self, *args: object, witnesses: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        self.fields["witness"].queryset = witnesses  # type: ignore[attr-defined]
