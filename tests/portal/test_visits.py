"""The patient's visits: seen, moved on request, called off, booked when the plan asks; each by the practice's rules."""

import datetime
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import Practitioner, User
from pathways.models import CarePlan, FollowUp
from patients.models import Patient
from scheduling.booking import book
from scheduling.models import Appointment, BookingPolicy, HealthcareService, Proposal, Room
from tests.people import NOW, TODAY, at, make_patient

DAY = datetime.timedelta(days=1)
MOVED = at("2026-12-01", "14:00")


@pytest.fixture
def phone(patient_user: User, client_of: Callable[[User], Client], patient: Patient) -> Client:
    return client_of(patient_user)


@pytest.fixture
def visit(patient: Patient, practitioner: Practitioner, room: Room, receptionist: User) -> Appointment:
    return booked(patient, practitioner, receptionist, at("2026-11-26"))


@pytest.fixture
def follow_up(plan: CarePlan, practitioner: Practitioner, room: Room) -> FollowUp:
    return FollowUp.objects.create(
        plan=plan, week=9, window_start=at("2026-12-02").date(), window_end=at("2026-12-04").date(),
        practitioner=practitioner,
    )  # fmt: skip


def booked(patient: Patient, practitioner: Practitioner, by: User, start: datetime.datetime) -> Appointment:
    return book(patient, practitioner=practitioner, start=start, minutes=30, type="session", by=by, now=NOW)


def url(name: str, row: Any) -> str:
    return reverse(f"portal:{name}", args=[row.pk])


def moment(practitioner: Practitioner, start: datetime.datetime = MOVED) -> str:
    return f"{practitioner.pk}|{start.isoformat()}"


def rules(**fields: Any) -> None:
    BookingPolicy.objects.update_or_create(pk=1, defaults=fields)


def book_at_once() -> None:
    rules(patients_book=True)
    HealthcareService.objects.create(type="session", patients_may_book=True)


def test_asking_to_move_holds_nothing_and_is_shown_until_taken_back(
    phone: Client, visit: Appointment, practitioner: Practitioner
) -> None:
    page = phone.get(url("ask-move", visit), {"day": "2026-12-01"}).content.decode()
    assert moment(practitioner) in page
    given = {"moment": moment(practitioner), "message": "na het werk"}
    for _time in range(2):
        assert phone.post(url("ask-move", visit), given).status_code == 302
    question = Proposal.objects.get()
    visit.refresh_from_db()
    assert (question.start, question.message, visit.start) == (MOVED, "na het werk", at("2026-11-26"))
    assert "na het werk" in phone.get(reverse("portal:visits")).content.decode()
    for _time in range(2):
        assert phone.post(url("withdraw-proposal", question)).status_code == 302
    question.refresh_from_db()
    assert question.status == "withdrawn"


def test_a_question_in_words(phone: Client, visit: Appointment) -> None:
    assert phone.post(url("ask-move", visit), {"message": " "}).status_code == 422
    assert phone.post(url("ask-move", visit), {"message": "Liever 's avonds."}).status_code == 302
    assert phone.get(reverse("portal:visits")).context["found"].coming[0].asked.in_words


def test_the_same_therapist_first_and_colleagues_when_asked(
    phone: Client, visit: Appointment, practitioner: Practitioner, other_practitioner: Practitioner
) -> None:
    def offered(query: dict[str, str]) -> list[Practitioner]:
        choice = phone.get(url("ask-move", visit), query).context["choice"]
        return [person for person, _offers in choice.days[1].people]

    assert offered({}) == [practitioner]
    assert offered({"all": "1"}) == [practitioner, other_practitioner]  # though Bram comes before Lotte


def test_the_moments_around_the_visit_come_first(
    phone: Client, patient: Patient, practitioner: Practitioner, receptionist: User, room: Room
) -> None:
    far = booked(patient, practitioner, receptionist, at("2026-12-17"))
    choice = phone.get(url("ask-move", far)).context["choice"]
    assert choice.days[0].day == at("2026-12-15").date()
    assert choice.earlier == at("2026-12-08").date()
    beyond = phone.get(url("ask-move", far), {"day": "2031-01-01"}).context["choice"]
    assert beyond.first == beyond.last
    assert phone.get(url("ask-move", far), {"day": "rommel"}).status_code == 200


def test_moments_begin_after_the_hours_and_end_with_the_days_of_the_practice(phone: Client, visit: Appointment) -> None:
    rules(book_from_hours=30, book_days_ahead=2)
    choice = phone.get(url("ask-move", visit)).context["choice"]
    assert (choice.days[0].day, choice.last, choice.later) == (TODAY + DAY, TODAY + 2 * DAY, None)
    assert choice.days[0].people[0][1][0].start == "16:00"


@pytest.mark.parametrize("sent", ["nobody|yesterday", "|2026-12-01T14:00+01:00", "THERAPIST|2026-12-01T14:00"])
def test_unreadable_moments_ask_nothing(
    phone: Client, visit: Appointment, practitioner: Practitioner, sent: str
) -> None:
    given = sent.replace("THERAPIST", str(practitioner.pk))
    assert phone.post(url("ask-move", visit), {"moment": given}).status_code == 422
    assert not Proposal.objects.exists()


def test_cancelling_in_time(phone: Client, visit: Appointment) -> None:
    page = phone.get(url("cancel-visit", visit))
    assert page.context["late"] == ()
    assert phone.post(url("cancel-visit", visit), {}).status_code == 422
    for _time in range(2):
        assert phone.post(url("cancel-visit", visit), {"code": "pat-ill"}).status_code == 302
    visit.refresh_from_db()
    assert (visit.status, visit.cancellation_code, visit.is_late_cancellation) == ("cancelled", "pat-ill", False)


def test_cancelling_late_is_told_and_still_frees_the_time(
    phone: Client, patient: Patient, practitioner: Practitioner, receptionist: User, room: Room
) -> None:
    rules(late_cancellation_nl="Dan rekenen we 15 euro aan.")
    soon = booked(patient, practitioner, receptionist, NOW + datetime.timedelta(hours=5))
    assert "15 euro" in phone.get(url("cancel-visit", soon)).content.decode()
    assert phone.post(url("cancel-visit", soon), {"code": "pat", "reason": "trein"}).status_code == 302
    soon.refresh_from_db()
    assert (soon.status, soon.is_late_cancellation, soon.cancellation_reason) == ("cancelled", True, "trein")
    assert phone.post(url("ask-move", soon), {"message": "later"}).status_code == 409


@pytest.mark.parametrize("code", ["prov", "oth-err", "zomaar"])
def test_a_patient_never_cancels_in_the_name_of_the_practice(phone: Client, visit: Appointment, code: str) -> None:
    assert phone.post(url("cancel-visit", visit), {"code": code}).status_code == 422
    visit.refresh_from_db()
    assert visit.status == "booked"


def test_a_visit_that_began_is_not_cancelled(
    phone: Client, patient: Patient, practitioner: Practitioner, receptionist: User, room: Room
) -> None:
    now = booked(patient, practitioner, receptionist, NOW)
    assert phone.post(url("cancel-visit", now), {"code": "pat"}).status_code == 409


@pytest.mark.parametrize(
    ("off", "name", "given"),
    [
        ("patients_ask", "ask-move", {"message": "later"}),
        ("patients_cancel", "cancel-visit", {"code": "pat"}),
        ("patients_see", "ask-move", {"message": "later"}),
        ("patients_see", "cancel-visit", {"code": "pat"}),
    ],
)
def test_a_right_that_is_off_is_refused_by_the_server(
    phone: Client, visit: Appointment, off: str, name: str, given: dict[str, str]
) -> None:
    rules(**{off: False})
    assert phone.get(url(name, visit)).status_code == 403
    assert phone.post(url(name, visit), given).status_code == 403
    visit.refresh_from_db()
    assert visit.status == "booked"
    assert not Proposal.objects.exists()
    assert url(name, visit) not in phone.get(reverse("portal:visits")).content.decode()


def test_without_booking_asking_and_cancelling_the_visits_are_still_seen(phone: Client, visit: Appointment) -> None:
    rules(patients_ask=False, patients_cancel=False, patients_book=False)
    assert [each.visit for each in phone.get(reverse("portal:visits")).context["found"].coming] == [visit]
    assert phone.get(reverse("portal:home")).context["home"].next_visit == visit


def test_where_the_practice_shows_no_visits_the_pages_say_so(
    phone: Client, visit: Appointment, plan: CarePlan, follow_up: FollowUp
) -> None:
    rules(patients_see=False)
    page = phone.get(reverse("portal:visits"))
    assert page.status_code == 200
    assert "11:00" not in page.content.decode()
    assert page.context["found"].rights.see.why in page.content.decode()
    home = phone.get(reverse("portal:home"))
    assert home.context["home"].next_visit is None
    assert home.status_code == 200


def test_a_follow_up_is_booked_at_once_within_its_window(
    phone: Client, follow_up: FollowUp, practitioner: Practitioner, patient_user: User
) -> None:
    book_at_once()
    choice = phone.get(url("plan-visit", follow_up)).context["choice"]
    assert {each.day for each in choice.days} == {at(f"2026-12-0{day}").date() for day in (2, 3, 4)}
    given = {"moment": moment(practitioner, at("2026-12-02", "09:00")), "idempotency_key": "k1"}
    assert phone.post(url("plan-visit", follow_up), given).status_code == 302
    assert phone.post(url("plan-visit", follow_up), given).status_code == 404  # the plan asks for it no more
    made = Appointment.objects.get()
    follow_up.refresh_from_db()
    assert (follow_up.appointment, made.booked_by, made.episode) == (made, patient_user, follow_up.plan.episode)


@pytest.mark.parametrize("start", [at("2026-12-01", "09:00"), at("2026-12-07", "09:00")])
@pytest.mark.parametrize("at_once", [True, False])
def test_never_outside_the_window(
    phone: Client, follow_up: FollowUp, practitioner: Practitioner, start: datetime.datetime, at_once: bool
) -> None:
    if at_once:
        book_at_once()
    answer = phone.post(url("plan-visit", follow_up), {"moment": moment(practitioner, start)})
    assert answer.status_code == 409
    assert not Appointment.objects.exists()
    assert not Proposal.objects.exists()


@pytest.mark.parametrize("may", [{"patients_book": True}, {"patients_book": False}])
def test_a_kind_that_patients_may_not_book_is_asked_for(
    phone: Client, follow_up: FollowUp, practitioner: Practitioner, receptionist: User, may: dict[str, bool]
) -> None:
    rules(**may)
    given = {"moment": moment(practitioner, at("2026-12-02", "09:00"))}
    for _time in range(2):
        assert phone.post(url("plan-visit", follow_up), given).status_code == 302
    question = Proposal.objects.get()
    follow_up.refresh_from_db()
    assert (follow_up.proposal, question.origin, question.minutes) == (question, "patient", 30)
    assert not Appointment.objects.exists()
    called = phone.get(reverse("portal:visits")).context["found"].called[0]
    assert called.asked.proposal == question


def test_without_any_right_the_plan_still_says_what_it_asks(
    phone: Client, follow_up: FollowUp, practitioner: Practitioner
) -> None:
    rules(patients_ask=False)
    given = {"moment": moment(practitioner, at("2026-12-02", "09:00"))}
    assert phone.post(url("plan-visit", follow_up), given).status_code == 403
    assert phone.get(reverse("portal:visits")).context["found"].called[0].follow_up == follow_up


def test_whoever_loses_the_moment_hears_which_and_sees_the_next(
    phone: Client, follow_up: FollowUp, practitioner: Practitioner, receptionist: User
) -> None:
    book_at_once()
    start = at("2026-12-02", "09:00")
    booked(make_patient("Claes", "Jef"), practitioner, receptionist, start)
    answer = phone.post(url("plan-visit", follow_up), {"moment": moment(practitioner, start)})
    page = answer.content.decode()
    assert answer.status_code == 409
    assert "09:00" in answer.context["lost"]
    assert moment(practitioner, start) not in page
    assert moment(practitioner, at("2026-12-02", "09:30")) in page


def test_a_window_that_closed_leads_to_the_phone(phone: Client, plan: CarePlan, practitioner: Practitioner) -> None:
    window = {"window_start": TODAY - 3 * DAY, "window_end": TODAY - DAY}
    FollowUp.objects.create(plan=plan, week=3, practitioner=practitioner, **window)
    called = phone.get(reverse("portal:visits")).context["found"].called[0]
    assert not called.days.is_open


@pytest.mark.parametrize("name", ["ask-move", "cancel-visit", "plan-visit"])
def test_a_stranger_finds_nothing(
    stranger: User, client_of: Callable[[User], Client], visit: Appointment, follow_up: FollowUp, name: str
) -> None:
    book_at_once()
    browser = client_of(stranger)
    row = follow_up if name == "plan-visit" else visit
    assert browser.get(url(name, row)).status_code == 404
    assert browser.post(url(name, row), {"code": "pat", "message": "x"}).status_code == 404


@pytest.mark.parametrize("role", ["therapist", "receptionist", "owner"])
def test_staff_stay_out_of_the_portal(
    request: pytest.FixtureRequest, client_of: Callable[[User], Client], visit: Appointment, role: str
) -> None:
    browser = client_of(request.getfixturevalue(role))
    for name in ("ask-move", "cancel-visit"):
        assert browser.post(url(name, visit), {"code": "pat", "message": "x"}).status_code == 403


def test_the_page_costs_the_same_with_ten_times_the_rows(
    phone: Client, visit: Appointment, follow_up: FollowUp, practitioner: Practitioner, patient: Patient
) -> None:
    def cost() -> int:
        phone.get(reverse("portal:visits"))
        with CaptureQueriesContext(connection) as queries:
            phone.get(reverse("portal:visits"))
        return len(queries)

    fill(visit, follow_up.plan, practitioner, 0, 2)
    before = cost()
    fill(visit, follow_up.plan, practitioner, 2, 20)
    assert cost() == before <= 20


def fill(visit: Appointment, plan: CarePlan, practitioner: Practitioner, first: int, last: int) -> None:
    """A visit, an offer, an answer and a follow-up for each number."""
    for number in range(first, last):
        start = at("2026-12-07", "08:00") + number * DAY
        values: dict[str, Any] = {"patient": visit.patient, "practitioner": practitioner, "start": start}
        values["end"] = start + datetime.timedelta(minutes=30)
        Appointment.objects.create(**values, booked_by=practitioner.user)
        offer = Proposal.objects.create(**values, origin="practice", made_by=practitioner.user, made_at=NOW)
        Proposal.objects.create(
            **values, origin="patient", status="declined", made_by=visit.patient.user, answered_at=NOW
        )
        FollowUp.objects.create(
            plan=plan, week=20 + number, window_start=TODAY, window_end=TODAY + 14 * DAY, practitioner=practitioner,
            proposal=offer,
        )  # fmt: skip


def test_where_the_practice_shows_no_visits_the_api_has_none_either(phone: Client, visit: Appointment) -> None:
    assert phone.get("/api/v1/appointments/").json()["count"] == 1
    rules(patients_see=False)
    assert phone.get("/api/v1/appointments/").json()["count"] == 0
    assert phone.get(f"/api/v1/appointments/{visit.pk}/").status_code == 404
