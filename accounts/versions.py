"""Two people who edit one record: who saves second is told what changed since, and overwrites nothing unseen.

A row that is edited by a form counts its versions: a trigger raises `version` with every change, whoever writes. The
form carries the version that it was opened with; the domain function locks the row and calls `refuse_stale` with it.
What the row was at that version stands in its history, and so does who changed each field since, and when.
"""

import datetime
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import pgtrigger
from django.db import models
from django.utils.translation import gettext as _

from accounts.exceptions import DomainError
from accounts.models.user import User

_MOST_EVENTS = 200


def version_field() -> Any:
    """Return the column that counts the versions of a row. The database has the default too, for older code."""
    return models.PositiveIntegerField(default=1, db_default=1, editable=False)


def counts_versions() -> pgtrigger.Trigger:
    """Return the trigger that raises `version` with each write of a row, whoever writes and however."""
    return pgtrigger.Trigger(
        name="count_version",
        when=pgtrigger.Before,
        operation=pgtrigger.Update,
        func="NEW.version := OLD.version + 1; RETURN NEW;",
    )


@dataclass(frozen=True)
class FieldChange:
    """A field that somebody changed: `by` is the name of who did it last, "" when the history does not tell."""

    name: str
    by: str = ""
    at: datetime.datetime | None = None


class EditConflict(DomainError):
    """Someone else changed the record since the form was opened. Nothing was saved and nothing is lost.

    `before` is the row of the history as the editor saw it (None when unknown), `current` the row now, `changes` what
    others did to the fields that this edit is about.
    """

    title = "Edit conflict"

    def __init__(self, *, before: Any, current: Any, changes: Iterable[FieldChange]) -> None:
        self.before, self.current, self.changes = before, current, tuple(changes)
        sentence = _("Someone else changed this in the meantime. Nothing was saved yet.")
        super().__init__(sentence, changed=self.changed, version=current.version)

    @property
    def changed(self) -> list[str]:
        """The names of the fields that changed."""
        return [change.name for change in self.changes]


def refuse_stale(row: Any, *, version: int | None, given: Mapping[str, Any], also: Collection[str] = ()) -> None:
    """Refuse to write `given` on a locked row that was seen at an older version. Raises EditConflict.

    Nothing is refused when nobody asked (`version` None), when others changed other fields only, or when `given` is
    what stands there already: a form that is sent twice does no harm. `also` names fields that this edit does not
    write but rests on, such as whether the record is archived. Two queries, and none when the version is the latest.
    """
    if version is None or version == row.version:
        return
    before = _at_version(row, version)
    columns = {name: _column(row, name) for name in (*given, *also)}
    changed = [name for name in columns if _differs(before, row, name, columns[name], given)]
    is_repeat = not set(changed) & set(also) and not any(_is_other(row, name, value) for name, value in given.items())
    if changed and not is_repeat:
        raise EditConflict(before=before, current=row, changes=_who_changed(row, before, changed, columns))


def _column(row: Any, name: str) -> str:
    """The attribute that the row and its history share; "" for a relation to several rows, which has no history."""
    field: Any = row._meta.get_field(name)
    return "" if field.many_to_many else str(field.attname)


def _differs(before: Any, row: Any, name: str, column: str, given: Mapping[str, Any]) -> bool:
    """Whether others changed a field since; when the history does not tell, whether it is not what is given."""
    if before is None or not column:
        return name not in given or _is_other(row, name, given[name])
    return bool(getattr(before, column) != getattr(row, column))


def _is_other(row: Any, name: str, value: Any) -> bool:
    field: Any = row._meta.get_field(name)
    if field.many_to_many:
        return {each.pk for each in getattr(row, name).all()} != {each.pk for each in value}
    return bool(getattr(row, name) != value)


def _at_version(row: Any, version: int) -> Any:
    """The row as it was when it had a version, from its history."""
    return row.events.filter(version=version).order_by("-pgh_id").first() if hasattr(row, "events") else None


def _who_changed(row: Any, before: Any, names: list[str], columns: Mapping[str, str]) -> list[FieldChange]:
    """For each field the last change since `before`. Changes far apart in number are not searched for their author."""
    if before is None:
        return [FieldChange(name) for name in names]
    since = row.events.filter(pgh_id__gt=before.pgh_id).select_related("pgh_context").order_by("pgh_id")
    last: dict[str, Any] = {}
    earlier = before
    for event in since[:_MOST_EVENTS]:
        for name in names:
            if columns[name] and getattr(event, columns[name]) != getattr(earlier, columns[name]):
                last[name] = event
        earlier = event
    authors = _names(last.values())
    return [
        FieldChange(name, authors.get(last[name].pgh_id, ""), last[name].pgh_created_at)
        if name in last
        else FieldChange(name)
        for name in names
    ]


def _names(events: Iterable[Any]) -> dict[int, str]:
    """The names of who wrote some rows of the history, by the number of the row. One query."""
    keys: dict[int, UUID] = {}
    for event in events:
        try:
            keys[event.pgh_id] = UUID(str(event.pgh_context.metadata.get("user", "")))
        except (AttributeError, ValueError):
            continue
    users = User.objects.in_bulk(set(keys.values()))
    return {number: str(users[key]) for number, key in keys.items() if key in users}
