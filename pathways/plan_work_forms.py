"""The forms of the rarer acts on a plan: exercises, a pause, the end, and beginning again."""

import datetime
from collections.abc import Iterable, Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from pathways.models import PlanPause


def _day(label: Any, **more: Any) -> forms.DateField:
    return forms.DateField(label=label, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"), **more)


class ExerciseForm(forms.Form):
    """A change of one exercise of one patient: another dosage, another exercise in its place, or stop."""

    DOSAGE, SWAP, STOP = "dosage", "swap", "stop"
    change = forms.ChoiceField(
        label=_("What changes"),
        choices=[(DOSAGE, _("another dosage")), (SWAP, _("another exercise")), (STOP, _("stop this exercise"))],
        widget=forms.RadioSelect,
        initial=DOSAGE,
    )
    exercise = forms.ChoiceField(
        label=_("Exercise in its place"), required=False, help_text=_("Only when another exercise comes in its place.")
    )
    dosage = forms.CharField(label=_("Dosage"), max_length=120, required=False)
    per_week = forms.CharField(label=_("Times a week"), max_length=20, required=False)
    progression = forms.CharField(label=_("Progression"), max_length=200, required=False)
    also_later = forms.BooleanField(label=_("Also in the next phases"), required=False)
    reason = forms.CharField(
        label=_("Reason"),
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("It stays in the record, with what was prescribed before."),
    )

    def __init__(self, *args: Any, exercises: Iterable[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["exercise"].choices = [("", "–"), *exercises]  # type: ignore[attr-defined]


class AddExerciseForm(ExerciseForm):
    """An exercise that comes with the others."""

    change = None  # type: ignore[assignment]
    field_order = ["exercise", "dosage", "per_week", "progression", "also_later", "reason"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["exercise"].label = _("Exercise")
        self.fields["exercise"].help_text = ""
        self.fields["exercise"].required = self.fields["dosage"].required = True


class PauseForm(forms.Form):
    """A plan that will stand still."""

    reason_code = forms.ChoiceField(label=_("Reason"), choices=PlanPause.Reason.choices, widget=forms.RadioSelect)
    reason = forms.CharField(label=_("Explanation"), max_length=300, required=False)
    started_on = _day(_("Stands still from"), help_text=_("Today, or the day on which it began."))


class ResumeForm(forms.Form):
    """A plan that is taken up again."""

    on = _day(_("Taken up again on"), help_text=_("Visits to book come later by the days that the plan stood still."))


class DischargeForm(forms.Form):
    """The end of a plan."""

    END, STOP = "completed", "stopped"
    end = forms.ChoiceField(
        label=_("How it ends"),
        choices=[(END, _("the treatment is completed")), (STOP, _("the treatment stops before its end"))],
        widget=forms.RadioSelect,
        initial=END,
    )
    outcome_note = forms.CharField(
        label=_("How the patient leaves"), max_length=2000, widget=forms.Textarea(attrs={"rows": 4})
    )

    def __init__(self, *args: Any, goals: Iterable[Mapping[str, Any]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        answers = [("yes", _("reached")), ("no", _("not reached"))]
        for goal in goals:
            known = {True: "yes", False: "no", None: ""}[goal["reached"]]
            self.fields[f"goal_{goal['id']}"] = forms.ChoiceField(
                label=goal["text"], choices=answers, widget=forms.RadioSelect, initial=known
            )

    @property
    def goal_fields(self) -> list[Any]:
        """The questions about the goals, to be drawn together."""
        return [self[name] for name in self.fields if name.startswith("goal_")]

    def goals(self) -> dict[int, bool]:
        """Return what was said of each goal, by its id."""
        given = {name: value for name, value in self.cleaned_data.items() if name.startswith("goal_")}
        return {int(name.removeprefix("goal_")): value == "yes" for name, value in given.items()}


class RestartForm(forms.Form):
    """A new plan after an ended one."""

    phase = forms.ChoiceField(label=_("Begin in"), widget=forms.RadioSelect)
    reason = forms.CharField(
        label=_("Reason"),
        max_length=2000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Needed when you begin in another phase than proposed."),
    )
    no_red_flags = forms.BooleanField(
        label=_("I asked the red flags again today and there are none"),
        error_messages={"required": _("Ask the red flags again first.")},
    )
    consent = forms.BooleanField(label=_("The patient agrees with this plan"))

    def __init__(self, *args: Any, phases: Iterable[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["phase"].choices = list(phases)  # type: ignore[attr-defined]


def started_today(today: datetime.date) -> dict[str, datetime.date]:
    """The day that a form of today begins with."""
    return {"started_on": today, "on": today}
