"""Planning a series from the pages: the wish, the preview that loses nothing, booking, and the series afterwards."""

import re
from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts.models import Practitioner, User
from accounts.models.access_log import AccessLog
from patients.models import EpisodeOfCare, ExternalPractitioner, Patient, Prescription
from scheduling.booking import book
from scheduling.models import Appointment, AppointmentSeries, Room
from tests.people import NOW, TODAY, at, make_patient

pytestmark = pytest.mark.django_db
MOST_QUERIES = 34


@pytest.fixture(autouse=True)
def _today(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(timezone, "now", lambda: NOW)


def address(patient: Patient, **more: Any) -> str:
    """The page of a wish: four Tuesdays after five, from tomorrow."""
    asked = {"patient": patient.pk, "count": 4, "per_week": 1, "weekdays": 2, "not_before": "17:00", "not_after": ""}
    asked |= {"day": "2026-11-24", "who": "same", "type": "session", "minutes": 30, **more}
    return f"{reverse('scheduling:plan-series')}?{urlencode(asked)}"


def fields(response: Any) -> dict[str, str]:
    """What the form of a preview would send when nothing is touched."""
    sheet = response.context["sheet"]
    sent = {"rows": str(len(sheet.rows)), "idempotency_key": sheet.key}
    for _row, form in sheet.rows:
        sent |= {form.add_prefix(name): form[name].value() or "" for name in form.fields}
    return sent


def busy(practitioner: Practitioner, by: User, moment: str, time: str = "17:00") -> Appointment:
    other = make_patient("Ander", f"Jos {moment}")
    asked = {"minutes": 30, "type": "session", "by": by, "now": NOW}
    return book(other, practitioner=practitioner, start=at(moment, time), **asked)


def test_the_desk_finds_the_patient_and_starts_from_the_therapist_of_the_episode(
    desk: Client, patient: Patient, episode: EpisodeOfCare
) -> None:
    assert "q" in desk.get(reverse("scheduling:plan-series")).content.decode()
    found = desk.post(reverse("scheduling:find-series-patient"), {"q": "peet"}).content.decode()
    link = f"{reverse('scheduling:plan-series')}?patient={patient.pk}"
    assert link in found
    form = desk.get(link).context["form"]
    assert form["who"].value() == str(episode.practitioner_id)


def test_a_wish_that_cannot_be_is_shown_with_what_was_typed(
    desk: Client, patient: Patient, practitioner: Practitioner
) -> None:
    page = desk.get(address(patient, count=61, not_before="17:00", not_after="17:15"))
    assert page.status_code == 422
    assert {"count", "not_after"} <= set(page.context["form"].errors)
    assert page.context["form"]["count"].value() == "61"


def test_the_preview_writes_nothing_and_booking_goes_to_the_series(
    desk: Client, patient: Patient, practitioner: Practitioner, room: Room, episode: EpisodeOfCare
) -> None:
    page = desk.get(address(patient))
    assert [row.state for row, _form in page.context["sheet"].rows] == ["free"] * 4
    assert not Appointment.objects.exists()
    answer = desk.post(address(patient), fields(page) | {"act": "book"})
    series = AppointmentSeries.objects.get()
    assert answer["Location"] == reverse("scheduling:series", args=[series.pk])
    assert {visit.episode for visit in series.appointments.all()} == {episode}
    again = desk.post(address(patient), fields(page) | {"act": "book"})
    assert again["Location"] == answer["Location"]
    assert Appointment.objects.count() == 4
    shown = desk.get(answer["Location"])
    assert shown.content.decode().count('class="series-row ') == 4
    assert AccessLog.objects.filter(patient_id=patient.pk, part="series").exists()


def test_a_clash_is_changed_left_out_or_typed_without_losing_the_rest(
    desk: Client, patient: Patient, practitioner: Practitioner, receptionist: User, room: Room
) -> None:
    busy(practitioner, receptionist, "2026-12-01")
    page = desk.get(address(patient, not_after="17:30"))
    rows = [row for row, _form in page.context["sheet"].rows]
    assert [row.state for row in rows] == ["free", "therapist", "free", "free"]
    typed = fields(page) | {"row-3-time": "18:15", "row-2-out": "on"}
    taken = desk.post(address(patient), typed | {"take": rows[1].alternatives[0].value})
    assert [row.state for row, _form in taken.context["sheet"].rows] == ["free", "free", "out", "free"]
    assert taken.context["sheet"].rows[3][1]["time"].value() == "18:15"
    back = desk.post(address(patient), fields(taken) | {"act": "in-2"})
    assert back.context["sheet"].preview.count == 4
    assert "4 van 4" in back.content.decode() or "4 of 4" in back.content.decode()
    desk.post(address(patient), fields(taken) | {"act": "book"})
    starts = [f"{timezone.localtime(row.start):%m-%d %H:%M}" for row in Appointment.objects.filter(patient=patient)]
    assert len(starts) == 3
    assert starts[0] == "11-24 17:00"
    assert starts[2] == "12-15 18:15"


def test_one_button_takes_the_nearest_moment_for_every_clash(
    desk: Client, patient: Patient, practitioner: Practitioner, receptionist: User, room: Room
) -> None:
    for day in ("2026-12-01", "2026-12-08"):
        busy(practitioner, receptionist, day)
    page = desk.get(address(patient, not_after="17:30"))
    assert page.context["sheet"].preview.free == 2
    solved = desk.post(address(patient, not_after="17:30"), fields(page) | {"act": "nearest"})
    assert solved.context["sheet"].preview.is_bookable
    assert fields(solved)["row-0-day"] == fields(page)["row-0-day"]


def test_who_comes_too_late_sees_the_clash_and_keeps_what_was_typed(
    desk: Client, patient: Patient, practitioner: Practitioner, receptionist: User, room: Room
) -> None:
    page = desk.get(address(patient))
    busy(practitioner, receptionist, "2026-12-08")
    sent = fields(page) | {"row-0-time": "18:00", "act": "book"}
    refused = desk.post(address(patient), sent)
    assert refused.status_code == 409
    assert not AppointmentSeries.objects.exists()
    rows = refused.context["sheet"].rows
    assert [row.state for row, _form in rows] == ["free", "free", "therapist", "free"]
    assert rows[2][0].alternatives
    assert fields(refused)["row-0-time"] == "18:00"
    assert fields(refused)["idempotency_key"] == sent["idempotency_key"]


def test_a_row_that_cannot_be_read_is_not_booked(
    desk: Client, patient: Patient, practitioner: Practitioner, room: Room
) -> None:
    sent = fields(desk.get(address(patient))) | {"row-1-time": "", "act": "book"}
    refused = desk.post(address(patient), sent)
    assert refused.status_code == 422
    assert refused.context["sheet"].rows[1][0].state == "unread"
    assert not Appointment.objects.exists()


@pytest.mark.parametrize("changed", [{"rows": "x"}, {"take": "9|9"}, {"row-0-person": "nobody"}, {"act": "out-99"}])
def test_a_crooked_request_breaks_nothing(
    desk: Client, patient: Patient, practitioner: Practitioner, room: Room, changed: dict[str, str]
) -> None:
    page = desk.get(address(patient))
    assert desk.post(address(patient), fields(page) | changed).status_code == 200
    assert not Appointment.objects.exists()


def test_the_preview_reads_no_more_for_more_visits(
    desk: Client, patient: Patient, practitioner: Practitioner, room: Room, episode: EpisodeOfCare
) -> None:
    def queries(count: int) -> int:
        with CaptureQueriesContext(
            connection,
        ) as seen:
            assert desk.get(address(patient, count=count)).status_code == 200
        return len(seen)

    queries(4)
    assert queries(4) == queries(30) <= MOST_QUERIES


def test_the_prescription_warns_before_booking_and_does_not_block(
    desk: Client,
    patient: Patient,
    practitioner: Practitioner,
    room: Room,
    episode: EpisodeOfCare,
    doctor: ExternalPractitioner,
) -> None:
    Prescription.objects.create(episode=episode, prescriber=doctor, prescribed_on=TODAY, sessions_ordered=3)
    page = desk.get(address(patient, count=8))
    budget = page.context["budget"]
    assert (budget.order.left, budget.order.planned, budget.order.short) == (3, 8, 5)
    assert [(each.year, each.use.planned) for each in budget.years] == [(2026, 6), (2027, 2)]
    assert budget.warnings
    assert 'name="sessions" value="9"' in page.content.decode()
    assert desk.post(address(patient, count=8), fields(page) | {"act": "book"}).status_code == 302


def test_the_desk_reads_nothing_of_what_is_the_matter(
    desk: Client, patient: Patient, practitioner: Practitioner, room: Room, episode: EpisodeOfCare
) -> None:
    second = EpisodeOfCare.objects.create(patient=patient, reason="Schouder rechts", started_on=TODAY, status="active")
    page = desk.get(address(patient, episode=episode.pk))
    booked = desk.post(address(patient, episode=episode.pk), fields(page) | {"act": "book"})
    texts = [page.content.decode(), desk.get(booked["Location"]).content.decode()]
    for text in texts:
        assert episode.reason not in text
        assert second.reason not in text
    assert {visit.episode for visit in Appointment.objects.all()} == {episode}


def test_the_remaining_visits_are_cancelled_in_one_act_with_a_reason(
    desk: Client, patient: Patient, practitioner: Practitioner, room: Room
) -> None:
    page = desk.post(address(patient), fields(desk.get(address(patient))) | {"act": "book"})
    series = AppointmentSeries.objects.get()
    url = reverse("scheduling:cancel-series", args=[series.pk])
    assert desk.get(url).status_code == 405
    noted = AccessLog.objects.filter(patient_id=patient.pk, part="series")
    before = noted.count()
    assert desk.post(url, {"reason": ""}).status_code == 422
    assert noted.count() == before + 1, "the page that comes back shows the record again"
    assert desk.post(url, {"reason": "Verhuisd", "code": "pat-dec"})["Location"] == page["Location"]
    assert set(Appointment.objects.values_list("status", flat=True)) == {"cancelled"}
    assert desk.post(url, {"reason": "Verhuisd", "code": "pat-dec"}).status_code == 409


@pytest.mark.parametrize("who", ["patient_user", "stranger"])
def test_patients_plan_no_series(
    who: str, request: pytest.FixtureRequest, client_of: Callable[[User], Client], patient: Patient
) -> None:
    client = client_of(request.getfixturevalue(who))
    assert client.get(address(patient)).status_code == 403


def test_an_unknown_patient_or_series_is_not_found(desk: Client, patient: Patient, practitioner: Practitioner) -> None:
    unknown = "01900000-0000-7000-8000-000000000000"
    assert desk.get(f"{reverse('scheduling:plan-series')}?patient={unknown}").status_code == 404
    assert desk.get(f"{reverse('scheduling:plan-series')}?patient=x").status_code == 404
    assert desk.get(reverse("scheduling:series", args=[unknown])).status_code == 404


def test_a_visit_leads_to_its_series_and_the_chart_to_a_new_one(
    desk: Client, patient: Patient, practitioner: Practitioner, room: Room
) -> None:
    desk.post(address(patient), fields(desk.get(address(patient))) | {"act": "book"})
    visit = Appointment.objects.first()
    page = desk.get(reverse("scheduling:appointment", args=[visit.pk])).content.decode()
    assert reverse("scheduling:series", args=[visit.series_id]) in page
    chart = desk.get(reverse("patients:chart", args=[patient.pk])).content.decode()
    assert re.search(rf'href="{reverse("scheduling:plan-series")}\?patient={patient.pk}"', chart)
