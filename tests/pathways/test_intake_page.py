"""What the page of the intake shows: kinds of boxes, counts, notes and lines that follow from the answers."""

import re
from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import Practitioner, User
from pathways.definitions import definition_of
from pathways.intake import version_of
from pathways.intake_page import Box, IntakePage, Question, boxes_of, intake_page, progress_of
from patients.intake import save_answers, start_intake
from patients.models import EpisodeOfCare, IntakeResponse
from tests.pathways.cases import C01
from tests.pathways.stories import published
from tests.people import NOW, TODAY


@pytest.fixture
def intake(episode: EpisodeOfCare, practitioner: Practitioner) -> IntakeResponse:
    questionnaire = published().questionnaire
    return start_intake(episode, questionnaire=questionnaire, by=practitioner.user, practitioner=practitioner, now=NOW)


def page_of(intake: IntakeResponse) -> IntakePage:
    return intake_page(intake, definition_of(version_of(intake)), today=TODAY)


def boxes(intake: IntakeResponse) -> dict[str, Box]:
    return {box.name: box for box in boxes_of(page_of(intake))}


def question(intake: IntakeResponse, key: str) -> Question:
    found = [each for section in page_of(intake).sections for each in section.questions if each.measure.key == key]
    assert len(found) == 1
    return found[0]


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("palp_lfc_nprs.R", "scale"),
        ("palp_lfc_familiar.R", "choice"),
        ("noble.L", "choice"),
        ("provoked_by.R", "several"),
        ("cadence_spm", "number"),
        ("hipabd_n.L", "trials"),
        ("onset_date.R", "date"),
    ],
)
def test_each_type_has_its_kind_of_box(intake: IntakeResponse, name: str, kind: str) -> None:
    assert boxes(intake)[name].kind == kind


def test_right_stands_before_left_and_the_painful_side_is_marked(intake: IntakeResponse) -> None:
    pair = question(intake, "palp_lfc_nprs").boxes
    assert [(box.side, box.is_affected) for box in pair] == [("R", True), ("L", False)]


def test_two_questions_of_one_test_stand_together(intake: IntakeResponse) -> None:
    pain, familiar = question(intake, "stairs_nprs"), question(intake, "stairs_familiar")
    assert (pain.follows, familiar.follows) == (False, True)
    assert familiar.test == pain.test
    assert not question(intake, "mass_kg").follows


def test_a_question_about_the_complaint_is_asked_for_each_side_that_hurts(intake: IntakeResponse) -> None:
    assert [box.side for box in question(intake, "nprs_now").boxes] == ["R"]
    intake.side = "both"
    assert [box.side for box in question(intake, "nprs_now").boxes] == ["R", "L"]


def test_an_empty_intake_counts_every_red_flag_as_open(intake: IntakeResponse) -> None:
    counts = progress_of(page_of(intake))
    assert counts["red_flags"] == {"answered": 0, "open": 14}
    assert all(count["open"] == 0 for key, count in counts.items() if key != "red_flags")


def test_what_was_refused_is_not_counted_as_answered(intake: IntakeResponse, therapist: User) -> None:
    save_answers(intake, {"mass_kg": "zestig"}, revision=0, by=therapist, now=NOW)
    assert progress_of(page_of(intake))["strength"]["answered"] == 0
    assert (boxes(intake)["mass_kg"].value, boxes(intake)["mass_kg"].error) == ("zestig", "Moet een getal zijn.")


def test_not_asked_is_no_answer(intake: IntakeResponse) -> None:
    assert {box.value for box in (boxes(intake)["noble.R"], boxes(intake)["stairs_nprs.R"])} == {""}


def test_the_range_names_its_unit(intake: IntakeResponse) -> None:
    assert question(intake, "mass_kg").range.startswith("25 ")
    assert question(intake, "mass_kg").range.endswith(" kg")
    assert question(intake, "thomas_deg").range.startswith("−30 ")
    assert question(intake, "stairs_nprs").range == ""


@pytest.mark.parametrize(("typed", "suggestion"), [("84", "168"), ("164", ""), ("30", ""), ("x", "")])
def test_only_the_strides_of_one_foot_are_doubled(
    intake: IntakeResponse, therapist: User, typed: str, suggestion: str
) -> None:
    save_answers(intake, {"cadence_spm": typed}, revision=0, by=therapist, now=NOW)
    assert boxes(intake)["cadence_spm"].suggestion == suggestion


def test_lines_follow_from_the_answers_so_far(intake: IntakeResponse, therapist: User) -> None:
    assert page_of(intake).derived == ()
    save_answers(intake, C01, revision=0, by=therapist, now=NOW)
    lines = dict(page_of(intake).derived)
    assert lines["Krachtverschil heupabductie (%)"] == "22,4"
    assert lines["Cadans ondergrens"] == "172"
    assert {"1,53", "1,98"} <= set(lines.values())


def test_without_a_side_nothing_is_computed(intake: IntakeResponse, therapist: User) -> None:
    intake.side = ""
    save_answers(intake, C01, revision=0, by=therapist, now=NOW)
    assert page_of(intake).derived == ()


def test_a_question_without_a_side_is_not_said_to_be_about_both(
    intake: IntakeResponse, therapist: User, client_of: Callable[[User], Client]
) -> None:
    page = client_of(therapist).get(reverse("pathways:intake", kwargs={"pk": intake.pk})).content.decode()
    legends = re.findall(r'<legend class="visually-hidden">(.*?)</legend>', page, re.DOTALL)
    assert len(legends) > 20
    assert [each for each in legends if each.strip().endswith("beide kanten")] == []
    assert [each for each in legends if each.strip().endswith("rechts")]
