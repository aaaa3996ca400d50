"""Whoever opens a part of a record is noted: each address of one object is opened here, or says why it need not be."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from django.test import Client
from django.urls import get_resolver, reverse
from django.utils import timezone

from accounts.models import AccessLog, Practitioner, User
from accounts.record_parts import PARTS
from accounts.tokens import issue
from pathways.letters import write_letter
from pathways.models import CarePlan, FollowUp
from patients.models import Encounter, Patient
from patients.prescriptions import add_prescription
from scheduling.booking import book
from scheduling.models import Communication, Room
from scheduling.proposals import ask_to_move
from scheduling.waiting_list import join
from tests.house.test_url_roles import is_library, patterns
from tests.people import NOW, TODAY, at
from tests.running_plan import log, plan, version

__all__ = ["plan", "version"]
ROOT = Path(__file__).resolve().parents[2]
HTTP_ONLY_POST = 405


@pytest.fixture(autouse=True)
def _today(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(timezone, "now", lambda: NOW)


# Addresses of one object that a therapist may GET, by name: how to find the object.
STAFF_PAGES: dict[str, str] = {
    "patients:chart": "patient",
    "patients:edit": "patient",
    "patients:add-episode": "patient",
    "patients:edit-episode": "episode",
    "patients:add-prescription": "episode",
    "patients:edit-prescription": "prescription",
    "scheduling:appointment": "visit",
    "scheduling:move": "visit",
    "scheduling:gap": "visit",
    "scheduling:consents": "patient",
    "scheduling:propose-other": "proposal",
    "scheduling:waiting-entry": "entry",
    "scheduling:change-waiting-entry": "entry",
    "pathways:plan": "plan",
    "pathways:retest": "plan",
    "pathways:charts": "plan",
    "pathways:analysis": "plan",
    "pathways:add-exercise": "plan",
    "pathways:adjust-exercise": "exercise",
    "pathways:pause": "plan",
    "pathways:discharge": "plan",
    "pathways:outcomes": "plan",
    "pathways:outcome": "outcome",
    "pathways:session-note": "contact",
    "pathways:letters": "episode",
    "pathways:write-letter": "kind",
    "pathways:book-follow-up": "follow-up",
    "pathways:letter": "letter",
    "pathways:letter-pdf": "letter",
    "pathways:book-follow-ups": "plan",
    "patient-detail": "patient",
    "episode-detail": "episode",
    "encounter-detail": "contact",
    "plan-detail": "plan",
    "plan-progress": "plan",
    "diary-detail": "run",
    "appointment-detail": "visit",
    "privacy:patient": "patient",
    "patient-list": "", "episode-list": "", "encounter-list": "", "plan-list": "", "diary-list": "",
    "appointment-list": "", "prescription-detail": "prescription", "prescription-list": "",
    "waiting-list-detail": "entry", "waiting-list-list": "", "follow-up-detail": "follow-up", "follow-up-list": "",
    "scheduling:messages": "",
}  # fmt: skip
PORTAL_PAGES: dict[str, str] = {
    "portal:home": "", "portal:plan": "", "portal:diary": "", "portal:visits": "", "portal:record": "",
    "portal:calendar": "", "portal:messages": "", "portal:log-run": "", "portal:log-exercises": "",
    "portal:log-rest": "", "portal:entry": "run", "portal:edit-entry": "run",
    "portal:ask-move": "visit", "portal:cancel-visit": "visit", "portal:proposal": "proposal",
    "portal:other-moment": "proposal", "portal:who-looked": "",
    "patient-list": "", "patient-detail": "patient", "appointment-detail": "visit", "diary-detail": "run",
    "prescription-list": "", "prescription-detail": "prescription",
}  # fmt: skip
# Addresses of one object that show no record on GET, or none that this story can reach, and why.
ELSEWHERE = {
    "patients:give-reason": "asks why a record is opened, and shows the name only",
    "patients:explain-access": "asks the therapist a question, and shows the name only",
    "privacy:request": "needs a request: tests/privacy/test_pages.py opens it",
    "pathways:move-plan": "needs a newer version: the same line as the plan's page",
    "pathways:intake": "needs a draft: tests/pathways/test_intake_page.py opens it",
    "pathways:classification": "needs a full intake: tests/pathways/test_intake_page.py opens it",
    "pathways:complete-task": "the story has no task: tests/pathways/test_decisions.py makes them",
    "pathways:restart": "only an ended plan; same _show as pause",
    "pathways:resume": "only a paused plan; same _show as pause",
    "pathways:book-follow-ups-of": "same view as book-follow-ups",
    "pathways:start": "only POST",
    "scheduling:series": "noted by series(); the story has none",
    "observation-detail": "tested with observations in tests/patients/test_api.py",
    "portal:questionnaire": "own_patient() is its first line",
    "portal:plan-visit": "own_patient() is its first line",
    "pathways:review-reference": "a publication, no patient",
    "pathways:instrument": "a questionnaire's text, no patient",
    "practitioner-detail": "a therapist, no patient",
    "room-detail": "a room, no patient",
    "measure-detail": "a measure, no patient",
    "pathway-detail": "a pathway, no patient",
    "patients:edit-note-template": "words of a therapist, no patient",
    "portal:accept-proposal": "only POST", "portal:answer-next": "only POST", "portal:decline-proposal": "only POST",
    "portal:withdraw-proposal": "only POST",
    "portal:take-kept": "only POST", "portal:remind": "only POST", "portal:remind-no-more": "only POST",
}  # fmt: skip


@pytest.fixture
def story(
    plan: CarePlan, patient: Patient, practitioner: Practitioner, therapist: User, room: Room
) -> dict[str, tuple[Any, ...]]:
    """One of each thing that a record holds, as the arguments of its address."""
    episode = plan.episode
    add = {"by": therapist, "now": NOW}
    visit = book(patient, practitioner=practitioner, start=at("2026-11-26"), minutes=30, type="session", **add)
    contact = Encounter.objects.create(
        patient=patient, episode=episode, kind="session", practitioner=practitioner, started_at=NOW
    )
    proposal = ask_to_move(
        visit, practitioner=practitioner, start=at("2026-11-27"), message="", by=patient.user, now=NOW
    )
    need = FollowUp.objects.create(
        plan=plan, week=1, window_start=TODAY, window_end=TODAY, minutes=30, practitioner=practitioner
    )
    Communication.objects.create(key="one", kind="reminder", channel="email", patient=patient, due_at=NOW)
    return {
        "": (),
        "patient": (patient.pk,),
        "episode": (episode.pk,),
        "plan": (plan.pk,),
        "visit": (visit.pk,),
        "contact": (contact.pk,),
        "proposal": (proposal.pk,),
        "prescription": (add_prescription(episode, doctor="Dr. Jan", prescribed_on=TODAY, **add).pk,),
        "entry": (join(patient, type="session", minutes=30, earliest=TODAY, **add).pk,),
        "exercise": (plan.pk, plan.exercise_prescriptions.filter(phase__status="active")[0].pk),
        "outcome": (plan.pk, "psfs"),
        "kind": (episode.pk, "plan"),
        "follow-up": (need.pk,),
        "letter": (write_letter(episode, "plan", **add).pk,),
        "run": (log(plan, NOW).pk,),
    }


def opened(client: Client, name: str, args: tuple[Any, ...]) -> int:
    return client.get(reverse(name, args=args), follow=True).status_code


def noted(reader: User, patient: Patient) -> bool:
    rows = AccessLog.objects.filter(user_id=reader.pk, patient_id=patient.pk)
    return rows.exists() and set(rows.values_list("part", flat=True)) <= set(PARTS)


@pytest.mark.parametrize("name", STAFF_PAGES)
def test_staff_who_open_it_are_noted(
    name: str, story: dict[str, tuple[Any, ...]], therapist: User, patient: Patient, client_of: Callable[[User], Client]
) -> None:
    assert not noted(therapist, patient)
    assert opened(client_of(therapist), name, story[STAFF_PAGES[name]]) == 200
    assert noted(therapist, patient)


def test_a_printed_day_is_noted(
    story: dict[str, tuple[Any, ...]], therapist: User, patient: Patient, client_of: Callable[[User], Client]
) -> None:
    client_of(therapist).get(reverse("scheduling:day-sheet", query={"day": "2026-11-26"}))
    assert AccessLog.objects.filter(user_id=therapist.pk, patient_id=patient.pk, part="day sheet").count() == 1


@pytest.mark.parametrize("name", PORTAL_PAGES)
def test_the_patient_who_opens_it_is_noted(
    name: str, story: dict[str, tuple[Any, ...]], patient: Patient, client_of: Callable[[User], Client]
) -> None:
    assert opened(client_of(patient.user), name, story[PORTAL_PAGES[name]]) == 200  # type: ignore[arg-type]
    assert noted(patient.user, patient)  # type: ignore[arg-type]


def test_no_address_of_an_object_is_forgotten(
    therapist: User, patient_user: User, patient: Patient, client_of: Callable[[User], Client]
) -> None:
    """Whatever takes an id and answers a GET stands in a table above (405: it only takes POST)."""
    known = {*STAFF_PAGES, *PORTAL_PAGES, *ELSEWHERE}
    clients = [client_of(therapist), client_of(patient_user)]
    forgotten = []
    for name, route, _view in patterns(get_resolver()):
        if is_library(name) or name in known or not re.search(r"<uuid|\(\?P<pk>", route) or "format" in route:
            continue
        address = "/" + re.sub(
            r"<uuid:\w+>|\(\?P<pk>.*?\)(?=/)", str(UUID(int=1)), route.replace("^", "").replace("$", "")
        )
        address = re.sub(r"<slug:\w+>", "plan", re.sub(r"<int:\w+>", "1", address))
        if any(client.get(address).status_code not in {403, HTTP_ONLY_POST} for client in clients):
            forgotten.append((name, address))
    assert forgotten == []


def test_every_part_has_words() -> None:
    """Each part that the code notes is in the one list of labels."""
    call = re.compile(
        r'(?:record_access(?:es)?|own_patient)\([^"\n]*?"([^"]+)"(?: if \w+ else "([^"]+)")?\)|^    part = "([^"]+)"$',
        re.M,
    )
    found = set()
    for room in ("accounts", "patients", "scheduling", "pathways", "fysicure"):
        for path in (ROOT / room).rglob("*.py"):
            found |= {
                part
                for match in call.findall(path.read_text(encoding="utf-8").replace('(row, "patient_id")', ""))
                for part in match
                if part
            }
    assert len(found) > 30
    assert found <= set(PARTS)


@pytest.mark.usefixtures("episode")
def test_a_list_of_care_that_is_empty_is_noted_when_it_names_a_patient(
    client_of: Callable[[User], Client], other_practitioner: Practitioner, patient: Patient
) -> None:
    """That there is none is an answer too; in a browser it opens after saying why."""
    colleague = other_practitioner.user
    path, token = f"/api/v1/plans/?patient={patient.pk}", {"Authorization": f"Bearer {issue(colleague)}"}
    answer = client_of(colleague).get(path)
    assert (answer.status_code, b"reason-wanted" in answer.content) == (403, True)
    assert not AccessLog.objects.filter(part="plan list").exists()
    assert Client(headers=token).get(path).json()["count"] == 0
    assert list(AccessLog.objects.filter(part="plan list").values_list("patient_id", flat=True)) == [patient.pk]
