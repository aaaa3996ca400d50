"""Forms for the rules around the phases: lights, when to look again, visits."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from pathways.editor.rules import LIGHTS
from pathways.editor_forms.rows import LibraryForm, SourceForm
from pathways.editor_forms.texts import named_measure, whole

# Label, unit and upper limit of each threshold of the traffic light.
PAIN, HOURS, DAYS, TIMES = _("of 10"), _("hours"), _("days"), _("times")
LIGHT_LABELS: dict[str, tuple[Any, Any, int]] = {
    "green_peak_max": (_("Green: worst pain at most"), PAIN, 10),
    "red_peak": (_("Red: worst pain from"), PAIN, 10),
    "amber_pre": (_("Amber: pain before the session from"), PAIN, 10),
    "red_rise": (_("Red: worse the next morning by"), PAIN, 10),
    "amber_rise": (_("Amber: worse the next morning by"), PAIN, 10),
    "next_from_hours": (_("The next morning counts from"), HOURS, 72),
    "next_until_hours": (_("The next morning counts until"), HOURS, 96),
    "together_hours": (_("Sessions count as one day within"), HOURS, 48),
    "rest_amber": (_("Rest day amber: pain from"), PAIN, 10),
    "rest_above_median": (_("Rest day amber: above the usual by"), PAIN, 10),
    "median_days": (_("The usual is taken over"), DAYS, 60),
    "week_amber": (_("Amber week: amber days from"), DAYS, 14),
    "week_green": (_("Green week: green days from"), DAYS, 14),
    "other_side_pain": (_("Other side: pain from"), PAIN, 10),
    "other_side_times": (_("Other side: so many times"), TIMES, 14),
}
LIGHT_GROUPS: list[tuple[Any, tuple[str, ...]]] = [
    (_("Pain around a session"), ("green_peak_max", "amber_pre", "red_peak")),
    (_("The next morning"), ("amber_rise", "red_rise", "next_from_hours", "next_until_hours", "together_hours")),
    (_("Rest days"), ("rest_amber", "rest_above_median", "median_days")),
    (_("The week"), ("week_green", "week_amber")),
    (_("The other side"), ("other_side_pain", "other_side_times")),
]
VISIT_TYPES = [
    ("intake", _("intake")),
    ("session", _("session")),
    ("retest", _("retest")),
    ("gait_analysis", _("gait analysis")),
    ("phone", _("by phone")),
]


class LightsForm(SourceForm):
    """The thresholds of the traffic light."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in LIGHTS:
            label, _unit, most = LIGHT_LABELS[name]
            self.fields[name] = forms.IntegerField(label=label, min_value=0, max_value=most)

    @property
    def groups(self) -> list[tuple[Any, list[tuple[Any, Any]]]]:
        """The thresholds by subject, each with its unit."""
        return [(title, [(self[name], LIGHT_LABELS[name][1]) for name in names]) for title, names in LIGHT_GROUPS]

    def clean(self) -> dict[str, Any]:
        """Green lies below red, and a window opens before it closes."""
        values = super().clean()
        for low, high in (("green_peak_max", "red_peak"), ("next_from_hours", "next_until_hours")):
            if None not in (values.get(low), values.get(high)) and values[low] >= values[high]:
                self.add_error(high, _("This must be more than “%(other)s”.") % {"other": LIGHT_LABELS[low][0]})
        return values


class ReviewForm(SourceForm):
    """When a plan goes a phase back, and when it is looked at again."""

    window_days = forms.IntegerField(label=_("Look back over (days)"), min_value=1, max_value=90)
    step_back_reds = forms.IntegerField(label=_("A phase back from so many red sessions"), min_value=1, max_value=20)
    review_ambers = forms.IntegerField(label=_("Look again from so many amber sessions"), min_value=1, max_value=20)
    advance_reds = forms.IntegerField(label=_("Red sessions that still allow a next phase"), min_value=0, max_value=20)
    return_phase = forms.ChoiceField(label=_("Phase in which the return must be complete"), choices=())

    def __init__(self, *args: Any, phases: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["return_phase"].choices = phases  # type: ignore[attr-defined]


class MeasureRowForm(LibraryForm):
    """A form with a measure that is typed by name."""

    measure = forms.CharField(label=_("Measure"), max_length=160, widget=forms.TextInput(attrs={"list": "measures"}))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        key = str(self.initial.get("measure", ""))
        self.initial["measure"] = self.catalogue.measure_labels.get(key, key)

    def clean_measure(self) -> str:
        """Give the key of the measure."""
        return named_measure(self, self.cleaned_data["measure"])


class ResponseForm(SourceForm, MeasureRowForm):
    """Too little less pain after so many weeks."""

    from_week = forms.IntegerField(label=_("From week"), min_value=1, max_value=52)
    drop_below = forms.FloatField(label=_("Pain fell by less than"), min_value=0, max_value=10)
    maximum_age_days = forms.IntegerField(label=_("At most this old (days)"), required=False, min_value=1)

    field_order = ("from_week", "measure", "drop_below", "maximum_age_days")

    def clean_drop_below(self) -> float | int:
        """Give 2.0 as 2."""
        return whole(self.cleaned_data["drop_below"])


class FunctionForm(MeasureRowForm):
    """Too little gain of one function score."""

    gain_below = forms.FloatField(label=_("Gain less than"), min_value=0)
    maximum_age_days = forms.IntegerField(label=_("At most this old (days)"), required=False, min_value=1)

    def clean_gain_below(self) -> float | int:
        """Give 9.0 as 9."""
        return whole(self.cleaned_data["gain_below"])


class VisitForm(LibraryForm):
    """One visit that a plan calls for."""

    week = forms.IntegerField(label=_("Week"), min_value=0, max_value=104)
    type = forms.ChoiceField(label=_("Visit"), choices=[("", "—"), *VISIT_TYPES])
    minutes = forms.IntegerField(label=_("Minutes"), min_value=5, max_value=180)
    before = forms.IntegerField(label=_("Days before"), min_value=0, max_value=60)
    after = forms.IntegerField(label=_("Days after"), min_value=0, max_value=60)


class RestsOnForm(SourceForm):
    """What a whole list rests on."""
