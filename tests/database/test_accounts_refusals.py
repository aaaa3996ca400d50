"""What the database refuses about accounts, whoever asks."""

import uuid
from collections.abc import Callable
from typing import Any

import pytest
from django.db import DatabaseError, IntegrityError, transaction

from accounts.models import AccessLog, ApiToken, Practitioner, SecurityEvent, User

pytestmark = pytest.mark.django_db


def refusal(act: Callable[[], Any]) -> str:
    """Return the name of the constraint that refuses an act."""
    with pytest.raises(IntegrityError) as error, transaction.atomic():
        act()
    name = error.value.__cause__.diag.constraint_name  # type: ignore[union-attr]
    return str(name)


def test_an_address_belongs_to_one_account_whatever_its_capitals(therapist: User) -> None:
    name = refusal(lambda: User.objects.create(email="TREATING@practice.example", name="Twin", role="therapist"))
    assert name == "accounts_user_email_once"


def test_a_role_outside_the_table(therapist: User) -> None:
    name = refusal(lambda: User.objects.filter(pk=therapist.pk).update(role="boss"))
    assert name == "accounts_user_role_known"


@pytest.mark.parametrize(
    ("fields", "constraint"),
    [
        ({"colour": "red"}, "accounts_practitioner_colour_hex"),
        ({"nihdi_number": "12"}, "accounts_practitioner_nihdi_digits"),
    ],
)
def test_a_practitioner(practitioner: Practitioner, fields: dict[str, str], constraint: str) -> None:
    assert refusal(lambda: Practitioner.objects.filter(pk=practitioner.pk).update(**fields)) == constraint


def test_a_token_is_kept_once(therapist: User) -> None:
    ApiToken.objects.create(user=therapist, digest="a" * 64)
    name = refusal(lambda: ApiToken.objects.create(user=therapist, digest="a" * 64))
    assert name == "accounts_apitoken_digest_once"


def test_the_log_of_readings_is_append_only(therapist: User) -> None:
    row = AccessLog.objects.create(user_id=therapist.pk, role="therapist", patient_id=uuid.uuid4(), part="chart")
    with pytest.raises(DatabaseError), transaction.atomic():
        AccessLog.objects.filter(pk=row.pk).update(part="nothing")
    with pytest.raises(DatabaseError), transaction.atomic():
        AccessLog.objects.filter(pk=row.pk).delete()


def test_a_kind_of_event_outside_the_list(db: None) -> None:
    assert refusal(lambda: SecurityEvent.objects.create(kind="party")) == "accounts_securityevent_kind_known"


@pytest.mark.parametrize("act", ["update", "delete"])
def test_an_event_of_security_stays_as_it_was_written(db: None, act: str) -> None:
    SecurityEvent.objects.create(kind="backup")
    rows = SecurityEvent.objects.all()
    with pytest.raises(DatabaseError, match="permission denied"), transaction.atomic():
        rows.update(kind="erased") if act == "update" else rows.delete()
