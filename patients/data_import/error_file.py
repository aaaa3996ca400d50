"""The refused lines as a file: to be mended and imported again."""

import csv
import io
from collections.abc import Iterator

from django.utils.translation import gettext as _

from accounts.spreadsheets import guarded
from patients.data_import.kinds import ROW, columns_of
from patients.models import DataImport, DataImportRow


def error_file(data_import: DataImport) -> Iterator[str]:
    """Yield the refused lines as they were, with a last column that says why; a line of text at a time.

    The separator is the file's own. A cell that a spreadsheet would take for a formula has an apostrophe before it,
    which reading takes away again. Yields the headings alone once the lines were emptied.
    """
    delimiter = str(data_import.options.get("delimiter") or ";")
    reason = _("Why it was refused")
    headings = [each for each in data_import.headings if each != reason]
    labels = {column.name: str(column.label) for column in columns_of(data_import.kind)}
    places = [place for place, each in enumerate(data_import.headings) if each != reason]
    yield _as_line([*headings, reason], delimiter)
    rows = data_import.rows.filter(outcome=DataImportRow.Outcome.REFUSED, cells__isnull=False).order_by("number")
    for cells, errors in rows.values_list("cells", "errors").iterator(chunk_size=2_000):
        told = [text if name == ROW else f"{labels.get(name, name)}: {text}" for name, text in errors.items()]
        yield _as_line([*(cells[place] for place in places), " ".join(told)], delimiter)


def _as_line(cells: list[str], delimiter: str) -> str:
    file = io.StringIO()
    csv.writer(file, delimiter=delimiter).writerow([guarded(cell) for cell in cells])
    return file.getvalue()
