"""The first page of each role: what it shows, what it hides, and what it costs."""

import datetime
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import Practitioner, User
from fysicure.attention_order import FOLLOW_UPS, things
from fysicure.worklist import therapist_day
from pathways.models import CarePlan, FollowUp, Task
from patients.models import EpisodeOfCare, ExternalPractitioner, Patient, Prescription
from scheduling.models import Appointment
from tests.pathways.stories import log, make_plan, ready_for_p2
from tests.people import make_patient

MOST_QUERIES = {"therapist": 11, "receptionist": 10, "owner": 12}  # with session and user
TO_JUDGE_AGAIN = 12


@pytest.fixture
def now() -> datetime.datetime:
    return timezone.now()


@pytest.fixture
def plan(episode: EpisodeOfCare, practitioner: Practitioner, now: datetime.datetime) -> CarePlan:
    return make_plan(episode, practitioner, now=now)


def visit(patient: Any, practitioner: Practitioner, now: datetime.datetime, number: int = 0) -> Appointment:
    """A visit today: far apart enough that none overlaps."""
    start = timezone.localtime(now).replace(hour=0, minute=1) + datetime.timedelta(minutes=20 * number)
    return Appointment.objects.create(
        patient=patient, practitioner=practitioner, start=start, end=start + datetime.timedelta(minutes=15),
        booked_by=practitioner.user,
    )  # fmt: skip


def icons(user: User, now: datetime.datetime, **more: Any) -> list[str]:
    return [row.icon for row in therapist_day(user, now=now, **more).attention]


def test_a_therapist_sees_the_agenda_with_phase_light_and_change(
    client_of: Callable[[User], Client], plan: CarePlan, practitioner: Practitioner, now: datetime.datetime
) -> None:
    visit(plan.patient, practitioner, now)
    log(plan, 1, (0, 7, 1, 0), now=now)
    response = client_of(practitioner.user).get("/")
    assert response.status_code == 200
    (row,) = response.context["day"].visits
    assert (row.seen.standing.phase, row.seen.standing.light) == ("P1", "RED")
    assert "1 " in row.change
    assert row.url == f"/plans/{plan.pk}/"


def test_criteria_met_are_on_the_worklist(plan: CarePlan, therapist: User, now: datetime.datetime) -> None:
    ready_for_p2(plan, now)
    plan.follow_ups.update(is_dropped=True)
    assert icons(therapist, now) == ["circle-check"]


def test_urgent_things_come_first(
    plan: CarePlan, therapist: User, doctor: ExternalPractitioner, now: datetime.datetime
) -> None:
    Task.objects.create(
        patient=plan.patient, episode=plan.episode, plan=plan, kind="referral", urgency="EMERGENCY",
        description="Refer",
        due_at=now, source_key="x",
    )  # fmt: skip
    Prescription.objects.create(
        episode=plan.episode, prescriber=doctor, prescribed_on=timezone.localdate(now), sessions_ordered=2
    )
    log(plan, 2, (0, 7, 1, 0), now=now)
    found = icons(therapist, now)
    assert found[:2] == ["list-todo", "octagon-alert"]
    assert found[-1] == "file-text"


def test_a_week_without_entries_is_on_the_worklist(plan: CarePlan, therapist: User, now: datetime.datetime) -> None:
    assert "circle-dashed" in icons(therapist, now)


def test_the_list_is_cut_in_pages_and_loses_nothing(plan: CarePlan, therapist: User, now: datetime.datetime) -> None:
    def task(number: int) -> Task:
        return Task(
            patient=plan.patient, episode=plan.episode, plan=plan, kind="review", description=f"Look {number:02}",
            due_at=now + datetime.timedelta(hours=number), source_key=f"{number}",
        )  # fmt: skip

    Task.objects.bulk_create([task(number) for number in reversed(range(30))])
    pages = [therapist_day(therapist, now=now, page=number).attention for number in (1, 2)]
    shown = [row.text for page in pages for row in page if row.icon == "list-todo"]
    assert shown == [f"Look {number:02}" for number in range(30)]
    assert (len(pages[0]), pages[0].paginator.count) == (25, sum(len(page) for page in pages))
    for odd, number in {"99": 2, "0": 2, "x": 1, "9" * 40: 2, None: 1}.items():
        page = therapist_day(therapist, now=now, page=odd).attention
        assert (page.number, list(page)) == (number, list(pages[number - 1]))


def test_others_patients_only_when_asked(
    plan: CarePlan, other_practitioner: Practitioner, now: datetime.datetime
) -> None:
    log(plan, 1, (0, 7, 1, 0), now=now)
    assert icons(other_practitioner.user, now) == []
    assert "octagon-alert" in icons(other_practitioner.user, now, everyone=True)


def late_visits(plan: CarePlan, now: datetime.datetime) -> list[int | None]:
    """How many visits of each plan the list calls late, more than a year from now."""
    today = timezone.localdate(now) + datetime.timedelta(days=400)
    found = things(plan.practitioner.user, plan.practitioner, now=now, today=today, limit=25, skip=0)
    return [row.number for row in found.rows if row.source == FOLLOW_UPS]


def test_late_visits_are_the_open_ones(plan: CarePlan, practitioner: Practitioner, now: datetime.datetime) -> None:
    missed, booked, dropped, *_rest = plan.follow_ups.order_by("window_end")
    for number, (row, status) in enumerate({missed: "noshow", booked: "booked"}.items()):
        row.appointment = visit(plan.patient, practitioner, now, number)
        Appointment.objects.filter(pk=row.appointment.pk).update(status=status)
        row.save()
    FollowUp.objects.filter(pk=dropped.pk).update(is_dropped=True)
    everything = plan.follow_ups.count()
    assert late_visits(plan, now) == [FollowUp.objects.open().count()] == [everything - 2]
    CarePlan.objects.filter(pk=plan.pk).update(status="on-hold", hold_reason="paused")
    assert late_visits(plan, now) == []


def test_words_are_escaped(
    client_of: Callable[[User], Client], plan: CarePlan, practitioner: Practitioner, now: datetime.datetime
) -> None:
    visit(plan.patient, practitioner, now)
    Patient.objects.filter(pk=plan.patient_id).update(family_name='<b>&"')
    for address in ("/", "/?all=1"):
        page = client_of(practitioner.user).get(address).content.decode()
        assert page.count("&lt;b&gt;&amp;&quot;</a>") >= 2  # in the agenda and in the list
        assert "<b>&" not in page


def crowd(practitioner: Practitioner, now: datetime.datetime, doctor: ExternalPractitioner, count: int) -> None:
    """Patients with a plan, a diary, a visit today, a task and a prescription that runs out."""
    for number in range(count):
        patient = make_patient(f"Nr{number}")
        episode = EpisodeOfCare.objects.create(
            patient=patient, reason="x", started_on=timezone.localdate(now), practitioner=practitioner, status="active"
        )
        plan = make_plan(episode, practitioner, now=now)
        ready_for_p2(plan, now)
        log(plan, 2, (0, 7, 1, 0), now=now)
        Prescription.objects.create(
            episode=episode, prescriber=doctor, prescribed_on=timezone.localdate(now), sessions_ordered=1
        )
        Task.objects.create(
            patient=patient,
            episode=episode,
            plan=plan,
            kind="review",
            description="Look",
            due_at=now,
            source_key=f"{number}",
        )
        visit(patient, practitioner, now, number)


def cost(client: Client) -> int:
    with CaptureQueriesContext(connection) as caught:
        assert client.get("/").status_code == 200
    return len(caught)


@pytest.mark.parametrize("role", ["therapist", "receptionist", "owner"])
def test_queries_do_not_grow_with_patients(
    request: Any, client_of: Any, practitioner: Practitioner, doctor: ExternalPractitioner, now: Any, role: str
) -> None:
    client = client_of(request.getfixturevalue(role))
    crowd(practitioner, now, doctor, 1)
    cold_few, few = cost(client), cost(client)
    Appointment.objects.all().delete()
    Task.objects.all().update(source_key="first")
    crowd(practitioner, now, doctor, 10)
    cold_many, many = cost(client), cost(client)
    assert few == many
    assert many <= MOST_QUERIES[role]
    assert cold_many <= max(cold_few, MOST_QUERIES[role] + TO_JUDGE_AGAIN)


def test_the_desk_sees_no_clinical_word(
    client_of: Any, receptionist: User, practitioner: Practitioner, doctor: ExternalPractitioner, now: datetime.datetime
) -> None:
    crowd(practitioner, now, doctor, 2)
    response = client_of(receptionist).get("/")
    assert response.status_code == 200
    text = response.content.decode().lower()
    for word in ("light-", "nprs", "p1", "lopersknie", "itbs", "rood", "fase", "phase"):
        assert word not in text.split("<main")[1], word


def test_the_owner_sees_numbers_and_no_names(
    client_of: Any, owner: User, plan: CarePlan, now: datetime.datetime
) -> None:
    response = client_of(owner).get("/")
    assert response.status_code == 200
    assert response.context["view"].running == 1
    assert plan.patient.family_name not in response.content.decode()


def test_a_patient_goes_to_the_portal(client_of: Any, patient_user: User) -> None:
    response = client_of(patient_user).get("/")
    assert (response.status_code, response["Location"]) == (302, "/portal/")


def test_who_is_not_signed_in_signs_in_first(client: Client, db: None) -> None:
    assert client.get("/").status_code == 302
