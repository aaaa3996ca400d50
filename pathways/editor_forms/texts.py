"""Forms for the words of a pathway: title, red flags, the findings of the classification, goals."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from pathways.editor_forms.rows import LibraryForm, SourceForm

URGENCIES = [
    ("EMERGENCY", _("today, to the emergency department")),
    ("URGENT", _("urgent: a doctor today or tomorrow")),
    ("SOON", _("a doctor within a week")),
]
COMPARATORS = [
    ("", "—"),
    ("at_least", _("at least")),
    ("at_most", _("at most")),
    ("above", _("more than")),
    ("below", _("less than")),
    ("equals", _("equal to")),
    ("not_equals", _("not equal to")),
    ("one_of", _("one of")),
    ("includes", _("with among them")),
]
TWO_LINES = {"rows": 2}


class GeneralForm(LibraryForm):
    """The title and the summary of a pathway."""

    title = forms.CharField(label=_("Title"), max_length=160)
    summary = forms.CharField(
        label=_("Summary"), required=False, max_length=1000, widget=forms.Textarea(attrs={"rows": 3})
    )


class NoteForm(forms.Form):
    """What changed in a draft and why."""

    revision = forms.IntegerField(widget=forms.HiddenInput)
    note = forms.CharField(
        label=_("What changed and why"),
        required=False,
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("Whoever reviews this draft reads it first. It stays with the version."),
    )


class PhaseTitleForm(forms.Form):
    """The name of a new phase."""

    title = forms.CharField(label=_("Name of the new phase"), max_length=120)


class FlagForm(SourceForm):
    """One red flag."""

    key = forms.CharField(label=_("Question that raises it"), max_length=60)
    label = forms.CharField(label=_("Red flag"), max_length=160)
    urgency = forms.ChoiceField(label=_("Urgency"), choices=[("", "—"), *URGENCIES])
    action = forms.CharField(label=_("What the therapist does"), max_length=200)
    patient_text = forms.CharField(
        label=_("What the patient reads"),
        max_length=400,
        widget=forms.Textarea(attrs=TWO_LINES),
        help_text=_("Never names the suspected diagnosis."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["key"].widget.attrs["list"] = "measures"
        self.initial["key"] = self.catalogue.measure_labels.get(
            str(self.initial.get("key", "")), self.initial.get("key")
        )

    def clean_key(self) -> str:
        """A red flag is raised by a question of the intake."""
        return named_measure(self, self.cleaned_data["key"])


def named_measure(form: LibraryForm, text: str) -> str:
    """Return the key of the measure that was typed by name. Raises a ValidationError when there is none."""
    key = form.catalogue.measure_named(text)
    if not key:
        raise forms.ValidationError(_("No measure is called that. Choose one from the list."))
    return key


class RuleForm(SourceForm):
    """The words of one rule of the classification; its condition stays."""

    key = forms.CharField(widget=forms.HiddenInput)
    label = forms.CharField(label=_("Text"), max_length=200)
    pointing = forms.CharField(label=_("What points to it"), required=False, max_length=300)


class PlainRuleForm(RuleForm):
    """A rule that points nowhere."""

    pointing = None  # type: ignore[assignment]


class GoalForm(LibraryForm):
    """One goal, written when a plan starts."""

    key = forms.CharField(required=False, widget=forms.HiddenInput)
    text = forms.CharField(label=_("Goal"), max_length=200)
    measure = forms.CharField(
        label=_("Measure"), required=False, max_length=160, widget=forms.TextInput(attrs={"list": "measures"})
    )
    operator = forms.ChoiceField(label=_("Comparison"), required=False, choices=COMPARATORS[:7])
    threshold = forms.FloatField(label=_("Value"), required=False)
    due = forms.ChoiceField(label=_("Due by"), choices=())

    def __init__(self, *args: Any, dues: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["due"].choices = [("", "—"), *dues]  # type: ignore[attr-defined]

    def clean_measure(self) -> str:
        """A goal may be measured or not."""
        text = self.cleaned_data["measure"]
        return named_measure(self, text) if text else ""

    def clean(self) -> dict[str, Any]:
        """A comparison needs a value, a value needs a comparison, and both need a measure."""
        values = dict(super().clean() or self.cleaned_data)
        has_value = values.get("threshold") is not None
        if bool(values.get("operator")) != has_value:
            self.add_error("threshold", _("Give the comparison and the value, or neither."))
        if has_value:
            values["threshold"] = whole(values["threshold"])
        return values


def whole(number: float) -> float | int:
    """Return 3.0 as 3, as it is written in a file."""
    return int(number) if float(number).is_integer() else number
