"""Every row of a patient as JSON: what is exported, and what is not and why."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.core.serializers.json import DjangoJSONEncoder
from django.db import models

from accounts.models import AccessLog, Practitioner, SecurityEvent, User
from patients.belongings import Belongings, accounts_of, belongings_of, belongings_of_accounts, is_history
from patients.models import Patient

# What is left out of an export, each with its reason. A test fails when a model is neither exported nor here.
LEFT_OUT = {
    "pathways.PlanStanding": "a picture worked out from the rows that are exported",
    "scheduling.WaitingListEntry_practitioners": "told with the entry of the waiting list",
    "accounts.ApiToken": "holds only the digest of a secret",
    "accounts.User_groups": "the rights of the role, not of the person",
    "accounts.User_user_permissions": "the rights of the role, not of the person",
    "account.EmailConfirmation": "a secret key that was sent by mail",
    "mfa.Authenticator": "the secret of the second factor",
    "admin.LogEntry": "belongs to who works in the administration; its facts stand in the history",
    "patients.Erasure": "an erased record cannot be exported",
    "usersessions.UserSession": "a sign-in of a device, shown on the page of devices",
}
# Columns that are secrets, or copies that only search needs.
SECRET_COLUMNS = {"password", "digest", "client_key", "idempotency_key", "name_folded", "given_folded"}


@dataclass(frozen=True, slots=True)
class Table:
    """The rows of one model of one patient."""

    model: type[models.Model]
    keys: set[Any]

    @property
    def path(self) -> str:
        """Where the rows stand in the export."""
        folder = "geschiedenis" if is_history(self.model) else "gegevens"
        return f"{folder}/{self.model._meta.app_label}_{self.model._meta.model_name}.json"


def tables_of(patient: Patient) -> list[Table]:
    """Return what there is to export, from every room and from the portal account."""
    found = belongings_of(patient.pk)
    ids = accounts_of(patient)
    accounts = belongings_of_accounts(ids) if ids else Belongings()
    both = {**found.keys, **accounts.keys}
    return [Table(model, keys) for model, keys in both.items() if keys and model._meta.label not in LEFT_OUT]


def read(table: Table) -> list[dict[str, Any]]:
    """Return the rows of a table as dictionaries, in the order of their keys. One query."""
    names = [each.attname for each in table.model._meta.concrete_fields if each.attname not in SECRET_COLUMNS]
    return list(table.model._base_manager.filter(pk__in=table.keys).order_by("pk").values(*names))


def who_looked(patient: Patient) -> list[dict[str, Any]]:
    """Return each opening of the record. The address of the reader's computer is the reader's, and stays out."""
    rows: Any = AccessLog.objects.filter(patient_id=patient.pk).order_by("at", "pk")
    return list(rows.values("at", "user_id", "role", "part", "reason"))


def what_happened(patient: Patient) -> list[dict[str, Any]]:
    """Return what happened to the record as a whole: exports, freezes, opening it outside one's own patients."""
    rows: Any = SecurityEvent.objects.filter(patient_id=patient.pk).order_by("at", "pk")
    return list(rows.values("at", "kind", "user_id", "detail"))


def people(ids: set[UUID]) -> list[dict[str, Any]]:
    """Return who the ids in the rows are: name and role of users, name and RIZIV number of therapists. Two queries."""
    users: Any = User.objects.filter(pk__in=ids).order_by("pk").values("id", "name", "role")
    therapists: Any = Practitioner.objects.filter(pk__in=ids).order_by("pk").values("id", "name", "nihdi_number")
    return [*users, *therapists]


def named_ids(rows: list[dict[str, Any]]) -> Iterator[UUID]:
    """Yield every id that stands in some rows."""
    for row in rows:
        yield from (value for value in row.values() if isinstance(value, UUID))


def as_json(content: Any) -> bytes:
    """Return content as readable JSON."""
    return json.dumps(content, cls=DjangoJSONEncoder, ensure_ascii=False, indent=1).encode()
