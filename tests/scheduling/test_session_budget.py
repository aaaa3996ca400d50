"""Sessions weighed before booking: against the orders, and against 18 in each calendar year."""

import datetime
from collections import Counter
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from accounts.models import Practitioner, User
from patients.models import Encounter, EpisodeOfCare, ExternalPractitioner, Prescription
from patients.prescriptions import Order
from scheduling.booking import book, cancel
from scheduling.models import Room
from scheduling.session_budget import SessionBudget, Use, reckon, session_budget
from tests.people import NOW, at

EPISODE = EpisodeOfCare()
DAY = datetime.timedelta(days=1)
DECEMBER = datetime.date(2026, 12, 21)


def order(ordered: int | None, used: int = 0, on: str = "2026-11-20") -> Order:
    prescribed_on = datetime.date.fromisoformat(on)
    return Order(Prescription(sessions_ordered=ordered, prescribed_on=prescribed_on), used, [])


def weigh(orders: list[Order], planned: list[datetime.date] | None = None, **more: Any) -> SessionBudget:
    values: dict[str, Any] = {"used": Counter(), "booked": [], "wanted": [], "this_year": 2026, **more}
    return reckon(EPISODE, orders, planned=planned or [], **values)


def days(count: int, first: datetime.date = DECEMBER) -> list[datetime.date]:
    return [first + number * DAY for number in range(count)]


def test_january_counts_on_the_next_year() -> None:
    seen = weigh([order(30)], days(16), used=Counter({2026: 9}), booked=[DECEMBER])
    assert [(each.year, each.use.used, each.use.booked, each.use.planned) for each in seen.years] == [
        (2026, 9, 1, 11),
        (2027, 0, 0, 5),
    ]
    assert [each.use.short for each in seen.years] == [3, 0]
    assert [bool(each.warning) for each in seen.years] == [True, False]


@given(st.integers(0, 12), st.integers(0, 12), st.integers(0, 12), st.integers(0, 12), st.integers(1, 20))
def test_what_is_short_is_what_goes_beyond_the_order(
    used: int, booked: int, planned: int, wanted: int, ordered: int
) -> None:
    held = [order(ordered, min(used, ordered))]
    seen = weigh(held, days(planned), booked=days(booked), wanted=days(wanted)).order
    assert seen.left == ordered - seen.used
    assert seen.short == max(booked + planned + wanted - (ordered - seen.used), 0)
    assert sum(part.width for part in seen.bar) <= 100.1


def test_the_brief_of_the_desk_adds_up() -> None:
    seen = weigh([order(9, 5)], days(6), booked=days(3))
    assert (seen.order.left, seen.order.booked, seen.order.planned, seen.order.short) == (4, 3, 6, 5)
    assert seen.to_ask == 9


@pytest.mark.parametrize(
    ("orders", "short", "warns"),
    [([order(None)], 0, False), ([], 6, True), ([order(9, 8), order(9)], 0, False), ([order(5)], 1, True)],
)
def test_orders_count_together_and_one_without_a_number_never_runs_out(
    orders: list[Order], short: int, warns: bool
) -> None:
    seen = weigh(orders, days(6))
    assert (seen.order.short, bool(seen.warnings)) == (short, warns)


def test_a_first_session_after_two_months_is_said() -> None:
    late = weigh([order(9, on="2026-10-01")], days(3))
    assert late.begins_late == datetime.date(2026, 12, 1)
    assert weigh([order(9, 1, on="2026-10-01")], days(3)).begins_late is None
    assert weigh([order(9, on="2026-11-01")], days(3)).begins_late is None


def test_more_used_than_allowed_is_not_counted_twice() -> None:
    assert Use(20, 0, 1, 0, allowed=18).short == 1
    assert Use(18, 0, 0, 0, allowed=18).short == 0


@pytest.mark.parametrize("used", [15, 16])
def test_the_year_warns_from_the_sixteenth_session(used: int) -> None:
    assert bool(weigh([order(None)], used=Counter({2026: used})).warnings) == (used >= 16)


@pytest.mark.django_db
def test_it_reads_what_is_used_and_what_is_ahead(
    episode: EpisodeOfCare,
    doctor: ExternalPractitioner,
    practitioner: Practitioner,
    receptionist: User,
    room: Room,
    django_assert_num_queries: Any,
) -> None:
    old = Prescription.objects.create(
        episode=episode, prescriber=doctor, prescribed_on=datetime.date(2026, 10, 1), sessions_ordered=1
    )
    Prescription.objects.create(
        episode=episode, prescriber=doctor, prescribed_on=datetime.date(2026, 11, 1), sessions_ordered=9
    )
    made = {"patient": episode.patient, "episode": episode, "practitioner": practitioner, "status": "finished"}
    Encounter.objects.create(kind="session", prescription=old, started_at=at("2026-11-02"), **made)
    Encounter.objects.create(kind="phone", started_at=at("2026-11-03"), **made)
    Encounter.objects.create(kind="session", started_at=at("2026-11-04"), **made | {"status": "cancelled"})
    asked = {"practitioner": practitioner, "minutes": 30, "by": receptionist, "now": NOW}
    for day, kind in (("2026-12-01", "session"), ("2026-12-02", "phone"), ("2027-01-05", "session")):
        book(episode.patient, start=at(day), type=kind, **asked)
    gone = book(episode.patient, start=at("2026-12-08"), type="session", **asked)
    cancel(gone, by=receptionist, now=NOW)
    with django_assert_num_queries(3):
        seen = session_budget(episode, now=NOW, planned=[DECEMBER])
    assert (seen.order.left, seen.order.booked, seen.order.planned) == (9, 2, 1)
    assert [(each.year, each.use.used, each.use.booked) for each in seen.years] == [(2026, 1, 1), (2027, 0, 1)]
