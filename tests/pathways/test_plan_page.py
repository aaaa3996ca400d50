"""The therapist's page of a plan: what it shows, what can be done from it, who may not, and what it costs."""

import datetime
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
from pathways.models import CarePlan, Decision, EducationItem, Task
from patients.models import EpisodeOfCare, Observation
from tests.pathways.stories import log, make_plan, measure, ready_for_p2

MOST_QUERIES = 8
MOST_OF_EVIDENCE = 10


@pytest.fixture
def now() -> datetime.datetime:
    return timezone.now()


@pytest.fixture
def plan(episode: EpisodeOfCare, practitioner: Practitioner, now: datetime.datetime) -> CarePlan:
    return make_plan(episode, practitioner, now=now)


@pytest.fixture
def browser(therapist: User, client_of: Callable[[User], Client]) -> Client:
    return client_of(therapist)


def url(plan: CarePlan, name: str = "plan", **more: Any) -> str:
    return reverse(f"pathways:{name}", kwargs={"pk": plan.pk, **more})


def test_it_shows_the_proposal_and_notes_that_it_was_opened(
    browser: Client, plan: CarePlan, now: datetime.datetime
) -> None:
    ready_for_p2(plan, now)
    response = browser.get(url(plan))
    assert response.status_code == 200
    assert response.context["seen"].progress.proposal == "advance"
    assert [row.status for row in response.context["page"].criteria] == ["met"] * 5
    assert AccessLog.objects.filter(patient_id=plan.patient_id, part="plan").count() == 1


def test_nothing_logged_is_said(browser: Client, plan: CarePlan) -> None:
    response = browser.get(url(plan))
    assert response.context["seen"].light == "NONE"
    assert b"light-none" in response.content
    assert b"light-green" not in response.content


def queries(browser: Client, address: str) -> int:
    with CaptureQueriesContext(connection) as caught:
        assert browser.get(address).status_code == 200
    return len(caught)


def test_queries_do_not_grow_with_the_diary(browser: Client, plan: CarePlan, now: datetime.datetime) -> None:
    ready_for_p2(plan, now)
    browser.get(url(plan))
    few = queries(browser, url(plan))
    for day in range(1, 21):
        for kind in ("run", "exercise"):
            log(plan, day, kind=kind, now=now, distance_km=3, onset_km=2)
        measure(plan, {"sls_nprs": {"R": 1}, "hipabd_n": {"L": 200, "R": 180}}, days_ago=day, now=now)
        Decision.objects.create(plan=plan, kind="hold", made_by=plan.practitioner.user)
    many = queries(browser, url(plan))
    assert few == many
    assert many <= MOST_QUERIES


def test_the_decision_is_kept(browser: Client, plan: CarePlan, now: datetime.datetime) -> None:
    ready_for_p2(plan, now)
    form = {"decision": "advance", "reason": "", "expected_phase": "P1"}
    assert browser.post(url(plan, "decide"), form).status_code == 302
    assert plan.phases.get(status="active").key == "P2"
    assert plan.decisions.first().kind == "advance"


def test_a_missing_reason_keeps_what_was_typed_and_says_so_beside_the_field(browser: Client, plan: CarePlan) -> None:
    response = browser.post(url(plan, "decide"), {"decision": "advance", "reason": "", "expected_phase": "P1"})
    assert response.status_code == 422
    assert "reason" in response.context["form"].errors
    assert response.context["chosen"] == "advance"
    assert plan.phases.get(status="active").key == "P1"


def test_a_refused_decision_is_a_page_with_409(browser: Client, plan: CarePlan, now: datetime.datetime) -> None:
    log(plan, 1, (0, 8, 1, 0), now=now)
    form = {"decision": "advance", "reason": "x", "expected_phase": "P1"}
    assert browser.post(url(plan, "decide"), form).status_code == 409


def test_a_blocked_plan_offers_the_clearance_and_no_decision(browser: Client, plan: CarePlan) -> None:
    CarePlan.objects.filter(pk=plan.pk).update(status="on-hold", hold_reason="blocked")
    page = browser.get(url(plan))
    assert url(plan, "unblock").encode() in page.content
    assert url(plan, "decide").encode() not in page.content
    wrong = browser.post(
        url(plan, "unblock"), {"physician": "Dr. Jan Willems", "cleared_on": "2999-01-01", "reason": "ok"}
    )
    assert wrong.status_code == 422
    assert b"Dr. Jan Willems" in wrong.content
    right = {"physician": "Dr. Jan Willems", "cleared_on": timezone.localdate().isoformat(), "reason": "No thrombosis."}
    assert browser.post(url(plan, "unblock"), right).status_code == 302
    plan.refresh_from_db()
    assert plan.status == "active"


def test_education_is_ticked_and_unticked(browser: Client, plan: CarePlan) -> None:
    item = EducationItem.objects.filter(plan=plan, phase__key="P1").first()
    assert browser.post(url(plan, "tick-education", item=item.pk), {"given": "1"}).status_code == 302
    item.refresh_from_db()
    assert item.given_by == plan.practitioner.user
    browser.post(url(plan, "tick-education", item=item.pk), {})
    item.refresh_from_db()
    assert item.given_at is None


def test_the_retest_form_keeps_values(browser: Client, plan: CarePlan) -> None:
    page = browser.get(url(plan, "retest"))
    assert page.status_code == 200
    assert b'name="stairs_nprs.R"' in page.content
    form = {"stairs_nprs.R": "2", "walk_30min_nprs.R": "0", "hipabd_n.L": "200,5", "hipabd_n.R": "180", "rf_dvt": "no"}
    assert browser.post(url(plan, "retest"), form).status_code == 302
    assert Observation.objects.get(measure_id="stairs_nprs").value == 2
    assert not Task.objects.exists()


def test_a_wrong_retest_value_is_said_beside_its_field(browser: Client, plan: CarePlan) -> None:
    response = browser.post(url(plan, "retest"), {"stairs_nprs.R": "3,5", "sls_nprs.R": "1"})
    assert response.status_code == 422
    assert b'value="3,5"' in response.content
    assert b'id="error_stairs_nprs"' in response.content
    assert not Observation.objects.exists()


def test_a_task_is_ticked_off_and_leads_back(browser: Client, plan: CarePlan, now: datetime.datetime) -> None:
    task = Task.objects.create(
        patient=plan.patient, episode=plan.episode, plan=plan, kind="referral", urgency="URGENT", description="Refer",
        due_at=now, source_key="x",
    )  # fmt: skip
    address = reverse("pathways:complete-task", args=[task.pk])
    assert browser.get(address).status_code == 200
    assert browser.post(address, {"outcome": ""}).status_code == 422
    done = browser.post(address, {"outcome": "Seen.", "back": "https://elsewhere.example/"})
    assert (done.status_code, done["Location"]) == (302, "/")


def test_evidence_names_the_rules_and_the_corrections(browser: Client, plan: CarePlan) -> None:
    response = browser.get(reverse("pathways:evidence"))
    assert response.status_code == 200
    rows = {row.reference.key: row for group in response.context["groups"].groups for row in group.rows}
    assert rows["vanderworp_2012"].reference.document["correction"]
    assert any("loop" in support.label for support in rows["bjsm_2025"].supports)
    assert queries(browser, reverse("pathways:evidence")) <= MOST_OF_EVIDENCE


@pytest.mark.parametrize("role", ["receptionist", "owner", "patient_user", "stranger"])
@pytest.mark.parametrize("name", ["plan", "retest"])
def test_only_therapists_open_it(request: Any, client_of: Any, plan: CarePlan, role: str, name: str) -> None:
    assert client_of(request.getfixturevalue(role)).get(url(plan, name)).status_code == 403


@pytest.mark.parametrize("name", ["decide", "unblock"])
def test_changes_are_posted(browser: Client, plan: CarePlan, name: str) -> None:
    assert browser.get(url(plan, name)).status_code == 405


def test_an_unknown_plan_is_404(browser: Client, plan: CarePlan) -> None:
    assert browser.get(reverse("pathways:plan", args=[plan.episode_id])).status_code == 404
