"""What the database refuses about reviews of publications."""

import datetime

import pytest
from django.db import DatabaseError, IntegrityError, transaction

from accounts.models import User
from pathways.models import Reference, ReferenceReview
from tests.people import TODAY


@pytest.fixture
def reference(db: None) -> Reference:
    return Reference.objects.create(key="x", authors="X", strength="weak")


def make(reference: Reference, by: User, days: int = 365) -> ReferenceReview:
    row: ReferenceReview = ReferenceReview.objects.create(
        reference=reference, outcome="confirmed", reviewed_on=TODAY, reviewed_by=by,
        review_due=TODAY + datetime.timedelta(days=days),
    )  # fmt: skip
    return row


def test_the_next_review_comes_later(reference: Reference, owner: User) -> None:
    with pytest.raises(IntegrityError, match="pathways_review_due_later"), transaction.atomic():
        make(reference, owner, days=0)


def test_a_review_is_never_changed_or_removed(reference: Reference, owner: User) -> None:
    row = make(reference, owner)
    with pytest.raises(DatabaseError, match="Cannot update or delete"), transaction.atomic():
        ReferenceReview.objects.filter(pk=row.pk).update(outcome="withdrawn")
    with pytest.raises(DatabaseError, match="Cannot update or delete"), transaction.atomic():
        ReferenceReview.objects.filter(pk=row.pk).delete()
