"""The agenda and its pages, as each role walks through them."""

import datetime
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts.models import AccessLog, Practitioner, User
from patients.models import EpisodeOfCare, Patient
from scheduling.booking import book
from scheduling.models import Appointment, Leave, Room
from scheduling.working_time import is_holiday
from tests.people import at, make_patient, make_practitioner

SignIn = Callable[[User], Client]
MOST = 12


def coming_weekday() -> datetime.date:
    """A weekday some two weeks ahead that is no public holiday."""
    day = timezone.localdate() + datetime.timedelta(days=14)
    while day.isoweekday() > 5 or is_holiday(day):
        day += datetime.timedelta(days=1)
    return day


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


def booking(patient: Patient, practitioner: Practitioner, time: str = "11:00", **fields: Any) -> dict[str, Any]:
    """What the page sends when a free moment is chosen."""
    return {
        "patient": patient.pk,
        "moment": f"{practitioner.pk}|{moment(time).isoformat()}",
        "type": "session",
        "minutes": 30,
        "idempotency_key": "k1",
        **fields,
    }


def test_the_agenda_shows_the_day_side_by_side_and_as_a_list(
    client_of: SignIn, receptionist: User, visit: Appointment, other_practitioner: Practitioner
) -> None:
    page = client_of(receptionist).get(reverse("scheduling:agenda"), {"day": DAY})
    text = page.content.decode()
    assert page.status_code == 200
    assert text.count("10:00–10:30") == 2
    assert "Lotte Maes" in text
    assert "Bram Claes" in text
    assert " style=" not in text
    agenda = page.context["agenda"]
    assert [visit.place for visit in agenda.columns[1].visits] == ["r-25 s-6 is-booked"]
    assert "11:30" in [gap.start for gap in agenda.columns[1].gaps]
    assert "10:00" not in [gap.start for gap in agenda.columns[1].gaps]


def test_the_agenda_of_one_therapist_leaves_out_the_others(
    client_of: SignIn, receptionist: User, visit: Appointment, other_practitioner: Practitioner
) -> None:
    page = client_of(receptionist).get(
        reverse("scheduling:agenda"), {"day": DAY, "practitioner": other_practitioner.pk}
    )
    assert [column.practitioner for column in page.context["agenda"].columns] == [other_practitioner]
    assert "Peeters" not in page.content.decode()


@pytest.mark.parametrize("query", ["day=rubbish", "practitioner=rubbish", "day=2026-02-30", "view=grid"])
def test_an_agenda_address_typed_wrong_shows_today(client_of: SignIn, receptionist: User, query: str) -> None:
    page = client_of(receptionist).get(f"{reverse('scheduling:agenda')}?{query}")
    assert page.status_code == 200
    assert page.context["day"] == timezone.localdate()


@pytest.mark.parametrize("day", ["2026-03-29", "2026-10-25"])
def test_the_agenda_draws_the_days_on_which_the_clock_changes(client_of: SignIn, owner: User, practitioner: Any, day: str) -> None:
    page = client_of(owner).get(reverse("scheduling:agenda"), {"day": day})
    assert [label for label, _place in page.context["agenda"].hours][:2] == ["08:00", "09:00"]


def test_a_cancelled_visit_is_in_the_list_and_its_time_is_free(
    client_of: SignIn, receptionist: User, visit: Appointment
) -> None:
    client = client_of(receptionist)
    refused = client.post(reverse("scheduling:cancel", args=[visit.pk]), {"reason": ""})
    assert refused.status_code == 422
    done = client.post(reverse("scheduling:cancel", args=[visit.pk]), {"reason": "Ziek"})
    assert done.status_code == 302
    agenda = client.get(done["Location"]).context["agenda"]
    assert [each.status for each in agenda.visits] == ["cancelled"]
    assert agenda.columns[0].visits == ()
    assert "10:00" in [gap.start for gap in agenda.columns[0].gaps]


def test_a_patient_may_not_see_the_agenda_and_a_stranger_learns_nothing(
    client_of: SignIn, stranger: User, patient_user: User, visit: Appointment
) -> None:
    for user in (stranger, patient_user):
        client = client_of(user)
        assert client.get(reverse("scheduling:agenda")).status_code == 403
        assert client.get(reverse("scheduling:appointment", args=[visit.pk])).status_code == 403
        assert client.post(reverse("scheduling:cancel", args=[visit.pk]), {"reason": "x"}).status_code == 403
        assert client.get(reverse("scheduling:book")).status_code == 403


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


def test_a_free_moment_is_booked_with_one_click(
    client_of: SignIn, receptionist: User, patient: Patient, practitioner: Practitioner, room: Room
) -> None:
    client = client_of(receptionist)
    page = client.get(reverse("scheduling:book"), {"patient": patient.pk, "day": DAY})
    values = [offer.value for _person, offers in page.context["days"][0].people for offer in offers]
    assert f"{practitioner.pk}|{moment('11:00').isoformat()}" in values
    sent = booking(patient, practitioner)
    done = client.post(reverse("scheduling:book"), sent)
    assert done["Location"] == f"/agenda/?day={DAY}"
    again = client.post(reverse("scheduling:book"), sent)
    assert again.status_code == 302
    assert Appointment.objects.get().room == room


def test_a_click_on_an_empty_place_fills_in_the_moment(
    client_of: SignIn, receptionist: User, patient: Patient, practitioner: Practitioner
) -> None:
    client = client_of(receptionist)
    given = {"practitioner": practitioner.pk, "start": f"{DAY}T14:30"}
    page = client.get(reverse("scheduling:book"), given)
    assert "Voor welke" in page.content.decode() or "For which patient" in page.content.decode()
    found = client.post(f"{reverse('scheduling:find-patient')}?practitioner={practitioner.pk}&start={DAY}T14:30", {"q": "peeters"})
    assert f"patient={patient.pk}" in found.content.decode()
    assert f"start={DAY}T14" in found.content.decode()
    page = client.get(reverse("scheduling:book"), {**given, "patient": patient.pk})
    assert page.context["form"]["time"].value() == "14:30"
    typed = {"patient": patient.pk, "practitioner": practitioner.pk, "day": DAY, "time": "14:30", "minutes": 45, "type": "intake"}
    Room.objects.create(name="Zaal 2")
    assert client.post(reverse("scheduling:book"), typed).status_code == 302
    assert Appointment.objects.get().start == moment("14:30")


def test_a_taken_moment_answers_409_names_the_clash_and_keeps_what_was_typed(
    client_of: SignIn, receptionist: User, visit: Appointment, practitioner: Practitioner
) -> None:
    other = make_patient("Janssens", "Piet")
    answer = client_of(receptionist).post(
        reverse("scheduling:book"), booking(other, practitioner, "10:15", note="Belt terug")
    )
    assert answer.status_code == 409
    assert answer.context["clash"] == "therapist"
    assert "Belt terug" in answer.content.decode()
    assert answer.context["days"][0].day == DAY
    assert Appointment.objects.count() == 1


def test_outside_hours_needs_a_reason(
    client_of: SignIn, receptionist: User, patient: Patient, practitioner: Practitioner, room: Room
) -> None:
    client = client_of(receptionist)
    Leave.objects.create(starts_at=moment("08:00"), ends_at=moment("12:00"), reason="Opleiding")
    refused = client.post(reverse("scheduling:book"), booking(patient, practitioner))
    assert (refused.status_code, refused.context["clash"]) == (409, "hours")
    allowed = booking(patient, practitioner, override_reason="Kan enkel dan")
    assert client.post(reverse("scheduling:book"), allowed).status_code == 302


@pytest.mark.parametrize(
    "fault",
    [{"moment": "rubbish"}, {"moment": "|"}, {"minutes": 0}, {"minutes": "x"}, {"type": "self_report"}, {"moment": ""}],
)
def test_a_booking_that_makes_no_sense_is_422(
    client_of: SignIn, receptionist: User, patient: Patient, practitioner: Practitioner, fault: dict[str, Any]
) -> None:
    answer = client_of(receptionist).post(reverse("scheduling:book"), booking(patient, practitioner) | fault)
    assert answer.status_code == 422
    assert not Appointment.objects.exists()


def test_a_patient_that_does_not_exist_is_not_found(client_of: SignIn, receptionist: User) -> None:
    client = client_of(receptionist)
    assert client.get(reverse("scheduling:book"), {"patient": "rubbish"}).status_code == 404
    assert client.get(reverse("scheduling:book"), {"follow_up": "rubbish"}).status_code == 302


def test_a_visit_is_moved_and_a_taken_moment_is_refused(
    client_of: SignIn, receptionist: User, visit: Appointment, practitioner: Practitioner
) -> None:
    client, url = client_of(receptionist), reverse("scheduling:move", args=[visit.pk])
    assert client.get(url).status_code == 200
    moved = client.post(url, {"moment": f"{practitioner.pk}|{moment('15:00').isoformat()}", "minutes": 45})
    assert moved.status_code == 302
    visit.refresh_from_db()
    assert (visit.start, visit.minutes) == (moment("15:00"), 45)
    other = make_patient("Janssens", "Piet")
    client.post(reverse("scheduling:book"), booking(other, practitioner, "11:00"))
    refused = client.post(url, {"moment": f"{practitioner.pk}|{moment('11:15').isoformat()}", "minutes": 30})
    assert (refused.status_code, refused.context["clash"]) == (409, "therapist")


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


def fill(therapists: list[Practitioner], patients: list[Patient], by: User, per_day: int) -> None:
    """Give each therapist so many visits on the day, on the quarter."""
    Appointment.objects.all().delete()
    rows = []
    for place, practitioner in enumerate(therapists):
        for number in range(per_day):
            start = moment("08:00") + datetime.timedelta(minutes=15 * number)
            rows.append(
                Appointment(
                    patient=patients[(number + place) % len(patients)], practitioner=practitioner, start=start,
                    end=start + datetime.timedelta(minutes=15), booked_by=by,
                )
            )  # fmt: skip
    Appointment.objects.bulk_create(rows)


@pytest.mark.parametrize("role", ["receptionist", "therapist"])
def test_ten_times_the_visits_cost_as_many_queries(client_of: SignIn, request: pytest.FixtureRequest, role: str) -> None:
    user = request.getfixturevalue(role)
    therapists = [make_practitioner(f"t{n}@practice.example", f"Kine {n}") for n in range(8)]
    patients = [make_patient("Jacobs", f"Mia {n}") for n in range(20)]
    client, counts = client_of(user), []
    for per_day in (2, 20):
        fill(therapists, patients, user, per_day)
        client.get(reverse("scheduling:agenda"), {"day": DAY})
        with CaptureQueriesContext(connection) as queries:
            page = client.get(reverse("scheduling:agenda"), {"day": DAY})
        counts.append(len(queries))
    assert counts[0] == counts[1] <= MOST
    assert len(page.content) < 120_000


def test_the_booking_page_costs_as_many_queries_when_the_weeks_are_full(
    client_of: SignIn, receptionist: User, practitioner: Practitioner, patient: Patient
) -> None:
    patients = [make_patient("Jacobs", f"Mia {n}") for n in range(20)]
    client, counts = client_of(receptionist), []
    for per_day in (2, 20):
        fill([practitioner], patients, receptionist, per_day)
        with CaptureQueriesContext(connection) as queries:
            page = client.get(reverse("scheduling:book"), {"patient": patient.pk, "day": DAY})
        counts.append(len(queries))
    assert counts[0] == counts[1] <= MOST + 2
    assert len(page.content) < 60_000
