"""What the session of a test says of the role that it is in."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.db import connection

from fysicure.portal_role import widen


@pytest.fixture(autouse=True)
def wide_again() -> Iterator[None]:
    """A test that took the role of the portal gives it back."""
    yield
    if not connection.needs_rollback:
        widen()


def asked(sql: str, *values: object) -> Any:
    """Return the first value that a statement gives."""
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        row = cursor.fetchone()
        return row[0] if row else None


def role_now() -> tuple[str, str]:
    """The role in use and the patient that is set."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_user, coalesce(current_setting('fysicure.patient', true), '')")
        role, patient = cursor.fetchone() or ("", "")
        return role, patient
