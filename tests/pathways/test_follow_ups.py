"""The visits that plans call for: listed, booked within their window, open again when the visit is called off."""

import datetime
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts.models import Practitioner, User
from pathways.agenda_words import phase_words
from pathways.follow_ups import AlreadyBooked, Band, NoLongerNeeded, band_of, book_follow_up, open_follow_ups
from pathways.models import CarePlan, FollowUp
from patients.models import EpisodeOfCare, Patient
from scheduling.booking import cancel
from scheduling.exceptions import SlotTaken
from scheduling.models import Appointment, Room
from scheduling.offers import offered_within
from tests.open_days import is_holiday
from tests.people import at, make_patient
from tests.running_plan import make_plan

pytest_plugins = ["tests.running_plan"]
SignIn = Callable[[User], Client]
MOST = 12
DAYS = datetime.timedelta(days=1)


def weekday_after(days: int) -> datetime.date:
    """The first weekday from so many days ahead that is no public holiday."""
    day = timezone.localdate() + days * DAYS
    while day.isoweekday() > 5 or is_holiday(day):
        day += DAYS
    return day


DUE = weekday_after(14)


def moment(time: str, day: datetime.date = DUE) -> datetime.datetime:
    return at(f"{day}", time)


def make_follow_up(plan: CarePlan, week: int = 1, **fields: Any) -> FollowUp:
    values = {"window_start": DUE, "window_end": DUE, "minutes": 30, "practitioner": plan.practitioner, **fields}
    return FollowUp.objects.create(plan=plan, week=week, **values)


@pytest.fixture
def follow_up(plan: CarePlan, room: Room) -> FollowUp:
    """A visit that the patient's plan calls for on one day."""
    return make_follow_up(plan)


def test_booking_links_the_visit_and_cancelling_it_opens_the_obligation_again(
    follow_up: FollowUp, practitioner: Practitioner, receptionist: User
) -> None:
    now = timezone.now()
    visit = book_follow_up(follow_up, practitioner=practitioner, start=moment("10:00"), by=receptionist, now=now)
    assert (visit.episode_id, visit.minutes) == (follow_up.plan.episode_id, 30)
    assert not FollowUp.objects.open().exists()
    with pytest.raises(AlreadyBooked):
        book_follow_up(follow_up, practitioner=practitioner, start=moment("11:00"), by=receptionist, now=now)
    cancel(visit, by=receptionist, now=now, reason="Ziek")
    assert FollowUp.objects.open().get() == follow_up
    again = book_follow_up(follow_up, practitioner=practitioner, start=moment("11:00"), by=receptionist, now=now)
    follow_up.refresh_from_db()
    assert follow_up.appointment == again


@pytest.mark.parametrize("why", ["dropped", "ended"])
def test_what_the_plan_no_longer_calls_for_is_not_booked(
    follow_up: FollowUp, practitioner: Practitioner, receptionist: User, why: str
) -> None:
    if why == "dropped":
        FollowUp.objects.update(is_dropped=True)
    else:
        CarePlan.objects.update(status="revoked", ended_on=timezone.localdate())
    asked = {"practitioner": practitioner, "start": moment("10:00"), "by": receptionist, "now": timezone.now()}
    with pytest.raises(NoLongerNeeded):
        book_follow_up(follow_up, **asked)
    assert not Appointment.objects.exists()


def test_the_same_key_books_once(follow_up: FollowUp, practitioner: Practitioner, receptionist: User) -> None:
    asked = {"practitioner": practitioner, "start": moment("10:00"), "by": receptionist, "now": timezone.now()}
    first = book_follow_up(follow_up, **asked, idempotency_key="k1")
    assert book_follow_up(follow_up, **asked, idempotency_key="k1") == first
    assert Appointment.objects.count() == 1


def test_a_clash_leaves_the_obligation_open(
    follow_up: FollowUp, practitioner: Practitioner, receptionist: User, episode: EpisodeOfCare
) -> None:
    other = make_follow_up(follow_up.plan, week=2)
    asked = {"practitioner": practitioner, "by": receptionist, "now": timezone.now()}
    book_follow_up(follow_up, start=moment("10:00"), **asked)
    with pytest.raises(SlotTaken):
        book_follow_up(other, start=moment("10:15"), **asked)
    assert FollowUp.objects.open().get() == other


@pytest.mark.parametrize(
    ("end", "band"),
    [
        ("2026-11-22", Band.OVERDUE),
        ("2026-11-23", Band.THIS_WEEK),
        ("2026-11-29", Band.THIS_WEEK),
        ("2026-11-30", Band.LATER),
    ],
)
def test_the_band_tells_how_urgent_it_is(end: str, band: Band) -> None:
    monday = datetime.date(2026, 11, 23)
    assert band_of(datetime.date.fromisoformat(end), monday) is band


def test_the_list_has_the_most_overdue_first_and_names_no_reason(
    client_of: SignIn, receptionist: User, plan: CarePlan, episode: EpisodeOfCare
) -> None:
    today = timezone.localdate()
    for week, days in ((1, -3), (2, 30), (4, -20)):
        make_follow_up(plan, week, window_start=today + days * DAYS, window_end=today + days * DAYS)
    page = client_of(receptionist).get(reverse("pathways:follow-ups"))
    assert [row.band.value for row in page.context["rows"]] == ["overdue", "overdue", "later"]
    ends = [row.window_end for row in page.context["rows"]]
    assert ends == sorted(ends)
    text = page.content.decode()
    assert episode.reason not in text
    assert plan.pathway_version.pathway.title not in text


def test_the_page_offers_the_window_first_and_flags_what_is_outside(
    client_of: SignIn, receptionist: User, follow_up: FollowUp, practitioner: Practitioner
) -> None:
    client, url = client_of(receptionist), reverse("pathways:book-follow-up", args=[follow_up.pk])
    page = client.get(url)
    assert [each.is_outside for each in page.context["days"]] == [False, True, True, True]
    sent = {"moment": f"{practitioner.pk}|{moment('10:00').isoformat()}", "idempotency_key": "k1"}
    assert client.post(url, sent)["Location"] == f"/agenda/?day={DUE}"
    assert client.post(url, sent).status_code == 302
    assert client.get(url)["Location"] == reverse("scheduling:appointment", args=[Appointment.objects.get().pk])
    assert client.get(reverse("scheduling:book"), {"follow_up": follow_up.pk})["Location"] == url


def test_a_full_window_shows_the_nearest_moments(room: Room, practitioner: Practitioner) -> None:
    sunday = timezone.localdate() + (14 + 7 - timezone.localdate().isoweekday()) * DAYS
    days = offered_within(
        (sunday, sunday), practitioners=[practitioner], minutes=30, type="session", now=timezone.now()
    )
    assert days
    assert all(each.is_outside for each in days)
    assert all(abs((each.day - sunday).days) <= 5 for each in days)


def test_a_taken_moment_answers_409(
    client_of: SignIn, receptionist: User, follow_up: FollowUp, practitioner: Practitioner
) -> None:
    other = make_follow_up(follow_up.plan, week=2)
    book_follow_up(other, practitioner=practitioner, start=moment("10:00"), by=receptionist, now=timezone.now())
    url = reverse("pathways:book-follow-up", args=[follow_up.pk])
    answer = client_of(receptionist).post(url, {"moment": f"{practitioner.pk}|{moment('10:15').isoformat()}"})
    assert (answer.status_code, answer.context["clash"]) == (409, "therapist")


def test_patients_do_not_see_the_list(client_of: SignIn, patient_user: User, follow_up: FollowUp) -> None:
    assert client_of(patient_user).get(reverse("pathways:follow-ups")).status_code == 403


def test_only_who_treats_sees_the_phase_in_the_agenda(
    client_of: SignIn, therapist: User, receptionist: User, owner: User, plan: CarePlan, patient: Patient,
    follow_up: FollowUp, practitioner: Practitioner,
) -> None:  # fmt: skip
    book_follow_up(follow_up, practitioner=practitioner, start=moment("10:00"), by=receptionist, now=timezone.now())
    title = plan.phases.get(status="active").title
    assert phase_words(therapist, [patient.pk]) == {patient.pk: f"P3 {title}"}
    for user, sees in ((therapist, True), (receptionist, False), (owner, False)):
        page = client_of(user).get(reverse("scheduling:agenda"), {"day": DUE}).content.decode()
        assert (title in page) is sees


def test_ten_times_the_follow_ups_cost_as_many_queries(
    client_of: SignIn, receptionist: User, plan: CarePlan, practitioner: Practitioner, version: Any
) -> None:
    client, counts = client_of(receptionist), []
    for first, last in ((0, 2), (2, 20)):
        for number in range(first, last):
            patient = make_patient("Jacobs", f"Mia {number}")
            episode = EpisodeOfCare.objects.create(
                patient=patient, reason="Knie", status="active", practitioner=practitioner, started_on=DUE
            )
            make_follow_up(make_plan(episode, practitioner, version))
        with CaptureQueriesContext(connection) as queries:
            assert client.get(reverse("pathways:follow-ups")).status_code == 200
        counts.append(len(queries))
    assert counts[0] == counts[1] <= MOST
    assert len(open_follow_ups(receptionist, today=DUE)) == 20
