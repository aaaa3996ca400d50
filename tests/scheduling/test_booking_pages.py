"""Booking, moving, cancelling and marking a visit from the pages."""

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

from accounts.models import Practitioner, User
from accounts.models.access_log import AccessLog
from patients.models import Patient
from patients.spoken_language import speak
from scheduling.booking import book
from scheduling.models import Appointment, BookingPolicy, Room
from tests.people import NOW, at, make_patient

pytestmark = pytest.mark.django_db
DAY = "2026-11-24"
MOST_QUERIES = 20


@pytest.fixture(autouse=True)
def _today(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(timezone, "now", lambda: NOW)


@pytest.fixture
def visit(patient: Patient, practitioner: Practitioner, room: Room, receptionist: User) -> Appointment:
    return book(patient, practitioner=practitioner, start=at(DAY), minutes=30, type="session", by=receptionist, now=NOW)


def sent(patient: Patient, therapist: Practitioner, more: dict[str, Any] | None = None) -> dict[str, Any]:
    moment = f"{therapist.pk}|{at(DAY).isoformat()}"
    values = {"patient": patient.pk, "moment": moment, "type": "session", "minutes": 30, "idempotency_key": "key-1"}
    return {**values, **(more or {})}


def url(visit: Appointment, name: str) -> str:
    return reverse(f"scheduling:{name}", args=[visit.pk])


def test_the_page_offers_moments_of_several_days(
    desk: Client, patient: Patient, practitioner: Practitioner, room: Room
) -> None:
    response = desk.get(reverse("scheduling:book"), {"patient": str(patient.pk)})
    page = response.content.decode()
    assert response.status_code == 200
    assert len(response.context["days"]) == 5
    assert len(set(re.findall(r'name="moment" value="([^"]+)"', page))) > 20
    assert re.search(r'name="idempotency_key" value="[0-9a-f-]{32,36}"', page)


def test_searching_again_keeps_the_patient_and_takes_the_new_day(
    desk: Client, patient: Patient, practitioner: Practitioner, room: Room
) -> None:
    clicked = {"patient": str(patient.pk), "start": f"{DAY}T10:00", "practitioner": str(practitioner.pk)}
    response = desk.get(reverse("scheduling:book"), clicked)
    search = response.content.decode().split('class="agenda-bar"')[1].split("</form>")[0]
    assert f'name="patient" value="{patient.pk}"' in search
    again = {**response.context["kept"], "day": "2026-11-26", "type": "session", "minutes": "30"}
    response = desk.get(reverse("scheduling:book"), again)
    assert response.context["patient"] == patient
    assert response.context["days"][0].day == datetime.date(2026, 11, 26)


@pytest.mark.parametrize(("type_", "minutes"), [("intake", 60), ("session", 30)])
def test_an_intake_takes_an_hour_unless_told_otherwise(
    desk: Client, patient: Patient, practitioner: Practitioner, room: Room, type_: str, minutes: int
) -> None:
    response = desk.get(reverse("scheduling:book"), {"patient": str(patient.pk), "type": type_})
    assert response.context["asked"]["minutes"] == minutes


def test_enter_in_a_field_never_books_the_first_free_moment(
    desk: Client, patient: Patient, practitioner: Practitioner, room: Room, visit: Appointment
) -> None:
    for address in (f"{reverse('scheduling:book')}?patient={patient.pk}", url(visit, "move")):
        page = desk.get(address).content.decode()
        first_button = re.findall(r"<button[^>]*>", page[page.index("data-once") :])[0]
        assert "moment" not in first_button


def test_without_a_patient_one_is_searched_first(desk: Client, practitioner: Practitioner, patient: Patient) -> None:
    response = desk.get(reverse("scheduling:book"), {"start": f"{DAY}T10:00", "practitioner": str(practitioner.pk)})
    assert response.status_code == 200
    assert 'name="moment"' not in response.content.decode()
    search = reverse("scheduling:find-patient") + f"?start={DAY}T10:00"
    found = desk.post(search, {"q": "peeters"})
    assert f"patient={patient.pk}" in found["Location"]
    assert f"start={DAY}T10" in found["Location"]
    assert patient.birth_date is not None
    assert f"{patient.birth_date:%d/%m/%Y}" in desk.get(found["Location"]).content.decode()
    make_patient("Peeters", "Wim")
    several = desk.post(search, {"q": "peeters"}).content.decode()
    assert f"patient={patient.pk}" in several
    assert f"{DAY}T10" in several


def test_a_chosen_moment_is_booked_and_shown_on_its_day(
    desk: Client, patient: Patient, practitioner: Practitioner, room: Room, receptionist: User
) -> None:
    response = desk.post(reverse("scheduling:book"), sent(patient, practitioner, {"note": "belt als hij later is"}))
    made = Appointment.objects.get()
    assert response.status_code == 302
    assert response["Location"].endswith(f"?day={DAY}")
    assert (made.start, made.minutes, made.room, made.booked_by) == (at(DAY), 30, room, receptionist)
    assert made.note == "belt als hij later is"


def test_a_form_sent_twice_books_once(desk: Client, patient: Patient, practitioner: Practitioner, room: Room) -> None:
    for _time in range(2):
        assert desk.post(reverse("scheduling:book"), sent(patient, practitioner)).status_code == 302
    assert Appointment.objects.count() == 1


def test_a_clash_is_named_and_what_was_typed_is_kept(
    desk: Client, visit: Appointment, practitioner: Practitioner
) -> None:
    other = make_patient("Claes", "Jef")
    response = desk.post(reverse("scheduling:book"), sent(other, practitioner, {"note": "met kruk"}))
    page = response.content.decode()
    assert response.status_code == 409
    assert response.context["clash"] == "therapist"
    assert "met kruk" in page
    assert 'name="moment"' in page
    assert Appointment.objects.count() == 1


def test_outside_hours_asks_for_a_reason(
    desk: Client, patient: Patient, practitioner: Practitioner, room: Room
) -> None:
    typed = {"moment": "", "practitioner": practitioner.pk, "day": DAY, "time": "20:00"}
    refused = desk.post(reverse("scheduling:book"), sent(patient, practitioner, typed))
    assert refused.status_code == 409
    assert refused.context["clash"] == "hours"
    typed["override_reason"] = "enkel dan vrij"
    assert desk.post(reverse("scheduling:book"), sent(patient, practitioner, typed)).status_code == 302
    assert Appointment.objects.get().override_reason == "enkel dan vrij"


@pytest.mark.parametrize(
    "wrong",
    [
        {"moment": "", "day": "", "time": ""},
        {"moment": "nobody|yesterday"},
        {"moment": "|2026-11-24T10:00"},
        {"moment": "|2026-11-24T10:00+01:00"},
        {"moment": "THERAPIST|2026-11-24T10:00"},
        {"minutes": "0"},
        {"minutes": "veel"},
        {"type": "zwemmen"},
    ],
    ids=str,
)
def test_unreadable_values_book_nothing(
    desk: Client, patient: Patient, practitioner: Practitioner, room: Room, wrong: dict[str, str]
) -> None:
    wrong = {name: text.replace("THERAPIST", str(practitioner.pk)) for name, text in wrong.items()}
    assert desk.post(reverse("scheduling:book"), sent(patient, practitioner, wrong)).status_code == 422
    assert not Appointment.objects.exists()


@pytest.mark.parametrize("given", ["7b1f6f0e-7ad6-4b43-8f43-111111111111", "zeven"])
def test_an_unknown_patient_is_not_found(desk: Client, practitioner: Practitioner, given: str) -> None:
    assert desk.get(reverse("scheduling:book"), {"patient": given}).status_code == 404


@pytest.mark.parametrize(
    "query", [{"start": "rommel"}, {"minutes": "-3"}, {"practitioner": "x"}, {"day": "2026-99-99"}], ids=str
)
def test_rubbish_in_the_address_does_not_break_the_page(
    desk: Client, patient: Patient, practitioner: Practitioner, room: Room, query: dict[str, str]
) -> None:
    assert desk.get(reverse("scheduling:book"), {"patient": str(patient.pk), **query}).status_code == 200


def test_the_panel_over_the_agenda_leaves_the_address_alone(desk: Client, visit: Appointment) -> None:
    response = desk.get(url(visit, "appointment"), headers={"HX-Request": "true", "HX-Target": "visit-panel"})
    assert response["HX-Push-Url"] == "false"
    assert b"<html" not in response.content


def test_opening_a_visit_is_noted(desk: Client, visit: Appointment) -> None:
    response = desk.get(url(visit, "appointment"))
    assert response.status_code == 200
    assert "An Peeters" in response.content.decode() or "Peeters An" in response.content.decode()
    assert AccessLog.objects.filter(patient_id=visit.patient_id, part="appointment").count() == 1


def test_the_day_itself(desk: Client, visit: Appointment) -> None:
    for status in ("arrived", "fulfilled"):
        assert desk.post(url(visit, "mark"), {"status": status}).status_code == 302
        visit.refresh_from_db()
        assert visit.status == status


def test_a_visit_that_must_still_begin_is_not_missed(desk: Client, visit: Appointment) -> None:
    assert desk.post(url(visit, "mark"), {"status": "noshow"}).status_code == 409
    visit.refresh_from_db()
    assert visit.status == "booked"


def test_an_unknown_status_is_not_found(desk: Client, visit: Appointment) -> None:
    assert desk.post(url(visit, "mark"), {"status": "vanished"}).status_code == 404


@pytest.mark.parametrize("elsewhere", ["https://elsewhere.example/", "//elsewhere.example", "javascript:alert(1)"])
def test_marking_never_leads_out_of_the_house(desk: Client, visit: Appointment, elsewhere: str) -> None:
    response = desk.post(url(visit, "mark"), {"status": "arrived", "next": elsewhere})
    assert response["Location"].startswith("/agenda/")


def test_cancelling_asks_why(desk: Client, visit: Appointment) -> None:
    assert desk.post(url(visit, "cancel"), {"reason": ""}).status_code == 422
    assert desk.post(url(visit, "cancel"), {"code": "pat-ill", "reason": "ziek", "version": 1}).status_code == 302
    visit.refresh_from_db()
    assert (visit.status, visit.cancellation_reason) == ("cancelled", "ziek")


def test_a_visit_that_a_refusal_shows_again_is_noted(desk: Client, visit: Appointment) -> None:
    page = desk.post(url(visit, "cancel"), {"reason": ""})
    assert (page.status_code, "Peeters" in page.content.decode()) == (422, True)
    assert AccessLog.objects.filter(patient_id=visit.patient_id, part="appointment").count() == 1


def test_what_late_cancelling_means_stands_there_in_the_language_of_the_page(
    desk: Client, receptionist: User, visit: Appointment
) -> None:
    BookingPolicy.objects.create(
        cancel_until_hours=336, late_cancellation_nl="Dat kost 15 euro.", late_cancellation_fr="Cela coûte 15 euros."
    )
    speak(receptionist, "fr")
    page = desk.get(url(visit, "appointment")).content.decode()
    assert ("Cela coûte 15 euros." in page, "Dat kost" in page) == (True, False)
    speak(receptionist, "nl")  # last: a request leaves its language to the test that comes next
    assert "Dat kost 15 euro." in desk.get(url(visit, "appointment")).content.decode()


def test_moving_to_a_free_moment(desk: Client, visit: Appointment, practitioner: Practitioner) -> None:
    assert 'name="moment"' in desk.get(url(visit, "move")).content.decode()
    moment = f"{practitioner.pk}|{at(DAY, '15:00').isoformat()}"
    assert desk.post(url(visit, "move"), {"moment": moment, "minutes": 30, "version": 1}).status_code == 302
    visit.refresh_from_db()
    assert visit.start == at(DAY, "15:00")


def test_moving_onto_another_visit_is_refused(
    desk: Client, visit: Appointment, practitioner: Practitioner, receptionist: User
) -> None:
    book(
        make_patient("Claes", "Jef"), practitioner=practitioner, start=at(DAY, "15:00"), minutes=30, type="session",
        by=receptionist, now=NOW,
    )  # fmt: skip
    moment = f"{practitioner.pk}|{at(DAY, '15:00').isoformat()}"
    response = desk.post(url(visit, "move"), {"moment": moment, "minutes": 30, "version": 1})
    assert response.status_code == 409
    assert response.context["clash"] == "therapist"
    visit.refresh_from_db()
    assert visit.start == at(DAY)


@pytest.mark.parametrize("name", ["appointment", "move", "cancel", "mark"])
def test_patients_stay_out(
    patient_user: User, client_of: Callable[[User], Client], visit: Appointment, name: str
) -> None:
    browser = client_of(patient_user)
    answer = browser.get(url(visit, name)) if name in {"appointment", "move"} else browser.post(url(visit, name))
    assert answer.status_code == 403


def test_the_pages_cost_the_same_however_full_the_calendar_is(
    desk: Client, visit: Appointment, practitioner: Practitioner, patient: Patient
) -> None:
    addresses = [f"{reverse('scheduling:book')}?patient={patient.pk}", url(visit, "appointment"), url(visit, "move")]

    def cost(address: str) -> int:
        desk.get(address)
        with CaptureQueriesContext(connection) as queries:
            desk.get(address)
        return len(queries)

    before = [cost(address) for address in addresses]
    for number in range(10):
        start = at(DAY, "08:00") + datetime.timedelta(days=1, minutes=30 * number)
        Appointment.objects.create(
            patient=patient, practitioner=practitioner, start=start, end=start + datetime.timedelta(minutes=30),
            booked_by=practitioner.user, status="booked",
        )  # fmt: skip
    assert [cost(address) for address in addresses] == before
    assert max(before) <= MOST_QUERIES
