"""Two people who edit one record: the second sees what changed, loses nothing, and saves with one more click."""

import datetime
from collections.abc import Callable
from dataclasses import dataclass, field
from html import escape
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import Practitioner, User
from patients.models import EpisodeOfCare, ExternalPractitioner, NoteTemplate, Patient, Prescription
from scheduling.booking import book
from scheduling.models import Appointment, BookingPolicy, Room, WaitingListEntry
from scheduling.waiting_list import join
from tests.people import NOW, at
from tests.sent_forms import filled_in

pytestmark = pytest.mark.django_db
ClientOf = Callable[[User], Client]


@dataclass(frozen=True)
class Case:
    """A form on an existing row: what the first editor changes, what the second does, and how the row reads then."""

    url: str
    row: str  # the fixture
    first: dict[str, Any]
    second: dict[str, Any]
    kept: dict[str, Any]
    user: str = "therapist"
    shown: str = ""  # the first editor's value in the words of the page
    args: bool = True
    action: str = ""
    post_url: str = ""
    more: dict[str, Any] = field(default_factory=dict)


CASES = {
    "patient": Case(
        "patients:edit", "patient", {"city": "Geel"}, {"street": "Markt 1"}, {"city": "Geel", "street": "Markt 1"},
        user="receptionist", shown="Geel",
    ),
    "episode": Case(
        "patients:edit-episode", "episode", {"status": "onhold"}, {"reason": "Heup links"},
        {"status": "onhold", "reason": "Heup links"}, shown="on hold",
    ),
    "episode at the desk": Case(
        "patients:edit-episode", "episode", {"status": "onhold"}, {"referrer": "Dr. Nieuw"},
        {"status": "onhold"}, user="receptionist", shown="on hold",
    ),
    "prescription": Case(
        "patients:edit-prescription", "order", {"sessions_ordered": "18"}, {"diagnosis": "ITBS rechts"},
        {"sessions_ordered": 18, "diagnosis": "ITBS rechts"}, shown="18",
    ),
    "note template": Case(
        "patients:edit-note-template", "template", {"plan": "Meer lopen."}, {"objective": "Zwelling?"},
        {"plan": "Meer lopen.", "objective": "Zwelling?"}, shown="Meer lopen.",
    ),
    "waiting list": Case(
        "scheduling:change-waiting-entry", "entry", {"minutes": "45"}, {"note": "liefst na het werk"},
        {"minutes": 45, "note": "liefst na het werk"}, user="receptionist", shown="45",
    ),
    "rules for patients": Case(
        "scheduling:booking-rules", "policy", {"reminder_hours": "48"}, {"late_cancellation_nl": "Dat kost 15 euro."},
        {"reminder_hours": 48, "late_cancellation_nl": "Dat kost 15 euro."}, user="owner", shown="48", args=False,
    ),
    "moving a visit": Case(
        "scheduling:move", "visit", {"time": "15:00"}, {"day": "2026-11-25"},
        {"start": at("2026-11-25", "15:00")}, user="receptionist", shown="15:00",
    ),
}  # fmt: skip


@pytest.fixture(autouse=True)
def _english_today(monkeypatch: pytest.MonkeyPatch, settings: Any) -> None:
    settings.LANGUAGE_CODE = "en"
    monkeypatch.setattr(User._meta.get_field("language"), "default", "en")
    monkeypatch.setattr(timezone, "now", lambda: NOW)


@pytest.fixture
def order(episode: EpisodeOfCare, doctor: ExternalPractitioner) -> Prescription:
    return Prescription.objects.create(
        episode=episode, prescriber=doctor, prescribed_on=datetime.date(2026, 11, 20), sessions_ordered=9
    )


@pytest.fixture
def template(practitioner: Practitioner) -> NoteTemplate:
    return NoteTemplate.objects.create(name="Eigen", practitioner=practitioner, plan="Rust.")


@pytest.fixture
def entry(patient: Patient, receptionist: User) -> WaitingListEntry:
    return join(patient, type="session", minutes=30, earliest=NOW.date(), by=receptionist, now=NOW)


@pytest.fixture
def policy(db: None) -> BookingPolicy:
    return BookingPolicy.objects.create()


@pytest.fixture
def visit(patient: Patient, practitioner: Practitioner, room: Room, receptionist: User) -> Appointment:
    return book(
        patient, practitioner=practitioner, start=at("2026-11-24"), minutes=30, type="session", by=receptionist, now=NOW
    )


@dataclass
class Editors:
    """The same form, open on two screens."""

    client: Client
    address: str
    row: Any

    def open(self) -> dict[str, Any]:
        return filled_in(self.client.get(self.address).content.decode())

    def send(self, fields: dict[str, Any]) -> Any:
        return self.client.post(self.address, fields)


@pytest.fixture
def editors(request: Any, client_of: ClientOf) -> Callable[[Case], Editors]:
    def open_both(case: Case) -> Editors:
        row, user = request.getfixturevalue(case.row), request.getfixturevalue(case.user)
        address = reverse(case.url, args=[row.pk] if case.args else [])
        return Editors(client_of(user), address, row)

    return open_both


@pytest.mark.parametrize("name", CASES)
def test_the_second_editor_sees_what_changed_and_keeps_both(editors: Callable[[Case], Editors], name: str) -> None:
    case = CASES[name]
    both = editors(case)
    first, second = both.open(), both.open()
    assert both.send({**first, **case.first}).status_code == 302
    clash = both.send({**second, **case.second})
    page = clash.content.decode()
    assert clash.status_code == 409
    assert "Nothing was saved yet" in page
    told = page[page.index("conflict-rows") : page.index("</dl>", page.index("conflict-rows"))]
    assert escape(case.shown) in told
    again = filled_in(page)
    for typed in case.second.values():
        assert typed in {value for values in again.values() for value in values}
    assert both.send(again).status_code == 302
    both.row.refresh_from_db()
    assert {key: getattr(both.row, key) for key in case.kept} == case.kept


@pytest.mark.parametrize("name", CASES)
def test_of_one_field_that_both_changed_both_values_are_shown(editors: Callable[[Case], Editors], name: str) -> None:
    case = CASES[name]
    both = editors(case)
    (changed, mine), *_rest = case.second.items()
    theirs = {"referrer": "Dr. Ander", "day": "2026-11-26"}.get(changed, "Iets anders")
    first, second = both.open(), both.open()
    assert both.send({**first, changed: theirs}).status_code == 302
    page = both.send({**second, **case.second}).content.decode()
    told = page[page.index("conflict-rows") : page.index("</dl>", page.index("conflict-rows"))]
    assert "yours" in told
    assert filled_in(page)[changed] == [mine]
    assert both.send(filled_in(page)).status_code == 302


@pytest.mark.parametrize("name", CASES)
def test_the_same_form_twice_does_no_harm(editors: Callable[[Case], Editors], name: str) -> None:
    case = CASES[name]
    both = editors(case)
    typed = {**both.open(), **case.second}
    assert [both.send(typed).status_code for _press in range(2)] == [302, 302]


def test_who_changed_it_and_when_stands_beside_it(
    patient: Patient, receptionist: User, therapist: User, client_of: ClientOf
) -> None:
    address = reverse("patients:edit", args=[patient.pk])
    desk, other = client_of(receptionist), client_of(therapist)
    opened = filled_in(desk.get(address).content.decode())
    other.post(address, {**opened, "city": "Geel"})
    page = desk.post(address, {**opened, "street": "Markt 1"}).content.decode()
    assert "Lotte Maes, <time" in page


def test_a_form_without_a_version_overwrites_nothing(patient: Patient, receptionist: User, client_of: ClientOf) -> None:
    address, client = reverse("patients:edit", args=[patient.pk]), client_of(receptionist)
    opened = filled_in(client.get(address).content.decode())
    del opened["version"]
    assert client.post(address, {**opened, "city": "Geel"}).status_code == 409


def test_practitioners_of_the_waiting_list_are_merged_too(
    entry: WaitingListEntry, practitioner: Practitioner, receptionist: User, client_of: ClientOf
) -> None:
    address, client = reverse("scheduling:change-waiting-entry", args=[entry.pk]), client_of(receptionist)
    first, second = (filled_in(client.get(address).content.decode()) for _screen in range(2))
    assert client.post(address, {**first, "practitioners": [str(practitioner.pk)]}).status_code == 302
    clash = client.post(address, {**second, "note": "na het werk"})
    assert clash.status_code == 409
    assert "Lotte Maes" in clash.content.decode()
    assert client.post(address, filled_in(clash.content.decode())).status_code == 302
    entry.refresh_from_db()
    assert (entry.note, [*entry.practitioners.all()]) == ("na het werk", [practitioner])


def test_a_visit_that_was_moved_is_not_called_off_unseen(
    visit: Appointment, receptionist: User, client_of: ClientOf
) -> None:
    client, cancelling = client_of(receptionist), reverse("scheduling:cancel", args=[visit.pk])
    opened = filled_in(
        client.get(reverse("scheduling:appointment", args=[visit.pk])).content.decode(), action="/cancel/"
    )
    moving = reverse("scheduling:move", args=[visit.pk])
    client.post(moving, {**filled_in(client.get(moving).content.decode()), "time": "15:00"})
    clash = client.post(cancelling, {**opened, "code": "pat-ill", "reason": "griep"})
    page = clash.content.decode()
    assert (clash.status_code, "24/11/2026 15:00" in page, "griep" in page) == (409, True, True)
    assert client.post(cancelling, filled_in(page, action="/cancel/")).status_code == 302
    visit.refresh_from_db()
    assert (visit.status, visit.cancellation_reason) == ("cancelled", "griep")


def test_undo_that_is_sent_twice_takes_one_step(visit: Appointment, receptionist: User, client_of: ClientOf) -> None:
    client, address = client_of(receptionist), reverse("scheduling:mark", args=[visit.pk])

    def step(status: str, version: int) -> None:
        assert client.post(address, {"status": status, "version": version}).status_code == 302

    step("arrived", 1)
    step("fulfilled", 2)
    step("undo", 3)
    step("undo", 3)
    visit.refresh_from_db()
    assert visit.status == "arrived"
