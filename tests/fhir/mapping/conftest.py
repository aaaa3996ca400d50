"""What tests of mapping share."""

from importlib import import_module

import pytest

from patients.models import Coding


@pytest.fixture
def first_codes(db: None) -> None:
    """The codes that an installation begins with; a test that committed may have emptied the table."""
    begun = import_module("patients.migrations.0013_codings")
    names = ("what", "key", "system", "code", "display", "certainty", "source")
    rows = [Coding(**dict(zip(names, row, strict=True))) for row in begun._codes()]
    Coding.objects.bulk_create(rows, ignore_conflicts=True)
