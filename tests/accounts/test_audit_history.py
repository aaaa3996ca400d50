"""What the audit is made of: tables that nobody empties, and changes that stay those of who made them."""

import pghistory
import pytest
from django.db import DatabaseError, transaction

from accounts.audit_chain import sealed_models
from accounts.models import User
from tests.accounts.test_audit_chain import run
from tests.people import make_user

pytestmark = [pytest.mark.django_db, pytest.mark.owner]  # as the application nobody comes that far


@pytest.mark.parametrize("model", sealed_models(), ids=lambda model: model.__name__)
def test_no_sealed_table_can_be_emptied(model: type, db: None) -> None:
    with pytest.raises(DatabaseError, match="is refused"), transaction.atomic():
        run(f"TRUNCATE {model._meta.db_table} CASCADE")  # type: ignore[attr-defined]


def test_who_changed_a_row_stays_who_changed_it(therapist: User, owner: User) -> None:
    """One job may write for several people in turn: each keeps the own change."""
    user = make_user("new@practice.example", "Nele Jans", "therapist")
    with pghistory.context(job="test"):
        for by, name in ((therapist, "One"), (owner, "Two")):
            with pghistory.context(user=str(by.pk)):
                User.objects.filter(pk=user.pk).update(name=name)
    events = user.events.filter(pgh_label="update").order_by("pgh_id").select_related("pgh_context")  # type: ignore[attr-defined]
    assert [each.pgh_context.metadata["user"] for each in events] == [str(therapist.pk), str(owner.pk)]
