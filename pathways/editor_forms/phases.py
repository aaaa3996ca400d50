"""Forms for a phase: its words and weeks, what the patient should hear, its exercises."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from pathways.editor_forms.rows import SourceForm
from pathways.editor_forms.texts import TWO_LINES


class PhaseForm(SourceForm):
    """The words of a phase, its weeks per course, and what may be loaded; the source is that of the load."""

    title = forms.CharField(label=_("Name"), max_length=120)
    goal = forms.CharField(label=_("Goal"), max_length=200)
    texts = forms.CharField(
        label=_("What may be loaded"),
        max_length=3000,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text=_("One sentence a line; patient and therapist read the same."),
    )

    def __init__(self, *args: Any, courses: Sequence[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.courses = courses
        for key, _label in courses:
            self.fields[f"low_{key}"] = forms.IntegerField(label=_("from (weeks)"), min_value=0, max_value=104)
            self.fields[f"high_{key}"] = forms.IntegerField(label=_("to (weeks)"), min_value=0, max_value=104)

    @property
    def week_rows(self) -> list[tuple[str, Any, Any]]:
        """Each course with its two boxes."""
        return [(label, self[f"low_{key}"], self[f"high_{key}"]) for key, label in self.courses]

    def clean_texts(self) -> list[str]:
        """Give the sentences, one a line."""
        return [line.strip() for line in self.cleaned_data["texts"].splitlines() if line.strip()]

    def clean(self) -> dict[str, Any]:
        """The fewest weeks come before the most; gather them per course."""
        values = super().clean()
        weeks = {}
        for key, _label in self.courses:
            low, high = values.get(f"low_{key}"), values.get(f"high_{key}")
            if low is not None and high is not None and low > high:
                self.add_error(f"high_{key}", _("The most weeks are fewer than the fewest."))
            weeks[key] = (low, high)
        return {**values, "weeks": weeks}


class LessonForm(SourceForm):
    """One thing that the patient should have been told in this phase."""

    key = forms.CharField(required=False, widget=forms.HiddenInput)
    text = forms.CharField(label=_("Explanation"), max_length=400, widget=forms.Textarea(attrs=TWO_LINES))


class ExerciseForm(SourceForm):
    """One exercise of a phase with its dosage."""

    exercise = forms.ChoiceField(label=_("Exercise"), choices=())
    sets = forms.CharField(label=_("Dosage"), max_length=60, help_text=_("For example 3 x 12."))
    per_week = forms.CharField(label=_("Times a week"), max_length=20)
    progression = forms.CharField(label=_("Progression"), required=False, max_length=200)
    optional = forms.BooleanField(label=_("The patient may skip it"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["exercise"].choices = self.catalogue.exercise_choices  # type: ignore[attr-defined]
