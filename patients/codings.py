"""The codes of terminologies with which an installation begins: data, read from a file and never forced back."""

from pathlib import Path
from typing import Any

import yaml
from django.core.exceptions import ValidationError

from patients.models import Coding

FILE = "codings.yaml"


class CodingFault(ValueError):
    """A file of codes that cannot be taken: the message names the file, the row and what is wrong with it."""


def read_codings(folder: Path) -> list[Coding]:
    """Return the codes of a folder's codings.yaml, not saved; none when there is no such file. Raises CodingFault."""
    path = folder / FILE
    if not path.is_file():
        return []
    try:
        rows: Any = yaml.safe_load(path.read_text(encoding="utf-8"))
    except yaml.YAMLError as error:
        raise CodingFault(f"{path}: {error}") from error
    if not isinstance(rows, list):
        raise CodingFault(f"{path}: a list of codes is wanted")
    return [_coding(path, number, row) for number, row in enumerate(rows, start=1)]


def add_missing(codings: list[Coding]) -> int:
    """Add the codes that a thing does not have yet, whatever became of those it has. Return how many were added."""
    known = set(Coding.objects.values_list("what", "key", "system"))
    new = [row for row in codings if (row.what, row.key, row.system) not in known]
    Coding.objects.bulk_create(new, ignore_conflicts=True)
    return len(new)


def _coding(path: Path, number: int, row: Any) -> Coding:
    try:
        coding = Coding(**row)
        coding.full_clean(validate_unique=False, validate_constraints=False)
    except (TypeError, ValidationError) as error:
        raise CodingFault(f"{path}:{number}: {error}") from error
    return coding
