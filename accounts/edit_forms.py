"""Forms on an existing record: they carry the version that they were opened with, and can show a clash."""

import datetime
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django import forms
from django.db import models
from django.utils import timezone
from django.utils.html import format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from accounts.versions import EditConflict, FieldChange


@dataclass(frozen=True)
class Clash:
    """A field that somebody else changed: what stands there `now`, and what this editor typed (`yours`, or "")."""

    label: str
    now: str
    yours: str = ""
    by: str = ""
    at: datetime.datetime | None = None


class EditForm(forms.Form):
    """A form that edits a row. `version_seen()` goes to the domain function as `version`."""

    version = forms.IntegerField(required=False, widget=forms.HiddenInput)
    clashes: tuple[Clash, ...] = ()

    def version_seen(self) -> int:
        """Return the version that the editor saw; 0, which no row has, when the form does not say."""
        return int(self.cleaned_data.get("version") or 0)

    def given(self) -> dict[str, Any]:
        """Return what was typed, without the version."""
        return {name: value for name, value in self.cleaned_data.items() if name != "version"}

    def take_over(self, conflict: EditConflict, as_typed: Callable[[Any], Mapping[str, Any]]) -> None:
        """Show the form again over the row as it is now, so that saving once more keeps both people's work.

        `as_typed` gives a row, or a row of its history, as the first values of this form. A field that this editor
        left alone takes the other's value; one that both changed keeps what was typed, and both are shown.
        """
        now = dict(as_typed(conflict.current))
        data: Any = self.data.copy()  # type: ignore[attr-defined]
        before = dict(as_typed(conflict.before)) if conflict.before is not None else {}
        changes = {change.name: change for change in conflict.changes}
        clashes = []
        for name in [name for name in self.fields if name in now and name != "version"]:
            seen = self._seen(name, before)
            if seen is not None and _as_sent(seen) == _as_sent(now[name]):
                continue  # nobody else touched it
            typed = self[name].data
            is_mine = self.fields[name].has_changed(now[name], typed)
            is_kept = is_mine and (seen is None or self.fields[name].has_changed(seen, typed))
            yours = shown(self[name], typed) if is_kept else ""
            if not is_kept:
                data.setlist(self.add_prefix(name), _as_sent(now[name]))
            data.setlist(self.add_initial_prefix(name), _as_sent(now[name]))
            if is_mine:
                change = changes.get(name, FieldChange(name))
                clashes.append(Clash(str(self[name].label), shown(self[name], now[name]), yours, change.by, change.at))
        data[self.add_prefix("version")] = str(conflict.current.version)
        self.data = data
        self.clashes = (*clashes, *self._besides(conflict, changes.values(), now))

    def hidden_initials(self) -> SafeString:
        """Return what fields without a history were when the form was opened, as hidden boxes."""
        boxes = [box.as_hidden(only_initial=True) for box in self if box.field.show_hidden_initial]
        return format_html_join("", "{}", ((box,) for box in boxes))

    def _seen(self, name: str, before: Mapping[str, Any]) -> Any:
        """What a field was when the form was opened: from the history, or from the form itself; None when unknown."""
        field = self.fields[name]
        if field.show_hidden_initial:
            widget = field.hidden_widget()
            return widget.value_from_datadict(self.data, self.files, self.add_initial_prefix(name))
        return before.get(name) if before else None

    def _besides(self, conflict: EditConflict, changes: Iterable[FieldChange], now: Mapping[str, Any]) -> list[Clash]:
        """What changed of the record that is not in the form, such as that it was archived."""
        row, found = conflict.current, []
        for change in changes:
            if change.name not in now:
                field: Any = row._meta.get_field(change.name)
                display = getattr(row, f"get_{change.name}_display", None)
                value = display() if display else getattr(row, change.name)
                label = str(field.verbose_name)
                found.append(Clash(label[:1].upper() + label[1:], plain(value), "", change.by, change.at))
        return found


def answer_status(form: forms.Form) -> int:
    """Return the status of a page that shows a form: 409 with a clash, 422 when it was refused, else 200."""
    if getattr(form, "clashes", ()):
        return 409
    return 422 if form.is_bound else 200


def shown(box: forms.BoundField, value: Any) -> str:
    """Return a value of a field in the words that the form has for it."""
    choices = getattr(box.field, "choices", None)
    if choices is None:
        return plain(value)
    labels: dict[str, str] = {}
    for key, label in choices:
        labels.update({str(k): str(v) for k, v in label} if isinstance(label, list | tuple) else {str(key): str(label)})
    several = value if isinstance(value, list | tuple) else [value]
    return ", ".join(labels.get(raw, raw) for raw in _as_sent(list(several))) or "–"


def plain(value: Any) -> str:
    """Return a value as a person writes it; a dash for nothing."""
    if value in (None, "", []):
        return "–"
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, datetime.datetime):
        return f"{timezone.localtime(value):%d/%m/%Y %H:%M}"
    if isinstance(value, datetime.date):
        return f"{value:%d/%m/%Y}"
    if isinstance(value, datetime.time):
        return f"{value:%H:%M}"
    return str(value)


def _as_sent(value: Any) -> list[str]:
    """Return a value as a browser sends it."""
    if value is None or value is False:
        return []
    if value is True:
        return ["on"]
    if isinstance(value, list | tuple):
        return [text for each in value for text in _as_sent(each)]
    if isinstance(value, models.Model):
        return [str(value.pk)]
    if isinstance(value, datetime.time):
        return [f"{value:%H:%M}"]
    return [str(value)]
