"""Scores of questionnaires and whether a change matters, by the rules of the clinical source."""

from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from pathways.engine.content import ContentError, read_content, read_yaml
from pathways.engine.instruments import InstrumentDefinition, parse_instrument, read_instruments
from pathways.engine.outcomes import ChangeLabel, Fault, band, change, faults_of, item_keys, score_of

SEEDS = Path(__file__).resolve().parents[3] / "seeds"
SHIPPED = {"nprs", "psfs", "groc"}


def rows() -> dict[str, Any]:
    return dict(read_yaml((SEEDS / "instruments.yaml").read_text(encoding="utf-8"))["instruments"])


def the(key: str) -> InstrumentDefinition:
    return parse_instrument(key, rows()[key])


def lefs(*values: int) -> dict[str, int]:
    return {str(number): value for number, value in enumerate(values, start=1)}


def psfs(**scores: int | None) -> dict[str, Any]:
    return {"activities": [{"name": name, "score": score} for name, score in scores.items()]}


def label(key: str, first: str | None, latest: str | None) -> ChangeLabel:
    made = [None if value is None else Decimal(value) for value in (first, latest)]
    return change(the(key), *made).label


def test_every_questionnaire_of_the_seeds_is_sound() -> None:
    content = read_content(SEEDS)
    assert set(read_instruments(SEEDS, content.measures, content.references)) == set(rows())


@pytest.mark.parametrize("key", sorted(rows()))
def test_only_texts_that_are_free_are_shipped(key: str) -> None:
    assert bool(the(key).texts) == (key in SHIPPED)
    assert the(key).licence
    assert the(key).references


@pytest.mark.parametrize(
    ("key", "items", "score_range", "mcid"),
    [
        ("nprs", 1, (0, 10), "2"),
        ("lefs", 20, (0, 80), "9"),
        ("psfs", 5, (0, 10), "1.3"),
        ("akps", 13, (0, 100), "11"),
        ("groc", 1, (-5, 5), "2"),
        ("uwri", 9, (0, 36), "8"),
        ("tegner", 1, (0, 10), None),
    ],
)
def test_items_range_and_smallest_change(key: str, items: int, score_range: tuple[int, int], mcid: str | None) -> None:
    found = the(key)
    assert (found.items, found.range) == (items, score_range)
    assert found.mcid == (None if mcid is None else Decimal(mcid))


@pytest.mark.parametrize(
    ("answers", "score", "percent", "missing"),
    [
        (lefs(*[4] * 20), "80", "100", 0),
        (lefs(*[0] * 20), "0", "0", 0),
        (lefs(*[4] * 11, *[3] * 9), "71", "88.8", 0),
        (lefs(*[4] * 19), None, None, 1),
        ({**lefs(*[4] * 20), "7": None}, None, None, 1),
        ({}, None, None, 20),
    ],
)
def test_lefs_counts_only_with_20_of_20(
    answers: dict[str, Any], score: str | None, percent: str | None, missing: int
) -> None:
    found = score_of(the("lefs"), answers)
    assert found.score == (None if score is None else Decimal(score))
    assert found.percent == (None if percent is None else Decimal(percent))
    assert (found.is_complete, len(found.missing)) == (score is not None, missing)


def test_psfs_is_the_mean_of_what_the_patient_named() -> None:
    assert score_of(the("psfs"), psfs(running=2, stairs=4, squatting=5)).score == Decimal("3.67")


def test_psfs_of_fewer_than_three_activities_is_incomplete() -> None:
    assert score_of(the("psfs"), psfs(running=2, stairs=4)).score is None


def test_psfs_scores_the_same_activities_again_and_leaves_new_ones_out() -> None:
    named = ("running", "stairs", "squatting")
    later = psfs(Running=8, stairs=9, squatting=10, cycling=0)
    assert score_of(the("psfs"), later, baseline=named).score == Decimal("9.00")
    assert faults_of(the("psfs"), later, baseline=named) == {}


def test_psfs_without_one_of_the_first_activities_is_incomplete() -> None:
    found = score_of(the("psfs"), psfs(running=8, stairs=9, cycling=7), baseline=("running", "stairs", "squatting"))
    assert (found.score, found.missing) == (None, ("squatting",))


@pytest.mark.parametrize(
    ("answers", "fault"),
    [
        ([{"name": "", "score": 3}], Fault.NO_NAME),
        ([{"name": "running", "score": None}], Fault.NO_SCORE),
        ([{"name": "running", "score": 11}], Fault.OUT_OF_RANGE),
        ([{"name": "x" * 81, "score": 3}], Fault.TOO_LONG),
    ],
)
def test_an_activity_that_cannot_be_taken_says_why(answers: list[dict[str, Any]], fault: Fault) -> None:
    assert faults_of(the("psfs"), {"activities": answers}) == {"0": fault}


def test_an_activity_is_named_once_and_five_at_most() -> None:
    twice = {"activities": [{"name": "Running", "score": 1}, {"name": " running ", "score": 2}]}
    assert faults_of(the("psfs"), twice) == {"1": Fault.TWICE}
    six = psfs(**{f"activity {number}": 1 for number in range(6)})
    assert faults_of(the("psfs"), six) == {"activities": Fault.TOO_MANY}


@pytest.mark.parametrize(
    ("key", "answers", "faults"),
    [
        ("lefs", {"1": 5}, {"1": Fault.OUT_OF_RANGE}),
        ("lefs", {"1": "4"}, {"1": Fault.NOT_WHOLE}),
        ("lefs", {"1": True}, {"1": Fault.NOT_WHOLE}),
        ("lefs", {"21": 4}, {"21": Fault.UNKNOWN}),
        ("lefs", {"1": None}, {}),
        ("nprs", {"value": 11}, {"value": Fault.OUT_OF_RANGE}),
        ("groc", {"value": -6}, {"value": Fault.OUT_OF_RANGE}),
        ("groc", {"value": -5}, {}),
        ("tegner", {"total": 11}, {"total": Fault.OUT_OF_RANGE}),
        ("lefs", {"total": 63.5}, {"total": Fault.NOT_WHOLE}),
        ("lefs", {"total": 63}, {}),
    ],
)
def test_an_answer_outside_the_scale_is_refused(key: str, answers: dict[str, Any], faults: dict[str, Fault]) -> None:
    assert faults_of(the(key), answers) == faults


def test_pain_on_two_sides_counts_as_the_worse_one() -> None:
    sides = ("L", "R")
    assert item_keys(the("nprs"), sides) == ("value.L", "value.R")
    assert score_of(the("nprs"), {"value.L": 2, "value.R": 6}, sides=sides).score == 6
    assert score_of(the("nprs"), {"value.L": 2}, sides=sides).score is None


@pytest.mark.parametrize(
    ("key", "first", "latest", "expected"),
    [
        # LEFS: 9 points either way
        ("lefs", "40", "49", ChangeLabel.IMPROVED),
        ("lefs", "40", "48", ChangeLabel.NO_IMPORTANT_CHANGE),
        ("lefs", "40", "31", ChangeLabel.WORSE),
        ("lefs", "40", "32", ChangeLabel.NO_IMPORTANT_CHANGE),
        # pain: less is better, so the sign is turned
        ("nprs", "6", "4", ChangeLabel.IMPROVED),
        ("nprs", "6", "5", ChangeLabel.NO_IMPORTANT_CHANGE),
        ("nprs", "4", "6", ChangeLabel.WORSE),
        ("psfs", "3.67", "4.97", ChangeLabel.IMPROVED),
        ("psfs", "3.67", "4.96", ChangeLabel.NO_IMPORTANT_CHANGE),
        ("uwri", "20", "28", ChangeLabel.IMPROVED),
        ("akps", "60", "71", ChangeLabel.IMPROVED),
        # GROC tells the change itself: nothing to subtract
        ("groc", None, "2", ChangeLabel.IMPROVED),
        ("groc", "4", "1", ChangeLabel.NO_IMPORTANT_CHANGE),
        ("groc", None, "-2", ChangeLabel.WORSE),
        # what is not known is no change that was found to be small
        ("tegner", "3", "7", ChangeLabel.UNKNOWN),
        ("lefs", "40", None, ChangeLabel.UNKNOWN),
        ("lefs", None, "40", ChangeLabel.UNKNOWN),
    ],
)
def test_a_change_has_a_name(key: str, first: str | None, latest: str | None, expected: ChangeLabel) -> None:
    assert label(key, first, latest) is expected


def test_the_band_is_one_smallest_change_around_the_start_within_the_scale() -> None:
    assert band(the("lefs"), Decimal(40)) == (31, 49)
    assert band(the("lefs"), Decimal(75)) == (66, 80)
    assert band(the("groc"), None) == (-2, 2)
    assert band(the("tegner"), Decimal(4)) is None
    assert band(the("lefs"), None) is None


def test_a_text_of_others_in_the_file_is_a_fault(tmp_path: Path) -> None:
    content = read_content(SEEDS)
    row = """instruments:
  lefs: {title: LEFS, scoring: sum, measure: lefs, items: 1, item_range: [0, 4], range: [0, 4], better: higher,
    wording: practice, licence: theirs, text: {nl: {items: ["one"]}}}
"""
    (tmp_path / "instruments.yaml").write_text(row, encoding="utf-8")
    with pytest.raises(ContentError, match="typed by the practice, never shipped"):
        read_instruments(tmp_path, content.measures, content.references)
