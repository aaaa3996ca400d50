"""One plan for both sides, and a second episode after the first."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import Practitioner, User
from pathways.discharge import discharge_plan
from pathways.exceptions import PlanRefused
from pathways.models import CarePlan, Classification
from pathways.plans import offers_both, start_plan
from pathways.progress import assess_plan
from patients.models import EpisodeOfCare
from tests.pathways.stories import make_classification, make_plan, measure, published
from tests.people import NOW, TODAY


@pytest.fixture
def sides(episode: EpisodeOfCare, therapist: User) -> dict[str, Classification]:
    """An intake that found the complaint on both sides: likely right, likely left."""
    right = make_classification(episode, published(), therapist, NOW)
    left = Classification.objects.create(
        intake=right.intake, episode=episode, pathway_version=right.pathway_version, side="L", outcome="LIKELY",
        result=right.result, made_by=therapist, made_at=NOW,
    )  # fmt: skip
    return {"R": right, "L": left}


def test_one_plan_for_both_when_both_are_found(sides: dict[str, Classification], therapist: User) -> None:
    assert offers_both(sides["R"])
    plan = start_plan(sides["R"], side="both", by=therapist, now=NOW)
    assert plan.side == "both"
    assert plan.decisions.get().evidence["side"] == "both"


@pytest.mark.parametrize("outcome", ["UNLIKELY", "INCOMPLETE"])
def test_both_is_refused_when_one_side_does_not_have_it(episode: EpisodeOfCare, therapist: User, outcome: str) -> None:
    right = make_classification(episode, published(), therapist, NOW)
    Classification.objects.create(
        intake=right.intake, episode=episode, pathway_version=right.pathway_version, side="L", outcome=outcome,
        result={**right.result, "plan": "none"}, made_by=therapist, made_at=NOW,
    )  # fmt: skip
    assert not offers_both(right)
    for side in ("both", "L"):
        with pytest.raises(PlanRefused):
            start_plan(right, side=side, by=therapist, now=NOW)
    assert start_plan(right, by=therapist, now=NOW).side == "R"


def test_a_possible_other_side_needs_a_reason(sides: dict[str, Classification], therapist: User) -> None:
    right = sides["R"]
    Classification.objects.create(
        intake=right.intake, episode=right.episode, pathway_version=right.pathway_version, side="L",
        outcome="POSSIBLE", result={**right.result, "plan": "confirm"}, made_by=therapist, made_at=NOW,
    )  # fmt: skip
    with pytest.raises(PlanRefused):
        start_plan(right, side="both", by=therapist, now=NOW)
    assert start_plan(right, side="both", reason="Links milder.", by=therapist, now=NOW).side == "both"


def test_strength_falls_back_to_the_own_test(episode: EpisodeOfCare, practitioner: Practitioner) -> None:
    plan = make_plan(episode, practitioner, phase="P2", side="both")
    measure(plan, {"hipabd_n": {"L": 200, "R": 195}}, days_ago=1)

    def verdict() -> str:
        rows = {row.key: row.status.value for row in assess_plan(plan, now=NOW).progress.criteria}
        return next(value for key, value in rows.items() if key.startswith("hipabd_deficit"))

    assert verdict() == "unknown"
    measure(plan, {"strength_ok": True}, days_ago=0)
    assert verdict() == "met"


def test_the_page_offers_both(
    sides: dict[str, Classification], client_of: Callable[[User], Client], therapist: User, monkeypatch: Any
) -> None:
    monkeypatch.setattr("pathways.views.classification.side_pages", lambda rows: [])
    browser = client_of(therapist)
    row = sides["R"]
    typed = {"gait_strategy": "none", "consent": "on", "side": "both"}
    assert browser.post(reverse("pathways:start", args=[row.pk]), typed).status_code == 302
    plan = CarePlan.objects.get()
    assert plan.side == "both"
    assert browser.get(reverse("pathways:plan", args=[plan.pk])).status_code == 200


def test_a_second_episode_starts_while_the_first_plan_is_finished(
    episode: EpisodeOfCare, practitioner: Practitioner, therapist: User
) -> None:
    first = make_plan(episode, practitioner, phase="P5", weeks=20)
    discharge_plan(first, outcome_note="Klaar.", by=therapist, now=NOW)
    second = EpisodeOfCare.objects.create(
        patient=episode.patient, reason="Links nu", side="L", status="active", practitioner=practitioner,
        started_on=TODAY,
    )  # fmt: skip
    made = make_classification(second, published(), therapist, NOW)
    plan = start_plan(made, by=therapist, now=NOW)
    assert (plan.status, plan.restarted_from, plan.episode) == ("active", None, second)
    first.refresh_from_db()
    assert first.status == "completed"
    assert assess_plan(plan, now=NOW).progress.weeks == 0
