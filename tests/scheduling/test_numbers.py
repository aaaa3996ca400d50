"""The owner's numbers on a small calendar whose every number is worked out by hand."""

import datetime
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import Practitioner, User
from accounts.spreadsheets import guarded
from patients.models import EpisodeOfCare, Patient
from scheduling.models import Appointment, Leave, WaitingListEntry
from scheduling.numbers import SMALL, Tally, numbers_of
from scheduling.numbers_csv import weeks_as_csv
from scheduling.numbers_form import PeriodForm
from scheduling.period import Period
from tests.people import NOW, TODAY, at, make_patient

DAY, HOUR, MINUTE = datetime.timedelta(days=1), datetime.timedelta(hours=1), datetime.timedelta(minutes=1)
WEEK_HOURS = 5 * 10 * 60  # of tests/people.py: weekdays from 8 to 12 and from 13 to 19
# Two weeks: that of Monday 9 November (Wednesday the 11th is a public holiday) and the next one.
PERIOD = Period(datetime.date(2026, 11, 9), datetime.date(2026, 11, 22))


@pytest.fixture
def add(patient: Patient, practitioner: Practitioner, receptionist: User) -> Any:
    """Return a function that writes a visit as it stands: from "2026-11-10", "10:00", and what is different."""

    def write(day: str, time: str = "10:00", *, minutes: int = 30, **fields: Any) -> Appointment:
        start = at(day, time)
        values: dict[str, Any] = {
            "patient": patient, "practitioner": practitioner, "status": "fulfilled", "booked_by": receptionist,
            "created_at": start - 5 * DAY, "start": start, "end": start.astimezone(datetime.UTC) + minutes * MINUTE,
            **fields,
        }  # fmt: skip
        if values["status"] == "cancelled":
            values.setdefault("cancelled_at", start - DAY)
        visit: Appointment = Appointment.objects.create(**values)
        return visit

    return write


def test_how_full_each_week_was(
    add: Any, practitioner: Practitioner, other_practitioner: Practitioner, owner: User
) -> None:
    afternoon = at("2026-11-17", "13:00")
    Leave.objects.create(practitioner=practitioner, starts_at=afternoon, ends_at=afternoon + 6 * HOUR)
    Leave.objects.create(practitioner=None, starts_at=at("2026-11-20", "08:00"), ends_at=at("2026-11-20", "12:00"))
    add("2026-11-09", minutes=60)
    add("2026-11-10", status="booked")
    add("2026-11-12", status="pending", minutes=45)
    add("2026-11-12", "14:00", status="noshow")
    add("2026-11-13", status="cancelled")
    add("2026-11-16", status="arrived", minutes=20)
    add("2026-11-21", "10:00", minutes=40)  # a Saturday: nobody works, and it counts as occupied
    add("2026-11-17", practitioner=other_practitioner, minutes=90)
    add("2026-11-08", minutes=200)  # the day before
    add("2026-11-23", minutes=200)  # the day after
    found = numbers_of(PERIOD, now=NOW)
    assert found.people == (other_practitioner, practitioner)
    assert [week.monday for week in found.weeks] == [datetime.date(2026, 11, 9), datetime.date(2026, 11, 16)]
    rows = [[(tally.occupied, tally.available) for tally in week.tallies] for week in found.weeks]
    assert rows == [
        [(0, WEEK_HOURS - 600), (60 + 30 + 45, WEEK_HOURS - 600)],
        [(90, WEEK_HOURS - 240), (20 + 40, WEEK_HOURS - 240 - 360)],
    ]
    assert (found.weeks[0].total.occupied, found.weeks[0].total.available) == (135, 4800)
    assert (found.totals[1].occupied, found.totals[1].available) == (195, 2400 + 2400)
    assert (found.total.occupied, found.total.available) == (285, 2400 + 2400 + 2760 + 2400)
    assert found.totals[1].occupancy == pytest.approx(100 * 195 / 4800)


@pytest.mark.parametrize("sunday", ["2026-10-25", "2026-03-29"])
def test_a_week_in_which_the_clock_changes_has_its_real_minutes(
    add: Any, practitioner: Practitioner, sunday: str
) -> None:
    last = datetime.date.fromisoformat(sunday)
    add(sunday, "00:30", minutes=180)
    add(f"{last - 6 * DAY}", "00:00", minutes=15)  # the first quarter of the Monday
    add(f"{last + DAY}", "00:00", minutes=15)  # the first quarter of the next one
    found = numbers_of(Period(last - 6 * DAY, last), now=at("2027-01-01"))
    assert (found.total.occupied, found.total.available) == (195, WEEK_HOURS)


def test_a_period_that_begins_and_ends_within_weeks_is_cut_there(add: Any, practitioner: Practitioner) -> None:
    for day in ("2026-11-12", "2026-11-13", "2026-11-16", "2026-11-17"):
        add(day)
    found = numbers_of(Period(datetime.date(2026, 11, 13), datetime.date(2026, 11, 16)), now=NOW)
    assert [(week.total.occupied, week.total.available) for week in found.weeks] == [(30, 600), (30, 600)]


def test_somebody_who_left_counts_in_the_weeks_worked(add: Any, practitioner: Practitioner) -> None:
    add("2026-11-10")
    Practitioner.objects.update(is_active=False)
    assert numbers_of(PERIOD, now=NOW).people == (practitioner,)
    assert numbers_of(Period(TODAY, TODAY), now=NOW).people == ()


def test_who_did_not_come_and_who_cancelled_late(
    add: Any, practitioner: Practitioner, other_practitioner: Practitioner
) -> None:
    for hour in range(8, 18):
        add("2026-11-09", f"{hour:02d}:00")
        add("2026-11-10", f"{hour:02d}:00", status="arrived" if hour % 2 else "fulfilled")
    add("2026-11-12", "08:00", status="noshow")
    add("2026-11-12", "09:00", status="noshow")
    add("2026-11-12", "10:00", status="cancelled", is_late_cancellation=True)
    add("2026-11-12", "11:00", status="cancelled")
    add("2026-11-12", "13:00", status="booked")
    add("2026-11-17", "10:00", status="noshow", practitioner=other_practitioner)
    other, own = numbers_of(PERIOD, now=NOW).totals
    assert (own.came, own.missed, own.late, own.held, own.unmarked) == (20, 2, 1, 23, 1)
    assert own.missed_percent == pytest.approx(200 / 23)
    assert own.late_percent == pytest.approx(100 / 23)
    assert (other.held, other.missed) == (1, 1)
    assert other.missed_percent is None  # one of one is no rate of 100 %
    weeks = numbers_of(PERIOD, now=NOW).weeks
    assert [(week.total.held, week.total.missed, week.total.late) for week in weeks] == [(23, 2, 1), (1, 1, 0)]
    assert [week.total.missed_percent is None for week in weeks] == [False, True]


def test_a_percentage_begins_at_twenty_visits() -> None:
    assert Tally(came=SMALL - 2, missed=1).missed_percent is None
    assert Tally(came=SMALL - 1, missed=1).missed_percent == 5
    assert Tally(came=SMALL - 1, late=1).late_percent == 5


def test_a_visit_still_to_come_is_not_unmarked(add: Any, practitioner: Practitioner) -> None:
    add("2026-11-25", status="booked")
    assert numbers_of(Period(TODAY, TODAY + 6 * DAY), now=NOW).total.unmarked == 0


def episode_of(patient: Patient, started: str, **fields: Any) -> EpisodeOfCare:
    values = {"reason": "x", "status": "active", "started_on": datetime.date.fromisoformat(started), **fields}
    episode: EpisodeOfCare = EpisodeOfCare.objects.create(patient=patient, **values)
    return episode


def test_how_long_people_waited_for_a_first_visit(add: Any) -> None:
    people = [make_patient(f"Nummer{index}") for index in range(5)]
    waits = [1, 4, 10, 20, 40]
    for person, days in zip(people, waits, strict=True):
        first = at("2026-11-09", "09:00") + days * DAY
        episode = episode_of(person, "2026-11-01")
        add(f"{first.date()}", "09:00", created_at=first - days * DAY, episode=episode, patient=person)
    found = numbers_of(PERIOD, now=NOW).waits
    assert (found.count, found.bars) == (5, (1, 1, 1, 1, 1))
    assert found.median == pytest.approx(10)
    assert found.ninetieth == pytest.approx(32)  # between 20 and 40


def test_which_visit_is_the_first_and_since_when_it_was_asked(add: Any, patient: Patient, receptionist: User) -> None:
    booked = at("2026-11-10", "10:00")
    episode = episode_of(patient, "2026-11-01")
    # the first booking was cancelled: the wait runs from it to the visit that stood
    add("2026-11-12", status="cancelled", created_at=booked, episode=episode)
    add("2026-11-16", created_at=booked + DAY, episode=episode)
    add("2026-11-18", created_at=booked + DAY, episode=episode)
    # asked on the waiting list six days before it was booked
    waiting = make_patient("Wachter")
    visit = add("2026-11-14", patient=waiting, created_at=booked, episode=episode_of(waiting, "2026-11-01"))
    WaitingListEntry.objects.create(
        patient=waiting, earliest=TODAY, status="booked", appointment=visit, created_by=receptionist,
        created_at=booked - 6 * DAY,
    )  # fmt: skip
    # an intake without an episode, and the second visit in the episode that began with it: one complaint, one wait
    newcomer = make_patient("Nieuw")
    add("2026-11-12", "11:00", patient=newcomer, created_at=booked, type="intake")
    begun = episode_of(newcomer, "2026-11-12")
    add("2026-11-19", "11:00", patient=newcomer, created_at=booked + 2 * DAY, episode=begun)
    # known for years: the first visit of this complaint was booked before the period
    known = make_patient("Bekend")
    old = episode_of(known, "2026-01-01")
    add("2026-01-10", "12:00", patient=known, episode=old)
    add("2026-11-17", "12:00", patient=known, created_at=booked, episode=old)
    # only a phone call, and only a visit that was cancelled: nobody was seen yet
    add("2026-11-12", "15:00", patient=make_patient("Beller"), created_at=booked, type="phone")
    add("2026-11-12", "16:00", patient=make_patient("Weg"), created_at=booked, status="cancelled")
    found = numbers_of(PERIOD, now=NOW).waits
    assert found.count == 3  # 6 days, 4 + 6 days, and 2 days and an hour
    assert found.median == pytest.approx(6)
    assert found.bars == (0, 2, 1, 0, 0)


def test_a_first_visit_that_was_written_down_afterwards_took_no_wait(add: Any, patient: Patient) -> None:
    add("2026-11-10", created_at=at("2026-11-10", "17:00"), episode=episode_of(patient, "2026-11-10"))
    found = numbers_of(PERIOD, now=NOW).waits
    assert (found.count, found.median) == (1, 0)


def test_which_gaps_were_filled(add: Any, other_practitioner: Practitioner) -> None:
    other = {"patient": make_patient("Vuller")}
    listed = add("2026-11-10", status="cancelled", minutes=60)
    add("2026-11-10", minutes=45, fills=listed, **other)  # 45 of 60 minutes, from the list
    add("2026-11-12", status="cancelled")
    add("2026-11-12", "09:45", **other)  # 15 of 30 minutes, otherwise
    add("2026-11-13", status="cancelled", minutes=40)  # nobody
    add("2026-11-13", practitioner=other_practitioner, **other)  # a colleague's visit fills nothing
    missed = add("2026-11-16", status="cancelled")
    add("2026-11-16", status="noshow", fills=missed, **other)  # who filled it did not come
    add("2026-11-17", status="cancelled", cancelled_at=at("2026-11-17", "10:05"))  # not beforehand
    for day, code in (("2026-11-18", "prov"), ("2026-11-19", "maint"), ("2026-11-20", "oth-err")):
        add(day, status="cancelled", cancellation_code=code)
    add("2026-11-08", status="cancelled")  # before the period
    found = numbers_of(PERIOD, now=NOW).gaps
    assert (found.count, found.minutes) == (4, 60 + 30 + 40 + 30)
    assert (found.from_list, found.minutes_from_list) == (1, 45)
    assert (found.otherwise, found.minutes_otherwise) == (1, 15)
    assert (found.filled, found.minutes_filled, found.percent) == (2, 60, None)


def test_time_that_was_cancelled_twice_is_one_gap(add: Any) -> None:
    add("2026-11-12", status="cancelled", cancelled_at=at("2026-11-09"))
    add(
        "2026-11-12", status="cancelled", created_at=at("2026-11-10"), cancelled_at=at("2026-11-11"),
        patient=make_patient("Tweede"),
    )  # fmt: skip
    add("2026-11-12", patient=make_patient("Derde"))
    found = numbers_of(PERIOD, now=NOW).gaps
    assert (found.count, found.minutes, found.otherwise, found.minutes_otherwise) == (1, 30, 1, 30)


def test_a_gap_still_to_come_may_yet_be_filled(add: Any) -> None:
    add("2026-11-23", "09:00", status="cancelled")
    add("2026-11-23", "11:00", status="cancelled")
    assert numbers_of(Period(TODAY, TODAY), now=NOW).gaps.count == 1


def test_ten_times_the_visits_take_no_more_queries(
    add: Any, practitioner: Practitioner, django_assert_max_num_queries: Any
) -> None:
    with django_assert_max_num_queries(7) as few:
        numbers_of(PERIOD, now=NOW)
    for hour in range(8, 18):
        for day in range(9, 14):
            add(f"2026-11-{day:02d}", f"{hour:02d}:00", status=("fulfilled", "cancelled", "noshow")[hour % 3])
    with django_assert_max_num_queries(7) as many:
        numbers_of(Period(datetime.date(2026, 1, 1), datetime.date(2026, 12, 31)), now=NOW)
    assert len(few) == len(many)


@pytest.mark.parametrize(
    ("asked", "first", "last"),
    [
        ({}, "2026-08-24", "2026-11-22"),
        ({"span": "year"}, "2026-01-01", "2026-11-23"),
        ({"first": "2026-02-03", "last": "2026-02-03"}, "2026-02-03", "2026-02-03"),
        ({"first": "2026-01-01", "last": "2027-01-06"}, "2026-01-01", "2027-01-06"),
    ],
)
def test_which_days_are_counted(asked: dict[str, str], first: str, last: str) -> None:
    form = PeriodForm(asked)
    assert form.is_valid()
    assert [f"{day}" for day in (form.period(TODAY).first, form.period(TODAY).last)] == [first, last]


@pytest.mark.parametrize(
    ("asked", "wrong"),
    [
        ({"first": "2026-02-03"}, "last"),
        ({"last": "2026-02-03"}, "first"),
        ({"first": "2026-02-03", "last": "2026-02-02"}, "last"),
        ({"first": "2026-01-01", "last": "2027-01-07"}, "last"),
        ({"first": "gisteren", "last": "2026-02-02"}, "first"),
        ({"span": "decade"}, "span"),
    ],
)
def test_days_that_cannot_be_counted_are_refused(asked: dict[str, str], wrong: str) -> None:
    assert list(PeriodForm(asked).errors) == [wrong]


def test_the_weeks_as_a_file(add: Any, practitioner: Practitioner) -> None:
    Practitioner.objects.update(name="=HYPERLINK(1)")
    add("2026-11-10", minutes=60)
    add("2026-11-12", status="noshow")
    lines = weeks_as_csv(numbers_of(PERIOD, now=NOW)).splitlines()
    assert len(lines) == 3
    assert lines[1] == "2026-11-09;46;'=HYPERLINK(1);2400;60;2,5;1;1;0;0"


@pytest.mark.parametrize("cell", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1"])
def test_a_formula_is_no_formula_in_the_file(cell: str) -> None:
    assert guarded(cell) == f"'{cell}"
    assert guarded("An-Sofie = 1") == "An-Sofie = 1"


def test_the_owner_reads_the_page_and_takes_the_file(add: Any, client_of: Any, owner: User, patient: Patient) -> None:
    for hour in range(8, 18):
        add("2026-11-10", f"{hour:02d}:00", status="noshow" if hour == 9 else "fulfilled")
    asked = {"first": "2026-11-09", "last": "2026-11-22"}
    client: Client = client_of(owner)
    page = client.get(reverse("scheduling:numbers"), asked)
    text = page.content.decode()
    assert page.status_code == 200
    assert patient.family_name not in text
    assert page.context["numbers"].total.missed == 1
    assert "11 %" in text  # 270 of 2400 minutes
    file = client.get(reverse("scheduling:numbers-csv"), asked)
    assert file["Content-Type"] == "text/csv; charset=utf-8"
    assert file["Content-Disposition"] == 'attachment; filename="2026-11-09-2026-11-22.csv"'
    assert "2026-11-09;46;Lotte Maes;2400;270;11,2;9;1;0;0" in file.content.decode("utf-8-sig").splitlines()


def test_a_wrong_period_keeps_what_was_typed(client_of: Any, owner: User) -> None:
    asked = {"first": "2026-11-09", "last": "2026-11-08"}
    page = client_of(owner).get(reverse("scheduling:numbers"), asked)
    assert page.status_code == 422
    assert 'value="2026-11-09"' in page.content.decode()
    assert client_of(owner).get(reverse("scheduling:numbers-csv"), asked).status_code == 400


def test_a_practice_without_a_calendar_reads_that_there_is_nothing(client_of: Any, owner: User) -> None:
    page = client_of(owner).get(reverse("scheduling:numbers"))
    assert page.status_code == 200
    assert "empty-state" in page.content.decode()


@pytest.mark.parametrize("who", ["therapist", "receptionist", "patient_user"])
def test_only_the_owner_reads_numbers(
    client_of: Any, request: pytest.FixtureRequest, who: str, patient: Patient
) -> None:
    client = client_of(request.getfixturevalue(who))
    assert client.get(reverse("scheduling:numbers")).status_code == 403
    assert client.get(reverse("scheduling:numbers-csv")).status_code == 403
