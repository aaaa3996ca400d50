"""The agenda and its pages, as each role walks through them."""

import datetime
from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import AccessLog, Practitioner, User
from patients.models import EpisodeOfCare, Patient
from scheduling.booking import book
from scheduling.models import Appointment, Room
from tests.open_days import coming_weekday
from tests.people import at, make_patient, make_practitioner

SignIn = Callable[[User], Client]
MINUTE = datetime.timedelta(minutes=1)


DAY = coming_weekday()


def moment(time: str, day: datetime.date = DAY) -> datetime.datetime:
    return at(f"{day}", time)


@pytest.fixture
def visit(patient: Patient, practitioner: Practitioner, room: Room, receptionist: User) -> Appointment:
    """The patient's visit at ten."""
    return book(
        patient, practitioner=practitioner, start=moment("10:00"), minutes=30, type="session", by=receptionist,
        now=timezone.now(),
    )  # fmt: skip


def test_the_agenda_shows_the_day_side_by_side_and_as_a_list(
    client_of: SignIn, receptionist: User, visit: Appointment, other_practitioner: Practitioner
) -> None:
    page = client_of(receptionist).get(reverse("scheduling:agenda"), {"day": DAY})
    text = page.content.decode()
    assert page.status_code == 200
    assert "<time>10:00<i>–10:30</i></time>" in text
    assert "<time>10:00–10:30</time>" in text
    assert "Lotte Maes" in text
    assert "Bram Claes" in text
    assert " style=" not in text
    agenda = page.context["agenda"]
    assert [(visit.place, visit.status) for visit in agenda.columns[1].visits] == [("r-25 s-6", "booked")]
    assert "11:30" in [gap.start for gap in agenda.columns[1].gaps]
    assert "10:00" not in [gap.start for gap in agenda.columns[1].gaps]


@pytest.mark.parametrize("day", ["2026-03-29", "2026-10-25"])
def test_the_agenda_draws_the_days_on_which_the_clock_changes(
    client_of: SignIn, owner: User, practitioner: Practitioner, day: str
) -> None:
    page = client_of(owner).get(reverse("scheduling:agenda"), {"day": day})
    assert [label for label, _place in page.context["agenda"].hours][:2] == ["08:00", "09:00"]


def test_opening_a_visit_is_noted_and_shows_no_complaint(
    client_of: SignIn, receptionist: User, episode: EpisodeOfCare, visit: Appointment
) -> None:
    page = client_of(receptionist).get(reverse("scheduling:appointment", args=[visit.pk]))
    assert page.status_code == 200
    assert episode.reason not in page.content.decode()
    assert AccessLog.objects.filter(patient_id=visit.patient_id, part="appointment").count() == 1


def test_the_panel_is_the_page_without_its_shell(client_of: SignIn, receptionist: User, visit: Appointment) -> None:
    url = reverse("scheduling:appointment", args=[visit.pk])
    text = client_of(receptionist).get(url, headers={"HX-Request": "true", "HX-Target": "visit-panel"}).content.decode()
    assert "<html" not in text
    assert "visit-panel" in text


def test_a_click_on_an_empty_place_fills_in_the_moment(
    client_of: SignIn, receptionist: User, patient: Patient, practitioner: Practitioner
) -> None:
    client = client_of(receptionist)
    given = {"practitioner": practitioner.pk, "start": f"{DAY}T14:30"}
    page = client.get(reverse("scheduling:book"), given)
    assert page.context["patient"] is None
    search = f"{reverse('scheduling:find-patient')}?practitioner={practitioner.pk}&start={DAY}T14:30"
    found = client.post(search, {"q": "peeters"})
    assert f"patient={patient.pk}" in found["Location"]
    assert f"start={DAY}T14" in found["Location"]
    page = client.get(reverse("scheduling:book"), {**given, "patient": patient.pk})
    assert page.context["form"]["time"].value() == "14:30"
    typed = {"patient": patient.pk, "practitioner": practitioner.pk, "day": DAY, "time": "14:30"}
    typed |= {"minutes": 45, "type": "intake"}
    Room.objects.create(name="Zaal 2")
    assert client.post(reverse("scheduling:book"), typed).status_code == 302
    assert Appointment.objects.get().start == moment("14:30")


def test_a_patient_that_does_not_exist_is_not_found(client_of: SignIn, receptionist: User) -> None:
    client = client_of(receptionist)
    assert client.get(reverse("scheduling:book"), {"patient": "rubbish"}).status_code == 404
    assert client.get(reverse("scheduling:book"), {"follow_up": "rubbish"}).status_code == 302


def test_a_visit_is_marked_step_by_step_and_a_step_can_be_undone(
    client_of: SignIn, receptionist: User, episode: EpisodeOfCare, visit: Appointment
) -> None:
    client, url = client_of(receptionist), reverse("scheduling:mark", args=[visit.pk])
    for step, status in (("arrived", "arrived"), ("fulfilled", "fulfilled"), ("undo", "arrived"), ("undo", "booked")):
        assert client.post(url, {"status": step, "next": "/"})["Location"] == "/"
        visit.refresh_from_db()
        assert visit.status == status
    assert client.post(url, {"status": "noshow"}).status_code == 409
    assert client.post(url, {"status": "rubbish"}).status_code == 404
    assert client.get(url).status_code == 405
    away = client.post(url, {"status": "arrived", "next": "https://elsewhere.example/"})
    assert away["Location"] == f"/agenda/?day={DAY}"


def test_a_full_day_of_eight_therapists_is_a_small_page(client_of: SignIn, receptionist: User) -> None:
    therapists = [make_practitioner(f"t{number}@practice.example", f"Kine {number}") for number in range(8)]
    patients = [make_patient("Jacobs", f"Mia {number}") for number in range(20)]
    Appointment.objects.bulk_create(
        Appointment(
            patient=patients[(number + place) % 20],
            practitioner=practitioner,
            start=moment("08:00") + 15 * number * MINUTE,
            end=moment("08:00") + 15 * (number + 1) * MINUTE,
            booked_by=receptionist,
        )
        for place, practitioner in enumerate(therapists)
        for number in range(20)
    )
    page = client_of(receptionist).get(reverse("scheduling:agenda"), {"day": DAY})
    assert len(page.context["agenda"].visits) == 160
    assert len(page.content) < 125_000  # three thousand of them cover a page left alone
