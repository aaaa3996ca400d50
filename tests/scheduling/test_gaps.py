"""Time that a cancelled visit left: what is still free of it, and exactly who fits."""

import datetime
from collections.abc import Iterable
from typing import Any

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from accounts.models import Practitioner, User
from patients.models import Patient
from scheduling.booking import book, cancel
from scheduling.gaps import Gap, gap_of, open_gaps, takers, who_fits
from scheduling.models import Appointment, Leave, Room, WaitingListEntry
from scheduling.waiting_list import join
from tests.people import NOW, TODAY, at, make_patient

pytestmark = pytest.mark.django_db
THURSDAY = "2026-11-26"
DAY = datetime.timedelta(days=1)


def visit_at(
    patient: Patient,
    practitioner: Practitioner,
    by: User,
    time: str = "14:00",
    *,
    minutes: int = 30,
    day: str = THURSDAY,
) -> Appointment:
    return book(
        patient, practitioner=practitioner, start=at(day, time), minutes=minutes, type="session", by=by, now=NOW
    )


@pytest.fixture
def rooms(room: Room) -> list[Room]:
    return [room, Room.objects.create(name="Zaal 2")]


@pytest.fixture
def cancelled(patient: Patient, practitioner: Practitioner, rooms: list[Room], receptionist: User) -> Appointment:
    """A visit on Thursday from 14:00 to 14:30 that the patient cancelled, between two visits of others."""
    for number, time in enumerate(("13:30", "14:30")):
        visit_at(make_patient(f"Buur{number}"), practitioner, receptionist, time)
    visit = visit_at(patient, practitioner, receptionist)
    return cancel(visit, by=receptionist, now=NOW, code="pat-ill")


def local(moment: datetime.datetime) -> str:
    return f"{moment.astimezone(NOW.tzinfo):%H:%M}"


def gap_at(visit: Appointment, now: datetime.datetime = NOW) -> Gap:
    found = gap_of(visit, now=now)
    assert found is not None
    return found


def waits(name: str, by: User, **wish: Any) -> WaitingListEntry:
    values: dict[str, Any] = {"type": "session", "minutes": 30, "earliest": TODAY, "now": NOW, **wish}
    patient = values.pop("patient", None) or make_patient(name)
    return join(patient, by=by, **values)


def names(visit: Appointment, user: User, now: datetime.datetime = NOW) -> list[str]:
    return [each.need.patient.removesuffix(" An") for each in who_fits(gap_at(visit, now), user=user, now=now)]


def test_a_gap_reaches_to_what_is_taken_or_not_worked(
    patient: Patient, practitioner: Practitioner, rooms: list[Room], receptionist: User
) -> None:
    visit_at(make_patient("Buur"), practitioner, receptionist, "15:00")
    gap = gap_at(cancel(visit_at(patient, practitioner, receptionist), by=receptionist, now=NOW))
    assert (local(gap.start), local(gap.end), gap.minutes) == ("13:00", "15:00", 120)
    assert (local(gap.opens), local(gap.closes)) == ("14:00", "14:30")


@pytest.mark.parametrize(("now", "begins"), [("14:10", "14:10"), ("14:25", "14:25"), ("14:26", None), ("15:00", None)])
def test_what_is_over_is_not_free(cancelled: Appointment, now: str, begins: str | None) -> None:
    found = gap_of(cancelled, now=at(THURSDAY, now))
    assert (local(found.start) if found else None) == begins


def test_time_that_was_taken_again_is_no_gap_and_says_by_whom(
    cancelled: Appointment, practitioner: Practitioner, receptionist: User, stranger: User
) -> None:
    taker = visit_at(make_patient("Claes", "Jef"), practitioner, receptionist)
    assert gap_of(cancelled, now=NOW) is None
    assert takers(cancelled, receptionist) == [taker]
    assert takers(cancelled, stranger) == []


def test_half_of_a_long_visit_can_still_be_filled(
    patient: Patient, practitioner: Practitioner, rooms: list[Room], receptionist: User
) -> None:
    visit = cancel(visit_at(patient, practitioner, receptionist, "11:00", minutes=60), by=receptionist, now=NOW)
    visit_at(make_patient("Claes"), practitioner, receptionist, "11:05")
    gap = gap_at(visit)
    assert (local(gap.opens), local(gap.closes)) == ("11:35", "12:00")


def test_who_is_away_has_no_gap(cancelled: Appointment, practitioner: Practitioner) -> None:
    Leave.objects.create(practitioner=practitioner, starts_at=at(THURSDAY, "12:00"), ends_at=at(THURSDAY, "18:00"))
    assert gap_of(cancelled, now=NOW) is None


def test_the_gaps_of_the_week_are_listed_once_and_in_order(
    cancelled: Appointment, practitioner: Practitioner, receptionist: User
) -> None:
    again = cancel(visit_at(make_patient("Twee"), practitioner, receptionist), by=receptionist, now=NOW)
    early = visit_at(make_patient("Vroeg"), practitioner, receptionist, "09:00", day="2026-11-24")
    cancel(early, by=receptionist, now=NOW)
    far = visit_at(make_patient("Ver"), practitioner, receptionist, "09:00", day="2026-12-02")
    cancel(far, by=receptionist, now=NOW)
    found = [gap.visit for gap in open_gaps(receptionist, now=NOW)]
    assert found[0] == early
    assert len(found) == 2
    assert found[1] in {cancelled, again}
    visit_at(make_patient("Drie"), practitioner, receptionist)
    assert [gap.visit for gap in open_gaps(receptionist, now=NOW)] == [early]


@pytest.mark.parametrize(
    ("wish", "start"),
    [
        ({}, "14:00"),
        ({"minutes": 15}, "14:00"),
        ({"minutes": 15, "not_before": datetime.time(14, 10)}, "14:15"),
        ({"minutes": 45}, None),
        ({"weekdays": [4]}, "14:00"),
        ({"weekdays": [3, 5]}, None),
        ({"not_before": datetime.time(14)}, "14:00"),
        ({"not_before": datetime.time(14, 15)}, None),
        ({"not_after": datetime.time(14, 30)}, "14:00"),
        ({"not_after": datetime.time(14, 15)}, None),
        ({"earliest": datetime.date(2026, 11, 27)}, None),
        ({"latest": datetime.date(2026, 11, 26)}, "14:00"),
        ({"latest": datetime.date(2026, 11, 25)}, None),
        ({"earliest": TODAY - 9 * DAY, "latest": TODAY - DAY}, "14:00"),
        ({"type": "gait_analysis"}, None),
    ],
)
def test_length_kind_days_and_times_decide(
    cancelled: Appointment, receptionist: User, wish: dict[str, Any], start: str | None
) -> None:
    waits("Wacht", receptionist, **wish)
    found = who_fits(gap_at(cancelled), user=receptionist, now=NOW)
    assert [local(each.start) for each in found] == ([start] if start else [])


def test_the_wished_therapist_decides(
    cancelled: Appointment, practitioner: Practitioner, other_practitioner: Practitioner, receptionist: User
) -> None:
    waits("Lotte", receptionist, practitioners=[practitioner])
    waits("Bram", receptionist, practitioners=[other_practitioner])
    waits("Beide", receptionist, practitioners=[practitioner, other_practitioner])
    assert names(cancelled, receptionist) == ["Beide", "Lotte"]


def test_a_longer_visit_takes_the_time_beside_it(
    patient: Patient, practitioner: Practitioner, rooms: list[Room], receptionist: User
) -> None:
    visit = cancel(visit_at(patient, practitioner, receptionist), by=receptionist, now=NOW)
    visit_at(make_patient("Buur"), practitioner, receptionist, "14:30")
    waits("Lang", receptionist, minutes=60)
    (found,) = who_fits(gap_at(visit), user=receptionist, now=NOW)
    assert (local(found.start), local(found.end)) == ("13:30", "14:30")


def test_who_has_a_visit_then_does_not_fit(
    cancelled: Appointment, other_practitioner: Practitioner, receptionist: User
) -> None:
    busy = make_patient("Bezig")
    visit_at(busy, other_practitioner, receptionist, "14:15")
    waits("Bezig", receptionist, patient=busy)
    assert names(cancelled, receptionist) == []


def test_without_a_free_room_nobody_fits(
    cancelled: Appointment, other_practitioner: Practitioner, rooms: list[Room], receptionist: User
) -> None:
    waits("Wacht", receptionist)
    Room.objects.filter(pk=rooms[1].pk).update(is_active=False)
    visit_at(make_patient("Buur"), other_practitioner, receptionist)
    assert names(cancelled, receptionist) == []


@pytest.mark.parametrize(
    ("code", "joined", "fits"),
    [("pat-ill", 0, False), ("other", 0, False), ("prov", 0, True), ("pat", 1, True)],
)
def test_who_cancelled_is_not_asked_again_unless_it_is_wished(
    patient: Patient,
    practitioner: Practitioner,
    rooms: list[Room],
    receptionist: User,
    code: str,
    joined: int,
    fits: bool,
) -> None:
    visit = cancel(visit_at(patient, practitioner, receptionist), by=receptionist, now=NOW, code=code)
    moment = NOW + datetime.timedelta(minutes=joined)
    waits("", receptionist, patient=patient, now=moment)
    assert bool(who_fits(gap_at(visit, moment), user=receptionist, now=moment)) is fits


def test_a_visit_beside_the_grid_can_be_filled_at_its_own_moment(
    patient: Patient, practitioner: Practitioner, rooms: list[Room], receptionist: User
) -> None:
    for number, time in enumerate(("13:40", "14:20")):
        visit_at(make_patient(f"Buur{number}"), practitioner, receptionist, time, minutes=20)
    visit = cancel(visit_at(patient, practitioner, receptionist, "14:00", minutes=20), by=receptionist, now=NOW)
    off = cancel(visit_at(patient, practitioner, receptionist, "14:40", minutes=20), by=receptionist, now=NOW)
    visit_at(make_patient("Later"), practitioner, receptionist, "15:00", minutes=20)
    waits("Kort", receptionist, minutes=20)
    assert [local(each.start) for each in who_fits(gap_at(visit), user=receptionist, now=NOW)] == ["14:00"]
    assert [local(each.start) for each in who_fits(gap_at(off), user=receptionist, now=NOW)] == ["14:40"]


def test_the_most_overdue_come_first(cancelled: Appointment, receptionist: User) -> None:
    rows: list[tuple[str, dict[str, Any]]] = [
        ("routine long", {"now": NOW - 20 * DAY}),
        ("routine short", {"now": NOW - DAY}),
        ("asap", {"priority": "asap"}),
        ("urgent", {"priority": "urgent"}),
        ("closes later", {"latest": TODAY + 6 * DAY}),
        ("closes soon", {"latest": TODAY + 3 * DAY}),
        ("closes soon urgent", {"latest": TODAY + 3 * DAY, "priority": "urgent"}),
        ("passed", {"earliest": TODAY - 9 * DAY, "latest": TODAY - 1 * DAY}),
        ("passed long ago", {"earliest": TODAY - 9 * DAY, "latest": TODAY - 7 * DAY}),
    ]
    for name, wish in rows:
        waits(name, receptionist, **wish)
    expected = [
        "passed long ago", "passed", "closes soon urgent", "closes soon", "closes later", "asap", "urgent",
        "routine long", "routine short",
    ]  # fmt: skip
    assert names(cancelled, receptionist) == expected


def test_patients_are_shown_to_nobody_but_staff(cancelled: Appointment, receptionist: User, stranger: User) -> None:
    waits("Wacht", receptionist)
    assert who_fits(gap_at(cancelled), user=stranger, now=NOW) == []


def test_the_queries_do_not_grow_with_who_waits(
    cancelled: Appointment, practitioner: Practitioner, receptionist: User
) -> None:
    def cost(count: int) -> int:
        for number in range(count):
            waits(f"Nr{count}-{number}", receptionist, practitioners=[practitioner])
        gap = gap_at(cancelled)
        with CaptureQueriesContext(connection) as caught:
            assert len(who_fits(gap, user=receptionist, now=NOW)) >= count
        return len(caught)

    assert cost(1) == cost(20) <= 12


TIMES = st.none() | st.times(datetime.time(12), datetime.time(16)).map(
    lambda time: time.replace(second=0, microsecond=0)
)
WISHES = st.fixed_dictionaries(
    {
        "minutes": st.sampled_from([15, 30, 45, 60]),
        "weekdays": st.lists(st.integers(1, 7), unique=True, max_size=4),
        "not_before": TIMES,
        "not_after": TIMES,
        "earliest": st.integers(-5, 6),
        "days": st.none() | st.integers(0, 8),
        "people": st.sampled_from(["", "own", "other", "both"]),
        "busy": st.sampled_from(["", "14:00", "13:00", "15:15"]),
    }
)


def naive_fits(row: dict[str, Any], free: Iterable[int]) -> bool:
    """Try every minute of the day for a wish; `free` are the free minutes of the therapist, from midnight."""
    day = datetime.date(2026, 11, 26)
    earliest = TODAY + row["earliest"] * DAY
    latest = None if row["days"] is None else earliest + row["days"] * DAY
    if row["people"] == "other" or (row["weekdays"] and 4 not in row["weekdays"]) or day < earliest:
        return False
    if latest is not None and day > latest >= TODAY:
        return False
    for start in range(0, 24 * 60, 15):
        minutes = set(range(start, start + row["minutes"]))
        first = row["not_before"].hour * 60 + row["not_before"].minute if row["not_before"] else 0
        last = row["not_after"].hour * 60 + row["not_after"].minute if row["not_after"] else 24 * 60
        busy = set(range(_clock(row["busy"]), _clock(row["busy"]) + 30)) if row["busy"] else set()
        takes = minutes & set(range(14 * 60, 14 * 60 + 30))
        if takes and minutes <= set(free) and not minutes & busy and first <= start and max(minutes) + 1 <= last:
            return True
    return False


def _clock(text: str) -> int:
    return int(text[:2]) * 60 + int(text[3:])


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(rows=st.lists(WISHES, max_size=6))
def test_exactly_those_fit_whom_a_naive_check_finds(
    rows: list[dict[str, Any]],
    patient: Patient,
    practitioner: Practitioner,
    other_practitioner: Practitioner,
    receptionist: User,
) -> None:
    """Working time from 13:00, a visit from 15:00 to 15:30, and a cancelled one from 14:00 to 14:30."""
    free = [*range(8 * 60, 12 * 60), *range(13 * 60, 15 * 60), *range(15 * 60 + 30, 19 * 60)]
    people = {"": [], "own": [practitioner], "other": [other_practitioner], "both": [practitioner, other_practitioner]}
    with transaction.atomic():
        Room.objects.bulk_create(Room(name=f"Zaal {number}") for number in range(9))
        visit = cancel(visit_at(patient, practitioner, receptionist), by=receptionist, now=NOW, code="pat")
        visit_at(make_patient("Buur"), practitioner, receptionist, "15:00")
        expected = set()
        for number, row in enumerate(rows):
            person = make_patient(f"Nr{number}")
            if row["busy"]:
                _busy(person, row["busy"], number)
            earliest = TODAY + row["earliest"] * DAY
            entry = WaitingListEntry.objects.create(
                patient=person, minutes=row["minutes"], weekdays=row["weekdays"], not_before=row["not_before"],
                not_after=row["not_after"], earliest=earliest, created_by=receptionist, created_at=NOW,
                latest=None if row["days"] is None else earliest + row["days"] * DAY,
            )  # fmt: skip
            entry.practitioners.set(people[row["people"]])
            expected |= {entry.pk} if naive_fits(row, free) else set()
        found = who_fits(gap_at(visit), user=receptionist, now=NOW)
        assert {each.need.pk for each in found} == expected
        transaction.set_rollback(True)


def _busy(person: Patient, time: str, number: int) -> None:
    """A visit of half an hour elsewhere in the house, with a therapist of its own."""
    user = User.objects.create_user(f"t{number}@practice.example", None, role="therapist", name=f"T{number}")
    therapist = Practitioner.objects.create(user=user, name=f"T{number}")
    start = at(THURSDAY, time)
    Appointment.objects.create(
        patient=person, practitioner=therapist, start=start, end=start + datetime.timedelta(minutes=30), booked_by=user
    )
