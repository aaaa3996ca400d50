"""The usual week is given to everybody who has none, while somebody gets hours of an own: those stay."""

import datetime
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection, transaction

from accounts.locking import locked
from accounts.models import Practitioner, User
from scheduling.models import WorkingHours
from scheduling.weekly_hours import USUAL_WEEK, keep_week, mark_of
from tests.concurrency.waiting import is_waited_for
from tests.people import TODAY

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.concurrency]


def test_hours_that_somebody_just_got_are_not_replaced(
    practitioner: Practitioner, other_practitioner: Practitioner, owner: User
) -> None:
    WorkingHours.objects.all().delete()
    seen = mark_of(practitioner, on=TODAY)

    def give_everybody() -> list[Practitioner]:
        try:
            values = {"since": TODAY, "seen": seen, "everybody": True, "by": owner, "today": TODAY}
            return keep_week(practitioner, USUAL_WEEK, **values)
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as pool:
        with transaction.atomic():
            person = locked(Practitioner.objects.all(), other_practitioner.pk)
            hours = WorkingHours.objects.create(
                practitioner=person, weekday=1, starts_at=datetime.time(9), ends_at=datetime.time(10), valid_from=TODAY
            )
            written = pool.submit(give_everybody)
            while not is_waited_for():
                assert not written.done()
        assert written.result(30) == [practitioner]
    assert list(other_practitioner.working_hours.all()) == [hours]
