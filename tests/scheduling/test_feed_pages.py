"""The pages about a calendar feed, as therapist and patient walk through them; and what the log says of an address."""

import io
import logging
from collections.abc import Callable

import pytest
from django.core.cache import caches
from django.test import Client
from django.urls import reverse

from accounts.models import AccessLog, Practitioner, User
from fysicure.log_secrets import Scrub
from patients.models import Patient
from scheduling.feeds import feed_of, make_feed
from scheduling.models import BookingPolicy, CalendarFeed
from tests.people import NOW

SignIn = Callable[[User], Client]
PAGES = {
    "therapist": ("scheduling:feed", "scheduling:stop-feed"),
    "patient_user": ("portal:calendar", "portal:stop-calendar"),
}


@pytest.fixture(params=PAGES)
def walk(
    request: pytest.FixtureRequest, client_of: SignIn, practitioner: Practitioner, patient: Patient
) -> tuple[Client, str, str]:
    """A signed-in owner of a calendar, the page, and the address that stops the feed."""
    caches["counters"].clear()
    page, stop = (reverse(name) for name in PAGES[request.param])
    return client_of(request.getfixturevalue(request.param)), page, stop


def test_the_address_is_shown_once_and_works(walk: tuple[Client, str, str]) -> None:
    client, page, _stop = walk
    before = client.get(page)
    assert before.status_code == 200
    assert CalendarFeed.objects.count() == 0
    made = client.post(page, {"replaces": ""})
    address = made.context["address"]
    assert address in made.content.decode()
    assert made.context["subscribe"] == address.replace("http://", "webcal://")
    assert made["Cache-Control"] == "private, no-store"
    secret = address.removeprefix("http://testserver/calendar/").removesuffix(".ics")
    assert feed_of(secret) == CalendarFeed.objects.get()
    assert secret not in client.get(page).content.decode()
    assert Client().get(address.removeprefix("http://testserver")).status_code == 200
    assert client.get(page).context["feed"].last_read_at is not None


def test_over_https_the_phone_asks_over_https_at_once(walk: tuple[Client, str, str]) -> None:
    client, page, _stop = walk
    subscribe = client.post(page, {"replaces": ""}, secure=True).context["subscribe"]
    assert subscribe.startswith("webcals://testserver/calendar/")


def test_sending_the_form_again_does_not_stop_the_address(walk: tuple[Client, str, str]) -> None:
    client, page, _stop = walk
    client.post(page, {"replaces": ""})
    again = client.post(page, {"replaces": ""})
    assert (again.status_code, again["Location"]) == (302, page)
    assert CalendarFeed.objects.count() == 1


def test_a_new_address_replaces_the_old_one(walk: tuple[Client, str, str]) -> None:
    client, page, _stop = walk
    old = client.post(page, {"replaces": ""}).context["address"]
    new = client.post(page, {"replaces": str(CalendarFeed.objects.get().pk)}).context["address"]
    assert [Client().get(each.removeprefix("http://testserver")).status_code for each in (old, new)] == [404, 200]


def test_a_feed_is_stopped(walk: tuple[Client, str, str]) -> None:
    client, page, stop = walk
    address = client.post(page, {"replaces": ""}).context["address"]
    assert client.get(stop).status_code == 405
    assert client.post(stop)["Location"] == page
    assert Client().get(address.removeprefix("http://testserver")).status_code == 404
    assert client.post(stop)["Location"] == page  # there is nothing left to stop
    assert CalendarFeed.objects.get().revoked_at is not None


@pytest.mark.parametrize("who", ["receptionist", "owner", "stranger", "patient_user"])
def test_the_therapists_page_is_the_therapists(
    client_of: SignIn, request: pytest.FixtureRequest, practitioner: Practitioner, patient: Patient, who: str
) -> None:
    client = client_of(request.getfixturevalue(who))
    for url in (reverse("scheduling:feed"), reverse("scheduling:stop-feed")):
        assert client.post(url, {"replaces": ""}).status_code in {403, 404}
    assert CalendarFeed.objects.count() == 0


@pytest.mark.parametrize("who", ["therapist", "receptionist", "owner"])
def test_the_patients_page_is_the_patients(
    client_of: SignIn, request: pytest.FixtureRequest, patient: Patient, who: str
) -> None:
    client = client_of(request.getfixturevalue(who))
    for url in (reverse("portal:calendar"), reverse("portal:stop-calendar")):
        assert client.post(url, {"replaces": ""}).status_code == 403
    assert CalendarFeed.objects.count() == 0


def test_a_patient_touches_the_own_feed_only(
    client_of: SignIn, patient: Patient, patient_user: User, stranger: User
) -> None:
    make_feed(patient, by=patient_user, now=NOW)
    other = client_of(stranger)
    assert other.get(reverse("portal:calendar")).context["feed"] is None
    other.post(reverse("portal:stop-calendar"))
    other.post(reverse("portal:calendar"), {"replaces": str(CalendarFeed.objects.get().pk)})
    assert CalendarFeed.objects.get().revoked_at is None


def test_opening_the_patients_page_is_noted(client_of: SignIn, patient: Patient, patient_user: User) -> None:
    client_of(patient_user).get(reverse("portal:calendar"))
    assert AccessLog.objects.get().part == "calendar"


def test_patients_have_no_feed_when_the_practice_shows_them_no_appointments(
    client_of: SignIn, patient: Patient, patient_user: User
) -> None:
    BookingPolicy.objects.create(patients_see=False)
    client = client_of(patient_user)
    assert client.get(reverse("portal:calendar")).status_code == 404
    assert client.post(reverse("portal:calendar"), {"replaces": ""}).status_code == 404
    assert CalendarFeed.objects.count() == 0


def test_a_therapist_who_left_makes_no_feed(client_of: SignIn, practitioner: Practitioner) -> None:
    Practitioner.objects.update(is_active=False)
    assert client_of(practitioner.user).get(reverse("scheduling:feed")).status_code == 404


def written_by(logger: str, monkeypatch: pytest.MonkeyPatch) -> io.StringIO:
    """Return what the configured handlers of a logger write from now on; none may be without the filter."""
    stream = io.StringIO()
    found = [each for each in logging.getLogger(logger).handlers if type(each) is logging.StreamHandler]
    assert found
    for handler in found:
        assert any(isinstance(each, Scrub) for each in handler.filters)
        monkeypatch.setattr(handler, "stream", stream)
    return stream


@pytest.mark.parametrize("path", ["/calendar/{}.ics", "/calendar/{}", "/calendar/{}.ics?x=1"])
def test_a_secret_stands_in_no_line_of_the_log(
    path: str, client: Client, db: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    url = path.format("s3cr3t-" + "A" * 36)
    requests, server = written_by("", monkeypatch), written_by("django.server", monkeypatch)
    assert client.get(url).status_code == 404
    logging.getLogger("django.server").warning('"GET %s HTTP/1.1" 404 12', url)
    assert "Not Found: <" in requests.getvalue()  # the route, not the address
    assert '"GET /calendar/***' in server.getvalue()
    assert "s3cr3t" not in requests.getvalue() + server.getvalue()


def test_django_writes_through_no_handler_of_its_own() -> None:
    for name in ("django", "django.request", "django.security", "django.db.backends"):
        logger = logging.getLogger(name)
        assert [each for each in logger.handlers if type(each) is logging.StreamHandler] == []
        assert logger.propagate


def test_a_line_keeps_all_but_the_secret() -> None:
    try:
        raise ValueError("at /calendar/s3cr3t.ics")
    except ValueError as error:
        failed = (type(error), error, error.__traceback__)
    record = logging.LogRecord("django.request", 40, "", 1, "Error: %s", ("/calendar/s3cr3t.ics",), failed)
    Scrub(keep_words=True).filter(record)
    assert record.getMessage() == "Error: /calendar/***"
    text = logging.Formatter().format(record)
    assert "s3cr3t" not in text
    assert "ValueError: at /calendar/***" in text
    other = logging.LogRecord("x", 20, "", 1, "%s of %s", ("1", "2"), None)
    Scrub().filter(other)
    assert other.getMessage() == "1 of 2"
