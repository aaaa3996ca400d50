"""All open visits of a plan booked at once, and the request for a new prescription."""

import datetime
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.exceptions import InvalidInput
from accounts.models import Practitioner, User
from fysicure.attention import attention
from pathways.follow_up_series import asked_by, book_follow_ups, open_of_plan, wanted_days
from pathways.follow_ups import book_follow_up
from pathways.models import CarePlan, FollowUp, Letter, Task
from pathways.prescription_requests import request_prescription
from patients.models import EpisodeOfCare, ExternalPractitioner, Patient, Prescription
from scheduling.booking import book
from scheduling.models import Appointment, AppointmentSeries, Leave, Room
from scheduling.series import SeriesRefused
from scheduling.series_sheet import Sheet, draw_up
from tests.pathways.test_letters import text_of
from tests.people import NOW, TODAY, at, make_patient

pytest_plugins = ["tests.running_plan"]
SignIn = Callable[[User], Client]
DAY = datetime.timedelta(days=1)
WINDOWS = [("2026-11-25", "2026-11-27", 30, "session"), ("2026-12-07", "2026-12-11", 45, "retest")]


@pytest.fixture(autouse=True)
def _today(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(timezone, "now", lambda: NOW)


@pytest.fixture
def follow_ups(plan: CarePlan, room: Room) -> list[FollowUp]:
    """Three open visits of the plan: a session, a retest, and a session across the new year."""
    rows = [*WINDOWS, ("2027-01-04", "2027-01-08", 30, "session")]
    return [
        FollowUp.objects.create(
            plan=plan, week=week, window_start=opens, window_end=closes, minutes=minutes, type=kind,
            practitioner=plan.practitioner,
        )
        for week, (opens, closes, minutes, kind) in enumerate(rows, start=1)
    ]  # fmt: skip


def sheet(plan: CarePlan) -> Sheet:
    people = list(Practitioner.objects.filter(is_active=True))
    return draw_up(asked_by(plan, open_of_plan(plan), people, TODAY), None, now=NOW)


def take(plan: CarePlan, by: User, **more: Any) -> AppointmentSeries:
    visits = list(zip(open_of_plan(plan), sheet(plan).visits(), strict=True))
    return book_follow_ups(plan, visits, by=by, now=NOW, **{"idempotency_key": "k1", **more})


def test_each_visit_is_proposed_within_its_window_with_its_own_length(
    plan: CarePlan, follow_ups: list[FollowUp]
) -> None:
    seen = sheet(plan)
    assert [row.state for row, _form in seen.rows] == ["free"] * 3
    for row, visit in zip(open_of_plan(plan), seen.visits(), strict=True):
        assert row.window_start <= timezone.localdate(visit.start) <= row.window_end
        assert (visit.minutes, visit.type, visit.practitioner) == (row.minutes, row.type, row.practitioner)
    assert len({timezone.localtime(visit.start).time() for visit in seen.visits()}) == 1


def test_a_window_without_room_shows_the_nearest_day_outside_flagged(
    plan: CarePlan, follow_ups: list[FollowUp]
) -> None:
    Leave.objects.create(
        practitioner=plan.practitioner, starts_at=at("2026-12-07", "00:00"), ends_at=at("2026-12-12", "00:00")
    )
    row = sheet(plan).rows[1][0]
    assert row.state == "outside"
    assert row.draft.slot
    assert row.draft.slot.day in {datetime.date(2026, 12, 4), datetime.date(2026, 12, 14)}


def test_all_are_booked_and_linked_or_none(plan: CarePlan, follow_ups: list[FollowUp], receptionist: User) -> None:
    visits = sheet(plan).visits()
    other = make_patient("Ander", "Jos")
    asked = {"minutes": 30, "type": "session", "by": receptionist, "now": NOW}
    blocking = book(other, practitioner=plan.practitioner, start=visits[1].start, **asked)
    pairs = list(zip(open_of_plan(plan), visits, strict=True))
    with pytest.raises(SeriesRefused) as refused:
        book_follow_ups(plan, pairs, by=receptionist, now=NOW)
    assert refused.value.number == 1
    assert list(Appointment.objects.all()) == [blocking]
    assert FollowUp.objects.open().count() == 3
    series = take(plan, receptionist)
    assert not FollowUp.objects.open().exists()
    linked = set(FollowUp.objects.values_list("appointment__series", flat=True))
    assert linked == {series.pk}
    assert set(series.appointments.values_list("episode", flat=True)) == {plan.episode_id}


def test_the_same_key_books_once(plan: CarePlan, follow_ups: list[FollowUp], receptionist: User) -> None:
    pairs = list(zip(open_of_plan(plan), sheet(plan).visits(), strict=True))
    asked: dict[str, Any] = {"by": receptionist, "now": NOW, "idempotency_key": "k1"}
    first = book_follow_ups(plan, pairs, **asked)
    assert book_follow_ups(plan, pairs, **asked) == first
    assert Appointment.objects.count() == 3


def test_a_visit_that_was_booked_meanwhile_refuses_the_whole(
    plan: CarePlan, follow_ups: list[FollowUp], receptionist: User
) -> None:
    pairs = list(zip(open_of_plan(plan), sheet(plan).visits(), strict=True))
    other = {"practitioner": plan.practitioner, "start": at("2027-01-04", "15:00")}
    book_follow_up(follow_ups[2], **other, by=receptionist, now=NOW)
    with pytest.raises(SeriesRefused) as refused:
        book_follow_ups(plan, pairs, by=receptionist, now=NOW)
    assert refused.value.number == 2
    assert Appointment.objects.count() == 1


def test_the_desk_plans_them_in_two_clicks_and_reads_no_reason(
    plan: CarePlan, follow_ups: list[FollowUp], receptionist: User, client_of: SignIn, episode: EpisodeOfCare
) -> None:
    desk = client_of(receptionist)
    url = reverse("pathways:book-follow-ups", args=[plan.pk])
    of_episode = reverse("pathways:book-follow-ups-of", args=[plan.episode_id])
    assert desk.get(of_episode)["Location"] == url
    overview = desk.get(reverse("pathways:follow-ups")).content.decode()
    assert overview.count(url) == 1
    page = desk.get(url)
    sent = {"rows": "3", "idempotency_key": "k1", "act": "book"}
    for _row, form in page.context["sheet"].rows:
        sent |= {form.add_prefix(name): form[name].value() or "" for name in form.fields}
    answer = desk.post(url, sent)
    series = AppointmentSeries.objects.get()
    assert answer["Location"] == reverse("scheduling:series", args=[series.pk])
    assert desk.post(url, sent)["Location"] == answer["Location"]
    shown = desk.get(answer["Location"])
    empty = desk.get(url)
    for text in (page, shown, empty):
        for word in (episode.reason, plan.pathway_version.pathway.title, "fase", "pijn"):
            assert word not in text.content.decode()


def test_a_row_is_left_out_and_stays_open(
    plan: CarePlan, follow_ups: list[FollowUp], receptionist: User, client_of: SignIn
) -> None:
    desk, url = client_of(receptionist), reverse("pathways:book-follow-ups", args=[plan.pk])
    page = desk.get(url)
    assert page.context["budget"].order.wanted == 0
    sent = {"rows": "3", "idempotency_key": "k1"}
    for _row, form in page.context["sheet"].rows:
        sent |= {form.add_prefix(name): form[name].value() or "" for name in form.fields}
    less = desk.post(url, sent | {"act": "out-1"})
    assert (less.context["budget"].order.planned, less.context["budget"].order.wanted) == (2, 1)
    desk.post(url, sent | {"row-1-out": "on", "act": "book"})
    assert FollowUp.objects.open().get() == follow_ups[1]


def test_another_plan_and_strangers_get_nothing(
    plan: CarePlan, follow_ups: list[FollowUp], stranger: User, client_of: SignIn
) -> None:
    assert client_of(stranger).get(reverse("pathways:book-follow-ups", args=[plan.pk])).status_code == 403


def test_what_the_plan_still_wants_counts_in_its_year(plan: CarePlan, follow_ups: list[FollowUp]) -> None:
    assert [day.year for day in sorted(wanted_days(plan.episode))] == [2026, 2026, 2027]
    CarePlan.objects.update(status="revoked", ended_on=TODAY)
    assert wanted_days(plan.episode) == []


def test_the_single_booking_page_weighs_the_sessions_too(
    plan: CarePlan, follow_ups: list[FollowUp], receptionist: User, client_of: SignIn, doctor: ExternalPractitioner
) -> None:
    Prescription.objects.create(episode=plan.episode, prescriber=doctor, prescribed_on=TODAY, sessions_ordered=2)
    page = client_of(receptionist).get(reverse("pathways:book-follow-up", args=[follow_ups[0].pk]))
    seen = page.context["budget"]
    assert (seen.order.left, seen.order.planned, seen.order.wanted, seen.order.short) == (2, 1, 2, 1)
    asking = reverse("pathways:request-prescription", args=[plan.episode_id])
    assert asking in page.content.decode()
    request_prescription(plan.episode, sessions=9, by=receptionist, now=NOW)
    for url in (reverse("pathways:book-follow-up", args=[follow_ups[0].pk]), f"/plans/{plan.pk}/follow-ups/book/"):
        again = client_of(receptionist).get(url)
        assert again.context["is_asked"]
        assert asking not in again.content.decode()


def ask(client: Client, episode: EpisodeOfCare, **more: Any) -> Any:
    url = reverse("pathways:request-prescription", args=[episode.pk])
    return client.post(url, {"sessions": "9", "back": "/plans/follow-ups/", **more})


def test_the_desk_asks_the_therapist_once(
    plan: CarePlan, receptionist: User, client_of: SignIn, patient: Patient
) -> None:
    desk = client_of(receptionist)
    assert ask(desk, plan.episode)["Location"] == "/plans/follow-ups/"
    assert ask(desk, plan.episode, back="https://evil.example/")["Location"] == f"/patients/{patient.pk}/"
    task = Task.objects.get()
    assert (task.kind, task.episode, task.status) == ("prescription", plan.episode, "requested")
    assert "9" in task.description
    draft = reverse("pathways:write-letter", args=[plan.episode_id, "order"])
    assert draft in {each.url for each in attention(plan.practitioner.user, plan.practitioner, now=NOW)}
    assert desk.get(draft).status_code == 403


def test_the_letter_answers_the_request_and_a_later_one_is_new(
    plan: CarePlan, therapist: User, receptionist: User, client_of: SignIn
) -> None:
    first = request_prescription(plan.episode, sessions=9, by=receptionist, now=NOW)
    client, draft = client_of(therapist), reverse("pathways:write-letter", args=[plan.episode_id, "order"])
    sent = {"sessions": "12", "remark": "", "recipient": ""}
    assert client.post(draft, sent).status_code == 302
    assert client.post(draft, sent).status_code == 302
    assert Letter.objects.filter(kind="order").count() == 1
    first.refresh_from_db()
    assert (first.status, first.completed_by) == ("completed", therapist)
    again = request_prescription(plan.episode, sessions=9, by=receptionist, now=NOW)
    assert again.pk != first.pk


def test_a_therapist_gets_the_draft_at_once(
    plan: CarePlan, follow_ups: list[FollowUp], therapist: User, client_of: SignIn, doctor: ExternalPractitioner
) -> None:
    Prescription.objects.create(
        episode=plan.episode, prescriber=doctor, prescribed_on=datetime.date(2026, 11, 2), sessions_ordered=9
    )
    client = client_of(therapist)
    draft = ask(client, plan.episode, sessions="12")["Location"]
    assert not Task.objects.exists()
    page = client.get(draft)
    assert page.context["form"]["sessions"].value() == 12
    text = str(page.context["document"])
    for word in ("02/11/2026", "9", "12", doctor.name, "08/01/2027", plan.episode.reason):
        assert word in text, word
    phases = plan.phases.exclude(status="completed")
    assert all(phase.title in text for phase in phases)
    sheets = text_of(page.context["document"])
    assert str(plan.patient) in sheets
    assert "12" in sheets


def test_a_request_needs_a_number_that_a_doctor_could_order(plan: CarePlan, receptionist: User) -> None:
    with pytest.raises(InvalidInput):
        request_prescription(plan.episode, sessions=61, by=receptionist, now=NOW)


def test_a_paused_plan_asks_for_nothing(
    plan: CarePlan, follow_ups: list[FollowUp], receptionist: User, client_of: SignIn
) -> None:
    CarePlan.objects.update(status="on-hold", hold_reason="paused")
    page = client_of(receptionist).get(reverse("pathways:book-follow-ups", args=[plan.pk]))
    assert (page.status_code, "sheet" in page.context) == (200, False)
