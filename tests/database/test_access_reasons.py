"""What the database refuses about reasons to open a record, and about their review."""

import datetime
import uuid
from typing import Any

import pytest
from django.db import DatabaseError, transaction

from accounts.models import AccessReason, AccessReview
from tests.database.test_accounts_refusals import refusal
from tests.people import NOW

pytestmark = pytest.mark.django_db
HOUR = datetime.timedelta(hours=1)


def make(**fields: Any) -> AccessReason:
    values = {"user_id": uuid.uuid4(), "patient_id": uuid.uuid4(), "code": "cover", "given_at": NOW}
    return AccessReason.objects.create(**{**values, "valid_until": NOW + 12 * HOUR, **fields})


@pytest.mark.parametrize(
    ("fields", "constraint"),
    [
        ({"code": "curious"}, "accounts_accessreason_code_known"),
        ({"code": "other"}, "accounts_accessreason_other_in_words"),
        ({"code": "none"}, "accounts_accessreason_person_says_why"),
        ({"valid_until": NOW}, "accounts_accessreason_holds_twelve_hours"),
        ({"valid_until": NOW + 13 * HOUR}, "accounts_accessreason_holds_twelve_hours"),
    ],
)
def test_a_reason(fields: dict[str, Any], constraint: str) -> None:
    assert refusal(lambda: make(**fields)) == constraint


@pytest.mark.parametrize(
    ("fields", "constraint"),
    [
        ({"outcome": "burnt"}, "accounts_accessreview_outcome_known"),
        ({"outcome": "question"}, "accounts_accessreview_says_what"),
        ({"outcome": "seen"}, "accounts_accessreview_seen_once"),
    ],
)
def test_a_review(fields: dict[str, Any], constraint: str) -> None:
    reason = make()
    AccessReview.objects.create(reason=reason, outcome="seen", by_id=uuid.uuid4())
    note = {"note": "x"} if fields["outcome"] == "burnt" else {}
    assert (
        refusal(lambda: AccessReview.objects.create(reason=reason, by_id=uuid.uuid4(), **note, **fields)) == constraint
    )


def test_neither_changes_or_goes() -> None:
    reason = make()
    review = AccessReview.objects.create(reason=reason, outcome="seen", by_id=uuid.uuid4())
    for row in (review, reason):
        with pytest.raises(DatabaseError), transaction.atomic():
            type(row).objects.filter(pk=row.pk).update(id=uuid.uuid4())
        with pytest.raises(DatabaseError), transaction.atomic():
            type(row).objects.filter(pk=row.pk).delete()
