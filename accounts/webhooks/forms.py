"""Forms about the programs that are connected to the practice."""

import datetime
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.edit_forms import EditForm
from accounts.exceptions import InvalidInput
from accounts.models import Role, User
from accounts.webhooks.endpoints import KINDS
from accounts.webhooks.log import KEPT
from accounts.webhooks.network import LONGEST_URL

LONGEST_VALIDITY = datetime.timedelta(days=730)  # of a key
# Whoever makes a key sees it: the owner makes none that reads what is the matter (accounts/policy.py).
NOT_CLINICAL = (Role.ADMIN, Role.RECEPTIONIST)


class EndpointForm(EditForm):
    """Where a program listens and what it is told."""

    name = forms.CharField(label=_("Name"), max_length=80, help_text=_("What you call this program."))
    url = forms.CharField(
        label=_("Address"),
        max_length=LONGEST_URL,
        help_text=_("The maker of the program gives you this address. It begins with https://."),
        widget=forms.URLInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )
    kinds = forms.MultipleChoiceField(
        label=_("Tell this program when"),
        choices=[(kind.value, kind.label) for kind in KINDS],
        widget=forms.CheckboxSelectMultiple,
        help_text=_(
            "Only a number goes along, never a name or what is the matter. That somebody is in care is confidential by"
            " itself: choose what the program needs, nothing more."
        ),
    )

    def refuse(self, error: InvalidInput) -> None:
        """Show beside its field what the practice's rules refuse."""
        for name, sentences in error.errors.items():
            self.add_error("kinds" if name == "events" else name, sentences)


class KeyForm(forms.Form):
    """A new key: for whose account, for which program, until when."""

    user = forms.ModelChoiceField(
        label=_("Works as"),
        queryset=User.objects.filter(is_active=True, role__in=NOT_CLINICAL).order_by("name", "id"),
        help_text=_(
            "The program may do what this person may do, and everything it reads is noted under this name. You cannot"
            " choose a physiotherapist: who holds such a key reads what is the matter. That key is made on the server,"
            " with manage.py api_token."
        ),
    )
    name = forms.CharField(label=_("Which program"), max_length=80)
    ends_on = forms.DateField(
        label=_("Valid until"),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        help_text=_("At most two years ahead. Afterwards you make a new one."),
    )

    def clean_ends_on(self) -> Any:
        """Refuse a day that is over, or more than two years ahead."""
        day, today = self.cleaned_data["ends_on"], timezone.localdate()
        if not today <= day <= today + LONGEST_VALIDITY:
            raise forms.ValidationError(_("Choose a day from today, at most two years ahead."))
        return day


class ReplayForm(forms.Form):
    """From which day on everything is sent again."""

    since = forms.DateField(
        label=_("Everything since"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )

    def clean_since(self) -> Any:
        """Refuse a day of which nothing is kept."""
        day, today = self.cleaned_data["since"], timezone.localdate()
        if not today - KEPT <= day <= today:
            raise forms.ValidationError(_("What happened is kept for thirty days."))
        return day
