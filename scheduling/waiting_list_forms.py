"""What the desk fills in about who waits, and which moment of a gap it gives."""

import datetime
from typing import Any

from django import forms
from django.utils.dates import WEEKDAYS_ABBR
from django.utils.translation import gettext_lazy as _

from accounts.edit_forms import EditForm
from accounts.models import Practitioner
from scheduling.forms import TYPES, ClockInput, DayInput, usual_minutes
from scheduling.models import Appointment, WaitingListEntry
from scheduling.models.appointment import LONGEST_MINUTES


class FilterForm(forms.Form):
    """Whose list, and which kind of visit. Shown as a form that is sent by GET."""

    practitioner: Any = forms.ModelChoiceField(
        Practitioner.objects.filter(is_active=True), label=_("Physiotherapist"), required=False, empty_label=_("All")
    )
    type = forms.ChoiceField(label=_("Kind"), choices=[("", _("All")), *TYPES], required=False)


class AskedForm(forms.Form):
    """What the address of a page says: for whom, what had no free moment, who was just taken off the list."""

    patient = forms.UUIDField(required=False)
    type = forms.ChoiceField(choices=TYPES, required=False)
    minutes = forms.IntegerField(min_value=5, max_value=LONGEST_MINUTES, required=False)
    practitioner = forms.UUIDField(required=False)
    off = forms.UUIDField(required=False)


class EntryForm(EditForm):
    """What a patient waits for, and what suits."""

    type = forms.ChoiceField(label=_("Kind"), choices=TYPES)
    minutes = forms.IntegerField(label=_("Minutes"), min_value=5, max_value=LONGEST_MINUTES)
    priority = forms.ChoiceField(
        label=_("Urgency"), choices=WaitingListEntry.Priority, widget=forms.RadioSelect, initial="routine"
    )
    practitioners: Any = forms.ModelMultipleChoiceField(
        Practitioner.objects.filter(is_active=True),
        label=_("Physiotherapists"),
        required=False,
        show_hidden_initial=True,  # the history of an entry does not hold them
        widget=forms.CheckboxSelectMultiple,
        help_text=_("None chosen: anyone will do."),
    )
    weekdays = forms.TypedMultipleChoiceField(
        label=_("Weekdays"),
        choices=[(number, WEEKDAYS_ABBR[number - 1]) for number in range(1, 7)],
        coerce=int,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("None chosen: any day."),
    )
    not_before = forms.TimeField(label=_("Not before"), required=False, widget=ClockInput)
    not_after = forms.TimeField(label=_("Done by"), required=False, widget=ClockInput)
    earliest = forms.DateField(label=_("From"), widget=DayInput)
    latest = forms.DateField(
        label=_("At the latest on"), required=False, widget=DayInput, help_text=_("After this day the patient is late.")
    )
    note = forms.CharField(
        label=_("Note for the desk"),
        required=False,
        max_length=200,
        help_text=_("In the words of the patient, without anything medical."),
    )


class MomentForm(forms.Form):
    """The moment of a gap that somebody takes."""

    start = forms.DateTimeField()
    idempotency_key = forms.CharField(required=False, max_length=80)


def as_it_is(entry: Any) -> dict[str, Any]:
    """Return an entry, or a row of its history (which has no practitioners), as the first values of its form."""
    values: dict[str, Any] = {name: getattr(entry, name) for name in EntryForm.base_fields if name != "practitioners"}
    if isinstance(entry, WaitingListEntry):
        values["practitioners"] = [each.pk for each in entry.practitioners.all()]
    return values


def usual(asked: AskedForm, today: datetime.date) -> dict[str, Any]:
    """Return what a new entry starts from: what was looked for in vain, else an ordinary session."""
    asked.is_valid()
    given = asked.cleaned_data
    kind = given.get("type") or Appointment.Type.SESSION
    return {
        "type": kind,
        "minutes": given.get("minutes") or usual_minutes(kind),
        "practitioners": [given["practitioner"]] if given.get("practitioner") else [],
        "earliest": today,
        "priority": WaitingListEntry.Priority.ROUTINE,
    }
