"""The ledger of decisions against the rules: what was overruled, why, and how those patients fared."""

import datetime
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import Practitioner, User
from pathways.models import CarePlan, Decision, Task
from pathways.override_ledger import Fate, ledger
from patients.models import EpisodeOfCare
from tests.pathways.stories import make_plan
from tests.people import NOW

DAY = datetime.timedelta(days=1)
LINE = "sls_nprs<=2"


@pytest.fixture
def plan(episode: EpisodeOfCare, practitioner: Practitioner) -> CarePlan:
    return make_plan(episode, practitioner)


def first_line(plan: CarePlan) -> str:
    """The key of the first exit line of the plan's phase."""
    return str(plan.pathway_version.document["phases"][0]["exit"][0]["key"])


def decided(plan: CarePlan, status: str, days_ago: int, kind: str = "advance", **more: Any) -> Decision:
    proposal = "advance" if status == "met" else "stay"
    given = {"is_override": status != "met", "reason_code": "" if status == "met" else "load", **more}
    row: Decision = Decision.objects.create(
        plan=plan, kind=kind, from_phase="P1", to_phase="P2", proposal=proposal, reason="x",
        evidence={"criteria": [{"key": first_line(plan), "status": status}]}, made_by=plan.practitioner.user,
        made_at=NOW - days_ago * DAY, **given,
    )  # fmt: skip
    return row


def red_light(plan: CarePlan, days_ago: int) -> None:
    Task.objects.create(
        patient=plan.patient, episode=plan.episode, plan=plan, kind="red_light", description="Red",
        due_at=NOW, created_at=NOW - days_ago * DAY, source_key=f"red{days_ago}",
    )  # fmt: skip


def test_an_advance_past_a_criterion_is_counted_with_its_reason_and_fate(plan: CarePlan) -> None:
    decided(plan, "not_met", 60)
    decided(plan, "unknown", 40)
    decided(plan, "met", 50)
    decided(plan, "not_met", 3)
    red_light(plan, 39)
    (row,) = ledger(now=NOW).rows
    assert (row.overruled, row.without_data, row.followed) == (3, 1, 1)
    assert row.fate == Fate(well=0, setback=2, too_early=1)
    assert row.followed_fate == Fate(setback=1)
    assert row.reasons == (("belasting buiten het plan", 3),) or row.reasons[0][1] == 3


@pytest.mark.parametrize(("days", "expected"), [(27, "setback"), (29, "well")])
def test_a_setback_counts_within_28_days(plan: CarePlan, days: int, expected: str) -> None:
    decided(plan, "not_met", 60)
    red_light(plan, 60 - days)
    (row,) = ledger(now=NOW).rows
    assert getattr(row.fate, expected) == 1


def test_a_step_back_and_a_block_are_setbacks_too(plan: CarePlan) -> None:
    decided(plan, "not_met", 60)
    decided(plan, "met", 50, kind="block", is_override=False)
    (row,) = ledger(now=NOW).rows
    assert row.fate.setback == 1


def test_held_though_everything_was_met_is_listed_apart(plan: CarePlan) -> None:
    decided(plan, "met", 40, kind="hold", is_override=True, reason_code="patient_wish")
    found = ledger(now=NOW)
    assert (found.decisions, found.against, found.rows) == (1, 1, ())
    (row,) = found.others
    assert (row.count, row.fate.well, row.reasons[0][1]) == (1, 1, 1)


def test_percent_of_nothing_is_unknown() -> None:
    assert Fate(too_early=2).percent_well is None
    assert Fate(well=2, setback=1).percent_well == 67


def test_the_page_names_no_patient_and_costs_the_same_for_more(
    client_of: Any, owner: User, plan: CarePlan, receptionist: User
) -> None:
    client = client_of(owner)
    counts = []
    for turn in range(2):
        decided(plan, "not_met", 60 + turn)
        with CaptureQueriesContext(connection) as caught:
            response = client.get("/plans/decisions/overruled/")
        counts.append(len(caught))
    assert response.status_code == 200
    assert plan.patient.family_name not in response.content.decode()
    assert counts[0] == counts[1] <= 10
    assert client_of(receptionist).get("/plans/decisions/overruled/").status_code == 403
