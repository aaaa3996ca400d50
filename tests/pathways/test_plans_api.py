"""Care plans through the API: start, read, progress and decide, each role its own."""

import datetime
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import Practitioner, User
from pathways.models import CarePlan
from patients.models import EpisodeOfCare
from tests.pathways.stories import log, make_classification, make_plan, published, ready_for_p2
from tests.people import make_patient

PLANS = "/api/v1/plans/"


@pytest.fixture
def now() -> datetime.datetime:
    return timezone.now()


@pytest.fixture
def plan(episode: EpisodeOfCare, practitioner: Practitioner, now: datetime.datetime) -> CarePlan:
    return make_plan(episode, practitioner, now=now)


@pytest.fixture
def api(therapist: User, client_of: Callable[[User], Client]) -> Client:
    return client_of(therapist)


def post(client: Client, address: str, body: dict[str, Any]) -> Any:
    return client.post(address, body, content_type="application/json")


def test_start_takes_the_latest_classification(api: Client, episode: EpisodeOfCare, therapist: User, now: Any) -> None:
    make_classification(episode, published(), therapist, now)
    response = post(api, PLANS, {"episode": str(episode.pk), "pathway": "itbs"})
    assert response.status_code == 201, response.content
    body = response.json()
    assert (body["pathway"], body["phase"], body["status"], len(body["phases"])) == ("itbs", "P1", "active", 5)
    assert api.get(f"{PLANS}{body['id']}/", headers={"If-None-Match": response["ETag"]}).status_code == 304


def test_a_plan_is_started_once_with_one_key(api: Client, episode: EpisodeOfCare, therapist: User, now: Any) -> None:
    make_classification(episode, published(), therapist, now)
    body, headers = {"episode": str(episode.pk), "pathway": "itbs"}, {"Idempotency-Key": "een"}
    first, again = (api.post(PLANS, body, content_type="application/json", headers=headers) for _time in range(2))
    assert (first.status_code, again.status_code, again["Idempotency-Replayed"]) == (201, 201, "true")
    assert again.json() == first.json()
    assert CarePlan.objects.count() == 1


@pytest.mark.parametrize("outcome", ["UNLIKELY", "INCOMPLETE", "BLOCKED", "POSSIBLE"])
def test_start_is_refused_with_409_when_the_rule_refuses(
    api: Client, episode: EpisodeOfCare, therapist: User, now: Any, outcome: str
) -> None:
    make_classification(episode, published(), therapist, now, outcome)
    response = post(api, PLANS, {"episode": str(episode.pk), "pathway": "itbs"})
    assert response.status_code == 409
    assert response["Content-Type"] == "application/problem+json"
    assert not CarePlan.objects.exists()


def test_a_possible_class_starts_with_a_reason(api: Client, episode: EpisodeOfCare, therapist: User, now: Any) -> None:
    make_classification(episode, published(), therapist, now, "POSSIBLE")
    body = {
        "episode": str(episode.pk),
        "pathway": "itbs",
        "reason": "Positive after a run.",
        "gait_strategy": "cadence",
    }
    assert post(api, PLANS, body).status_code == 201
    assert CarePlan.objects.get().gait_strategy == "cadence"


def test_start_without_a_classification_is_409(api: Client, episode: EpisodeOfCare) -> None:
    published()
    assert post(api, PLANS, {"episode": str(episode.pk), "pathway": "itbs"}).status_code == 409


def test_a_second_running_plan_is_409(api: Client, plan: CarePlan) -> None:
    assert post(api, PLANS, {"episode": str(plan.episode_id), "pathway": "itbs"}).status_code == 409


def test_an_unknown_episode_is_named(api: Client, plan: CarePlan) -> None:
    response = post(api, PLANS, {"episode": str(plan.pk), "pathway": "itbs"})
    assert response.status_code == 400
    assert "episode" in response.json()["errors"]


def test_list_is_paged_filtered_and_cheap(api: Client, plan: CarePlan, practitioner: Practitioner, now: Any) -> None:
    def asked() -> tuple[Any, int]:
        with CaptureQueriesContext(connection) as caught:
            return api.get(f"{PLANS}?status=active").json(), len(caught)

    api.get(PLANS)
    one, few = asked()
    for number in range(9):
        other = EpisodeOfCare.objects.create(patient=make_patient(f"Nr{number}"), reason="x", started_on=now.date())
        make_plan(other, practitioner, now=now)
    ten, many = asked()
    assert (one["count"], ten["count"], few) == (1, 10, many)
    assert api.get(f"{PLANS}?episode={plan.episode_id}").json()["count"] == 1


def test_progress_says_where_the_plan_stands(api: Client, plan: CarePlan, now: Any) -> None:
    ready_for_p2(plan, now)
    body = api.get(f"{PLANS}{plan.pk}/progress/").json()
    assert (body["phase"], body["proposal"], body["to_phase"], body["light"]) == ("P1", "advance", "P2", "GREEN")
    assert body["run_today"]["allowed"] is True


def test_decisions_follow_the_contract(api: Client, plan: CarePlan, now: Any) -> None:
    address = f"{PLANS}{plan.pk}/decisions/"
    missing = post(api, address, {"decision": "advance", "reason": ""})
    assert (missing.status_code, list(missing.json()["errors"])) == (400, ["reason"])
    unknown = post(api, address, {"decision": "jump"})
    assert (unknown.status_code, list(unknown.json()["errors"])) == (400, ["decision"])
    ready_for_p2(plan, now)
    made = post(api, address, {"decision": "advance"})
    assert made.status_code == 201
    assert (made.json()["from_phase"], made.json()["to_phase"], made.json()["proposal"]) == ("P1", "P2", "advance")
    log(plan, 0, (0, 8, 1, None), now=now)
    assert post(api, address, {"decision": "advance", "reason": "x"}).status_code == 409


def test_a_patient_reads_the_own_plan_and_changes_nothing(
    plan: CarePlan, patient_user: User, stranger: User, client_of: Callable[[User], Client]
) -> None:
    own, other = client_of(patient_user), client_of(stranger)
    assert own.get(f"{PLANS}{plan.pk}/").status_code == 200
    assert own.get(f"{PLANS}{plan.pk}/progress/").status_code == 200
    assert post(own, f"{PLANS}{plan.pk}/decisions/", {"decision": "hold"}).status_code == 403
    assert post(own, PLANS, {"episode": str(plan.episode_id), "pathway": "itbs"}).status_code == 403
    assert other.get(f"{PLANS}{plan.pk}/").status_code == 404
    assert other.get(PLANS).json()["count"] == 0


@pytest.mark.parametrize("role", ["receptionist", "owner"])
def test_other_staff_is_refused(request: Any, client_of: Any, plan: CarePlan, role: str) -> None:
    client = client_of(request.getfixturevalue(role))
    for address in (PLANS, f"{PLANS}{plan.pk}/", f"{PLANS}{plan.pk}/progress/"):
        assert client.get(address).status_code == 403
    assert post(client, f"{PLANS}{plan.pk}/decisions/", {"decision": "hold"}).status_code == 403
