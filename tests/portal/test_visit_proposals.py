"""What the practice proposes: agreed with one tap, refused, answered with another moment; and when it is gone."""

import datetime
from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import Practitioner, User
from patients.models import Patient
from scheduling.booking import book
from scheduling.models import Appointment, BookingPolicy, Proposal, Room
from scheduling.proposals import ask_to_move, decline, offer, propose_instead
from tests.people import NOW, at, make_patient

START = at("2026-12-01", "14:00")
CHANGES = ["accept-proposal", "decline-proposal", "withdraw-proposal"]


@pytest.fixture
def phone(patient_user: User, client_of: Callable[[User], Client], patient: Patient) -> Client:
    return client_of(patient_user)


@pytest.fixture
def offered(patient: Patient, practitioner: Practitioner, receptionist: User, room: Room) -> Proposal:
    return offer(
        patient, practitioner=practitioner, start=START, minutes=30, type="session", by=receptionist, now=NOW,
        message="Er kwam een plaats vrij.",
    )  # fmt: skip


def url(name: str, row: Proposal) -> str:
    return reverse(f"portal:{name}", args=[row.pk])


def take(practitioner: Practitioner, by: User, start: datetime.datetime = START) -> Appointment:
    other = make_patient("Claes", "Jef")
    return book(other, practitioner=practitioner, start=start, minutes=30, type="session", by=by, now=NOW)


def test_an_offer_is_seen_at_home_and_agreed_with_one_tap(phone: Client, offered: Proposal) -> None:
    assert phone.get(reverse("portal:home")).context["home"].offers == 1
    assert "Er kwam een plaats vrij." in phone.get(reverse("portal:visits")).content.decode()
    assert phone.get(url("proposal", offered)).status_code == 200
    for _time in range(2):
        assert phone.post(url("accept-proposal", offered)).status_code == 302
    assert Appointment.objects.get().start == START
    assert phone.get(url("proposal", offered)).status_code == 302
    assert phone.get(reverse("portal:home")).context["home"].offers == 0


def test_a_moment_that_is_gone_is_told_kindly_with_the_next_ones(
    phone: Client, offered: Proposal, practitioner: Practitioner, receptionist: User
) -> None:
    Room.objects.create(name="Zaal 2")
    take(practitioner, receptionist)
    answer = phone.post(url("accept-proposal", offered))
    assert answer.status_code == 409
    assert "14:00" in answer.context["lost"]
    assert f"{practitioner.pk}|2026-12-01T14:30" in answer.content.decode()
    offered.refresh_from_db()
    assert offered.status == "needs-action"
    given = {"moment": f"{practitioner.pk}|2026-12-01T14:30:00+01:00"}
    assert phone.post(url("other-moment", offered), given).status_code == 302
    offered.refresh_from_db()
    assert (offered.origin, offered.start) == ("patient", at("2026-12-01", "14:30"))


def test_refusing(phone: Client, offered: Proposal) -> None:
    for _time in range(2):
        assert phone.post(url("decline-proposal", offered)).status_code == 302
    offered.refresh_from_db()
    assert offered.status == "declined"
    assert phone.post(url("accept-proposal", offered)).status_code == 409
    assert not Appointment.objects.exists()


@pytest.mark.parametrize(("off", "name"), [("patients_ask", "other-moment"), ("patients_see", "accept-proposal")])
def test_what_the_practice_does_not_allow_is_refused(phone: Client, offered: Proposal, off: str, name: str) -> None:
    BookingPolicy.objects.create(**{off: False})
    given = {"moment": f"{offered.practitioner_id}|2026-12-01T14:30:00+01:00"}
    assert phone.post(url(name, offered), given).status_code == 403
    offered.refresh_from_db()
    assert (offered.status, offered.origin) == ("needs-action", "practice")


def test_a_patient_agrees_to_nothing_in_the_name_of_the_practice(
    phone: Client, patient: Patient, practitioner: Practitioner, receptionist: User, room: Room
) -> None:
    visit = book(
        patient, practitioner=practitioner, start=at("2026-11-26"), minutes=30, type="session", by=receptionist, now=NOW
    )
    question = ask_to_move(visit, practitioner=practitioner, start=START, by=patient.user, now=NOW)
    for name in ("accept-proposal", "decline-proposal"):
        assert phone.post(url(name, question)).status_code == 403
    visit.refresh_from_db()
    assert visit.start == at("2026-11-26")


def test_the_answer_of_the_desk_is_read_for_two_weeks(
    phone: Client, patient: Patient, practitioner: Practitioner, receptionist: User, room: Room
) -> None:
    visit = book(
        patient, practitioner=practitioner, start=at("2026-11-26"), minutes=30, type="session", by=receptionist, now=NOW
    )
    question = ask_to_move(visit, practitioner=practitioner, start=START, by=patient.user, now=NOW)
    decline(question, by=receptionist, now=NOW, answer="Dan is Lotte er niet.")
    assert "Dan is Lotte er niet." in phone.get(reverse("portal:visits")).content.decode()
    Proposal.objects.update(answered_at=NOW - datetime.timedelta(days=15))
    assert "Dan is Lotte er niet." not in phone.get(reverse("portal:visits")).content.decode()


def test_another_moment_from_the_desk_moves_the_visit_when_the_patient_agrees(
    phone: Client, patient: Patient, practitioner: Practitioner, receptionist: User, room: Room
) -> None:
    visit = book(
        patient, practitioner=practitioner, start=at("2026-11-26"), minutes=30, type="session", by=receptionist, now=NOW
    )
    question = ask_to_move(visit, practitioner=practitioner, start=START, by=patient.user, now=NOW)
    propose_instead(question, practitioner=practitioner, start=at("2026-12-02"), by=receptionist, now=NOW)
    assert phone.post(url("accept-proposal", question)).status_code == 302
    visit.refresh_from_db()
    assert visit.start == at("2026-12-02")


@pytest.mark.parametrize(
    "name", ["proposal", "accept-proposal", "decline-proposal", "withdraw-proposal", "other-moment"]
)
def test_a_stranger_finds_nothing(
    stranger: User, client_of: Callable[[User], Client], offered: Proposal, name: str
) -> None:
    browser = client_of(stranger)
    assert (browser.get if name == "proposal" else browser.post)(url(name, offered)).status_code == 404


@pytest.mark.parametrize("name", CHANGES)
def test_a_link_changes_nothing(phone: Client, offered: Proposal, name: str) -> None:
    assert phone.get(url(name, offered)).status_code == 405
    offered.refresh_from_db()
    assert offered.status == "needs-action"
