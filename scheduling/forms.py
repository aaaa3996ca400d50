"""What the desk fills in to find a moment, and to book, move or cancel a visit."""

import datetime
from collections.abc import Callable, Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.edit_forms import EditForm
from accounts.models import Practitioner
from accounts.versions import EditConflict
from scheduling.agenda_asked import ROOMS, VIEWS, Asked
from scheduling.free_time import BRUSSELS
from scheduling.models import Appointment, Room
from scheduling.models.appointment import LONGEST_MINUTES
from scheduling.visit_needs import needs_of

TYPES = [choice for choice in Appointment.Type.choices if choice[0] != Appointment.Type.SELF_REPORT]


def usual_minutes(type: str) -> int:
    """Return how long a kind of visit usually takes, in minutes. One query."""
    return needs_of(type).minutes


class DayInput(forms.DateInput):
    """The device's own calendar."""

    input_type = "date"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%d")


class ClockInput(forms.TimeInput):
    """The device's own clock."""

    input_type = "time"

    def __init__(self) -> None:
        super().__init__(format="%H:%M")


class DayForm(forms.Form):
    """Which day to look at."""

    day = forms.DateField(required=False)


class AgendaForm(DayForm):
    """The filters of the agenda. What cannot be read is as if it was not asked."""

    view = forms.ChoiceField(choices=[(view, view) for view in VIEWS], required=False)
    by = forms.ChoiceField(choices=[(ROOMS, ROOMS)], required=False)
    practitioner = forms.UUIDField(required=False)
    room = forms.IntegerField(required=False, min_value=1)

    def asked(self, today: datetime.date) -> Asked:
        """Return what is asked for; today when no day is."""
        self.is_valid()
        said = {name: value for name, value in self.cleaned_data.items() if value}
        by = said.get("by", "therapist")
        whose = "room" if by == ROOMS else "practitioner"
        return Asked(said.get("day", today), said.get("view", "day"), by, **{whose: str(said.get(whose, ""))})


class DropForm(forms.Form):
    """Where a visit was put down on the agenda: what is not given stays as it was.

    `was` is when it began on the screen ("2026-11-24T10:00"), to see that a colleague did not move it meanwhile.
    """

    was = forms.CharField(required=False, max_length=20)
    day = forms.DateField()
    time = forms.TimeField()
    minutes = forms.IntegerField(min_value=5, max_value=LONGEST_MINUTES, required=False)
    practitioner: Any = forms.ModelChoiceField(Practitioner.objects.filter(is_active=True), required=False)
    room: Any = forms.ModelChoiceField(Room.objects.filter(is_active=True), required=False)
    override_reason = forms.CharField(
        label=_("Why all the same?"), required=False, max_length=200, widget=forms.TextInput(attrs={"required": True})
    )

    def clean_was(self) -> datetime.datetime | None:
        text = self.cleaned_data["was"]
        try:
            return datetime.datetime.fromisoformat(text).replace(tzinfo=BRUSSELS) if text else None
        except ValueError as error:
            raise forms.ValidationError(gettext("This is needed.")) from error

    def target(self) -> dict[str, Any]:
        """Return the moment and the place in the words of `scheduling.booking.move`."""
        values = dict(self.cleaned_data)
        values["start"] = datetime.datetime.combine(values.pop("day"), values.pop("time"), BRUSSELS)
        return values


class SearchForm(forms.Form):
    """What kind of visit to find a moment for. Shown as a form that is sent by GET."""

    type = forms.ChoiceField(label=_("Kind"), choices=TYPES, required=False)
    minutes = forms.IntegerField(label=_("Minutes"), min_value=5, max_value=LONGEST_MINUTES, required=False)
    practitioner: Any = forms.ModelChoiceField(
        Practitioner.objects.filter(is_active=True), label=_("Physiotherapist"), required=False, empty_label=_("All")
    )
    day = forms.DateField(label=_("From"), required=False, widget=DayInput)


class WhenForm(forms.Form):
    """A moment with a therapist: one of those offered (`moment`), or a day and a time that the desk types."""

    moment = forms.CharField(required=False, max_length=80)
    practitioner: Any = forms.ModelChoiceField(
        Practitioner.objects.filter(is_active=True), label=_("Physiotherapist"), required=False, empty_label="–"
    )
    day = forms.DateField(label=_("Day"), required=False, widget=DayInput)
    time = forms.TimeField(label=_("Time"), required=False, widget=ClockInput)
    minutes = forms.IntegerField(label=_("Minutes"), min_value=5, max_value=LONGEST_MINUTES)
    override_reason = forms.CharField(
        label=_("Why all the same?"),
        required=False,
        max_length=200,
        help_text=_("Only needed outside working hours, close to another visit, or for a longer visit than usual."),
    )

    def clean(self) -> dict[str, Any]:
        """Give `start` (aware) and `practitioner`, whichever way they were chosen."""
        values: dict[str, Any] = super().clean() or {}
        if values.get("moment"):
            self._read_moment(values)
            return values
        for name in ("practitioner", "day", "time"):
            if not values.get(name) and name not in self.errors:
                self.add_error(name, gettext("This is needed."))
        if values.get("day") and values.get("time"):
            values["start"] = datetime.datetime.combine(values["day"], values["time"], BRUSSELS)
        return values

    def _read_moment(self, values: dict[str, Any]) -> None:
        person, _bar, text = values["moment"].partition("|")
        try:
            therapist = self.fields["practitioner"].clean(person)
            start = datetime.datetime.fromisoformat(text)
        except (forms.ValidationError, ValueError):
            therapist = None
        if therapist is None or start.tzinfo is None:
            self.add_error(None, gettext("Choose one of the moments."))
            return
        values |= {"practitioner": therapist, "start": start}


class MoveForm(WhenForm, EditForm):
    """Where a visit goes, seen where it was."""

    def take_over(self, conflict: EditConflict, as_typed: Callable[[Any], Mapping[str, Any]]) -> None:
        """Spell out a moment that was clicked first, so that it stands in the form as what was typed."""
        values = self.cleaned_data
        if values.get("moment"):
            start = values["start"].astimezone(BRUSSELS)
            typed = {"day": f"{start:%Y-%m-%d}", "time": f"{start:%H:%M}", "practitioner": values["practitioner"].pk}
            data: Any = self.data.copy()  # type: ignore[attr-defined]
            for name, value in {**typed, "moment": ""}.items():
                data[name] = str(value)
            self.data = data
        super().take_over(conflict, as_typed)


class BookForm(WhenForm):
    """A visit to book."""

    type = forms.ChoiceField(label=_("Kind"), choices=TYPES)
    note = forms.CharField(label=_("Note for the desk"), required=False, max_length=200)
    idempotency_key = forms.CharField(required=False, max_length=80)


class FollowUpForm(WhenForm):
    """A visit that a plan calls for: its length and kind are the plan's."""

    idempotency_key = forms.CharField(required=False, max_length=80)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        del self.fields["minutes"]


class CancelForm(EditForm):
    """Why a visit is called off: a kind, and words when they help."""

    code = forms.ChoiceField(label=_("Why?"), choices=Appointment.CancellationReason.choices, widget=forms.RadioSelect)
    reason = forms.CharField(
        label=_("In words"), required=False, max_length=200, help_text=_("Without anything medical.")
    )
