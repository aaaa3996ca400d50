"""What patients are told of their visits: what really changed, once, in their own language, nothing clinical."""

import datetime

import pytest
from django.core import mail
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import Practitioner, User
from patients.models import Patient
from scheduling.booking import cancel, mark_arrived, move, reopen
from scheduling.consents import give, withdraw
from scheduling.models import BookingPolicy, Communication, CommunicationLine
from scheduling.outbox import announce_change
from tests.people import NOW, at
from tests.scheduling.outbox import DAY, GRACE, Booking, booking, deliver_all, told

__all__ = ["booking", "told"]
pytestmark = pytest.mark.django_db
LATER = NOW + datetime.timedelta(hours=1)


def test_a_booking_is_told_after_the_grace(booking: Booking) -> None:
    booking()
    assert deliver_all(NOW + GRACE - datetime.timedelta(seconds=1)) == []
    assert deliver_all(NOW + GRACE) == ["completed"]
    (letter,) = mail.outbox
    assert (letter.to, letter.subject) == (["an@mail.example"], "Uw afspraak bij Fysicure")
    assert "Deze afspraak ligt vast:\n- dinsdag 24 november 2026, 10.00 uur\n\nPlaats: Fysicure, Mol" in letter.body
    row = Communication.objects.get()
    assert (row.body, row.subject, row.address, row.language) == (letter.body, letter.subject, letter.to[0], "nl")
    assert (row.sent_at, row.attempts, row.error) == (NOW + GRACE, 1, "")


def test_whoever_chose_no_channel_hears_nothing(booking: Booking, told: Patient) -> None:
    withdraw(told, "email", source="desk", by=None, now=NOW)
    booking()
    assert not Communication.objects.exists()


def test_a_choice_against_messages_stops_what_waits(booking: Booking, told: Patient) -> None:
    booking()
    withdraw(told, "email", source="link", by=None, now=NOW)
    assert deliver_all(LATER) == []
    assert Communication.objects.get().status == "stopped"


def test_a_series_is_one_message(booking: Booking) -> None:
    for week in range(12):
        booking(str(at("2026-11-24").date() + datetime.timedelta(weeks=week)))
    assert deliver_all(LATER) == ["completed"]
    (letter,) = mail.outbox
    assert letter.subject == "Uw afspraken bij Fysicure"
    assert letter.body.count(", 10.00 uur") == CommunicationLine.objects.count() == 12


def test_moved_twice_within_the_grace_is_one_message(booking: Booking, receptionist: User) -> None:
    visit = booking()
    deliver_all(LATER)
    move(visit, start=at("2026-11-25"), by=receptionist, now=LATER)
    move(visit, start=at("2026-11-26", "14:30"), by=receptionist, now=LATER + GRACE / 2)
    assert deliver_all(LATER + GRACE) == []
    assert deliver_all(LATER + 2 * GRACE) == ["completed"]
    assert (
        "- van dinsdag 24 november 2026, 10.00 uur naar donderdag 26 november 2026, 14.30 uur\n" in mail.outbox[1].body
    )
    assert "ligt vast" not in mail.outbox[1].body


def test_what_was_undone_within_the_grace_is_not_told(booking: Booking, receptionist: User) -> None:
    cancel(booking(), by=receptionist, now=NOW)
    assert deliver_all(LATER) == [""]
    visit = booking("2026-11-27")
    deliver_all(LATER)
    mail.outbox.clear()
    move(visit, start=at("2026-11-30"), by=receptionist, now=LATER)
    move(visit, start=at("2026-11-27"), by=receptionist, now=LATER)
    cancel(visit, by=receptionist, now=LATER)
    reopen(visit, by=receptionist, now=LATER)
    assert deliver_all(LATER + GRACE) == [""]
    assert not mail.outbox
    stopped = Communication.objects.filter(status="stopped")
    assert [row.error for row in stopped] == ["nothing-changed"] * 2


def test_a_cancelled_visit_is_told_as_the_patient_knew_it(booking: Booking, receptionist: User) -> None:
    visit = booking()
    deliver_all(LATER)
    move(visit, start=at("2026-11-25"), by=receptionist, now=LATER)
    cancel(visit, by=receptionist, now=LATER)
    deliver_all(LATER + GRACE)
    assert "Deze afspraak gaat niet door:\n- dinsdag 24 november 2026, 10.00 uur" in mail.outbox[1].body
    reopen(visit, by=receptionist, now=LATER)
    deliver_all(LATER + 3 * GRACE)
    assert "ligt vast:\n- woensdag 25 november" in mail.outbox[2].body


def test_another_therapist_is_named_and_nobody_else(
    booking: Booking, receptionist: User, other_practitioner: Practitioner
) -> None:
    visit = booking()
    deliver_all(LATER)
    assert "Lotte" not in mail.outbox[0].body
    move(visit, practitioner=other_practitioner, by=receptionist, now=LATER)
    deliver_all(LATER + GRACE)
    assert "gewijzigd:\n- dinsdag 24 november 2026, 10.00 uur, nu bij Bram Claes\n" in mail.outbox[1].body


def test_a_visit_from_before_the_consent_is_told_when_it_is_cancelled(
    booking: Booking, told: Patient, receptionist: User
) -> None:
    withdraw(told, "email", source="desk", by=receptionist, now=NOW)
    visit, gone = booking(), booking("2026-11-25")
    cancel(gone, by=receptionist, now=NOW)
    give(told, "email", source="desk", by=receptionist, now=LATER)
    cancel(visit, by=receptionist, now=LATER + GRACE)
    assert deliver_all(LATER + DAY / 24) == ["completed"]
    assert "gaat niet door:\n- dinsdag 24 november" in mail.outbox[0].body
    assert "25 november" not in mail.outbox[0].body
    announce_change(told.pk, now=LATER + DAY / 12)
    assert deliver_all(LATER + DAY / 6) == [""]


def test_the_past_is_not_mentioned(booking: Booking, told: Patient, receptionist: User) -> None:
    visit = booking("2026-11-23", "10:00")
    assert deliver_all(LATER) == [""]
    mark_arrived(visit, by=receptionist, now=LATER)
    announce_change(told.pk, now=LATER)
    assert deliver_all(LATER + GRACE) == [""]


def test_each_channel_tells_for_itself(booking: Booking, told: Patient, receptionist: User) -> None:
    booking()
    deliver_all(LATER)
    give(told, "sms", source="desk", by=receptionist, now=LATER)
    booking("2026-12-01")
    assert sorted(deliver_all(LATER + DAY / 4)) == ["completed", "completed"]
    assert Communication.objects.get(channel="sms").body == "Fysicure: Afspraak di 24/11 10:00, di 01/12 10:00."
    assert "24 november" not in mail.outbox[1].body


def test_the_rule_for_late_cancelling_in_the_language_of_the_patient(booking: Booking, told: Patient) -> None:
    BookingPolicy.objects.create(late_cancellation_nl="Binnen 24 uur betaalt u.", late_cancellation_fr="24 h : payant.")
    for language, words in (("fr", "24 h : payant."), ("nl", "Binnen 24 uur betaalt u."), ("en", "Binnen 24 uur")):
        told.language = language
        told.save(update_fields=["language"])
        booking("2026-12-01", {"fr": "09:00", "nl": "10:00", "en": "11:00"}[language])
        deliver_all(NOW + GRACE)
        assert words in mail.outbox[-1].body
    bodies = [letter.body for letter in mail.outbox]
    assert "- mardi 1er décembre 2026, 9 h 00" in bodies[0]
    assert "- dinsdag 1 december 2026, 10.00 uur" in bodies[1]
    assert "- Tuesday 1 December 2026, 11:00" in bodies[2]


def test_a_message_costs_the_same_however_many_visits(booking: Booking) -> None:
    costs = []
    for first, last in ((0, 1), (1, 11)):
        for week in range(first, last):
            booking(str(at("2026-11-24").date() + datetime.timedelta(weeks=week)))
        with CaptureQueriesContext(connection) as queries:
            assert deliver_all(NOW + GRACE) == ["completed"]
        costs.append(len(queries))
    assert costs[0] == costs[1] <= 16


def test_a_text_message_lets_people_sleep(booking: Booking, told: Patient, receptionist: User) -> None:
    withdraw(told, "email", source="desk", by=receptionist, now=NOW)
    give(told, "sms", source="desk", by=receptionist, now=NOW)
    booking("2026-11-26", now=at("2026-11-24", "22:00"))
    assert deliver_all(at("2026-11-24", "22:30")) == [""]
    assert Communication.objects.get().due_at == at("2026-11-25", "08:00")
    booking("2026-11-25", "08:00", now=at("2026-11-24", "22:40"))
    assert deliver_all(at("2026-11-24", "22:45")) == ["completed"]
    assert "wo 25/11 08:00, do 26/11 10:00" in Communication.objects.get().body
