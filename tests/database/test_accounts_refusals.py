"""What the database refuses about accounts, whoever asks."""

import datetime
import uuid
from collections.abc import Callable
from typing import Any

import pytest
from django.db import DatabaseError, IntegrityError, transaction

from accounts.models import (
    AccessLog,
    ApiToken,
    AuditHead,
    AuditLink,
    Device,
    IdempotencyKey,
    LimitCount,
    Practitioner,
    SecurityEvent,
    SignInCode,
    User,
)
from tests.people import NOW

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


def test_a_language_that_nobody_wrote(therapist: User) -> None:
    name = refusal(lambda: User.objects.filter(pk=therapist.pk).update(language="de"))
    assert name == "accounts_user_language_known"


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


def link(position: int, **fields: object) -> AuditLink:
    values = {"table_name": "accounts_accesslog", "row_key": "1", "width": 1, "salt": uuid.uuid4(), **fields}
    return AuditLink.objects.create(position=position, digest=b"1", previous=b"", hash=b"1", **values)


@pytest.mark.owner
def test_a_row_is_linked_once(db: None) -> None:
    link(900_001)  # far behind what the migrations themselves linked
    assert refusal(lambda: link(900_002)) == "accounts_auditlink_row_once"


@pytest.mark.owner
def test_a_link_has_a_salt_or_an_erasure(db: None) -> None:
    assert refusal(lambda: link(900_001, salt=None)) == "accounts_auditlink_salt_or_erasure"
    assert refusal(lambda: link(900_001, erased_by=uuid.uuid4())) == "accounts_auditlink_salt_or_erasure"


@pytest.mark.owner
def test_the_chain_has_one_head(db: None) -> None:
    AuditHead.objects.update_or_create(id=1, defaults={"position": 1, "hash": b"1"})
    name = refusal(lambda: AuditHead.objects.create(id=2, position=1, hash=b"1"))
    assert name == "accounts_audithead_single"


def code_row(**fields: Any) -> SignInCode:
    moments = {"created_at": NOW, "expires_at": NOW + datetime.timedelta(minutes=10)}
    return SignInCode.objects.create(**{"purpose": "sign_in", "link_digest": "a" * 64, **moments, **fields})


def test_the_link_of_a_code_stands_once() -> None:
    code_row()
    assert refusal(code_row) == "accounts_signincode_link_once"


@pytest.mark.parametrize(
    ("fields", "constraint"),
    [
        ({"expires_at": NOW + datetime.timedelta(minutes=11)}, "accounts_signincode_ten_minutes"),
        ({"attempts": 6}, "accounts_signincode_five_attempts"),
        ({"purpose": "gossip"}, "accounts_signincode_purpose_known"),
    ],
)
def test_a_code(fields: dict[str, Any], constraint: str) -> None:
    assert refusal(lambda: code_row(**fields)) == constraint


def test_a_device(therapist: User) -> None:
    row = {"user": therapist, "session_key": "k", "signed_in_at": NOW}
    Device.objects.create(**row, last_seen_at=NOW)
    assert refusal(lambda: Device.objects.create(**row, last_seen_at=NOW)) == "accounts_device_session_once"
    early = NOW - datetime.timedelta(seconds=1)
    row["session_key"] = "l"
    name = refusal(lambda: Device.objects.create(**row, last_seen_at=early))
    assert name == "accounts_device_seen_after_sign_in"


def test_a_count_under_the_name_of_somebody() -> None:
    name = refusal(lambda: LimitCount.objects.create(key="an@mail.example", count=1, ends_at=NOW))
    assert name == "accounts_limitcount_key_digest"


def test_a_key_of_a_request(therapist: User) -> None:
    row = {"user": therapist, "key": "k", "digest": "a" * 64}
    IdempotencyKey.objects.create(**row)
    assert refusal(lambda: IdempotencyKey.objects.create(**row)) == "accounts_idempotencykey_once"
    row["key"] = "l"
    name = refusal(lambda: IdempotencyKey.objects.create(**row, status=409))
    assert name == "accounts_idempotencykey_status_known"
    name = refusal(lambda: IdempotencyKey.objects.create(**{**row, "digest": "Rustpijn"}))
    assert name == "accounts_idempotencykey_digest_hex"
