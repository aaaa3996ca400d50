"""What the desk fills in to plan a series, and the rows of its preview."""

import datetime
from collections.abc import Iterable, Mapping, Sequence
from typing import Any
from uuid import UUID

from django import forms
from django.http import QueryDict
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.models import Practitioner
from accounts.whole_numbers import whole_number
from patients.models import EpisodeOfCare
from scheduling.forms import TYPES, ClockInput, DayInput
from scheduling.models import Appointment
from scheduling.models.appointment import LONGEST_MINUTES
from scheduling.series import MOST_VISITS
from scheduling.series_preview import Draft
from scheduling.series_wish import Hours, Slot, Wish

FURTHEST = datetime.timedelta(days=500)
_SHORT = {1: _("Mon"), 2: _("Tue"), 3: _("Wed"), 4: _("Thu"), 5: _("Fri"), 6: _("Sat")}


class SeriesForm(forms.Form):
    """How many visits, how often, on which days and hours, and with whom. Sent by GET: nothing is written."""

    count = forms.IntegerField(label=_("Number of visits"), min_value=1, max_value=MOST_VISITS)
    per_week = forms.IntegerField(label=_("Times a week"), min_value=1, max_value=6, required=False)
    weekdays = forms.TypedMultipleChoiceField(
        label=_("On which days"),
        choices=list(_SHORT.items()),
        coerce=int,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    not_before = forms.TimeField(label=_("Not before"), required=False, widget=ClockInput)
    not_after = forms.TimeField(label=_("Over by"), required=False, widget=ClockInput)
    day = forms.DateField(label=_("From"), widget=DayInput)
    who = forms.ChoiceField(label=_("Physiotherapist"))
    type = forms.ChoiceField(label=_("Kind"), choices=TYPES)
    minutes = forms.IntegerField(label=_("Minutes"), min_value=5, max_value=LONGEST_MINUTES)
    episode = forms.ChoiceField(label=_("Episode of care"), required=False)

    def __init__(
        self, *args: Any, people: Sequence[Practitioner], episodes: Sequence[EpisodeOfCare] = (), **kwargs: Any
    ) -> None:
        """`people` are the therapists to choose from, `episodes` the running ones, named without what is the matter."""
        super().__init__(*args, **kwargs)
        episode: Any = self.fields["episode"]
        episode.choices = [("", "–"), *((str(row.pk), _episode_words(row)) for row in episodes)]
        if len(episodes) < 2:
            del self.fields["episode"]
        who: Any = self.fields["who"]
        who.choices = [
            ("any", gettext("Anyone who is free")),
            ("same", gettext("One and the same, whoever is free most")),
            *((str(person.pk), person.name) for person in people),
        ]

    def clean_day(self) -> datetime.date:
        """A series begins today at the earliest."""
        day: datetime.date = self.cleaned_data["day"]
        if day < timezone.localdate():
            raise forms.ValidationError(gettext("This day is already over."))
        if day > timezone.localdate() + FURTHEST:
            raise forms.ValidationError(gettext("This is more than a year away."))
        return day

    def clean(self) -> dict[str, Any]:
        """The hours leave room for a visit, and the days are as many as the visits of a week."""
        values: dict[str, Any] = super().clean() or {}
        hours = Hours(values.get("not_before"), values.get("not_after"))
        minutes = values.get("minutes")
        if minutes and hours.not_after and not hours.allow(hours.not_before or datetime.time(), minutes):
            self.add_error("not_after", gettext("No visit of this length fits between these hours."))
        if values.get("weekdays") and (values.get("per_week") or 0) > len(values["weekdays"]):
            self.add_error("weekdays", gettext("Choose at least as many days as visits a week, or no days at all."))
        return values

    def wish(self) -> Wish:
        """Return what was asked; for a valid form."""
        values = self.cleaned_data
        who = values["who"]
        return Wish(
            type=values["type"],
            minutes=values["minutes"],
            count=values["count"],
            first=values["day"],
            per_week=values["per_week"] or 0,
            weekdays=tuple(sorted(values["weekdays"])),
            hours=Hours(values["not_before"], values["not_after"]),
            who=who if who in {"any", "same"} else UUID(who),
        )

    def in_words(self) -> str:
        """Return the wish as the desk says it, such as "12 × twice a week, Tue Thu, after 17:00"; for a valid form."""
        wish = self.wish()
        words = [f"{wish.count} × {dict(TYPES)[wish.type]} {wish.minutes} min"]
        words.append(gettext("%(times)s a week") % {"times": f"{wish.times_a_week}×"})
        if wish.weekdays:
            words.append(" ".join(str(_SHORT[day]) for day in wish.weekdays))
        if wish.hours.not_before:
            words.append(gettext("after %(time)s") % {"time": f"{wish.hours.not_before:%H:%M}"})
        if wish.hours.not_after:
            words.append(gettext("over by %(time)s") % {"time": f"{wish.hours.not_after:%H:%M}"})
        return ", ".join(words)


def _episode_words(row: EpisodeOfCare) -> str:
    words = gettext("Episode since %(day)s") % {"day": f"{row.started_on:%d/%m/%Y}"}
    return f"{words} · {row.practitioner}" if row.practitioner else words


class RowForm(forms.Form):
    """One visit of the preview: what stands there, whether proposed, chosen or typed."""

    day = forms.DateField(label=_("Day"), widget=DayInput, required=False)
    time = forms.TimeField(label=_("Time"), widget=ClockInput, required=False)
    person = forms.ChoiceField(label=_("Physiotherapist"), required=False)
    out = forms.BooleanField(required=False, widget=forms.HiddenInput)
    key = forms.CharField(required=False, max_length=36, widget=forms.HiddenInput)

    def __init__(self, *args: Any, people: Sequence[tuple[str, str]], **kwargs: Any) -> None:
        """`people` are the choices of therapists, read once for all rows."""
        super().__init__(*args, **kwargs)
        person: Any = self.fields["person"]
        person.choices = people

    def clean_day(self) -> datetime.date | None:
        """A day that the calendar can be read for."""
        day: datetime.date | None = self.cleaned_data["day"]
        if day and abs(day - timezone.localdate()) > FURTHEST:
            raise forms.ValidationError(gettext("This is more than a year away."))
        return day

    def slot(self) -> Slot | None:
        """Return the moment that stands there, or None when it cannot be read."""
        values = self.cleaned_data if self.is_valid() else {}
        if not (values.get("day") and values.get("time") and values.get("person")):
            return None
        return Slot(values["day"], values["time"], UUID(values["person"]))

    @property
    def is_out(self) -> bool:
        """Whether the visit is left out."""
        return self.is_valid() and bool(self.cleaned_data["out"])


class ReasonForm(forms.Form):
    """Why some visits may lie outside working hours, and the key that books once."""

    override_reason = forms.CharField(
        label=_("Why outside working hours?"),
        required=False,
        max_length=200,
        help_text=_("Only needed when the physiotherapist does not work then."),
    )
    idempotency_key = forms.CharField(required=False, max_length=80, widget=forms.HiddenInput)


class CancelledAtForm(forms.Form):
    """The moment at which visits were cancelled in one act: what the button under the message sends back."""

    at = forms.DateTimeField()


class CancelRemainingForm(forms.Form):
    """Why the visits that are still to come are called off."""

    code = forms.ChoiceField(label=_("Kind of cancellation"), choices=Appointment.CancellationReason.choices)
    reason = forms.CharField(
        label=_("Reason"), max_length=200, help_text=_("In the words of the patient, without anything medical.")
    )


def rows_data(drafts: Iterable[Draft], keys: Sequence[str] = ()) -> dict[str, str]:
    """Return what the rows of a preview would send: the proposal as if it had been typed."""
    data: dict[str, str] = {}
    for number, draft in enumerate(drafts):
        if draft.slot is not None:
            data |= _moment(number, draft.slot)
        if keys:
            data[f"row-{number}-key"] = keys[number]
        if draft.is_out:
            data[f"row-{number}-out"] = "on"
        data["rows"] = str(number + 1)
    return data


def _moment(number: int, slot: Slot) -> dict[str, str]:
    return {
        f"row-{number}-day": f"{slot.day}",
        f"row-{number}-time": f"{slot.time:%H:%M}",
        f"row-{number}-person": str(slot.person),
    }


def changed_data(posted: QueryDict) -> dict[str, str]:
    """Return what was sent, with the one change that the pressed button asks for: an alternative, out, or in again."""
    data = {name: str(posted[name]) for name in posted}
    number, *slot = data.get("take", "").split("|")
    if len(slot) == 3:
        names = (f"row-{number}-day", f"row-{number}-time", f"row-{number}-person")
        data |= dict(zip(names, slot, strict=True))
    act, _bar, number = data.get("act", "").partition("-")
    if act == "out":
        data[f"row-{number}-out"] = "on"
    elif act == "in":
        data.pop(f"row-{number}-out", None)
    return data


def row_forms(data: Mapping[str, str], people: Sequence[Practitioner]) -> list[RowForm]:
    """Return the rows that were sent, at most as many as a series holds."""
    choices = [(str(person.pk), person.name) for person in people]
    sent = str(data.get("rows", ""))
    count = min(whole_number(sent, 0), MOST_VISITS)
    return [RowForm(data, prefix=f"row-{number}", people=choices) for number in range(count)]
