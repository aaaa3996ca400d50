"""The address of a calendar: a secret that is kept as a digest, stopped at will, and guessed in vain."""

import datetime
from typing import Any

import pytest
from django.core.cache import caches
from django.test import Client
from django.utils import timezone

from accounts.models import AccessLog, Practitioner, User
from patients.models import Patient
from scheduling.exceptions import NotYourCalendar
from scheduling.feed_limits import count, is_spent
from scheduling.feeds import feed_of, make_feed, note_read, revoke_feed
from scheduling.models import Appointment, BookingPolicy, CalendarFeed, Room
from tests.people import NOW, at
from tests.scheduling.test_feeds import booked

DAY = datetime.timedelta(days=1)


@pytest.fixture(autouse=True)
def nobody_counted() -> None:
    caches["counters"].clear()


@pytest.fixture
def visit(patient: Patient, practitioner: Practitioner, room: Room, receptionist: User) -> Appointment:
    """The patient's visit tomorrow at ten."""
    return booked(patient, practitioner, receptionist, at("2026-11-24"))


def test_only_the_digest_of_a_secret_is_kept(practitioner: Practitioner) -> None:
    secret = make_feed(practitioner, by=practitioner.user, now=NOW)
    feed = CalendarFeed.objects.get()
    assert len(secret) == 43
    assert secret not in str(CalendarFeed.objects.values().get())
    assert feed_of(secret) == feed


def test_a_new_address_stops_the_old_one(practitioner: Practitioner) -> None:
    first = make_feed(practitioner, by=practitioner.user, now=NOW)
    second = make_feed(practitioner, by=practitioner.user, now=NOW + DAY)
    assert feed_of(first) is None
    assert feed_of(second) is not None
    assert CalendarFeed.objects.filter(revoked_at=NOW + DAY).count() == 1


def test_nobody_makes_or_stops_the_feed_of_another(
    practitioner: Practitioner, patient: Patient, stranger: User, owner: User, receptionist: User
) -> None:
    secret = make_feed(patient, by=patient.user, now=NOW)  # type: ignore[arg-type]
    for by in (stranger, owner, receptionist, practitioner.user):
        with pytest.raises(NotYourCalendar):
            make_feed(patient, by=by, now=NOW)
        feed = feed_of(secret)
        assert feed is not None
        with pytest.raises(NotYourCalendar):
            revoke_feed(feed, by=by, now=NOW)
    assert CalendarFeed.objects.count() == 1


def test_a_feed_that_was_stopped_keeps_its_moment(practitioner: Practitioner) -> None:
    feed = feed_of(make_feed(practitioner, by=practitioner.user, now=NOW))
    assert feed is not None
    revoke_feed(feed, by=practitioner.user, now=NOW)
    revoke_feed(feed, by=practitioner.user, now=NOW + DAY)
    assert CalendarFeed.objects.get().revoked_at == NOW


def test_a_reading_is_noted_once_an_hour(practitioner: Practitioner, django_assert_num_queries: Any) -> None:
    secret = make_feed(practitioner, by=practitioner.user, now=NOW)
    for minutes, queries in ((0, 1), (59, 0), (60, 1)):
        feed = feed_of(secret)
        assert feed is not None
        with django_assert_num_queries(queries):
            note_read(feed, now=NOW + datetime.timedelta(minutes=minutes))
    assert CalendarFeed.objects.get().last_read_at == NOW + datetime.timedelta(minutes=60)


def address(secret: str) -> str:
    return f"/calendar/{secret}.ics"


def test_the_address_needs_no_session_and_sets_none(
    client: Client, practitioner: Practitioner, visit: Appointment
) -> None:
    response = client.get(address(make_feed(practitioner, by=practitioner.user, now=NOW)))
    assert response.status_code == 200
    assert response["Content-Type"] == "text/calendar; charset=utf-8"
    assert response["Cache-Control"] == "private, no-store"
    assert response["X-Robots-Tag"] == "noindex"
    assert response["Referrer-Policy"] == "same-origin"
    assert response["Content-Disposition"] == 'inline; filename="agenda.ics"'
    assert not response.cookies
    assert AccessLog.objects.count() == 0  # initials name no record, and a program is nobody: docs/calendar-feeds.md


def test_the_whole_answer_takes_five_queries_at_most(
    client: Client, practitioner: Practitioner, patient: Patient, visit: Appointment, django_assert_max_num_queries: Any
) -> None:
    for owner in (practitioner, patient):
        url = address(make_feed(owner, by=owner.user, now=NOW))  # type: ignore[arg-type]
        with django_assert_max_num_queries(5):  # the first reading is noted too
            assert client.get(url).status_code == 200
        with django_assert_max_num_queries(3):
            assert client.get(url).status_code == 200
    with django_assert_max_num_queries(1):
        assert client.get(address("x" * 43)).status_code == 404
    with django_assert_max_num_queries(0):
        assert client.get(address("short")).status_code == 404


def test_it_is_only_read(client: Client, practitioner: Practitioner) -> None:
    url = address(make_feed(practitioner, by=practitioner.user, now=NOW))
    assert client.head(url).status_code == 200
    for method in (client.post, client.put, client.patch, client.delete):
        assert method(url).status_code == 405


def test_whatever_is_wrong_looks_the_same(client: Client, practitioner: Practitioner, patient: Patient) -> None:
    therapist, patients = practitioner.user, make_feed(patient, by=patient.user, now=NOW)  # type: ignore[arg-type]
    stopped = make_feed(practitioner, by=therapist, now=NOW)
    working = make_feed(practitioner, by=therapist, now=NOW)

    def refusal(secret: str) -> tuple[Any, ...]:
        response = client.get(address(secret))
        headers = sorted(each for each in response.items() if each[0] != "X-Request-ID")
        return response.status_code, response.content, headers

    wrong = refusal("x" * 43)
    assert wrong[0] == 404
    assert [refusal(each) for each in (stopped, "short", "x" * 200, "é" * 43, f"{working}=")] == [wrong] * 5
    for change in ({"is_active": False}, {"role": "receptionist"}):
        User.objects.filter(pk=therapist.pk).update(**change)
        assert refusal(working) == wrong
        User.objects.filter(pk=therapist.pk).update(is_active=True, role="therapist")
    Practitioner.objects.update(is_active=False)
    assert refusal(working) == wrong
    BookingPolicy.objects.create(patients_see=False)
    assert refusal(patients) == wrong
    BookingPolicy.objects.update(patients_see=True)
    assert client.get(address(patients)).status_code == 200
    Patient.objects.filter(pk=patient.pk).update(archived_at=NOW)
    assert refusal(patients) == wrong
    Patient.objects.filter(pk=patient.pk).update(archived_at=None, user=None)
    assert refusal(patients) == wrong


def spend(what: str, who: object) -> None:
    """Use up the share of this minute, and of the next one in case it begins meanwhile."""
    for minute in (timezone.now(), timezone.now() + datetime.timedelta(minutes=1)):
        for _ in range(60):
            assert not is_spent(what, who, now=minute)
            count(what, who, now=minute)
        assert is_spent(what, who, now=minute)


def test_wrong_guesses_are_counted(client: Client, db: None) -> None:
    statuses = [client.get(address(f"{index:043d}")).status_code for index in range(125)]
    assert set(statuses) == {404, 429}


def test_who_guessed_too_often_learns_nothing_from_a_right_guess(client: Client, practitioner: Practitioner) -> None:
    secret = make_feed(practitioner, by=practitioner.user, now=NOW)
    spend("wrong", "127.0.0.1")
    refused = client.get(address(secret))
    assert (refused.status_code, refused["Retry-After"]) == (429, "60")
    assert client.get(address(secret), REMOTE_ADDR="192.0.2.7").status_code == 200


def test_one_feed_is_read_sixty_times_a_minute_at_most(client: Client, practitioner: Practitioner) -> None:
    url = address(make_feed(practitioner, by=practitioner.user, now=NOW))
    assert client.get(url).status_code == 200
    caches["counters"].clear()
    spend("read", CalendarFeed.objects.get().pk)
    assert client.get(url).status_code == 429
