"""What a patient types in the portal, cleaned to what the domain functions take."""

import datetime
import uuid
from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.edit_forms import EditForm

SCORES = [(value, str(value)) for value in range(11)]
SIDES = [("L", _("Left")), ("R", _("Right"))]
# A refusal of the domain names its own fields; beside which field of the form it is shown.
SHOWN_AT = {"started_at": "time", "ended_at": "minutes", "exercises_done": "exercises"}


def _score(label: Any, *, required: bool = False, help_text: Any = "") -> forms.TypedChoiceField:
    return forms.TypedChoiceField(
        label=label,
        help_text=help_text,
        choices=SCORES,
        coerce=int,
        empty_value=None,
        required=required,
        widget=forms.RadioSelect,
        error_messages={
            "required": _("Give your pain from 0 to 10."),
            "invalid_choice": _("Pain is a whole number from 0 to 10."),
        },
    )


class DiaryForm(EditForm):
    """A form that shows a refusal of the domain beside the field that it names."""

    def take_errors(self, errors: Mapping[str, Any]) -> None:
        """Put each sentence at its field, or above the form when it has none."""
        for name, sentence in errors.items():
            shown = SHOWN_AT.get(name, name)
            self.add_error(shown if shown in self.fields else None, sentence)


class SessionForm(DiaryForm):
    """What every session asks: when, how the pain was, anything alarming. `client_key` makes a double tap harmless."""

    client_key = forms.CharField(max_length=80, widget=forms.HiddenInput)
    day = forms.DateField(label=_("Day"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))
    time = forms.TimeField(label=_("Begun at"), widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"))
    minutes = forms.IntegerField(label=_("Minutes"), min_value=0, max_value=1440)
    side = forms.ChoiceField(label=_("Which side?"), choices=SIDES, required=False, widget=forms.RadioSelect)
    pre = _score(_("Pain before you began"))
    during = _score(_("Worst pain during"))
    after = _score(
        _("Worst pain in the first hour after"), help_text=_("No hour ago yet? Leave it open: we ask tomorrow.")
    )
    rf_any = forms.BooleanField(label=_("I have a new alarming sign"), required=False)
    note = forms.CharField(
        label=_("Note for your physiotherapist"),
        max_length=500,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
    )

    def clean(self) -> dict[str, Any]:
        """A session has a pain before and a worst pain, unless it only tells of an alarming sign."""
        data = super().clean() or {}
        for name in ("pre", "during"):
            if data.get(name) is None and name not in self.errors and not self._may_skip(name, data):
                self.add_error(name, _("Give your pain from 0 to 10."))
        return data

    def _may_skip(self, name: str, data: Mapping[str, Any]) -> bool:
        return bool(data.get("rf_any"))

    def report(self) -> dict[str, Any]:
        """The keywords for `log_entry` and `edit_entry`."""
        data = self.given()
        start = timezone.make_aware(datetime.datetime.combine(data.pop("day"), data.pop("time")))
        end = start + datetime.timedelta(minutes=data.pop("minutes"))
        data.pop("client_key")
        return {**data, "started_at": start, "ended_at": end, "side": data.get("side") or None}


class RunForm(SessionForm):
    """A run. Too much pain before it and nothing after: the run was rightly left out ("not today")."""

    distance_km = forms.DecimalField(
        label=_("Distance"), min_value=0, max_value=300, decimal_places=2, required=False, localize=True
    )
    onset_km = forms.DecimalField(
        label=_("Pain felt after"), min_value=0, max_value=300, decimal_places=2, required=False, localize=True
    )
    limp = forms.BooleanField(label=_("I limped"), required=False)
    painkiller_24h = forms.BooleanField(label=_("I took a painkiller in the 24 hours before"), required=False)
    aborted = forms.BooleanField(label=_("I stopped because of pain"), required=False)
    step = forms.CharField(max_length=6, required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, too_sore_from: int, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.too_sore_from = too_sore_from

    def _may_skip(self, name: str, data: Mapping[str, Any]) -> bool:
        return super()._may_skip(name, data) or (name == "during" and self.is_not_today(data))

    def is_not_today(self, data: Mapping[str, Any]) -> bool:
        """Whether only a pain before the run was given that says "not today"."""
        pre = data.get("pre")
        too_sore = pre is not None and pre >= self.too_sore_from
        return too_sore and data.get("during") is None and data.get("after") is None and not data.get("rf_any")


class ExerciseForm(SessionForm):
    """An exercise session: which exercises were done, and how the pain was."""

    limp = forms.BooleanField(label=_("I limped"), required=False)
    painkiller_24h = forms.BooleanField(label=_("I took a painkiller in the 24 hours before"), required=False)
    aborted = forms.BooleanField(label=_("I stopped because of pain"), required=False)

    def __init__(self, *args: Any, exercises: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["exercises"] = forms.MultipleChoiceField(
            label=_("What did you do?"), choices=exercises, required=False, widget=forms.CheckboxSelectMultiple
        )

    def report(self) -> dict[str, Any]:
        report = super().report()
        report["exercises_done"] = tuple(report.pop("exercises"))
        return report


class RestForm(DiaryForm):
    """A day without a session: how was the pain?"""

    client_key = forms.CharField(max_length=80, widget=forms.HiddenInput)
    day = forms.DateField(label=_("Day"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))
    side = forms.ChoiceField(label=_("Which side?"), choices=SIDES, required=False, widget=forms.RadioSelect)
    pre = _score(_("Worst pain that day"), required=True)
    rf_any = forms.BooleanField(label=_("I have a new alarming sign"), required=False)
    note = SessionForm.base_fields["note"]

    def report(self, now: datetime.datetime) -> dict[str, Any]:
        """The keywords for `log_entry`: the moment is now, or noon of an earlier day."""
        data = self.given()
        data.pop("client_key")
        day = data.pop("day")
        noon = timezone.make_aware(datetime.datetime.combine(day, datetime.time(12)))
        moment = now if day == timezone.localtime(now).date() else noon
        return {**data, "started_at": moment, "ended_at": moment, "side": data.get("side") or None}


class MorningForm(forms.Form):
    """The morning after: the pain now, and the first hour after the session where that was left open."""

    next = _score(_("How is the pain now?"), required=True)
    after = _score(_("Worst pain in the first hour after"))


def fresh_key() -> str:
    """A key for a form that is opened now."""
    return uuid.uuid4().hex


def values_of(entry: Any) -> dict[str, Any]:
    """The values with which the form of an existing entry, or of a row of its history, opens."""
    start = timezone.localtime(entry.started_at)
    names = ("side", "pre", "during", "after", "rf_any", "note", "limp", "painkiller_24h", "aborted", "step")
    return {
        **{name: getattr(entry, name) for name in (*names, "distance_km", "onset_km")},
        "client_key": entry.client_key,
        "day": start.date(),
        "time": start.time(),
        "minutes": round((entry.ended_at - entry.started_at).total_seconds() / 60),
        "exercises": entry.exercises_done,
        "version": entry.version,
    }


class CheckInForm(DiaryForm):
    """How it goes after the end of a plan."""

    is_back = forms.ChoiceField(
        label=_("Is the complaint back?"),
        choices=[("no", _("No, it goes well")), ("yes", _("Yes, it is back"))],
        widget=forms.RadioSelect,
    )
    nprs_worst = _score(_("Worst pain in the last 7 days"))
    load_jumped = forms.ChoiceField(
        label=_("Did you do much more than usual in the last weeks?"),
        choices=[("no", _("No")), ("yes", _("Yes"))],
        required=False,
        widget=forms.RadioSelect,
    )
    note = forms.CharField(
        label=_("Anything else?"), max_length=500, required=False, widget=forms.Textarea(attrs={"rows": 2})
    )

    def answer(self) -> dict[str, Any]:
        """The answers as the domain takes them; what was left open stays unknown."""
        given = self.cleaned_data
        jumped = {"yes": True, "no": False}.get(given["load_jumped"])
        return {
            "is_back": given["is_back"] == "yes",
            "nprs_worst": given["nprs_worst"],
            "load_jumped": jumped,
            "note": given["note"],
        }
