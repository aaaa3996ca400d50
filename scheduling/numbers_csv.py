"""The weekly numbers as a file for a spreadsheet."""

import csv
import io
from collections.abc import Iterator

from django.utils.translation import gettext as _

from accounts.spreadsheets import guarded
from scheduling.numbers import Numbers


def weeks_as_csv(numbers: Numbers) -> str:
    """Return a line for each week and therapist; semicolons and decimal commas, as a Belgian spreadsheet reads them."""
    file = io.StringIO()
    csv.writer(file, delimiter=";").writerows([guarded(cell) for cell in line] for line in _lines(numbers))
    return file.getvalue()


def _lines(numbers: Numbers) -> Iterator[list[object]]:
    yield [
        _("Week of"), _("Week"), _("Physiotherapist"),
        _("Minutes available"), _("Minutes occupied"), _("Occupancy (%)"),
        _("Came"), _("Did not come"), _("Cancelled late"), _("Not marked"),
    ]  # fmt: skip
    for week in numbers.weeks:
        for person, tally in zip(numbers.people, week.tallies, strict=True):
            occupancy = "" if tally.occupancy is None else f"{tally.occupancy:.1f}".replace(".", ",")
            counts = [tally.came, tally.missed, tally.late, tally.unmarked]
            number = week.monday.isocalendar().week
            yield [week.monday, number, person.name, tally.available, tally.occupied, occupancy, *counts]
