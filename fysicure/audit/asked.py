"""What the owner asks of the audit: a person, a patient, a period, a part or a kind; and where a page begins."""

import datetime
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import Role, SecurityEvent, User
from accounts.record_parts import PARTS
from scheduling.free_time import BRUSSELS

# How many days lie before the last one when no first one is asked for, and how many at most.
USUAL = datetime.timedelta(days=30)
LONGEST = datetime.timedelta(days=366)
# What a calendar can hold with a day to spare on either side.
_DAYS = [MinValueValidator(datetime.date(1970, 1, 1)), MaxValueValidator(datetime.date(9990, 12, 31))]
SHOWN = 50


@dataclass(frozen=True, slots=True)
class Asked:
    """A question to the audit. `end` is the midnight after the last day; `before` where an earlier page stopped."""

    start: datetime.datetime
    end: datetime.datetime
    patient: UUID | None = None
    user: UUID | None = None
    part: str = ""
    kind: str = ""
    before: tuple[datetime.datetime, int] | None = None

    @property
    def noted(self) -> dict[str, Any]:
        """What the log keeps of the question: ids, codes and days."""
        names = {"user": self.user, "part": self.part, "event": self.kind, "from": self.start.date()}
        return {name: str(value) for name, value in names.items() if value}


class AskForm(forms.Form):
    """The filters of a page, as they stand in its address: no name of a patient among them."""

    first = forms.DateField(
        label=gettext_lazy("From"),
        required=False,
        widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d"),
        validators=_DAYS,
    )
    last = forms.DateField(
        label=gettext_lazy("Up to and including"),
        required=False,
        widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d"),
        validators=_DAYS,
    )
    user = forms.ChoiceField(label=gettext_lazy("Who"), required=False)
    part = forms.ChoiceField(label=gettext_lazy("Part of the record"), required=False)
    kind = forms.ChoiceField(label=gettext_lazy("Event"), required=False)
    patient = forms.UUIDField(required=False, widget=forms.HiddenInput)
    before = forms.RegexField(r"^\d{1,19}-\d{1,19}$", required=False, widget=forms.HiddenInput)

    def __init__(self, data: Any, *, fields: tuple[str, ...], today: datetime.date) -> None:
        super().__init__(data)
        self.today = today
        choices: dict[str, Any] = self.fields
        staff = User.objects.exclude(role=Role.PATIENT).order_by("name", "id").values_list("pk", "name")
        choices["user"].choices = [("", _("Everyone")), *((str(pk), name) for pk, name in staff)]
        labels = sorted(((key, str(label)) for key, label in PARTS.items()), key=lambda row: row[1].casefold())
        choices["part"].choices = [
            ("", _("Every part")),
            *((key, label[:1].upper() + label[1:]) for key, label in labels),
        ]
        kinds = [(key, str(label)) for key, label in SecurityEvent.Kind.choices]
        choices["kind"].choices = [
            ("", _("Every kind")),
            *((key, label[:1].upper() + label[1:]) for key, label in kinds),
        ]
        for name in {"user", "part", "kind"} - set(fields):
            del choices[name]

    def clean(self) -> dict[str, Any]:
        """Refuse days in the wrong order, and more than a year; the last day is today when none was given."""
        given: dict[str, Any] = super().clean() or {}
        first, last = self._days(given)
        if last < first:
            self.add_error("last", _("The last day lies before the first."))
        elif last - first > LONGEST:
            self.add_error("last", _("Ask for a year at most."))
        return given

    def _days(self, given: Mapping[str, Any]) -> tuple[datetime.date, datetime.date]:
        """The first and the last day that were asked for, or the usual ones in the place of what was left open."""
        last = given.get("last") or max(self.today, given.get("first") or self.today)
        return given.get("first") or last - USUAL, last

    def asked(self) -> Asked:
        """Return the question of a valid form; the days that it chose itself then stand in the form."""
        given = self.cleaned_data
        first, last = self._days(given)
        if self.is_valid():
            typed = {name: self.data.get(name, "") for name in self.fields}
            self.data = {**typed, "first": f"{first}", "last": f"{last}"}
        return Asked(
            start=_midnight(first),
            end=_midnight(last + datetime.timedelta(days=1)),
            patient=given.get("patient"),
            user=UUID(given["user"]) if given.get("user") else None,
            part=given.get("part", ""),
            kind=given.get("kind", ""),
            before=_place(given.get("before", "")),
        )


def _midnight(day: datetime.date) -> datetime.datetime:
    return timezone.make_aware(datetime.datetime.combine(day, datetime.time()), BRUSSELS)


def _place(text: str) -> tuple[datetime.datetime, int] | None:
    """Read where an earlier page stopped; what is no place counts as none."""
    if not text:
        return None
    micros, key = text.split("-")
    try:
        return datetime.datetime.fromtimestamp(0, datetime.UTC) + datetime.timedelta(microseconds=int(micros)), int(key)
    except OverflowError:
        return None


def place_text(at: datetime.datetime, key: int) -> str:
    """Write where a page stops: microseconds since 1970 and the row's key."""
    since = at - datetime.datetime.fromtimestamp(0, datetime.UTC)
    return f"{since // datetime.timedelta(microseconds=1)}-{key}"
