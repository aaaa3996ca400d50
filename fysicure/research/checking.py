"""The file is read back and checked as a stranger would find it: alike enough, no finer than it says, nobody extra."""

import io
import re
import zipfile
from collections.abc import Mapping, Sequence
from typing import IO, Any

import pyarrow as pa
import pyarrow.compute
import pyarrow.csv
import pyarrow.parquet
from django.utils.translation import gettext as _

from fysicure.research.asked import Asked, Format
from fysicure.research.columns import MEASUREMENTS, Column
from fysicure.research.exceptions import NotAnonymous
from fysicure.research.generalising import QUASI_IDENTIFIERS, Level, class_sizes

PSEUDONYM = re.compile(r"p[0-9a-f]{32}")
SIDES, SEXES = {"L", "R", "both"}, {"female", "male", "other"}
BAND = {10: re.compile(r"[0-7]0-[0-7]9|0-9|80\+"), 20: re.compile(r"0-19|20-39|40-59|60-79|80\+")}
PERIOD = {"quarter": re.compile(r"\d{4}-Q[1-4]"), "year": re.compile(r"\d{4}")}


def check_file(file: IO[bytes], asked: Asked, level: Level, columns: Sequence[Column]) -> int:
    """Return how many plans a finished file holds, after reading every table in every format. Raises NotAnonymous."""
    counts = set()
    with zipfile.ZipFile(file) as archive:
        for form in asked.formats:
            outcomes = read_table(archive, "outcomes", form, columns)
            check_outcomes(outcomes, asked.k, level)
            counts.add(outcomes.num_rows)
            if asked.measurements:
                _check_measurements(read_table(archive, "measurements", form, MEASUREMENTS), outcomes)
    if len(counts) != 1:
        raise NotAnonymous(_("The file does not hold what it should. Nothing was kept: try again."))
    return counts.pop()


def read_table(archive: zipfile.ZipFile, name: str, form: Format, columns: Sequence[Column]) -> pa.Table:
    """Read a table of a file as it was written."""
    content = io.BytesIO(archive.read(f"{name}.{form}"))
    if form is Format.PARQUET:
        return pyarrow.parquet.read_table(content)
    types = {column.name: column.type for column in columns}
    options = pyarrow.csv.ConvertOptions(column_types=types, strings_can_be_null=True, null_values=[""])
    return pyarrow.csv.read_csv(content, convert_options=options)


def check_outcomes(outcomes: pa.Table, k: int, level: Level) -> None:
    """Refuse rows of which a class is smaller than k, or a value finer than the level. Raises NotAnonymous."""
    ordered = trails_of(outcomes)
    if not ordered or class_sizes((row[0], row[2:]) for row in ordered)[0] < k:
        raise NotAnonymous(
            _("The records changed while the file was made, and somebody would stand alone in it. Try again.")
        )
    told = [dict(zip(QUASI_IDENTIFIERS, values, strict=True)) for values in {row[2:] for row in ordered}]
    is_as_said = (
        all(_is_coarse(values, level) for values in told)
        and all(PSEUDONYM.fullmatch(row[0]) for row in ordered)
        and _weeks_tell_nothing(outcomes)
    )
    if not is_as_said:
        raise NotAnonymous(_("The file does not hold what it should. Nothing was kept: try again."))


def trails_of(outcomes: pa.Table) -> list[tuple[Any, ...]]:
    """Return pseudonym, number of the plan and the quasi-identifiers of each row, plan after plan of each patient."""
    rows = columns_of(outcomes, ("pseudonym", "plan_number", *QUASI_IDENTIFIERS))
    return sorted(rows, key=lambda row: row[:2])


def _weeks_tell_nothing(outcomes: pa.Table) -> bool:
    """Whether all of a period are told for the same number of weeks, and no week lies beyond them."""
    told = outcomes["weeks_told"]
    periods = set(columns_of(outcomes, ("start_period", "weeks_told")))
    weeks = [name for name in outcomes.column_names if name.endswith("_week")] + ["weeks_in_plan", "weeks_paused"]
    return len(periods) == len({period for period, _weeks in periods}) and not any(
        pyarrow.compute.any(pyarrow.compute.greater(outcomes[name], told)).as_py() for name in weeks
    )


def columns_of(table: pa.Table, names: Sequence[str]) -> list[tuple[Any, ...]]:
    """Return some columns of a table as rows."""
    return list(zip(*(table[name].to_pylist() for name in names), strict=True))


def _is_coarse(told: Mapping[str, Any], level: Level) -> bool:
    """Whether no value is finer than the level allows."""
    age, postal, period = told["age_band"], told["postal_area"], told["start_period"]
    return (
        (age is None if level.age is None else bool(BAND[level.age].fullmatch(age)))
        and (postal is None or (level.postal > 0 and len(postal) == level.postal and postal.isdigit()))
        and (period is None if level.period is None else bool(PERIOD[level.period].fullmatch(period)))
        and (told["sex"] is None or (level.sex and told["sex"] in SEXES))
        and (told["side"] is None if not level.side else told["side"] in SIDES)
        and (level.version or told["pathway_version"] is None)
    )


def _check_measurements(measured: pa.Table, outcomes: pa.Table) -> None:
    names = ["pseudonym", "plan_number"]
    known = set(columns_of(outcomes, names))
    if not set(columns_of(measured.group_by(names).aggregate([]), names)) <= known:
        raise NotAnonymous(_("The file does not hold what it should. Nothing was kept: try again."))
