"""Files to import in tests, and an import brought to a step by the functions that the pages call."""

from accounts.models import User
from patients.data_import.columns import set_columns
from patients.data_import.staging import start
from patients.data_import.steps import ask_to_check, ask_to_run, ask_to_undo, carry_on
from patients.models import DataImport
from tests.people import NOW

HEADINGS = "Familienaam;Voornaam;Geboortedatum;Geslacht;Telefoon;E-mail;Schoenmaat"
LINES = (
    "Claes;Bart;12/05/1971;m;0470 11 22 33;bart@mail.example;44",
    "Maes;Ria;03/02/1950;v;;;38",
    "Fout;Datum;31/02/1980;v;;;",
)


def csv_file(*lines: str, headings: str = HEADINGS) -> bytes:
    """Return a file with these lines, or with the usual three: two that are new and one that is refused."""
    return "\r\n".join([headings, *(lines or LINES), ""]).encode()


def many(count: int) -> bytes:
    """Return a file with so many different patients."""
    return csv_file(*(f"Naam{number:06d};An;{1 + number % 28:02d}/05/1971;v;;;" for number in range(count)))


def read_in(owner: User, content: bytes | None = None, *, kind: str = "patients") -> DataImport:
    """Read a file: its columns are still to be chosen."""
    return start(content or csv_file(), kind=kind, file_name="oud.csv", by=owner, now=NOW)


def checked(owner: User, content: bytes | None = None, *, kind: str = "patients") -> DataImport:
    """Read a file and check it with the columns that were guessed."""
    row = read_in(owner, content, kind=kind)
    set_columns(row, row.columns, {}, by=owner, now=NOW)
    return done(ask_to_check(row, by=owner, now=NOW))


def imported(owner: User, content: bytes | None = None, *, kind: str = "patients") -> DataImport:
    """Read a file, check it and import it."""
    return done(ask_to_run(checked(owner, content, kind=kind), by=owner, now=NOW))


def undone(owner: User, content: bytes | None = None) -> DataImport:
    """Import a file and undo it."""
    return done(ask_to_undo(imported(owner, content), by=owner, now=NOW))


def done(row: DataImport) -> DataImport:
    """Do the step that was asked for, as a worker does."""
    carry_on(row.pk, now=NOW)
    row.refresh_from_db()
    return row
