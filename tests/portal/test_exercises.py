"""Pictures, the clock and the metronome on the portal's pages: shown where they help, and nowhere else."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import Practitioner, User
from fysicure.portal.cadence import Cadence, Turn, cadence_of, schedule_of
from fysicure.portal.reading import ExerciseToday
from fysicure.templatetags.portal import kept_part
from pathways.models import CarePlan, ExercisePrescription
from pathways.progress import assess_plan
from tests.people import NOW
from tests.running_plan import on_step_rhythm

SignIn = Callable[[User], Client]


@pytest.fixture
def measured(plan: CarePlan) -> CarePlan:
    """A plan on step rhythm, measured twice: 164 at the intake and more later."""
    return on_step_rhythm(plan)


def page(client: Client, name: str = "home") -> str:
    return client.get(reverse(f"portal:{name}")).content.decode()


def test_the_target_follows_from_the_first_measurement_as_in_the_exit_lines(measured: CarePlan) -> None:
    found = cadence_of(assess_plan(measured, now=NOW))
    assert found is not None
    assert (found.low, found.high) == (172, 180)
    assert [(turn.on_seconds, turn.off_seconds) for turn in found.schedule] == [(0, 0), (60, 60), (60, 0)]
    assert found.sources[0].year == 2011


@pytest.mark.parametrize("changes", [{"gait_strategy": "step_width"}, {"status": "on-hold", "hold_reason": "paused"}])
def test_another_strategy_or_a_plan_that_stands_still_has_no_metronome(
    measured: CarePlan, changes: dict[str, str]
) -> None:
    for name, value in changes.items():
        setattr(measured, name, value)
    assert cadence_of(assess_plan(measured, now=NOW)) is None


def test_without_a_measurement_nothing_is_said_of_a_rhythm(client_of: SignIn, plan: CarePlan) -> None:
    CarePlan.objects.filter(pk=plan.pk).update(gait_strategy="cadence")
    plan.refresh_from_db()
    assert cadence_of(assess_plan(plan, now=NOW)) is None
    assert "metronom" not in page(client_of(plan.patient.user)).lower()


def test_the_metronome_stands_on_the_page_with_its_source(client_of: SignIn, measured: CarePlan) -> None:
    shown = page(client_of(measured.patient.user))
    assert 'data-low="172" data-high="180"' in shown
    assert "metronome.js" in shown and "Heiderscheit" in shown


def test_a_line_of_the_schedule_that_says_no_minutes_sounds_all_the_time() -> None:
    rules = {"metronome": ["Dag 1 2 min aan, 3 min uit", "De eerste 5 minuten", "Altijd"]}
    assert [(turn.on_seconds, turn.off_seconds) for turn in schedule_of(rules)] == [(120, 180), (300, 0), (0, 0)]
    assert schedule_of({"metronome": "Altijd"}) == (Turn("Altijd"),)
    assert schedule_of({}) == ()


def test_one_number_is_no_range_and_a_rest_day_is_for_next_time() -> None:
    cadence = Cadence(180, 180, (), ())
    now, later = (kept_part("portal/_metronome.html", cadence=cadence, may_run=each) for each in (True, False))
    assert 'data-low="180" data-high="180"' in now and now != later


def test_an_exercise_that_is_held_brings_the_clock_and_another_does_not(client_of: SignIn, plan: CarePlan) -> None:
    client = client_of(plan.patient.user)
    shown = page(client)
    assert 'data-timer="3 1 20 40 1"' in shown and 'id="exercise-timer"' in shown
    ExercisePrescription.objects.filter(plan=plan).update(dosage="3 x 12")
    shown = page(client)
    assert "data-timer" not in shown and "exercise-timer" not in shown and "exercise_timer.js" not in shown


def test_a_picture_says_the_movement_and_one_that_is_not_there_is_left_out(client_of: SignIn, plan: CarePlan) -> None:
    shown = page(client_of(plan.patient.user))
    assert 'img/exercises/E5.svg" alt=""' in shown and "Sta met één voet op een lage trede" in shown
    own = ExerciseToday("OWN", "Eigen oefening", "3 x 8", "3", ("Sta.",), "Kracht.", (), False)
    assert "<img" not in kept_part("portal/_exercise.html", exercise=own, is_now=True, with_clock=True, show_done=True)
    assert "<img" in kept_part(
        "portal/_exercise.html", exercise=replace(own, code="E5"), is_now=True, with_clock=True, show_done=True
    )


def test_the_form_shows_the_pictures_beside_the_names(client_of: SignIn, plan: CarePlan) -> None:
    shown = page(client_of(plan.patient.user), "log-exercises")
    assert 'img/exercises/E4.svg" alt=""' in shown and 'name="exercises" value="E4"' in shown


def test_staff_see_what_they_choose(client_of: SignIn, plan: CarePlan, practitioner: Practitioner) -> None:
    client: Any = client_of(practitioner.user)
    row = ExercisePrescription.objects.filter(plan=plan, phase__status="active").first()
    assert row is not None
    for address in (
        reverse("pathways:adjust-exercise", args=[plan.pk, row.pk]),
        reverse("pathways:add-exercise", args=[plan.pk]),
    ):
        shown = client.get(address).content.decode()
        assert "img/exercises/E16.svg" in shown
