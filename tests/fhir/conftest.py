"""What tests of FHIR share."""

from pathlib import Path

import pytest
from django.conf import settings

from patients.codings import add_missing, read_codings


@pytest.fixture
def first_codes(db: None) -> None:
    """The codes that an installation begins with."""
    add_missing(read_codings(Path(settings.BASE_DIR) / "seeds"))
