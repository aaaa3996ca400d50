"""The rooms of the practice and the week of a physiotherapist, as forms."""

from collections.abc import Iterator
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.exceptions import InvalidInput
from scheduling.forms import ClockInput, DayInput
from scheduling.models import Room, WorkingHours
from scheduling.weekly_hours import Stretch, Week

_AT_LEAST = 2  # stretches of a day that the form has room for: morning and afternoon


class RoomForm(forms.Form):
    """A room: its name as the team calls it, and what one does there."""

    name = forms.CharField(
        label=gettext_lazy("Name"), max_length=60, widget=forms.TextInput(attrs={"autocomplete": "off"})
    )
    kind = forms.ChoiceField(
        label=gettext_lazy("Kind"),
        choices=Room.Kind,
        initial=Room.Kind.TREATMENT.value,
        help_text=gettext_lazy("A gait analysis is only planned in a room with a treadmill."),
    )


class ChangeRoomForm(RoomForm):
    """A room that is there, with what the page showed of it."""

    seen_name = forms.CharField(required=False, max_length=60, strip=False, widget=forms.HiddenInput)
    seen_kind = forms.CharField(required=False, max_length=12, widget=forms.HiddenInput)

    def values(self) -> dict[str, Any]:
        """Return what goes to `change_room`."""
        given = self.cleaned_data
        return {"name": given["name"], "kind": given["kind"], "seen": (given["seen_name"], given["seen_kind"])}


def as_room(room: Room) -> dict[str, str]:
    """Return a room as the first values of its form."""
    return {"name": room.name, "kind": room.kind, "seen_name": room.name, "seen_kind": room.kind}


class HoursForm(forms.Form):
    """A week: two or more stretches a day, empty for a day off; from which day on; and for whom else."""

    seen = forms.CharField(required=False, max_length=16, widget=forms.HiddenInput)
    since = forms.DateField(label=gettext_lazy("From this day on"), widget=DayInput())
    everybody = forms.BooleanField(required=False)

    def __init__(self, *args: Any, week: Week, others: int, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._numbers = range(1, max([_AT_LEAST, *map(len, week.values())]) + 1)
        self.fields["everybody"].label = _("The same for everybody who has no hours yet (%(count)d)") % {
            "count": others
        }
        if not others:
            del self.fields["everybody"]
        for weekday in WorkingHours.Weekday:
            for number in self._numbers:
                stretch = dict(enumerate(week.get(weekday, ()), 1)).get(number, ("", ""))
                self._add_stretch(weekday, number, stretch)

    def _add_stretch(self, weekday: WorkingHours.Weekday, number: int, stretch: tuple[Any, Any]) -> None:
        words = {"day": weekday.label, "number": number}
        labels = (_("%(day)s, stretch %(number)d: from"), _("%(day)s, stretch %(number)d: until"))
        for name, label, value in zip(("from", "until"), labels, stretch, strict=True):
            self.fields[f"{name}_{weekday.value}_{number}"] = forms.TimeField(
                label=label % words, required=False, initial=value, widget=ClockInput()
            )

    def days(self) -> Iterator[tuple[str, list[tuple[Any, Any]]]]:
        """Each weekday by name, with the pairs of boxes of its stretches."""
        for weekday in WorkingHours.Weekday:
            names = [f"{weekday.value}_{number}" for number in self._numbers]
            yield str(weekday.label), [(self[f"from_{name}"], self[f"until_{name}"]) for name in names]

    def clean(self) -> dict[str, Any]:
        """Refuse half a stretch."""
        given: dict[str, Any] = super().clean() or {}
        for weekday in WorkingHours.Weekday:
            for number in self._numbers:
                name = f"{weekday.value}_{number}"
                start, end = given.get(f"from_{name}"), given.get(f"until_{name}")
                if (start is None) != (end is None) and not {f"from_{name}", f"until_{name}"} & set(self.errors):
                    self.add_error(f"until_{name}", _("Give both times, or neither."))
        return given

    def stretches(self) -> dict[int, list[Stretch]]:
        """Return the week that was typed, without the boxes that were left empty."""
        found: dict[int, list[Stretch]] = {}
        for weekday in WorkingHours.Weekday:
            own = [(self._typed("from", weekday, n), self._typed("until", weekday, n)) for n in self._filled(weekday)]
            if own:
                found[weekday.value] = own
        return found

    def take_refusal(self, refused: InvalidInput) -> None:
        """Put what was refused of a stretch beside its box; `check_week` counts only the stretches that were typed."""
        for name, sentences in refused.errors.items():
            word, _between, rest = name.partition("_")
            box = name
            if word == "until":
                weekday, number = map(int, rest.split("_"))
                box = f"until_{weekday}_{self._filled(WorkingHours.Weekday(weekday))[number - 1]}"
            self.add_error(box if box in self.fields else None, sentences)

    def _filled(self, weekday: WorkingHours.Weekday) -> list[int]:
        return [number for number in self._numbers if self._typed("from", weekday, number) is not None]

    def _typed(self, word: str, weekday: WorkingHours.Weekday, number: int) -> Any:
        return self.cleaned_data.get(f"{word}_{weekday.value}_{number}")
