"""What a file that was made holds."""

import io
import zipfile
from typing import Any

import pyarrow as pa
import pyarrow.parquet

from fysicure.research import making
from fysicure.research.pseudonyms import pseudonym
from pathways.models import CarePlan


def outcomes_of(made: making.Made) -> list[dict[str, Any]]:
    return table_of(made, "outcomes").to_pylist()


def table_of(made: making.Made, name: str) -> pa.Table:
    with zipfile.ZipFile(made.file) as archive:
        return pyarrow.parquet.read_table(io.BytesIO(archive.read(f"{name}.parquet")))


def row_of(plan: CarePlan, made: making.Made, key: bytes) -> dict[str, Any]:
    (row,) = [each for each in outcomes_of(made) if each["pseudonym"] == pseudonym(plan.patient_id, key)]
    return row
