"""What the database refuses of codes of terminologies, whoever asks."""

from typing import Any

import pytest
from django.db import IntegrityError, transaction

from patients.models import Coding

pytestmark = pytest.mark.django_db
GIVEN = {"what": "measure", "key": "lefs", "system": "http://loinc.org", "code": "1-8", "source": "a list"}


@pytest.mark.parametrize(
    ("fields", "constraint"),
    [
        ({"key": "nprs_now"}, "patients_coding_once"),
        ({"what": "colour"}, "patients_coding_what_known"),
        ({"code": " 1-8"}, "patients_coding_code_written"),
        ({"system": "loinc"}, "patients_coding_code_written"),
        ({"key": ""}, "patients_coding_code_written"),
        ({"certainty": "verified", "source": ""}, "patients_coding_verified_source"),
        ({"certainty": "confirmed"}, "patients_coding_confirmed_by"),
    ],
)
def test_a_code(fields: dict[str, Any], constraint: str) -> None:
    Coding.objects.get_or_create(what="measure", key="nprs_now", system=GIVEN["system"], defaults={"code": "72514-3"})
    with pytest.raises(IntegrityError) as error, transaction.atomic():
        Coding.objects.create(**{**GIVEN, **fields})
    assert error.value.__cause__.diag.constraint_name == constraint  # type: ignore[union-attr]
