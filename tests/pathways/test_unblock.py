"""A block and its clearance stay readable afterwards; the patient reads what is needed."""

import datetime
from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import Practitioner, User
from pathways.blocking import block_plan, unblock_plan
from pathways.decisions import decide
from pathways.models import CarePlan, Decision
from pathways.plan_history import moments
from patients.models import EpisodeOfCare
from tests.pathways.stories import make_plan, ready_for_p2
from tests.people import NOW, TODAY

DAY = datetime.timedelta(days=1)


@pytest.fixture
def plan(episode: EpisodeOfCare, practitioner: Practitioner) -> CarePlan:
    return make_plan(episode, practitioner)


def history(plan: CarePlan) -> dict[str, str]:
    rows = list(plan.decisions.select_related("made_by").order_by("-made_at", "-id"))
    return {row.kind: each["text"] for row, each in zip(rows, moments(rows), strict=True)}


def test_the_timeline_shows_the_block_and_the_clearance(plan: CarePlan, therapist: User) -> None:
    block_plan(plan, reason="Kuit gezwollen.", by=therapist, now=NOW - 4 * DAY)
    unblock_plan(plan, reason="Echo negatief.", physician="Dr. Willems", cleared_on=TODAY - DAY, by=therapist, now=NOW)
    told = history(plan)
    assert "Kuit gezwollen." in told["block"]
    assert "Dr. Willems" in told["unblock"]
    assert f"{TODAY - DAY:%d/%m/%Y}" in told["unblock"]
    assert f"{TODAY - 4 * DAY:%d/%m/%Y}" in told["unblock"]
    assert "Echo negatief." in told["unblock"]


def test_a_blocked_patient_reads_what_is_needed(
    plan: CarePlan,
    client_of: Callable[[User], Client],
    patient_user: User,
    therapist: User,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(timezone, "now", lambda: NOW)
    block_plan(plan, reason="Kuit gezwollen.", by=therapist, now=NOW)
    page = client_of(patient_user).get(reverse("portal:home"))
    assert page.context["home"].is_blocked
    assert "Kuit" not in page.content.decode()


def test_a_decision_against_the_proposal_is_marked_with_its_kind(plan: CarePlan, therapist: User) -> None:
    made = decide(plan, "advance", reason="Sterk genoeg.", reason_code="patient_wish", by=therapist, now=NOW).decision
    assert (made.is_override, made.reason_code) == (True, "patient_wish")


def test_a_decision_as_proposed_is_not_marked(plan: CarePlan, therapist: User) -> None:
    ready_for_p2(plan)
    made = decide(plan, "advance", reason="Vlot.", reason_code="other", by=therapist, now=NOW).decision
    assert (made.is_override, made.reason_code) == (False, "")


def test_the_form_asks_the_kind_of_reason_and_the_api_takes_another_one_by_itself(
    plan: CarePlan, client_of: Callable[[User], Client], therapist: User
) -> None:
    browser = client_of(therapist)
    typed = {"decision": "advance", "reason": "Sterk genoeg.", "expected_phase": "P1"}
    page = browser.post(reverse("pathways:decide", args=[plan.pk]), typed)
    assert (page.status_code, list(page.context["form"].errors)) == (422, ["reason_code"])
    api = browser.post(
        f"/api/v1/plans/{plan.pk}/decisions/", {"decision": "advance", "reason": "x"}, content_type="application/json"
    )
    assert api.status_code == 201
    assert Decision.objects.get(kind="advance").reason_code == "other"
