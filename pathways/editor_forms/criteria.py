"""The form of one criterion: what is looked at, over which time, held against what."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from pathways.editor.criteria import (
    ALL,
    ANY,
    CHANGE,
    DIARY,
    MEASURE,
    RUNS,
    SIDES,
    SOME,
    STATE,
    STATISTICS,
    grammar,
)
from pathways.editor_forms.rows import Library, LibraryForm, SourceForm
from pathways.editor_forms.texts import COMPARATORS, whole
from pathways.engine.comparison import in_dutch
from pathways.engine.words import STATES
from patients.content_words import spoken

GROUPS = [
    (ALL, _("all conditions are met")),
    (ANY, _("one of the conditions is met")),
    (SOME, _("at least so many are met")),
]
STATISTIC_WORDS = {
    "": _("the most recent value"),
    "max": _("the highest value"),
    "min": _("the lowest value"),
    "mean": _("the mean"),
    "sum": _("the sum"),
    "count": _("how many values"),
    "days": _("days with an entry"),
    "trend": _("the trend (per week)"),
    CHANGE: _("the change since the start"),
    "reds": _("red sessions"),
    "all_green": _("all sessions green"),
}
SIDE_WORDS = {"": _("the affected side"), "other": _("the other side")}
# Boxes that are there only when the schema knows them for a measure; the diary and the runs need the first two.
SPANS = ("window_days", "last")
DIARY_LABEL = _("Diary: pain and sessions")
RUNS_LABEL = _("Running sessions")
YES, NO = {"ja", "yes", "true", "waar"}, {"nee", "neen", "no", "false", "onwaar"}


def subjects_of(library: Library) -> dict[str, str]:
    """Return what a condition can look at, by subject: measures and computed values, diary, runs, facts of the plan."""
    named = {DIARY: str(DIARY_LABEL), RUNS: str(RUNS_LABEL)}
    named |= {f"{STATE}:{key}": spoken(label)[:1].upper() + spoken(label)[1:] for key, label in STATES.items()}
    return named | {f"{MEASURE}:{key}": label for key, label in library.measure_labels.items()}


class CriterionForm(SourceForm):
    """The words of a criterion, how its conditions are joined, and what it rests on."""

    label = forms.CharField(
        label=_("In the words of the plan"),
        max_length=160,
        help_text=_("Therapist and patient read this line, for example “Walking 30 minutes without pain”."),
    )
    group = forms.ChoiceField(label=_("Met when"), choices=GROUPS, required=False)
    count = forms.IntegerField(label=_("So many"), required=False, min_value=1, max_value=20)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        known = grammar().groups
        self.fields["group"].choices = [row for row in GROUPS if row[0] in known]  # type: ignore[attr-defined]
        if SOME not in known:
            del self.fields["count"]

    def clean(self) -> dict[str, Any]:
        """ "At least so many" says how many."""
        values = super().clean()
        if values.get("group") == SOME and not values.get("count"):
            self.add_error("count", _("Say how many conditions must be met."))
        return {**values, "group": values.get("group") or grammar().groups[0], "count": values.get("count") or 1}


class LeafForm(LibraryForm):
    """One condition of a criterion."""

    place = forms.IntegerField(required=False, widget=forms.HiddenInput)
    subject = forms.CharField(
        label=_("What is looked at"), max_length=160, widget=forms.TextInput(attrs={"list": "subjects"})
    )
    statistic = forms.ChoiceField(
        label=_("Taken as"), required=False, choices=[(name, STATISTIC_WORDS[name]) for name in STATISTICS]
    )
    operator = forms.ChoiceField(label=_("Comparison"), required=False, choices=COMPARATORS)
    threshold = forms.CharField(
        label=_("Value"),
        required=False,
        max_length=200,
        help_text=_("A number, an answer, yes or no; several answers with commas."),
    )
    window_days = forms.IntegerField(label=_("Over the last days"), required=False, min_value=1, max_value=365)
    last = forms.IntegerField(label=_("Over the last so many"), required=False, min_value=1, max_value=50)
    minimum_count = forms.IntegerField(
        label=_("From at least so many values"), required=False, min_value=1, max_value=50
    )
    maximum_age_days = forms.IntegerField(
        label=_("At most this old (days)"), required=False, min_value=0, max_value=730, help_text=_("Empty: 14 days.")
    )
    any_age = forms.BooleanField(label=_("However old"), required=False)
    side = forms.ChoiceField(label=_("Side"), required=False, choices=[(side, SIDE_WORDS[side]) for side in SIDES])

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.subjects = subjects_of(self.catalogue)
        self._offer_what_the_schema_knows()
        given = str(self.initial.get("subject") or "")
        if given in self.subjects:
            self.initial["threshold"] = self._shown(given, self.initial.get("threshold"))
            self.initial["subject"] = self.subjects[given]

    def _offer_what_the_schema_knows(self) -> None:
        known = grammar()
        offered = {name for names in known.statistics.values() for name in names}
        choices = [(name, STATISTIC_WORDS[name]) for name in STATISTICS if name in offered]
        self.fields["statistic"].choices = choices  # type: ignore[attr-defined]
        for name in ("minimum_count", "side"):
            if name not in known.names:
                del self.fields[name]

    def _measure(self, subject: str) -> Mapping[str, Any]:
        source, _colon, key = subject.partition(":")
        return self.catalogue.measures.get(key, {}) if source == MEASURE else {}

    def _options(self, subject: str) -> dict[str, str]:
        return {str(each["value"]): str(each["label"]) for each in self._measure(subject).get("options", ())}

    def _shown(self, subject: str, value: Any) -> str:
        """A threshold as it is typed: the label of an answer, ja or nee, a decimal comma."""
        if value is None:
            return ""
        options = self._options(subject)
        many = value if isinstance(value, list | tuple) else [value]
        return ", ".join(options.get(str(each), in_dutch(each)) for each in many)

    def clean_subject(self) -> str:
        """Give the subject that was typed by name."""
        text = self.cleaned_data["subject"].strip()
        wanted = text.casefold()
        for subject, label in self.subjects.items():
            if wanted in (label.casefold(), subject.casefold(), subject.partition(":")[2].casefold() or subject):
                return subject
        raise forms.ValidationError(_("Nothing is called that. Choose one from the list."))

    def clean(self) -> dict[str, Any]:
        """Hold the parts against each other: what can be taken of the subject, and what it can be compared with."""
        values = dict(super().clean() or self.cleaned_data)
        subject = values.get("subject")
        if not subject:
            return values
        source, statistic = subject.partition(":")[0], values.get("statistic") or ""
        self._check_statistic(source, statistic, values)
        if statistic == "all_green":
            return {**values, "operator": "", "threshold": None}
        operator, text = values.get("operator"), (values.get("threshold") or "").strip()
        if not operator:
            self.add_error("operator", _("Choose a comparison."))
        elif not text:
            self.add_error("threshold", _("Give the value to compare with."))
        else:
            values["threshold"] = self._threshold(subject, statistic, operator, text)
        return values

    def _check_statistic(self, source: str, statistic: str, values: Mapping[str, Any]) -> None:
        known = grammar()
        if statistic not in known.statistics.get(source, ("",)):
            self.add_error("statistic", _("This cannot be taken of what you look at."))
        wanted = {DIARY: "window_days", RUNS: "last"}.get(source, "")
        for name in SPANS:
            if values.get(name) and name != wanted and (wanted or name not in known.names):
                self.add_error(name, _("This says nothing about what you look at."))
        if source == DIARY and not values.get("window_days"):
            self.add_error("window_days", _("Say over how many days of the diary."))
        if source == RUNS and not values.get("last"):
            self.add_error("last", _("Say over how many sessions."))

    def _threshold(self, subject: str, statistic: str, operator: str, text: str) -> Any:
        measure = self._measure(subject)
        kind = measure.get("type", "") if not statistic else ""
        parts = [part.strip() for part in text.split(",")] if operator == "one_of" else [text]
        if kind in {"choice", "multiple"}:
            read = [self._answer(subject, part) for part in parts]
        elif kind in {"boolean", "test"}:
            read = [self._yes_or_no(part) for part in parts]
        else:
            read = [self._number(subject, part) for part in parts]
        return read if operator == "one_of" else read[0]

    def _answer(self, subject: str, text: str) -> Any:
        options = self._options(subject)
        for value, label in options.items():
            if text.casefold() in (value.casefold(), label.casefold()):
                return value
        self.add_error("threshold", _("Choose from: %(answers)s.") % {"answers": ", ".join(options.values())})
        return None

    def _yes_or_no(self, text: str) -> Any:
        if text.casefold() in YES | NO:
            return text.casefold() in YES
        self.add_error("threshold", _("Give yes or no."))
        return None

    def _number(self, subject: str, text: str) -> Any:
        try:
            return whole(float(text.replace(",", ".")))
        except ValueError:
            if subject.startswith(f"{STATE}:"):
                return text
        self.add_error("threshold", _("Give a number."))
        return None
