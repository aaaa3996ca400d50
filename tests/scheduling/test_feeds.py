"""Calendar feeds as the calendar of a phone reads them."""

import datetime
from typing import Any

import pytest
from django.core.cache import caches
from django.utils import timezone
from icalendar import Calendar, Event

from accounts.models import Practitioner, User
from patients.models import EpisodeOfCare, Patient
from scheduling.booking import book, cancel, move
from scheduling.feeds import calendar_of, feed_of, make_feed
from scheduling.models import Appointment, CalendarFeed, Room
from tests.people import BRUSSELS, NOW, at, make_patient

DAY = datetime.timedelta(days=1)


@pytest.fixture(autouse=True)
def nobody_counted() -> None:
    caches["counters"].clear()


@pytest.fixture
def visit(patient: Patient, practitioner: Practitioner, room: Room, receptionist: User) -> Appointment:
    """The patient's visit tomorrow at ten."""
    return booked(patient, practitioner, receptionist, at("2026-11-24"))


def booked(
    patient: Patient, practitioner: Practitioner, by: User, start: datetime.datetime, **more: Any
) -> Appointment:
    given = {"minutes": 30, "type": "session", "now": min(NOW, start - DAY), "override_reason": "test", **more}
    return book(patient, practitioner=practitioner, start=start, by=by, **given)


def read(owner: Practitioner | Patient, now: datetime.datetime = NOW) -> tuple[Calendar, bytes]:
    """Read an owner's feed as it is at a moment; the feed is made when there is none."""
    feed = CalendarFeed.objects.filter(revoked_at__isnull=True, **_key(owner)).first()
    if feed is None:
        assert owner.user is not None
        feed = feed_of(make_feed(owner, by=owner.user, now=now))
    assert feed is not None
    data = calendar_of(feed, now=now)
    return Calendar.from_ical(data), data  # type: ignore[return-value]


def _key(owner: Practitioner | Patient) -> dict[str, Any]:
    return {"patient": owner} if isinstance(owner, Patient) else {"practitioner": owner}


def events(calendar: Calendar) -> list[Event]:
    return [event for event in calendar.walk("VEVENT") if isinstance(event, Event)]


class Phone:
    """A small calendar client: what it reads replaces what it has by UID and SEQUENCE, and it forgets nothing else."""

    def __init__(self) -> None:
        self.kept: dict[str, Event] = {}

    def read(self, calendar: Calendar) -> None:
        for event in events(calendar):
            before = self.kept.get(event["uid"])
            if before is None or event["sequence"] >= before["sequence"]:
                self.kept[str(event["uid"])] = event

    def shows(self) -> list[datetime.datetime]:
        return sorted(event["dtstart"].dt for event in self.kept.values() if event["status"] != "CANCELLED")


def test_the_calendar_says_what_it_is(practitioner: Practitioner, visit: Appointment) -> None:
    calendar, _data = read(practitioner)
    assert calendar["version"] == "2.0"
    assert calendar["prodid"] == "-//Fysicure//Calendar feed//NL"
    assert calendar["calscale"] == "GREGORIAN"
    assert calendar["method"] == "PUBLISH"
    assert calendar["refresh-interval"].dt == datetime.timedelta(hours=1)
    assert calendar["refresh-interval"].params["VALUE"] == "DURATION"
    assert calendar["x-published-ttl"] == "PT1H"
    assert calendar["x-wr-calname"] == "Agenda Fysicure"
    assert calendar["x-wr-timezone"] == "Europe/Brussels"


def test_a_therapist_reads_initials_and_the_room(practitioner: Practitioner, visit: Appointment) -> None:
    calendar, data = read(practitioner)
    [event] = events(calendar)
    assert event["uid"] == str(visit.pk)
    assert event["summary"] == "A.P."
    assert event["location"] == "Zaal 1"
    assert event["class"] == "PRIVATE"
    assert event["status"] == "CONFIRMED"
    assert event["transp"] == "OPAQUE"
    assert event["sequence"] == 0
    assert event["dtstamp"].dt == NOW
    assert event["last-modified"].dt.tzinfo is not None
    assert event["dtstart"].dt == visit.start
    assert event["dtend"].dt - event["dtstart"].dt == datetime.timedelta(minutes=30)
    assert b"DTSTART;TZID=Europe/Brussels:20261124T100000\r\n" in data
    assert b"DTEND;TZID=Europe/Brussels:20261124T103000\r\n" in data
    assert b"DTSTAMP:20261123T090000Z\r\n" in data
    assert set(event) == {
        "UID", "DTSTAMP", "DTSTART", "DTEND", "SUMMARY", "LOCATION", "STATUS", "TRANSP", "CLASS", "SEQUENCE",
        "LAST-MODIFIED",
    }  # fmt: skip


@pytest.mark.parametrize(("language", "word"), [("nl", "Afspraak"), ("fr", "Rendez-vous"), ("en", "Appointment")])
def test_a_patient_reads_that_there_is_an_appointment_in_the_own_language(
    patient: Patient, visit: Appointment, settings: Any, language: str, word: str
) -> None:
    settings.PRACTICE_NAME, settings.PRACTICE_ADDRESS, settings.PRACTICE_TOWN = (
        "De Vaart",
        "Markt 1, bus 2; links",
        "2400 Mol",
    )
    patient.language = language
    patient.save(update_fields=["language"])
    calendar, data = read(patient)
    [event] = events(calendar)
    assert event["summary"] == calendar["x-wr-calname"] == f"{word} De Vaart"
    assert event["location"] == "Markt 1, bus 2; links, 2400 Mol"
    assert b"LOCATION:Markt 1\\, bus 2\\; links\\, 2400 Mol\r\n" in data
    assert b"A.P." not in data
    assert b"Zaal" not in data


@pytest.mark.parametrize("whose", ["practitioner", "patient"])
def test_nothing_else_stands_in_a_feed(
    whose: str, request: pytest.FixtureRequest, practitioner: Practitioner, receptionist: User, room: Room
) -> None:
    canary = make_patient(
        "Kanariegeel", "Zebedeus", phone="+32470424242", email="kanarie@mail.example", street="Kanariestraat 7",
        national_number="85073003328", user=request.getfixturevalue("patient_user"),
    )  # fmt: skip
    episode = EpisodeOfCare.objects.create(
        patient=canary, reason="Lopersknie kanarie", status="active", practitioner=practitioner, started_on=NOW.date()
    )
    for index, kind in enumerate(("intake", "session", "gait_analysis", "retest", "phone")):
        Appointment.objects.create(
            patient=canary, practitioner=practitioner, episode=episode, type=kind, note="Kanarie belt nog",
            override_reason="kanarie", start=at("2026-11-25") + index * DAY,
            end=at("2026-11-25", "10:30") + index * DAY, booked_by=receptionist,
        )  # fmt: skip
    visit = booked(canary, practitioner, receptionist, at("2026-12-10"), note="Kanarie komt later", episode=episode)
    cancel(visit, by=receptionist, now=NOW, reason="Kanarie is ziek", code="pat-ill")
    calendar, data = read(practitioner if whose == "practitioner" else canary)
    assert len(events(calendar)) == 6
    text = data.replace(b"\r\n ", b"").decode().lower()
    hidden = [
        "kanarie", "zebedeus", "0424242", "424242", "850730", "lopersknie", "intake", "session", "gait", "retest",
        "phone", "ganganalyse", "hertest", "telefo", "ziek", "maes", "knie", "description", "categories", "organizer",
        "attendee",
    ]  # fmt: skip
    assert [word for word in hidden if word in text] == []


def test_lines_end_in_crlf_and_are_folded_at_75_octets(patient: Patient, visit: Appointment, settings: Any) -> None:
    settings.PRACTICE_NAME = (
        "Kinesitherapie «Dertigmorgenlaan» – praktijk voor beweging, houding & sport; Mol-Achterbos"
    )
    calendar, data = read(patient)
    assert data.endswith(b"END:VCALENDAR\r\n")
    assert data.count(b"\n") == data.count(b"\r\n") == data.count(b"\r")
    assert max(len(line) for line in data.split(b"\r\n")) <= 75
    assert events(calendar)[0]["summary"] == f"Afspraak {settings.PRACTICE_NAME}"
    data.replace(b"\r\n ", b"").decode()


def test_the_time_zone_comes_along_with_its_changes(practitioner: Practitioner, visit: Appointment) -> None:
    calendar, _data = read(practitioner)
    [zone] = calendar.timezones
    assert zone["tzid"] == "Europe/Brussels"
    rules = zone.to_tz()
    for moment in (
        "2026-10-25T00:59", "2026-10-25T01:01", "2027-03-28T00:59", "2027-03-28T01:01", "2026-07-01T12:00",
        "2027-12-31T12:00",
    ):  # fmt: skip
        utc = datetime.datetime.fromisoformat(moment).replace(tzinfo=datetime.UTC)
        assert utc.astimezone(rules).replace(tzinfo=None) == utc.astimezone(BRUSSELS).replace(tzinfo=None), moment


@pytest.mark.parametrize(
    ("now", "days"),
    [
        ("2026-10-20", ["2026-10-24", "2026-10-25", "2026-10-26"]),
        ("2027-03-22", ["2027-03-27", "2027-03-28", "2027-03-29"]),
    ],
)
def test_visits_keep_their_wall_time_and_length_when_the_clock_changes(
    practitioner: Practitioner, patient: Patient, receptionist: User, room: Room, now: str, days: list[str]
) -> None:
    for day in days:
        booked(patient, practitioner, receptionist, at(day, "09:00"), minutes=45, now=at(now))
    if days[1] == "2026-10-25":  # over the hour that comes twice
        booked(patient, practitioner, receptionist, at(days[1], "01:30"), minutes=180, now=at(now))
    calendar, data = read(practitioner, at(now))
    times = {event["dtstart"].dt: event["dtend"].dt for event in events(calendar)}
    assert [f"{at(day, '09:00')}" for day in days] == [f"{start}" for start in times if start.hour == 9]
    utc = [(end.astimezone(datetime.UTC) - start.astimezone(datetime.UTC)) for start, end in times.items()]
    assert {length.total_seconds() / 60 for length in utc} <= {45.0, 180.0}
    for day in days:
        stamp = day.replace("-", "")
        assert f"DTSTART;TZID=Europe/Brussels:{stamp}T090000".encode() in data
        assert f"DTEND;TZID=Europe/Brussels:{stamp}T094500".encode() in data
    if days[1] == "2026-10-25":
        assert b"DTSTART;TZID=Europe/Brussels:20261025T013000" in data
        assert b"DTEND;TZID=Europe/Brussels:20261025T033000" in data


def test_a_feed_runs_from_sixty_days_back_to_a_year_ahead(
    practitioner: Practitioner, patient: Patient, receptionist: User
) -> None:
    for days in (-61, -59, 364, 366):
        start = NOW + days * DAY
        Appointment.objects.create(
            patient=patient, practitioner=practitioner, start=start, end=start + datetime.timedelta(minutes=30),
            booked_by=receptionist,
        )  # fmt: skip
    calendar, _data = read(practitioner)
    assert [(event["dtstart"].dt - NOW).days for event in events(calendar)] == [-59, 364]


def test_a_visit_to_be_confirmed_is_tentative(practitioner: Practitioner, visit: Appointment) -> None:
    Appointment.objects.filter(pk=visit.pk).update(status="pending")
    calendar, _data = read(practitioner)
    assert events(calendar)[0]["status"] == "TENTATIVE"


def test_a_phone_follows_a_move_and_forgets_a_cancelled_visit(
    practitioner: Practitioner, patient: Patient, visit: Appointment, receptionist: User
) -> None:
    phone, reader = Phone(), Phone()
    for client, owner in ((phone, practitioner), (reader, patient)):
        client.read(read(owner)[0])
        assert client.shows() == [visit.start]
    moved = move(visit, start=at("2026-11-26", "14:00"), by=receptionist, now=NOW)
    for client, owner in ((phone, practitioner), (reader, patient)):
        client.read(read(owner)[0])
        assert client.shows() == [at("2026-11-26", "14:00")]
    cancel(moved, by=receptionist, now=NOW, code="pat")
    for client, owner in ((phone, practitioner), (reader, patient)):
        calendar, _data = read(owner, NOW + 13 * DAY)
        client.read(calendar)
        assert client.shows() == []
        assert [event["sequence"] for event in events(calendar)] == [2]
        assert events(calendar)[0]["transp"] == "TRANSPARENT"
        assert events(read(owner, NOW + 15 * DAY)[0]) == []


def test_a_missed_visit_goes_two_weeks_after_its_day(practitioner: Practitioner, visit: Appointment) -> None:
    Appointment.objects.filter(pk=visit.pk).update(status="noshow")
    assert [event["status"] for event in events(read(practitioner, visit.end + 13 * DAY)[0])] == ["CANCELLED"]
    assert events(read(practitioner, visit.end + 15 * DAY)[0]) == []


def test_a_visit_that_another_therapist_takes_over_leaves_the_first_ones_phone(
    practitioner: Practitioner, other_practitioner: Practitioner, visit: Appointment, receptionist: User
) -> None:
    now = timezone.now()
    start = at(f"{(now + 30 * DAY).date()}", "10:00")
    Appointment.objects.filter(pk=visit.pk).update(start=start, end=start + datetime.timedelta(minutes=30))
    phone = Phone()
    phone.read(read(practitioner, now)[0])
    assert phone.shows() == [start]
    Appointment.objects.filter(pk=visit.pk).update(practitioner=other_practitioner)
    phone.read(read(practitioner, now)[0])
    assert phone.shows() == []
    assert [event["status"] for event in events(read(other_practitioner, now)[0])] == ["CONFIRMED"]
    assert events(read(practitioner, now + 15 * DAY)[0]) == []


def test_each_reads_the_own_visits_only(
    practitioner: Practitioner, other_practitioner: Practitioner, visit: Appointment, stranger: User
) -> None:
    assert events(read(other_practitioner)[0]) == []
    assert events(read(Patient.objects.get(user=stranger))[0]) == []


@pytest.mark.parametrize("whose", ["practitioner", "patient"])
def test_more_visits_take_no_more_queries(
    whose: str, practitioner: Practitioner, patient: Patient, receptionist: User, django_assert_max_num_queries: Any
) -> None:
    owner = practitioner if whose == "practitioner" else patient
    secret = make_feed(owner, by=owner.user, now=NOW)  # type: ignore[arg-type]
    for rows in (1, 40):
        Appointment.objects.bulk_create(
            Appointment(
                patient=patient, practitioner=practitioner, booked_by=receptionist,
                start=NOW + index * DAY, end=NOW + index * DAY + datetime.timedelta(minutes=30),
            )
            for index in range(rows, 2 * rows)
        )  # fmt: skip
        with django_assert_max_num_queries(3):
            feed = feed_of(secret)
            assert feed is not None
            assert len(events(Calendar.from_ical(calendar_of(feed, now=NOW)))) >= rows  # type: ignore[arg-type]
