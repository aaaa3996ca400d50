"""Making a file: choose who can be in it, note whose data are used, read, write, read back, and only then hand over."""

import datetime
import os
import statistics
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory, TemporaryFile
from typing import IO, Any

import pyarrow as pa
import pyarrow.compute
import pyarrow.csv
import pyarrow.parquet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import SecurityEvent, User
from accounts.security_log import note_event
from fysicure.research.asked import Asked, Format
from fysicure.research.checking import check_file
from fysicure.research.columns import Column, outcome_columns, scored_measures
from fysicure.research.documents import as_json, dictionary, dictionary_page, read_me
from fysicure.research.exceptions import NobodyConsented, TooRare
from fysicure.research.generalising import MOST_SUPPRESSED, Choice, choose, rarest
from fysicure.research.noting import note_use
from fysicure.research.people import Considered, consider
from fysicure.research.pseudonyms import fresh_key
from fysicure.research.report import report_of, with_metadata
from fysicure.research.tables import Tables, read_tables, told_plans
from pathways.models import Pathway

# What a spreadsheet would take for a formula.
_FORMULA = r"^[=+\-@\t\r\n＝＋－＠]"
# A date that says nothing, for the entries of the ZIP.
_NO_DATE = (1980, 1, 1, 0, 0, 0)


@dataclass(frozen=True, slots=True)
class Preview:
    """What a file would be: who is considered, and how far values must be coarsened; None when no file can be made."""

    considered: Considered
    choice: Choice | None
    refusal: str = ""
    hints: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Made:
    """A finished and checked file, open at its beginning and without a name, with its report."""

    file: IO[bytes]
    report: Mapping[str, Any]


def preview(asked: Asked, *, now: datetime.datetime) -> Preview:
    """Return what a file would be, in counts only; nothing is written. Two queries, and one for a refusal's words."""
    considered = consider(asked, today=timezone.localdate(now))
    choice = choose(considered.facts, k=asked.k)
    if choice is not None:
        return Preview(considered, choice)
    return Preview(considered, None, _refusal(considered, asked), tuple(_hints(considered, asked)))


def make(
    asked: Asked, *, by: User, now: datetime.datetime, key: bytes | None = None, request: HttpRequest | None = None
) -> Made:
    """Make a file and check it as it was written. The number of queries does not grow with the number of plans.

    `key` is that of a study; without it one is made and thrown away. That each patient's data were used is noted before
    they are read. Raises NobodyConsented, TooRare, or NotAnonymous when the finished file fails; it is gone then.
    """
    today = timezone.localdate(now)
    found = preview(asked, now=now)
    choice, considered = found.choice, found.considered
    if choice is None:
        raise (TooRare if considered.count else NobodyConsented)(" ".join([found.refusal, *found.hints]))
    told = told_plans(considered, choice, key or fresh_key())
    note_use(considered, choice, by=by, now=now, request=request)
    measures = scored_measures()
    tables = read_tables(told, measures, asked, period=choice.level.period, today=today)
    columns = outcome_columns(measures)
    report = report_of(asked, considered, choice, tables.outcomes, same_names=key is not None, now=now)
    file = TemporaryFile()  # noqa: SIM115 - who asked for it closes it
    try:
        _pack(file, asked, tables, columns, report)
        check_file(file, asked, choice.level, columns)
    except BaseException:
        file.close()
        raise
    counts = {"patients": report["patients"], "plans": report["plans"], "suppressed": choice.suppressed}
    note_event(
        SecurityEvent.Kind.EXPORTED, request=request, user_id=by.pk, what="research", k=asked.k,
        same_names=key is not None, step=choice.step, **counts,
    )  # fmt: skip
    file.seek(0)
    return Made(file, report)


def keep(made: Made, path: Path) -> None:
    """Put a finished file at its place, whole or not at all, readable by its owner only. Raises FileExistsError."""
    part = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        with open(part, "xb", opener=lambda name, flags: os.open(name, flags, 0o600)) as target:
            while block := made.file.read(1 << 20):
                target.write(block)
            target.flush()
            os.fsync(target.fileno())
        os.link(part, path)  # refuses to replace what is there, and nobody sees half a file
    finally:
        part.unlink(missing_ok=True)


def sizes_of(choice: Choice) -> dict[str, float]:
    """Return how large the classes of alike patients are."""
    sizes = choice.classes
    return {"count": len(sizes), "least": sizes[0], "median": statistics.median(sizes), "most": sizes[-1]}


def _pack(
    file: IO[bytes], asked: Asked, tables: Tables, columns: tuple[Column, ...], report: Mapping[str, Any]
) -> None:
    explained = dictionary(columns, measurements=asked.measurements)
    text = as_json(report)
    written = {"outcomes": tables.outcomes} | ({"measurements": tables.measurements} if asked.measurements else {})
    with TemporaryDirectory() as folder, zipfile.ZipFile(file, "w") as archive:
        for name, table in written.items():
            for form in asked.formats:
                path = Path(folder) / f"{name}.{form}"
                _write(with_metadata(table, report, text), form, path)
                _add(archive, path.name, path)
                path.unlink()
        for name, content in {
            "README.md": read_me(report),
            "data-dictionary.md": dictionary_page(explained),
            "data-dictionary.json": as_json(explained),
            "report.json": text,
        }.items():
            archive.writestr(zipfile.ZipInfo(name, _NO_DATE), content, zipfile.ZIP_DEFLATED)


def _add(archive: zipfile.ZipFile, name: str, path: Path) -> None:
    info = zipfile.ZipInfo(name, _NO_DATE)
    info.compress_type = zipfile.ZIP_STORED if name.endswith(Format.PARQUET) else zipfile.ZIP_DEFLATED
    with path.open("rb") as source, archive.open(info, "w", force_zip64=True) as target:
        while block := source.read(1 << 20):
            target.write(block)


def _write(table: pa.Table, form: Format, path: Path) -> None:
    if form is Format.PARQUET:
        pyarrow.parquet.write_table(table, path, compression="zstd")
    else:
        pyarrow.csv.write_csv(_guarded(table), path)


def _guarded(table: pa.Table) -> pa.Table:
    """Return a table of which no text is taken for a formula; numbers stay numbers."""
    for place, field in enumerate(table.schema):
        if field.type == pa.string():
            cells = table.column(place)
            is_formula = pyarrow.compute.match_substring_regex(cells, _FORMULA)
            marked = pyarrow.compute.binary_join_element_wise("'", cells, "")
            table = table.set_column(place, field, pyarrow.compute.if_else(is_formula, marked, cells))
    return table


def _refusal(considered: Considered, asked: Asked) -> str:
    people = len(considered.patients)
    if not people:
        return _("No patient with a plan in these years allows research with pseudonymised data.")
    if people < asked.k:
        return ngettext(
            "Only %(count)s patient with a plan allows research; at least %(k)s must be alike.",
            "Only %(count)s patients with a plan allow research; at least %(k)s must be alike.",
            people,
        ) % {"count": people, "k": asked.k}
    return _(
        "Even with the coarsest values more than %(share)s %% of the plans would stand out: fewer than %(k)s patients "
        "are alike."
    ) % {"share": round(100 * MOST_SUPPRESSED), "k": asked.k}


def _hints(considered: Considered, asked: Asked) -> list[str]:
    """What would help."""
    found = []
    rare = rarest(considered.facts, k=asked.k)
    if len(considered.patients) >= asked.k and rare:
        titles = dict(Pathway.objects.filter(pk__in=rare).values_list("pk", "title"))
        told = ", ".join(f"{titles[name]} ({count})" for name, count in rare.items())
        found.append(_("Too rare by themselves, in patients: %(pathways)s.") % {"pathways": told})
    if asked.first_year or asked.last_year:
        found.append(_("Take more years together."))
    if considered.left_out.get("not_asked"):
        found.append(_("Ask more patients for their consent."))
    if considered.left_out.get("too_recent"):
        found.append(_("Wait: the latest plans are told once their quarter and six weeks are over."))
    return found
