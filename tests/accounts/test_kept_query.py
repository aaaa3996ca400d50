"""Queries that are worded once answer what the queryset would, alone and together."""

import pytest

from accounts.kept_query import SOMEBODY, KeptObjects, KeptQuery, ask_together
from accounts.models import Practitioner, User

pytestmark = pytest.mark.django_db


def test_questions_asked_together_get_each_their_own_answer(
    practitioner: Practitioner, other_practitioner: Practitioner, django_assert_num_queries: object
) -> None:
    """A union stands first: it begins with a bracket, so that the history puts a statement of its own before it."""
    mine, others = (
        Practitioner.objects.filter(user_id=SOMEBODY).order_by(),
        Practitioner.objects.exclude(user_id=SOMEBODY),
    )
    names = KeptQuery.of(mine.values_list("name").union(mine.values_list("user__email")).order_by())
    colleagues = KeptObjects.of(others.select_related("user"))
    nobody = KeptQuery.of(User.objects.filter(pk=SOMEBODY, is_active=False).values_list("pk"))
    with django_assert_num_queries(1):  # type: ignore[operator]
        found = ask_together([names, colleagues, nobody], {SOMEBODY: practitioner.user_id})
        assert [each.user.email for each in found[1]] == ["other@practice.example"]
    assert sorted(found[0]) == [(practitioner.name,), ("treating@practice.example",)]
    assert found[1] == [other_practitioner] and not found[2]
