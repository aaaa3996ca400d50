"""The audit as a file for a spreadsheet."""

import csv
import io
from collections.abc import Iterable, Sequence

from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.spreadsheets import guarded
from fysicure.audit.asked import Asked
from fysicure.audit.changes import Change, changes
from fysicure.audit.rows import event_row, events, names_of, reading_row, readings

# A file holds at most so many rows, the latest first: ask for a shorter period to get the rest.
MOST = 20_000


def readings_csv(asked: Asked, by: User) -> tuple[str, int]:
    """Return the readings as a file and how many they are. Three queries."""
    rows = list(readings(asked)[:MOST])
    names = names_of((row.user_id for row in rows), (row.patient_id for row in rows), by)
    head = [_("When"), _("Who"), _("Role"), _("Patient"), _("Part"), _("Reason"), _("IP address"), _("Request")]
    keys = ("at", "who", "role", "patient", "part", "reason", "address", "request")
    return _file(head, ([row[key] for key in keys] for row in (reading_row(each, names) for each in rows))), len(rows)


def events_csv(asked: Asked, by: User) -> tuple[str, int]:
    """Return the security events as a file and how many they are. Three queries."""
    rows = list(events(asked)[:MOST])
    people = [pk for row in rows for pk in (row.user_id, row.subject_id)]
    names = names_of(people, (row.patient_id for row in rows), by)
    head = [_("When"), _("Who"), _("Event"), _("About"), _("Patient"), _("Detail"), _("IP address"), _("Request")]
    keys = ("at", "who", "kind", "about", "patient", "detail", "address", "request")
    return _file(head, ([row[key] for key in keys] for row in (event_row(each, names) for each in rows))), len(rows)


def changes_csv(asked: Asked, by: User) -> tuple[str, int]:
    """Return the changes as a file and how many they are. Four queries."""
    rows = changes(asked, most=MOST).rows
    names = names_of((row.user_id for row in rows), (), by)
    head = [_("When"), _("Who"), _("What"), _("Number"), _("Deed"), _("Fields"), _("Request")]
    lines = (
        [row.at, row.job or names.user(row.user_id), row.what, row.key, row.deed_in_words, _fields(row), row.request]
        for row in rows
    )
    return _file(head, lines), len(rows)


def _fields(row: Change) -> str:
    return "; ".join(f"{each.field}: {each.old} → {each.new}" if each.is_shown else each.field for each in row.fields)


def _file(head: Sequence[object], lines: Iterable[Sequence[object]]) -> str:
    """Write a table: semicolons as a Belgian spreadsheet reads them, times in Brussels, no cell taken for a formula."""
    file = io.StringIO()
    writer = csv.writer(file, delimiter=";")
    writer.writerow(head)
    for moment, *rest in lines:
        writer.writerow([f"{timezone.localtime(moment):%Y-%m-%d %H:%M:%S}", *(guarded(cell) for cell in rest)])  # type: ignore[arg-type]
    return "\ufeff" + file.getvalue()
