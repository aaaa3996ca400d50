"""Trials of a force: which value counts."""

from decimal import Decimal

import pytest

from pathways.trials import judge_trials, split_trials


@pytest.mark.parametrize(
    ("typed", "value", "left_out", "needs_another"),
    [
        ("118", "118.0", None, False),
        ("118 120", "119.0", None, False),
        ("118 120 119", "119.0", None, False),
        ("100 105 110", "105.0", None, False),  # a spread of 9.5 %
        ("100 105 111", "105.3", None, True),  # 10.4 %
        ("100 130", "115.0", None, False),  # not all planned trials were done yet
        ("118 119 140 120", "119.0", "140", False),
        ("90 119 118 120", "119.0", "90", False),
        ("118 119 120 121", "119.5", None, False),  # four that agree all count
        ("0 0 0", "0.0", None, False),
    ],
)
def test_the_mean_counts_and_a_fourth_trial_drops_the_outlier(
    typed: str, value: str, left_out: str | None, needs_another: bool
) -> None:
    found = judge_trials([Decimal(part) for part in split_trials(typed)], planned=3)
    assert found.value == Decimal(value)
    assert found.left_out == (Decimal(left_out) if left_out else None)
    assert found.needs_another is needs_another


def test_trials_are_apart_by_spaces_or_semicolons() -> None:
    assert split_trials(" 118,5 ;120  119 ") == ["118,5", "120", "119"]
    assert split_trials("") == []


def test_every_trial_is_kept_and_one_is_marked_as_left_out() -> None:
    found = judge_trials([Decimal(value) for value in ("90", "119", "118", "90.5")], planned=3)
    assert [each["value"] for each in found.component] == [90.0, 119.0, 118.0, 90.5]
    assert sum(each["left_out"] for each in found.component) == 1
