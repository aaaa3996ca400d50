"""Measuring again: checked by the pathway's rules, kept whole or not at all; a red flag blocks."""

from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import translation
from django.utils.html import escape

from accounts.exceptions import InvalidInput
from accounts.models import Practitioner, User
from pathways.models import CarePlan, Task
from pathways.progress import assess_plan
from pathways.retests import record_retest
from pathways.tasks import complete_task
from patients.content_words import spoken
from patients.models import EpisodeOfCare, Observation
from tests.pathways.stories import make_plan
from tests.people import NOW


@pytest.fixture
def plan(episode: EpisodeOfCare, practitioner: Practitioner) -> CarePlan:
    return make_plan(episode, practitioner, phase="P2")


def test_values_become_observations_of_one_contact(plan: CarePlan, therapist: User) -> None:
    values = {"hipabd_n": {"L": 200, "R": 181.5}, "sls_nprs": {"R": 0}, "psfs_running": 8, "groc": None, "lefs": ""}
    made = record_retest(plan, values, by=therapist, now=NOW)
    rows = {(row.measure_id, row.side): row for row in Observation.objects.filter(encounter=made.encounter)}
    assert set(rows) == {("hipabd_n", "L"), ("hipabd_n", "R"), ("sls_nprs", "R"), ("psfs_running", "")}
    assert (rows["hipabd_n", "R"].value, float(rows["hipabd_n", "R"].number), rows["hipabd_n", "R"].unit) == (
        181.5,
        181.5,
        "N",
    )
    assert (made.encounter.kind, made.encounter.status) == ("retest", "finished")
    criteria = {row.key: row for row in assess_plan(plan, now=NOW).progress.criteria}
    assert criteria["hipabd_deficit_pct<15"].value == 9.3


def test_a_scalar_belongs_to_the_affected_side(plan: CarePlan, therapist: User) -> None:
    made = record_retest(plan, {"sls_nprs": 2}, by=therapist, now=NOW)
    assert [(row.side, row.value) for row in made.observations] == [("R", 2)]


def test_one_wrong_value_keeps_none(plan: CarePlan, therapist: User) -> None:
    values = {"sls_nprs": 11, "stairs_nprs": 2, "shoe_size": 42, "nprs_now": 5, "nprs_worst_7d": 3}
    with pytest.raises(InvalidInput) as refused:
        record_retest(plan, values, by=therapist, now=NOW)
    assert {"sls_nprs", "shoe_size"} <= set(refused.value.errors)
    assert not Observation.objects.exists()


def test_nothing_filled_in_is_refused(plan: CarePlan, therapist: User) -> None:
    with pytest.raises(InvalidInput):
        record_retest(plan, {"sls_nprs": None}, by=therapist, now=NOW)


def test_a_red_flag_blocks_and_refers(plan: CarePlan, therapist: User) -> None:
    made = record_retest(plan, {"rf_dvt": True, "sls_nprs": 0}, by=therapist, now=NOW)
    assert made.red_flags == ("rf_dvt",)
    plan.refresh_from_db()
    assert plan.status == "on-hold"
    task = Task.objects.get(plan=plan)
    assert (task.kind, task.urgency) == ("referral", "EMERGENCY")
    assert assess_plan(plan, now=NOW).is_blocked


def test_a_referral_is_not_done_without_its_outcome(plan: CarePlan, therapist: User) -> None:
    record_retest(plan, {"rf_dvt": True}, by=therapist, now=NOW)
    task = Task.objects.get(plan=plan)
    with pytest.raises(InvalidInput):
        complete_task(task, outcome=" ", by=therapist, now=NOW)
    done = complete_task(task, outcome="Seen at the hospital.", by=therapist, now=NOW)
    assert (done.status, done.completed_by, done.completed_at) == ("completed", therapist, NOW)
    again = complete_task(task, outcome="Something else.", by=therapist, now=NOW)
    assert again.outcome == "Seen at the hospital."


def test_trials_are_kept_with_the_mean(plan: CarePlan, therapist: User) -> None:
    made = record_retest(plan, {"hipabd_n": {"L": [130, 131, 132], "R": [118, 119, 140, 120]}}, by=therapist, now=NOW)
    left, right = made.observations
    assert (left.value, right.value) == (131.0, 119.0)
    assert left.component == [{"value": value, "left_out": False} for value in (130.0, 131.0, 132.0)]
    assert [each["value"] for each in right.component if each["left_out"]] == [140.0]
    assert float(Observation.objects.get(pk=right.pk).number) == 119.0


def test_one_value_needs_no_trials(plan: CarePlan, therapist: User) -> None:
    (row,) = record_retest(plan, {"hipabd_n": {"R": 120}}, by=therapist, now=NOW).observations
    assert (row.value, row.component) == (120, [])


@pytest.mark.parametrize("wrong", [["a lot", 120], [120, 9000], [120, None]])
def test_one_wrong_trial_keeps_nothing(plan: CarePlan, therapist: User, wrong: list[object]) -> None:
    with pytest.raises(InvalidInput) as refused:
        record_retest(plan, {"hipabd_n": {"R": wrong}, "sls_nprs": 1}, by=therapist, now=NOW)
    assert set(refused.value.errors) == {"hipabd_n"}
    assert not Observation.objects.exists()


def test_the_form_takes_trials_and_asks_for_one_more(
    plan: CarePlan, therapist: User, client_of: Callable[[User], Client]
) -> None:
    browser, address = client_of(therapist), reverse("pathways:retest", kwargs={"pk": plan.pk})
    assert browser.get(address).content.decode().count('name="hipabd_n.R"') == 4
    typed = {"hipabd_n.R": ["100", "105", "111", ""], "hipabd_n.L": ["130,5", "131", "132", ""]}
    asked = browser.post(address, typed)
    assert asked.status_code == 422
    assert asked.context["form"].waits
    assert 'value="111"' in asked.content.decode()
    assert not Observation.objects.exists()
    assert browser.post(address, {**typed, "hipabd_n.R": ["100", "105", "111", "106"]}).status_code == 302
    row = Observation.objects.get(side="R")
    assert (float(row.number), len(row.component)) == (107.3, 4)


def test_trials_that_differ_can_be_kept_as_they_are(
    plan: CarePlan, therapist: User, client_of: Callable[[User], Client]
) -> None:
    address = reverse("pathways:retest", kwargs={"pk": plan.pk})
    typed = {"hipabd_n.R": ["100", "105", "111"], "keep_spread": "1"}
    assert client_of(therapist).post(address, typed).status_code == 302
    assert Observation.objects.get().value == 105.3


@pytest.mark.parametrize("language", ["nl", "fr"])
def test_the_head_of_the_form_names_the_phase_in_the_language_of_the_page(
    plan: CarePlan, therapist: User, client_of: Callable[[User], Client], language: str
) -> None:
    User.objects.filter(pk=therapist.pk).update(language=language)
    therapist.refresh_from_db()
    title = plan.phases.get(key="P2").title
    with translation.override(language):
        page = client_of(therapist).get(reverse("pathways:retest", kwargs={"pk": plan.pk})).content.decode()
        said = spoken(title)
    assert (said == title) == (language == "nl")
    assert f", {escape(said)}, " in page
