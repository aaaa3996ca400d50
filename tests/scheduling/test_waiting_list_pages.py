"""The pages of the waiting list and of gaps, as each role walks through them."""

import datetime
import re
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts.models import AccessLog, Practitioner, User
from pathways.models import CarePlan, FollowUp
from patients.models import Patient
from scheduling.booking import book, cancel
from scheduling.models import Appointment, Proposal, Room, WaitingListEntry
from scheduling.waiting_list import book_entry, join, withdraw
from tests.people import NOW, TODAY, at, make_patient

pytest_plugins = ["tests.running_plan"]
pytestmark = pytest.mark.django_db
SignIn = Callable[[User], Client]
THURSDAY = "2026-11-26"
LIST = "/agenda/waiting-list/"
MOST_QUERIES = 30


@pytest.fixture(autouse=True)
def _today(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(timezone, "now", lambda: NOW)


@pytest.fixture
def entry(patient: Patient, practitioner: Practitioner, room: Room, receptionist: User) -> WaitingListEntry:
    return waits(patient, receptionist, practitioners=[practitioner], priority="urgent", note="na het werk")


@pytest.fixture
def cancelled(practitioner: Practitioner, room: Room, receptionist: User) -> Appointment:
    """A visit of somebody else on Thursday from 14:00 to 14:30, cancelled."""
    visit = book(make_patient("Afgezegd", "Piet"), **at_two(practitioner, receptionist))
    return cancel(visit, by=receptionist, now=NOW, code="pat")


def at_two(practitioner: Practitioner, by: User) -> dict[str, Any]:
    start = at(THURSDAY, "14:00")
    return {"practitioner": practitioner, "start": start, "minutes": 30, "type": "session", "by": by, "now": NOW}


def waits(patient: Patient, by: User, **wish: Any) -> WaitingListEntry:
    values: dict[str, Any] = {"type": "session", "minutes": 30, "earliest": TODAY, "now": NOW, **wish}
    return join(patient, by=by, **values)


def wishes(**more: Any) -> dict[str, Any]:
    return {"type": "session", "minutes": 30, "priority": "routine", "earliest": "2026-11-23", **more}


def url(name: str, *rows: Any) -> str:
    return reverse(f"scheduling:{name}", args=[row.pk for row in rows])


def test_the_list_says_who_waits_for_what(desk: Client, entry: WaitingListEntry) -> None:
    page = desk.get(LIST)
    text = page.content.decode()
    assert page.status_code == 200
    for words in ("Peeters An", 'href="tel:+32470123456"', "Lotte Maes", "na het werk", url("waiting-entry", entry)):
        assert words in text
    assert " style=" not in text


def test_an_empty_list_says_what_it_is_for(desk: Client) -> None:
    assert url("join-waiting-list") in desk.get(LIST).content.decode().split("empty-state")[1]


def test_the_list_is_filtered_and_paged(
    desk: Client, entry: WaitingListEntry, other_practitioner: Practitioner, receptionist: User
) -> None:
    for number in range(26):
        waits(make_patient(f"Nr{number}"), receptionist)
    assert len(desk.get(LIST).context["rows"]) == 25
    assert len(desk.get(LIST, {"page": 2}).context["rows"]) == 2
    assert desk.get(LIST, {"practitioner": other_practitioner.pk, "page": 2}).context["page"].paginator.count == 26
    assert desk.get(LIST, {"type": "intake"}).context["rows"] == []


def test_a_patient_is_searched_and_put_on_the_list(desk: Client, patient: Patient, practitioner: Practitioner) -> None:
    found = desk.post(url("find-waiting-patient"), {"q": "peeters"}).content.decode()
    address = f"{url('join-waiting-list')}?patient={patient.pk}"
    assert address in found
    assert desk.get(address).status_code == 200
    sent = wishes(practitioners=[str(practitioner.pk)], weekdays=["2", "4"], not_before="17:00", note="belt terug")
    assert desk.post(address, sent).status_code == 302
    entry = WaitingListEntry.objects.get()
    assert (entry.patient, entry.weekdays, entry.not_before) == (patient, [2, 4], datetime.time(17))
    assert list(entry.practitioners.all()) == [practitioner]
    again = desk.post(address, sent)
    assert again.status_code == 409
    assert "belt terug" in again.content.decode()


def test_the_form_starts_from_what_was_looked_for_in_vain(
    desk: Client, patient: Patient, practitioner: Practitioner
) -> None:
    booking = desk.get(reverse("scheduling:book"), {"patient": patient.pk, "type": "intake", "minutes": "60"})
    link = re.search(r'href="(/agenda/waiting-list/join/\?[^"]+)"', booking.content.decode())
    assert link is not None
    form = desk.get(link[1].replace("&amp;", "&")).context["form"]
    assert (form["type"].value(), form["minutes"].value()) == ("intake", 60)


@pytest.mark.parametrize(
    "wrong", [{"minutes": "0"}, {"earliest": ""}, {"type": "self_report"}, {"weekdays": ["9"]}, {"not_before": "25:00"}]
)
def test_a_wrong_form_comes_back_with_what_was_typed(desk: Client, patient: Patient, wrong: dict[str, Any]) -> None:
    page = desk.post(f"{url('join-waiting-list')}?patient={patient.pk}", wishes(note="kan altijd", **wrong))
    assert page.status_code == 422
    assert "kan altijd" in page.content.decode()
    assert AccessLog.objects.filter(patient_id=patient.pk, part="waiting list").exists()


def test_a_window_that_ends_before_it_begins_is_named_at_its_field(desk: Client, patient: Patient) -> None:
    page = desk.post(f"{url('join-waiting-list')}?patient={patient.pk}", wishes(latest="2026-11-01"))
    assert page.status_code == 400
    assert list(page.context["form"].errors) == ["latest"]


@pytest.mark.parametrize("asked", ["nonsense", "00000000-0000-0000-0000-000000000000"])
def test_an_unknown_patient_is_not_found(desk: Client, asked: str) -> None:
    assert desk.get(f"{url('join-waiting-list')}?patient={asked}").status_code == 404


def test_wishes_change(desk: Client, entry: WaitingListEntry) -> None:
    page = desk.get(url("change-waiting-entry", entry))
    assert page.context["form"]["note"].value() == "na het werk"
    assert desk.post(url("change-waiting-entry", entry), wishes(minutes=45, version=1)).status_code == 302
    entry.refresh_from_db()
    assert (entry.minutes, entry.note, list(entry.practitioners.all())) == (45, "", [])


def test_taking_off_can_be_undone_with_one_click(desk: Client, entry: WaitingListEntry) -> None:
    page = desk.post(url("withdraw-waiting-entry", entry), follow=True)
    assert url("put-back-waiting-entry", entry) in page.content.decode()
    assert page.context["rows"] == []
    assert len(desk.post(url("put-back-waiting-entry", entry), follow=True).context["rows"]) == 1


def test_the_first_moments_are_booked_with_one_click(desk: Client, entry: WaitingListEntry) -> None:
    page = desk.get(url("waiting-entry", entry)).content.decode()
    moment = re.findall(r'name="moment" value="([^"]+)"', page)[0]
    assert AccessLog.objects.filter(patient_id=entry.patient_id, part="waiting list").count() == 1
    assert desk.post(url("waiting-entry", entry), {"moment": moment, "idempotency_key": "k"}).status_code == 302
    entry.refresh_from_db()
    assert entry.appointment is not None
    assert desk.get(url("waiting-entry", entry))["Location"] == url("appointment", entry.appointment)


def test_a_moment_that_is_gone_is_refused_with_the_next_ones(
    desk: Client, entry: WaitingListEntry, practitioner: Practitioner, receptionist: User
) -> None:
    book(make_patient("Claes", "Jef"), **at_two(practitioner, receptionist))
    sent = {"moment": f"{practitioner.pk}|{at(THURSDAY, '14:00').isoformat()}"}
    page = desk.post(url("waiting-entry", entry), sent)
    assert (page.status_code, page.context["clash"]) == (409, "therapist")
    assert AccessLog.objects.filter(patient_id=entry.patient_id, part="waiting list").exists()
    assert 'name="moment"' in page.content.decode()


def test_who_was_taken_off_shows_no_moments(desk: Client, entry: WaitingListEntry, receptionist: User) -> None:
    withdraw(entry, by=receptionist, now=NOW)
    assert 'name="moment"' not in desk.get(url("waiting-entry", entry)).content.decode()


def fill(page: Any, entry: WaitingListEntry) -> tuple[str, dict[str, str]]:
    """Read from a gap page what its Book button for an entry sends."""
    (row,) = [each for each in page.context["page"] if each.need.pk == entry.pk]
    return row.need.book_url, {"start": row.start.isoformat(), "idempotency_key": "k"}


def test_one_click_fills_a_gap(desk: Client, cancelled: Appointment, entry: WaitingListEntry) -> None:
    page = desk.get(url("gap", cancelled))
    text = page.content.decode()
    for words in ("Lotte Maes", "14:00–14:30", "Peeters An", "tel:+32470123456", "Piet Afgezegd"):
        assert words in text
    address, sent = fill(page, entry)
    for _time in range(2):
        assert desk.post(address, sent)["Location"] == url("gap", cancelled)
    entry.refresh_from_db()
    visit = Appointment.objects.exclude(status="cancelled").get()
    assert (entry.status, entry.appointment, visit.fills) == ("booked", visit, cancelled)
    taken = desk.get(url("gap", cancelled)).content.decode()
    assert url("appointment", visit) in taken
    assert "An Peeters" in taken


def test_who_came_from_the_list_goes_back_on_it(
    desk: Client, entry: WaitingListEntry, practitioner: Practitioner, receptionist: User
) -> None:
    visit = book_entry(entry, practitioner=practitioner, start=at(THURSDAY, "14:00"), by=receptionist, now=NOW)
    cancel(visit, by=receptionist, now=NOW, code="prov")
    assert url("put-back-waiting-entry", entry) in desk.get(url("gap", visit)).content.decode()
    assert len(desk.post(url("put-back-waiting-entry", entry), follow=True).context["rows"]) == 1


def test_who_comes_second_reads_who_was_first_and_the_next_moments(
    desk: Client, cancelled: Appointment, entry: WaitingListEntry, practitioner: Practitioner, receptionist: User
) -> None:
    address, sent = fill(desk.get(url("gap", cancelled)), entry)
    book(make_patient("Claes", "Jef"), **at_two(practitioner, receptionist))
    page = desk.post(address, sent)
    text = page.content.decode()
    assert (page.status_code, page.context["refused"].clash) == (409, "therapist")
    assert "Jef Claes" in text
    assert f'action="{url("waiting-entry", entry)}"' in text
    assert 'name="moment"' in text


def test_an_offer_waits_for_an_answer_and_is_taken_back(
    desk: Client, cancelled: Appointment, entry: WaitingListEntry
) -> None:
    (row,) = desk.get(url("gap", cancelled)).context["page"]
    for _time in range(2):
        assert desk.post(row.need.offer_url, {"start": row.start.isoformat()}).status_code == 302
    made = Proposal.objects.get()
    assert (made.origin, made.fills, made.waiting_list_entry) == ("practice", cancelled, entry)
    assert not Appointment.objects.exclude(status="cancelled").exists()
    page = desk.get(url("gap", cancelled)).content.decode()
    assert url("withdraw-offer", made) in page
    assert row.need.offer_url not in page
    assert desk.post(url("withdraw-offer", made))["Location"] == url("gap", cancelled)
    made.refresh_from_db()
    assert made.status == "withdrawn"


def test_without_a_portal_account_nothing_is_offered(desk: Client, cancelled: Appointment, receptionist: User) -> None:
    waits(make_patient("Bellen"), receptionist)
    (row,) = desk.get(url("gap", cancelled)).context["page"]
    page = desk.get(url("gap", cancelled)).content.decode()
    assert row.need.book_url in page
    assert row.need.offer_url not in page


def test_a_visit_that_a_plan_calls_for_fills_a_gap(desk: Client, cancelled: Appointment, plan: CarePlan) -> None:
    week = {"window_start": TODAY, "window_end": TODAY + datetime.timedelta(days=6)}
    row = FollowUp.objects.create(plan=plan, week=1, minutes=30, practitioner=plan.practitioner, **week)
    page = desk.get(url("gap", cancelled))
    (found,) = page.context["page"]
    for word in ("knie", "itbs", "nprs", "light-", "fase", "phase"):
        assert word not in page.content.decode().lower().split("<main")[1]
    assert desk.post(found.need.offer_url, {"start": found.start.isoformat()}).status_code == 302
    assert desk.post(found.need.book_url, {"start": found.start.isoformat()}).status_code == 302
    row.refresh_from_db()
    assert row.appointment is not None
    assert row.appointment.fills == cancelled
    assert row.proposal is not None
    assert desk.post(found.need.book_url, {"start": found.start.isoformat()}).status_code == 409


def test_a_visit_that_stands_is_no_gap(
    desk: Client, practitioner: Practitioner, room: Room, patient: Patient, receptionist: User
) -> None:
    visit = book(patient, **at_two(practitioner, receptionist))
    assert desk.get(url("gap", visit))["Location"] == url("appointment", visit)


@pytest.mark.parametrize("sent", [{}, {"start": "tomorrow"}])
def test_a_click_without_a_moment_changes_nothing(
    desk: Client, cancelled: Appointment, entry: WaitingListEntry, sent: dict[str, str]
) -> None:
    for name in ("fill-gap", "offer-gap"):
        assert desk.post(url(name, cancelled, entry), sent).status_code == 422
        assert AccessLog.objects.filter(patient_id=cancelled.patient_id, part="appointment").exists()
    assert not Proposal.objects.exists()


def test_the_desk_sees_what_came_free(desk: Client, cancelled: Appointment, entry: WaitingListEntry) -> None:
    assert url("gap", cancelled) in desk.get("/").content.decode()
    desk.post(*fill(desk.get(url("gap", cancelled)), entry))
    assert url("gap", cancelled) not in desk.get("/").content.decode()


@pytest.mark.parametrize("role", ["therapist", "receptionist", "owner", "patient_user", "stranger"])
def test_pages_of_one_object_open_for_staff_only(
    request: pytest.FixtureRequest, client_of: SignIn, cancelled: Appointment, entry: WaitingListEntry, role: str
) -> None:
    client = client_of(request.getfixturevalue(role))
    allowed = 200 if role in {"therapist", "receptionist", "owner"} else 403
    for address in (url("waiting-entry", entry), url("change-waiting-entry", entry), url("gap", cancelled)):
        assert client.get(address).status_code == allowed
    if allowed == 403:
        posts = ["withdraw-waiting-entry", "put-back-waiting-entry", "waiting-entry", "change-waiting-entry"]
        for address in [*(url(name, entry) for name in posts), url("fill-gap", cancelled, entry)]:
            assert client.post(address).status_code == 403
        entry.refresh_from_db()
        assert entry.status == "waiting"


def test_changes_are_posted(desk: Client, cancelled: Appointment, entry: WaitingListEntry) -> None:
    for address in (url("withdraw-waiting-entry", entry), url("put-back-waiting-entry", entry)):
        assert desk.get(address).status_code == 405
    for name in ("fill-gap", "offer-gap"):
        assert desk.get(url(name, cancelled, entry)).status_code == 405


@pytest.mark.parametrize("page", ["list", "gap", "home"])
def test_more_who_wait_cost_no_more_queries(
    desk: Client, cancelled: Appointment, entry: WaitingListEntry, practitioner: Practitioner, receptionist: User,
    page: str,
) -> None:  # fmt: skip
    address = {"list": LIST, "gap": url("gap", cancelled), "home": "/"}[page]

    def cost() -> int:
        with CaptureQueriesContext(connection) as caught:
            assert desk.get(address).status_code == 200
        return len(caught)

    desk.get(address)
    few = cost()
    for number in range(10):
        waits(make_patient(f"Nr{number}"), receptionist, practitioners=[practitioner])
        visit = book(
            make_patient(f"Weg{number}"), **{**at_two(practitioner, receptionist), "start": at(THURSDAY, "16:00")}
        )
        cancel(visit, by=receptionist, now=NOW)
    assert cost() == few <= MOST_QUERIES
