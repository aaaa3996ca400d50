"""What the editor's forms share: what a rule rests on, rows, and what was typed kept whatever happens."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from django import forms
from django.forms.formsets import BaseFormSet, formset_factory
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from accounts.whole_numbers import whole_number
from pathways.editor.document import dropped, moved, references_of
from pathways.engine.words import Vocabulary
from pathways.page_language import spoken_vocabulary

MOST_ROWS = 60
STEPS = {"up": -1, "down": 1}


@dataclass(frozen=True)
class Library:
    """What a draft may name: measures, exercises and publications by key, as the draft keeps them."""

    measures: Mapping[str, Mapping[str, Any]]
    exercises: Mapping[str, Mapping[str, Any]]
    references: Mapping[str, Mapping[str, Any]]
    derived: Mapping[str, Mapping[str, Any]]

    @cached_property
    def reference_choices(self) -> list[tuple[str, str]]:
        """The publications by author and year."""
        named = [(key, f"{row['authors']} ({row['year'] or '?'})") for key, row in self.references.items()]
        return sorted(named, key=lambda choice: choice[1].lower())

    @cached_property
    def exercise_choices(self) -> list[tuple[str, str]]:
        """The exercises by name, with an empty choice first."""
        return [("", "—"), *((key, row["name"]) for key, row in self.exercises.items())]

    @cached_property
    def measure_labels(self) -> dict[str, str]:
        """The label of each measure and computed value, made unique by its key where two share one."""
        rows = {**self.measures, **self.derived}
        labels = [row["label"] for row in rows.values()]
        return {
            key: row["label"] if labels.count(row["label"]) == 1 else f"{row['label']} ({key})"
            for key, row in rows.items()
        }

    @cached_property
    def vocabulary(self) -> Vocabulary:
        """The words for measures, computed values and answers, with which rules become sentences."""
        answers = {
            key: {str(each["value"]): str(each["label"]) for each in row.get("options", ())}
            for key, row in self.measures.items()
        }
        return spoken_vocabulary(Vocabulary(self.measure_labels, answers))

    def measure_named(self, text: str) -> str:
        """Return the key of what was typed: a label or a key. Empty when nothing is called that."""
        if text in self.measure_labels:
            return text
        wanted = text.strip().casefold()
        return next((key for key, label in self.measure_labels.items() if label.casefold() == wanted), "")


class LibraryForm(forms.Form):
    """A form that knows what the draft may name."""

    def __init__(self, *args: Any, library: Library, **kwargs: Any) -> None:
        kwargs.setdefault("use_required_attribute", False)
        super().__init__(*args, **kwargs)
        self.initial = dict(self.initial or {})
        self.catalogue = library


class SourceForm(LibraryForm):
    """A rule with what it rests on: publications, the practice's own choice, or both."""

    references = forms.MultipleChoiceField(label=_("Publications"), required=False, widget=forms.CheckboxSelectMultiple)
    practice_choice = forms.BooleanField(label=_("The practice's own choice"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["references"].choices = self.catalogue.reference_choices  # type: ignore[attr-defined]

    @property
    def rests_on(self) -> list[str]:
        """The publications that are chosen now, in words; empty when only the practice stands behind the rule."""
        chosen = {str(key) for key in self["references"].value() or ()}
        return [label for key, label in self.catalogue.reference_choices if key in chosen]

    def clean(self) -> dict[str, Any]:
        """Every rule says what it rests on."""
        values = super().clean() or self.cleaned_data
        if not values.get("references") and not values.get("practice_choice"):
            self.add_error("practice_choice", _("Choose a publication, or say that this is the practice's own choice."))
        return dict(values)


def source_initial(row: Mapping[str, Any]) -> dict[str, Any]:
    """Return what a rule rests on, as a form begins with it."""
    return {"references": references_of(row), "practice_choice": bool(row.get("practice_choice"))}


class Rows(BaseFormSet):  # type: ignore[type-arg]
    """Rows of one kind. A row that was left empty is no row."""

    def initial_form_count(self) -> int:
        """Treat every posted row as new: what it says is all there is."""
        return 0 if self.is_bound else super().initial_form_count()

    @property
    def cleaned_rows(self) -> list[dict[str, Any]]:
        """The rows that say something, cleaned, in their order."""
        return [form.cleaned_data for form in self.forms if form.has_changed()]


@dataclass(frozen=True)
class Part:
    """One form of a page, or with `many` a list of rows; `initial` is what the draft says now."""

    name: str
    form: type[forms.Form]
    initial: Any
    many: bool = False
    least: int = 0
    options: Mapping[str, Any] = field(default_factory=dict)

    def make(self, data: QueryDict | None = None, initial: Any = None) -> Any:
        """Return the form: of what was posted, of what is given, or of what the draft says."""
        begin = self.initial if initial is None else initial
        if not self.many:
            return self.form(data, prefix=self.name, initial=None if data is not None else begin, **self.options)
        kind = formset_factory(
            self.form, formset=Rows, extra=0, min_num=self.least, validate_min=self.least > 0, max_num=MOST_ROWS
        )
        rows = None if data is not None else begin
        return kind(data, prefix=self.name, initial=rows, form_kwargs=dict(self.options))


type Forms = dict[str, Any]


def made(parts: Sequence[Part], data: QueryDict | None = None) -> Forms:
    """Return the forms of a page by name."""
    return {part.name: part.make(data) for part in parts}


def typed(form: forms.Form) -> dict[str, Any]:
    """Return what stands in a form now, as it was typed."""
    return {name: form[name].value() for name in form.fields}


def rearranged(parts: Sequence[Part], data: QueryDict, order: str) -> Forms:
    """Return the forms as typed, after a button like "exercises:down:3", "goals:remove:0" or "goals:add:".

    Nothing is checked yet and nothing is saved: the rows only change places. An order that makes no sense is no order.
    """
    name, _, rest = order.partition(":")
    verb, _, number = rest.partition(":")
    found: Forms = {}
    for part in parts:
        bound = part.make(data)
        if not part.many:
            found[part.name] = part.make(initial=typed(bound))
            continue
        rows = [typed(form) for form in bound.forms]
        if part.name == name:
            rows = _ordered(rows, verb, whole_number(number, -1))
        found[part.name] = part.make(initial=rows)
    return found


def _ordered(rows: list[dict[str, Any]], verb: str, index: int) -> list[dict[str, Any]]:
    if verb == "add":
        return [*rows, {}]
    if verb == "remove":
        return dropped(rows, index)
    return moved(rows, index, STEPS.get(verb, 0))


def in_words(form: Any) -> list[str]:
    """Return what a form or its rows say, a line for each field or row: to lay two versions beside each other."""
    if isinstance(form, BaseFormSet):
        return [" · ".join(words for _label, words in _fields(row)) for row in form.forms]
    return [f"{label}: {words}" for label, words in _fields(form)]


def _fields(form: forms.Form) -> list[tuple[str, str]]:
    found = []
    for bound in form.visible_fields():
        value = bound.value()
        if value in (None, "", [], False):
            continue
        choices = {str(key): str(label) for key, label in getattr(bound.field, "choices", ())}
        many = value if isinstance(value, list | tuple) else [value]
        words = ", ".join(choices.get(str(each), str(each)) for each in many)
        found.append((str(bound.label), str(bound.label) if value is True else words))
    return found
