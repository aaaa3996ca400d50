"""What `manage.py check` says about the roles of the database."""

from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, Warning
from django.db import connections

_HINT = "See docs/decisions/0011-row-security.md: set DATABASE_URL (fysicure_app) and DATABASE_OWNER_URL."
_RIGHTS = """
SELECT rolsuper OR rolbypassrls OR pg_has_role(oid, (
    SELECT relowner FROM pg_class WHERE oid = to_regclass('patients_patient')
), 'USAGE') FROM pg_roles WHERE rolname = current_user
"""


def two_roles(**_given: Any) -> list[CheckMessage]:
    """Warn when one database role does everything: the application then owns its logs, and row security is off."""
    if settings.ROW_SECURITY:
        return []
    return [Warning("One database role both owns the tables and serves people.", hint=_HINT, id="fysicure.W010")]


def few_rights(*, databases: Sequence[str] | None = None, **_given: Any) -> list[CheckMessage]:
    """Refuse an application that signs in with the rights of an owner although it was given a role of its own."""
    is_owner = connections["default"].settings_dict["USER"] == settings.DATABASE_OWNER["USER"]
    if not databases or not settings.ROW_SECURITY or is_owner:  # migrate checks while it works as the owner
        return []
    with connections["default"].cursor() as cursor:
        cursor.execute(_RIGHTS)
        has_too_many = (cursor.fetchone() or (False,))[0]
    if not has_too_many:
        return []
    return [Error("DATABASE_URL signs in as the owner of the tables.", hint=_HINT, id="fysicure.E011")]
