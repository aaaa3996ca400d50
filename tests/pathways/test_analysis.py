"""Strength, gait and the curves of a plan: what was measured, what follows from it, and what is not known."""

import dataclasses
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
from pathways.analysis import AnalysisPage, Compared, MeasureTable, analysis_of
from pathways.models import CarePlan, Decision
from pathways.plan_charts import PlanChart, PlanCharts, all_charts, allowed_km
from pathways.progress import assess_plan
from pathways.retests import record_retest
from patients.models import EpisodeOfCare, Observation
from tests.pathways.stories import log, make_plan, measure
from tests.people import NOW

MOST_QUERIES = 20
SignIn = Callable[[User], Client]


@pytest.fixture
def plan(episode: EpisodeOfCare, practitioner: Practitioner) -> CarePlan:
    return make_plan(episode, practitioner, phase="P2", weeks=6)


def before_and_after(plan: CarePlan) -> None:
    measure(
        plan,
        {
            "hipabd_n": {"L": 200, "R": 160},
            "lever_m": {"L": 0.9, "R": 0.9},
            "mass_kg": 60,
            "cadence_spm": 160,
            "speed_kmh": 10,
            "step_width": "crossover",
        },
        days_ago=40,
    )
    measure(plan, {"hipabd_n": {"L": 200, "R": 190}, "step_width": "normal"}, days_ago=5)


def table(page: AnalysisPage, key: str) -> MeasureTable:
    return next(each for part in page.parts for each in part.tables if each.measure.key == key)


def compared(page: AnalysisPage, label: str, side: str = "") -> Compared:
    return next(row for part in page.parts for row in part.compared if row.label == label and row.side == side)


def chart(shown: PlanCharts, title: str) -> PlanChart:
    return next(each for each in shown.charts if each.title == title)


def label_of(plan: CarePlan, key: str) -> str:
    return table(analysis_of(plan), key).measure.label


def test_values_follow_through_the_rules_of_the_pathway(plan: CarePlan) -> None:
    before_and_after(plan)
    strength = table(analysis_of(plan), "hipabd_n")
    computed = {(column.rule.key, column.side): index for index, column in enumerate(strength.columns)}
    first, last = strength.rows
    assert [cell.number for cell in first.cells] == [200, 160]
    assert first.derived[computed["hipabd_deficit_pct", "R"]].text == "20,0"
    assert last.derived[computed["hipabd_deficit_pct", "R"]].text == "5,0"
    assert first.derived[computed["nm_per_kg", "R"]].text == "2,40"
    assert last.derived[computed["nm_per_kg", "R"]].text == "2,85"  # lever and weight of the intake
    assert {each.key for each in strength.references} == {"fredericson_2000", "thorborg_2010"}
    cadence = table(analysis_of(plan), "cadence_spm")
    texts = {column.rule.key: cell.text for column, cell in zip(cadence.columns, cadence.rows[0].derived, strict=True)}
    assert texts == {"cadence_low": "168", "cadence_high": "176", "step_length_m": "1,04"}


def test_two_days_stand_side_by_side_with_the_direction_in_words(plan: CarePlan) -> None:
    before_and_after(plan)
    page = analysis_of(plan)
    strength = compared(page, label_of(plan, "hipabd_n"), "R")
    assert (strength.before.number, strength.after.number, strength.icon) == (160, 190, "trending-up")
    assert "30,0 N" in strength.difference
    assert compared(page, label_of(plan, "hipabd_n"), "L").icon == "equal"
    assert compared(page, label_of(plan, "step_width")).icon == "shuffle"
    lever = compared(page, label_of(plan, "lever_m"), "R")
    assert (lever.after.text, lever.icon) == ("", "")


def test_a_missing_side_is_said_and_nothing_is_worked_out(web: Client, plan: CarePlan) -> None:
    measure(plan, {"hipabd_n": {"R": 160}}, days_ago=5)
    page = analysis_of(plan)
    (row,) = table(page, "hipabd_n").rows
    assert [cell.text for cell in row.cells] == ["", "160 N"]
    assert all(cell.text == "" for cell in row.derived)
    assert page.before is None
    html = web.get(url(plan, "analysis")).content.decode()
    assert "niet gemeten" in html or "not measured" in html


def test_both_sides_affected_have_no_deficit(episode: EpisodeOfCare, practitioner: Practitioner) -> None:
    plan = make_plan(episode, practitioner, phase="P2", side="both")
    measure(plan, {"hipabd_n": {"L": 200, "R": 160}}, days_ago=5)
    rules = {column.rule.key for column in table(analysis_of(plan), "hipabd_n").columns}
    assert rules == {"nm_per_kg"}
    strength = chart(all_charts(assess_plan(plan, now=NOW)), label_of(plan, "hipabd_n"))
    assert len(strength.words) == 1


def test_days_are_chosen_by_address_and_nonsense_is_ignored(plan: CarePlan) -> None:
    before_and_after(plan)
    measure(plan, {"hipabd_n": {"L": 200, "R": 175}}, days_ago=20)
    days = analysis_of(plan).days
    page = analysis_of(plan, before=days[1].isoformat(), after="yesterday")
    assert (page.before, page.after) == (days[1], days[2])


def test_trials_are_shown(plan: CarePlan, therapist: User) -> None:
    record_retest(plan, {"hipabd_n": {"R": [118, 119, 140, 120], "L": [130, 131, 132]}}, by=therapist, now=NOW)
    (row,) = table(analysis_of(plan), "hipabd_n").rows
    assert row.cells[1].trials == (("118", False), ("119", False), ("140", True), ("120", False))


@pytest.fixture
def web(therapist: User, client_of: SignIn) -> Client:
    return client_of(therapist)


def url(plan: CarePlan, name: str) -> str:
    return reverse(f"pathways:{name}", kwargs={"pk": plan.pk})


@pytest.mark.parametrize("name", ["charts", "analysis"])
def test_a_page_opens_empty_and_is_noted(web: Client, plan: CarePlan, name: str) -> None:
    assert web.get(url(plan, name)).status_code == 200
    assert AccessLog.objects.filter(patient_id=plan.patient_id, part=name).count() == 1


@pytest.mark.parametrize("name", ["charts", "analysis"])
def test_others_may_not_look(client_of: SignIn, plan: CarePlan, receptionist: User, stranger: User, name: str) -> None:
    assert client_of(receptionist).get(url(plan, name)).status_code in {403, 404}
    assert client_of(stranger).get(url(plan, name)).status_code in {302, 403, 404}


@pytest.mark.parametrize("name", ["charts", "analysis"])
def test_queries_do_not_grow(web: Client, episode: EpisodeOfCare, practitioner: Practitioner, name: str) -> None:
    now = timezone.now()
    plan = make_plan(episode, practitioner, phase="P2", weeks=6, now=now)
    values = {"hipabd_n": {"L": 200, "R": 160}, "cadence_spm": 165}
    measure(plan, values, days_ago=30, now=now)
    web.get(url(plan, name))
    few = queries(web, url(plan, name))
    for number in range(1, 21):
        measure(plan, values, days_ago=number, now=now)
        log(plan, number, distance_km=3, onset_km=2, now=now)
        Decision.objects.create(plan=plan, kind="hold", made_by=practitioner.user)
    many = queries(web, url(plan, name))
    assert few == many <= MOST_QUERIES


def queries(web: Client, address: str) -> int:
    with CaptureQueriesContext(connection) as caught:
        assert web.get(address).status_code == 200
    return len(caught)


def test_a_plan_without_a_word_has_charts_that_say_so(plan: CarePlan) -> None:
    shown = all_charts(assess_plan(plan, now=NOW))
    assert len(shown.charts) == 6
    empty = [each for each in shown.charts if not any(value for line in each.series for _, value in line["points"])]
    assert all(each.empty for each in empty)
    assert not any(value for each in empty for line in each.series for _, value in line["points"])


def test_strength_says_the_difference_at_the_start_and_now(plan: CarePlan) -> None:
    before_and_after(plan)
    strength = chart(all_charts(assess_plan(plan, now=NOW)), label_of(plan, "hipabd_n"))
    assert [line["points"][-1][1] for line in strength.series] == [200, 190]
    assert " is 20 % zwakker" in strength.words[0]
    assert " is 5 % zwakker" in strength.words[1]


def test_cadence_has_its_target_as_a_band_and_what_is_held_against_it(plan: CarePlan) -> None:
    before_and_after(plan)
    measure(plan, {"cadence_no_metronome": 170}, days_ago=3)
    cadence = chart(all_charts(assess_plan(plan, now=NOW)), label_of(plan, "cadence_spm"))
    assert cadence.band is not None
    assert cadence.band[:2] == (168.0, 176.0)
    assert [[float(value) for _, value in line["points"]] for line in cadence.series] == [[160.0], [170.0]]


def test_phases_follow_the_decisions_and_marks_are_numbered_from_the_first(
    episode: EpisodeOfCare, practitioner: Practitioner
) -> None:
    plan, at = make_plan(episode, practitioner, phase="P1", weeks=6), NOW - datetime.timedelta(days=20)
    steps: list[dict[str, Any]] = [
        {"kind": "advance", "from_phase": "P1", "to_phase": "P2", "made_at": at},
        {"kind": "hold", "from_phase": "P2", "to_phase": "P2", "made_at": at + datetime.timedelta(days=7)},
        {"kind": "step_back", "from_phase": "P2", "to_phase": "P1", "made_at": at + datetime.timedelta(days=9)},
    ]
    for step in steps:
        Decision.objects.create(plan=plan, made_by=practitioner.user, **step)
    timeline = all_charts(assess_plan(plan, now=NOW)).timeline
    back = (at + datetime.timedelta(days=9)).date()
    phases = [(each["key"], each["end"]) for each in timeline["phases"]]
    assert phases == [("P1", at.date()), ("P2", back), ("P1", None)]
    assert [mark["number"] for mark in timeline["marks"]] == [1, 2, 3]
    assert timeline["marks"][0]["when"] == at.date()


def test_a_pathway_without_running_steps_has_no_running_charts(plan: CarePlan) -> None:
    seen = assess_plan(plan, now=NOW)
    still = dataclasses.replace(seen, definition=dataclasses.replace(seen.definition, running=None, derived={}))
    titles = {each.title for each in all_charts(seen).charts} - {each.title for each in all_charts(still).charts}
    assert len(all_charts(still).charts) == 2
    assert len(titles) == 5  # pain in runs is pain in sessions; the others are gone


def test_the_limit_of_a_week_is_the_one_of_its_time(plan: CarePlan) -> None:
    seen = assess_plan(plan, now=NOW)
    limits = allowed_km(seen, all_charts(seen).timeline)
    assert [monday for monday, _ in limits] == [week.monday for week in seen.weeks]
    assert limits[-1][1] == seen.progress.next_max_km
    assert [limit for _, limit in limits[:2]] == [16.0, 22.4]  # half of 32 km in the first week, then 70 %


def test_a_week_without_runs_is_said_to_be_one_without_a_logged_run(plan: CarePlan) -> None:
    weeks = all_charts(assess_plan(plan, now=NOW)).charts[1]
    assert [line["kind"] for line in weeks.series] == ["bars", "steps"]
    assert any("0 km" in sentence for sentence in weeks.words)


def test_adherence_counts_whole_weeks_with_a_diary_only(plan: CarePlan) -> None:
    for days_ago in (8, 9, 11):
        log(plan, days_ago, kind="exercise")
    points = all_charts(assess_plan(plan, now=NOW)).charts[-1].series[0]["points"]
    known = [value for _, value in points if value is not None]
    assert known
    assert all(0 < value <= 100 for value in known)
    assert len(known) < len(points)


def test_corrected_values_do_not_count(plan: CarePlan, therapist: User) -> None:
    measure(plan, {"hipabd_n": {"R": 160}}, days_ago=5)
    wrong = Observation.objects.get()
    fields = {name: getattr(wrong, name) for name in ("patient", "episode", "measure", "side", "unit", "effective_at")}
    Observation.objects.create(**fields, value=180, number=180, entered_by=therapist, replaces=wrong)
    (row,) = table(analysis_of(plan), "hipabd_n").rows
    assert row.cells[1].number == 180
