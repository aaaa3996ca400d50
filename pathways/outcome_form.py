"""A questionnaire as a form: one item a row, answered by tapping; what is left open is shown, never guessed."""

import uuid
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from pathways.engine.instruments import ACTIVITIES, SINGLE, SUM, TOTAL
from pathways.engine.outcomes import LONGEST_ACTIVITY, MOST_ACTIVITIES, item_keys, same_name
from pathways.instruments import Sheet
from pathways.page_language import SIDE_WORDS
from patients.content_words import spoken

NEW_ROWS_LATER = 1


@dataclass(frozen=True)
class Row:
    """One item as it is drawn: its number, its answers, for a new activity the box for its name."""

    number: int
    field: forms.BoundField
    name_field: forms.BoundField | None = None
    is_new: bool = False


class OutcomeForm(forms.Form):
    """The items of a sheet. Open items are refused once; then they can be left open on purpose: incomplete, not zero.

    `total_only` asks for a total from a questionnaire on paper.
    """

    client_key = forms.CharField(max_length=80, widget=forms.HiddenInput)
    leave_open = forms.BooleanField(
        label=gettext_lazy("Send it with open items"), required=False, widget=forms.CheckboxInput
    )

    def __init__(self, *args: Any, sheet: Sheet, total_only: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.sheet, self.total_only = sheet, total_only
        self.asks_to_leave_open = False
        self.text_id = str(sheet.text.pk) if sheet.text else ""
        self.names: dict[str, str] = {}
        if total_only:
            self.fields["total"] = _total(sheet)
        elif sheet.definition.scoring == ACTIVITIES:
            self._add_activities()
        else:
            self._add_items()

    def rows(self) -> Iterator[Row]:
        """The items in their order."""
        for number, name in enumerate(self._score_names(), start=1):
            is_new = name.startswith("new-")
            yield Row(number, self[name], self[name.removesuffix("-score")] if is_new else None, is_new)

    def clean(self) -> dict[str, Any]:
        """Name each item that is open, unless it is left open on purpose."""
        data = super().clean() or {}
        if self.total_only:
            if data.get("total") is None and "total" not in self.errors:
                self.add_error("total", _("Give the total."))
            return data
        if self.text_id and self.data.get("text", "") != self.text_id:
            self.add_error(None, _("The words of this questionnaire changed meanwhile. Read them again, then send it."))
        self._clean_new_activities(data)
        wanted = [name for name in self._score_names() if not name.startswith("new-")]
        still_open = [name for name in wanted if data.get(name) is None and name not in self.errors]
        too_few = self._too_few(data)
        if (still_open or too_few) and not data.get("leave_open"):
            self.asks_to_leave_open = not self.errors
            for name in still_open:
                self.add_error(name, _("Not answered yet."))
            if too_few:
                self.add_error(None, too_few)
        return data

    def answers(self) -> dict[str, Any]:
        """What was answered, as `record_outcome` takes it."""
        data = self.cleaned_data
        if self.total_only:
            total = data["total"]
            return {"total": int(total) if total == total.to_integral_value() else float(total)}
        if self.sheet.definition.scoring != ACTIVITIES:
            return {name: data[name] for name in self._score_names() if data[name] is not None}
        rows = [{"name": self._name(name), "score": data[name]} for name in self._score_names()]
        averaged = {same_name(name) for name in self.sheet.baseline}
        return {
            "activities": [
                row for row in rows if row["name"] and (row["score"] is not None or same_name(row["name"]) in averaged)
            ]
        }

    def typed(self) -> dict[str, str]:
        """What stands in the form now, answered or not, to be kept until it is sent."""
        names = [*self.fields, "text"]
        return {name: value for name in names if name != "leave_open" and (value := self.data.get(name, ""))}

    def take_errors(self, errors: Mapping[str, Any]) -> None:
        """Put each sentence at its row, or above the form when it has none."""
        rows = [name for name in self._score_names() if self._name(name)]
        for key, sentence in errors.items():
            shown = rows[int(key)] if self.names and key.isdecimal() and int(key) < len(rows) else key
            self.add_error(shown if shown in self.fields else None, sentence)

    def _add_items(self) -> None:
        wording = self.sheet.wording
        texts = wording.items if wording else ()
        for index, key in enumerate(item_keys(self.sheet.definition, self.sheet.sides)):
            label = spoken(texts[index] if self.sheet.definition.scoring == SUM else texts[0])
            side = key.removeprefix("value.") if self.sheet.definition.scoring == SINGLE else ""
            self.fields[key] = self._scale(f"{label} ({SIDE_WORDS[side]})" if side in SIDE_WORDS else label)

    def _add_activities(self) -> None:
        for each in self.sheet.activities:
            key = f"known-{zlib.crc32(each.key.encode()):08x}"
            self.names[key] = each.name
            self.fields[key] = self._scale(each.name)
        free = NEW_ROWS_LATER if self.sheet.baseline else max(MOST_ACTIVITIES - len(self.sheet.activities), 0)
        for number in range(free):
            self.names[f"new-{number}-score"] = ""
            self.fields[f"new-{number}"] = forms.CharField(
                label=_("Activity"), required=False, max_length=LONGEST_ACTIVITY, strip=True
            )
            self.fields[f"new-{number}-score"] = self._scale(_("How well can you do it?"))

    def _scale(self, label: str) -> forms.TypedChoiceField:
        low, high = self.sheet.definition.item_range
        signed = low < 0
        choices = [(value, f"{value:+d}" if signed and value else str(value)) for value in range(low, high + 1)]
        return forms.TypedChoiceField(
            label=label,
            choices=choices,
            coerce=int,
            empty_value=None,
            required=False,
            widget=forms.RadioSelect,
            error_messages={
                "invalid_choice": _("Give a number from %(low)s to %(high)s.") % {"low": low, "high": high}
            },
        )

    def _score_names(self) -> list[str]:
        if self.sheet.definition.scoring == ACTIVITIES:
            return list(self.names)
        return list(item_keys(self.sheet.definition, self.sheet.sides))

    def _name(self, score_name: str) -> str:
        if score_name.startswith("new-"):
            return " ".join(str(self.cleaned_data.get(score_name.removesuffix("-score")) or "").split())
        return self.names.get(score_name, "")

    def _clean_new_activities(self, data: Mapping[str, Any]) -> None:
        for name in [name for name in self.names if name.startswith("new-")]:
            named, score = data.get(name.removesuffix("-score")), data.get(name)
            if named and score is None and name not in self.errors:
                self.add_error(name, _("Give this activity a number."))
            if score is not None and not named and name.removesuffix("-score") not in self.errors:
                self.add_error(name.removesuffix("-score"), _("Write which activity this is."))

    def _too_few(self, data: Mapping[str, Any]) -> str:
        """Say when fewer activities were named than a first time needs."""
        least = self.sheet.definition.least_items
        if self.sheet.baseline or self.sheet.definition.scoring != ACTIVITIES:
            return ""
        given = sum(data.get(name) is not None for name in self.names)
        if given >= least or not given:
            return ""
        return ngettext(
            "Name at least %(least)s activity: with fewer there is no score to compare with later.",
            "Name at least %(least)s activities: with fewer there is no score to compare with later.",
            least,
        ) % {"least": least}


def fresh_key() -> str:
    """A key for a form that is opened now: sending it twice keeps it once."""
    return uuid.uuid4().hex


def _total(sheet: Sheet) -> forms.DecimalField:
    low, high = sheet.definition.range
    places = 1 if sheet.definition.scoring in {ACTIVITIES, TOTAL} else 0
    return forms.DecimalField(
        label=_("Total score"),
        help_text=_("From %(low)s to %(high)s.") % {"low": low, "high": high},
        min_value=low,
        max_value=high,
        decimal_places=places,
        required=False,
        localize=True,
    )
