"""The desk's page with questions of patients, and what they did themselves in the portal."""

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
from patients.models import Patient
from scheduling.booking import book, cancel
from scheduling.models import Appointment, Proposal, Room
from scheduling.patient_acts import cancel_own
from scheduling.proposals import accept, ask_for_visit, ask_to_move, decline, offer
from scheduling.requests import done_in_portal, open_requests, with_moments
from tests.people import NOW, at, make_patient

pytestmark = pytest.mark.django_db
OLD, NEW = at("2026-11-26"), at("2026-12-01", "14:00")
DAY = datetime.timedelta(days=1)
INBOX = "scheduling:requests"


@pytest.fixture(autouse=True)
def _today(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(timezone, "now", lambda: NOW)


@pytest.fixture
def visit(patient: Patient, practitioner: Practitioner, room: Room, receptionist: User) -> Appointment:
    return booked(patient, practitioner, receptionist, OLD)


@pytest.fixture
def question(visit: Appointment) -> Proposal:
    return ask_to_move(
        visit, practitioner=visit.practitioner, start=NEW, by=visit.patient.user, now=NOW, message="na het werk"
    )


def booked(patient: Patient, practitioner: Practitioner, by: User, start: datetime.datetime) -> Appointment:
    return book(patient, practitioner=practitioner, start=start, minutes=30, type="session", by=by, now=NOW)


def url(name: str, row: Proposal) -> str:
    return reverse(f"scheduling:{name}", args=[row.pk])


def moments(user: User) -> list[str]:
    return [each.moment.value for each in with_moments(open_requests(user, now=NOW), now=NOW)]


def test_the_oldest_question_comes_first_and_says_whether_it_can_be(
    visit: Appointment, practitioner: Practitioner, receptionist: User, desk: Client
) -> None:
    by, values = visit.patient.user, {"minutes": 30, "type": "session"}
    ask_to_move(visit, practitioner=practitioner, start=OLD, by=by, now=NOW, message="liever later")
    for number, start in enumerate((NEW, NEW + DAY)):
        now = NOW - datetime.timedelta(minutes=number + 1)
        ask_for_visit(visit.patient, practitioner=practitioner, start=start, by=by, now=now, **values)
    booked(make_patient("Claes", "Jef"), practitioner, receptionist, NEW)
    assert moments(receptionist) == ["free", "taken", "in_words"]
    page = desk.get(reverse(INBOX)).content.decode()
    assert "liever later" in page
    assert page.index("2 dec") < page.index("1 dec")


def test_agreeing_moves_the_visit(desk: Client, question: Proposal, visit: Appointment) -> None:
    for _time in range(2):
        assert desk.post(url("agree-proposal", question)).status_code == 302
    visit.refresh_from_db()
    assert visit.start == NEW
    assert not desk.get(reverse(INBOX)).context["rows"]


def test_a_moment_that_is_taken_is_told_and_the_question_stays(
    desk: Client, question: Proposal, practitioner: Practitioner, receptionist: User
) -> None:
    booked(make_patient("Claes", "Jef"), practitioner, receptionist, NEW)
    answer = desk.post(url("agree-proposal", question))
    assert answer.status_code == 409
    assert answer.context["refused"].clash == "therapist"
    assert url("propose-other", question) in answer.content.decode()
    question.refresh_from_db()
    assert question.status == "needs-action"


def test_refusing_with_a_word(desk: Client, question: Proposal) -> None:
    assert desk.post(url("refuse-proposal", question), {"answer": "x" * 301}).status_code == 422
    assert desk.post(url("refuse-proposal", question), {"answer": "Dan is Lotte weg."}).status_code == 302
    question.refresh_from_db()
    assert (question.status, question.answer) == ("declined", "Dan is Lotte weg.")


def test_proposing_another_moment(desk: Client, question: Proposal, practitioner: Practitioner) -> None:
    address = url("propose-other", question)
    page = desk.get(address).content.decode()
    assert 'name="moment"' in page
    assert "moment" not in page[page.index("data-once") :].split("<button")[1].split(">")[0]
    for wrong in ({}, {"moment": "nobody|yesterday"}, {"moment": f"{practitioner.pk}|2026-12-01T14:00"}):
        assert desk.post(address, wrong).status_code == 422
    past = {"moment": f"{practitioner.pk}|{(NOW - DAY).isoformat()}"}
    assert desk.post(address, past).status_code == 400
    given = {"moment": f"{practitioner.pk}|{(NEW + DAY).isoformat()}", "message": "Dan wel?"}
    assert desk.post(address, given).status_code == 302
    question.refresh_from_db()
    assert (question.origin, question.start, question.message) == ("practice", NEW + DAY, "Dan wel?")
    assert [row.pk for row in desk.get(reverse(INBOX)).context["offers"]] == [question.pk]


def test_an_offer_is_agreed_on_the_phone_or_taken_back(
    desk: Client, patient: Patient, practitioner: Practitioner, receptionist: User, room: Room
) -> None:
    values: dict[str, Any] = {"practitioner": practitioner, "minutes": 30, "type": "session", "by": receptionist}
    first, second = (offer(patient, start=start, now=NOW, **values) for start in (NEW, NEW + DAY))
    assert desk.post(url("agree-proposal", first)).status_code == 302
    assert desk.post(url("refuse-proposal", second)).status_code == 302
    assert list(Proposal.objects.order_by("start").values_list("status", flat=True)) == ["accepted", "withdrawn"]


@pytest.mark.parametrize("name", ["agree-proposal", "refuse-proposal", "propose-other"])
def test_patients_stay_out(
    patient_user: User, client_of: Callable[[User], Client], question: Proposal, name: str
) -> None:
    assert client_of(patient_user).post(url(name, question)).status_code == 403


@pytest.mark.parametrize("role", ["therapist", "receptionist", "owner"])
def test_every_member_of_staff_may_answer(
    request: pytest.FixtureRequest, client_of: Callable[[User], Client], question: Proposal, role: str
) -> None:
    assert client_of(request.getfixturevalue(role)).post(url("agree-proposal", question)).status_code == 302


def test_what_patients_did_themselves(
    visit: Appointment, practitioner: Practitioner, receptionist: User, stranger: User
) -> None:
    patient, by = visit.patient, visit.patient.user
    assert by is not None
    values: dict[str, Any] = {"practitioner": practitioner, "minutes": 30, "type": "session"}
    times = [NOW - datetime.timedelta(hours=hours) for hours in range(6, 0, -1)]
    offers = [offer(patient, start=NEW + n * DAY, by=receptionist, now=times[0], **values) for n in range(2)]
    accept(offers[0], by=by, now=times[1])
    decline(offers[1], by=by, now=times[2])
    ask_for_visit(patient, start=NEW + 2 * DAY, by=by, now=times[3], **values)
    cancel_own(visit, by=by, now=times[4], code="pat-ill", reason="koorts")
    at_desk = booked(patient, practitioner, receptionist, OLD + DAY)
    cancel(at_desk, by=receptionist, now=times[5], reason="belde", code="pat")
    found = [(each.at, each.tone) for each in done_in_portal(receptionist, now=NOW)]
    assert found == [
        (times[4], "red"), (times[3], "amber"), (times[2], "neutral"), (times[1], "green"), (times[1], "green"),
    ]  # fmt: skip
    assert "koorts" in done_in_portal(receptionist, now=NOW)[0].words
    assert done_in_portal(receptionist, now=NOW + 20 * DAY) == []
    assert done_in_portal(stranger, now=NOW) == []


@pytest.mark.parametrize("role", ["receptionist", "therapist"])
def test_the_first_page_counts_the_questions(
    request: pytest.FixtureRequest, client_of: Callable[[User], Client], question: Proposal, role: str
) -> None:
    browser = client_of(request.getfixturevalue(role))
    assert reverse(INBOX) in browser.get("/").content.decode()
    decline(question, by=request.getfixturevalue(role), now=NOW)
    assert reverse(INBOX) not in browser.get("/").content.decode()


def test_a_therapist_hears_of_the_own_questions_first(
    question: Proposal, other_practitioner: Practitioner, client_of: Callable[[User], Client]
) -> None:
    browser = client_of(other_practitioner.user)
    assert browser.get("/").context["day"].requests == 0
    assert browser.get("/", {"all": "1"}).context["day"].requests == 1


def test_the_page_costs_the_same_with_ten_times_the_questions(
    desk: Client, question: Proposal, practitioner: Practitioner, patient: Patient
) -> None:
    def cost() -> int:
        desk.get(reverse(INBOX))
        with CaptureQueriesContext(connection) as queries:
            desk.get(reverse(INBOX))
        return len(queries)

    def fill(first: int, last: int) -> None:
        for number in range(first, last):
            start = at("2026-12-07", "08:00") + number * datetime.timedelta(hours=24)
            values = {"patient": patient, "practitioner": practitioner, "start": start}
            values["end"] = start + datetime.timedelta(minutes=30)
            for origin in ("patient", "practice"):
                Proposal.objects.create(**values, origin=origin, made_by=patient.user, made_at=NOW)

    fill(0, 2)
    before = cost()
    fill(2, 20)
    assert cost() == before <= 20
