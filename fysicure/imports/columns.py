"""The page on which each of our columns gets a heading of the file: what is chosen, and what the file holds there."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django import forms
from django.utils.text import Truncator, capfirst
from django.utils.translation import gettext as _

from patients.data_import.columns import guess_columns, preset_columns, presets
from patients.data_import.kinds import Column, columns_of, options_of
from patients.models import DataImport

# So many lines are looked through for values to show, and so many values are shown of each column.
LOOKED_AT, SHOWN = 25, 3
GUESS = "guess"


@dataclass(frozen=True, slots=True)
class Heading:
    """A column of the file, with some of what it holds."""

    value: str
    label: str
    holds: str


@dataclass(frozen=True, slots=True)
class Choice:
    """One of our columns, and which of the file's is chosen for it."""

    id: str
    name: str
    label: str
    hint: str
    is_required: bool
    headings: tuple[Heading, ...]
    chosen: str
    error: str

    @property
    def holds(self) -> str:
        """What the chosen column holds."""
        return next((heading.holds for heading in self.headings if heading.value == self.chosen), "")


@dataclass(frozen=True, slots=True)
class ColumnsPage:
    """Everything that the page shows."""

    choices: tuple[Choice, ...]
    options: forms.Form
    presets: tuple[tuple[str, str], ...]
    preset: str
    unused: tuple[str, ...]
    errors: tuple[tuple[str, str, str], ...]


class OptionsForm(forms.Form):
    """The options of a kind of import, each a list to choose from. Drawn only: what is sent is for set_columns."""

    use_required_attribute = False

    def __init__(self, kind: str, *, initial: Mapping[str, Any]) -> None:
        super().__init__(initial=dict(initial), prefix="option")
        for option in options_of(kind):
            self.fields[option.name] = forms.ChoiceField(
                label=capfirst(str(option.label)),
                choices=[(value, capfirst(str(label))) for value, label in option.choices],
                help_text=str(option.hint),
            )


def chosen_in(kind: str, sent: Mapping[str, str]) -> tuple[dict[str, str], dict[str, str]]:
    """Return what a sent form chose: the heading of each column, and the options."""
    columns = {column.name: sent.get(f"column-{column.name}", "") for column in columns_of(kind)}
    options = {option.name: sent.get(f"option-{option.name}", "") for option in options_of(kind)}
    return columns, options


def columns_page(
    data_import: DataImport,
    *,
    columns: Mapping[str, str] | None = None,
    options: Mapping[str, Any] | None = None,
    preset: str = "",
    errors: Mapping[str, Any] | None = None,
) -> ColumnsPage:
    """Return the page with what is kept, with what was sent (`columns`, `options`), or with a layout (`preset`).

    One query for the lines, and those of the options.
    """
    layouts = [each for each in presets() if each.kind == data_import.kind]
    taken = dict(data_import.columns if columns is None else columns)
    chosen_options = dict(data_import.options if options is None else options)
    layout = next((each for each in layouts if each.key == preset), None)
    if layout is not None:
        taken, chosen_options = preset_columns(layout, data_import.headings), dict(layout.options)
    elif preset == GUESS:
        taken = guess_columns(data_import.kind, data_import.headings)
    headings, wrong = headings_of(data_import), dict(errors or {})
    choices = tuple(_choice(column, headings, taken, wrong) for column in columns_of(data_import.kind))
    used = {choice.chosen for choice in choices}
    return ColumnsPage(
        choices=choices,
        options=OptionsForm(data_import.kind, initial=chosen_options),
        presets=((GUESS, _("Recognised by the headings")), *((each.key, each.name) for each in layouts)),
        preset=preset,
        unused=tuple(heading.label for heading in headings if heading.value not in used),
        errors=tuple(_errors(choices, wrong)),
    )


def _choice(
    column: Column, headings: tuple[Heading, ...], taken: Mapping[str, str], wrong: Mapping[str, Any]
) -> Choice:
    return Choice(
        id=f"column-{column.name}",
        name=f"column-{column.name}",
        label=capfirst(str(column.label)),
        hint=str(column.hint),
        is_required=column.is_required,
        headings=headings,
        chosen=str(taken.get(column.name, "")),
        error=_sentence(wrong.get(column.name)),
    )


def _sentence(error: Any) -> str:
    """A refusal names one sentence or several for a field."""
    return " ".join(map(str, error)) if isinstance(error, list | tuple) else str(error or "")


def _errors(choices: Sequence[Choice], wrong: Mapping[str, Any]) -> list[tuple[str, str, str]]:
    found = [(choice.id, choice.label, choice.error) for choice in choices if choice.error]
    named = {choice.name.removeprefix("column-") for choice in choices}
    return found + [("", "", _sentence(error)) for name, error in wrong.items() if name not in named]


def headings_of(data_import: DataImport) -> tuple[Heading, ...]:
    """Return the columns of the file with the first values that each holds. One query."""
    lines = [row.cells or [] for row in data_import.rows.order_by("number")[:LOOKED_AT]]
    return tuple(
        Heading(value=name, label=name, holds=_holds(cells[place] for cells in lines if place < len(cells)))
        for place, name in enumerate(data_import.headings)
    )


def _holds(cells: Any) -> str:
    values = list(dict.fromkeys(str(cell).strip() for cell in cells if str(cell).strip()))[:SHOWN]
    return " · ".join(Truncator(value).chars(30) for value in values) or _("(empty)")
