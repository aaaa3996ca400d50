"""One vocabulary for criteria: statistics over windows, minimum numbers, sides, groups; and the sentence of each."""

import dataclasses
import datetime
from typing import Any

import pytest

from pathways.engine.criteria import CriterionResult, Facts, Measurement, assess_criterion
from pathways.engine.criterion import parse_criterion
from pathways.engine.lights import judge
from pathways.engine.source import Source
from pathways.engine.words import Vocabulary, rule_words

from .conftest import TODAY, ago, run_on

NOW = datetime.datetime(2026, 11, 23, 20, tzinfo=datetime.UTC)
PAINS = {10: 6, 6: 4, 3: 3, 1: 1}


def held(itbs: Any, rule: dict[str, Any], *, pains: dict[int, Any] | None = None, **more: Any) -> CriterionResult:
    """Hold one condition against pain scores by days ago."""
    values = PAINS if pains is None else pains
    given = [Measurement("sls_nprs", value, ago(days), f"m{days}") for days, value in values.items()]
    facts = Facts(itbs, "R", TODAY, [*given, *more.pop("measurements", ())], more.pop("judged", ()), {}, **more)
    row = {"key": "sls_nprs", "label": "x", **rule}
    return assess_criterion(parse_criterion(row, Source((), True), 14), facts)


@pytest.mark.parametrize(
    ("rule", "value", "verdict"),
    [
        ({"at_most": 1}, 1, "met"),
        ({"statistic": "first", "at_least": 6, "maximum_age_days": None}, 6, "met"),
        ({"statistic": "max", "window_days": 7, "at_most": 4}, 4, "met"),
        ({"statistic": "max", "window_days": 8, "below": 4}, 4, "not_met"),
        ({"statistic": "min", "at_most": 1}, 1, "met"),
        ({"statistic": "mean", "last": 3, "at_most": 2.67}, 2.67, "met"),
        ({"statistic": "count", "window_days": 7, "at_least": 3}, 3, "met"),
        ({"statistic": "count", "window_days": 1, "at_least": 1}, 0, "not_met"),
        ({"statistic": "days", "at_least": 4}, 4, "met"),
        ({"statistic": "sum", "last": 2, "equals": 4}, 4, "met"),
        ({"statistic": "trend", "window_days": 14, "below": 0}, -3.65, "met"),
        ({"statistic": "each", "last": 2, "at_most": 3}, [3, 1], "met"),
        ({"statistic": "each", "last": 3, "at_most": 3}, [4, 3, 1], "not_met"),
    ],
)
def test_statistics(itbs: Any, rule: dict[str, Any], value: Any, verdict: str) -> None:
    found = held(itbs, {"measure": "sls_nprs", **rule})
    assert (found.value, found.status.value) == (value, verdict)


@pytest.mark.parametrize(
    ("rule", "pains", "verdict"),
    [
        ({"statistic": "max", "last": 3, "at_most": 2}, {1: 1, 2: 1}, "unknown"),
        ({"statistic": "max", "last": 3, "at_most": 2}, {1: 1, 2: 3}, "not_met"),
        ({"statistic": "max", "last": 3, "at_least": 2}, {1: 1, 2: 3}, "unknown"),
        ({"statistic": "min", "minimum_count": 3, "at_least": 2}, {1: 1, 2: 3}, "not_met"),
        ({"statistic": "mean", "minimum_count": 3, "at_most": 9}, {1: 1, 2: 3}, "unknown"),
        ({"statistic": "max", "window_days": 7, "at_most": 2}, {}, "unknown"),
        ({"statistic": "sum", "window_days": 7, "equals": 0}, {}, "unknown"),
        ({"statistic": "trend", "window_days": 7, "below": 1}, {2: 3}, "unknown"),
        ({"statistic": "count", "window_days": 7, "at_least": 1, "minimum_count": 2}, {2: 3}, "unknown"),
        ({"at_most": 2}, {20: 1}, "unknown"),
        ({"statistic": "max", "last": 1, "at_most": 2}, {20: 1}, "unknown"),
    ],
)
def test_too_few_or_too_old_values_never_meet_a_threshold(
    itbs: Any, rule: dict[str, Any], pains: dict[int, int], verdict: str
) -> None:
    assert held(itbs, {"measure": "sls_nprs", **rule}, pains=pains).status.value == verdict


def diary(itbs: Any, rule: dict[str, Any], *entries: Any) -> CriterionResult:
    """Hold one condition on the diary against entries."""
    facts = Facts(itbs, "R", TODAY, [], judge(entries, now=NOW, rules=itbs.lights), {})
    return assess_criterion(parse_criterion({"key": "x", "label": "x", **rule}, Source((), True), 14), facts)


def test_the_pain_of_a_day_of_rest_and_of_a_run_not_begun_counts(itbs: Any) -> None:
    rule = {"diary": {"span": 7, "statistic": "max"}, "at_most": 3}
    run = run_on(ago(2))
    assert diary(itbs, rule, run).status.value == "met"
    rest = run_on(ago(1), (5, None, None, None), kind="rest")
    assert diary(itbs, rule, run, rest).value == 5
    not_begun = dataclasses.replace(run_on(ago(1), (6, None, None, None), kind="other"), end=rest.start)
    assert diary(itbs, rule, run, not_begun).status.value == "not_met"
    begun = run_on(ago(1), (3, None, None, None))
    assert diary(itbs, rule, begun).status.value == "unknown"


def test_a_run_without_a_score_is_none_of_the_last_runs_that_went_well(itbs: Any) -> None:
    rule = {"runs": {"span": 2, "statistic": "max"}, "at_most": 2}
    limped = run_on(ago(1), (None, None, None, None), limp=True)
    assert diary(itbs, rule, run_on(ago(3)), limped).status.value == "unknown"
    assert diary(itbs, rule, run_on(ago(3), (0, 5, 1, 0)), limped).status.value == "not_met"
    assert diary(itbs, rule, run_on(ago(5)), run_on(ago(3))).status.value == "met"


def test_a_condition_may_look_at_the_other_side(itbs: Any) -> None:
    both = [Measurement("sls_nprs", {"L": 2, "R": 7}, TODAY, "b")]
    rule = {"measure": "sls_nprs", "at_most": 3}
    assert held(itbs, rule, pains={}, measurements=both).value == 7
    assert held(itbs, {**rule, "side": "other"}, pains={}, measurements=both).value == 2
    assert held(itbs, {**rule, "side": "left"}, pains={}, measurements=both).status.value == "met"


LOW, HIGH, ABSENT = (
    {"measure": "sls_nprs", "at_most": 3},
    {"measure": "sls_nprs", "at_least": 8},
    {"measure": "stairs_nprs", "at_most": 3},
)


@pytest.mark.parametrize(
    ("rule", "verdict"),
    [
        ({"all": [LOW, HIGH]}, "not_met"),
        ({"all": [LOW, ABSENT]}, "unknown"),
        ({"any": [HIGH, LOW]}, "met"),
        ({"any": [HIGH, ABSENT]}, "unknown"),
        ({"at_least": {"count": 2, "of": [LOW, ABSENT, LOW]}}, "met"),
        ({"at_least": {"count": 2, "of": [LOW, ABSENT, HIGH]}}, "unknown"),
        ({"at_least": {"count": 2, "of": [HIGH, ABSENT, HIGH]}}, "not_met"),
        ({"all": [LOW, {"any": [HIGH, {"at_least": {"count": 1, "of": [LOW]}}]}]}, "met"),
    ],
)
def test_groups(itbs: Any, rule: dict[str, Any], verdict: str) -> None:
    assert held(itbs, rule).status.value == verdict


def runs(itbs: Any, *pains: int) -> Any:
    entries = [run_on(ago(10 - number), (0, pain, 1, 0)) for number, pain in enumerate(pains)]
    return judge(entries, now=NOW, rules=itbs.lights)


@pytest.mark.parametrize(
    ("short", "long"),
    [
        (
            {"diary": {"span": 28, "statistic": "max"}, "at_most": 3},
            {"measure": "diary_pain", "statistic": "max", "window_days": 28, "at_most": 3},
        ),
        (
            {"diary": {"span": 28, "statistic": "days"}, "at_least": 3},
            {"measure": "diary_day", "statistic": "count", "window_days": 28, "at_least": 3},
        ),
        (
            {"diary": {"span": 28, "statistic": "reds"}, "equals": 0},
            {"measure": "red_session", "statistic": "sum", "window_days": 28, "equals": 0},
        ),
        (
            {"runs": {"span": 3, "statistic": "max"}, "at_most": 2},
            {"measure": "run_pain", "statistic": "max", "last": 3, "at_most": 2},
        ),
        (
            {"runs": {"span": 3, "statistic": "all_green"}},
            {"measure": "run_light", "statistic": "each", "last": 3, "equals": "GREEN"},
        ),
    ],
)
@pytest.mark.parametrize("pains", [(), (1, 1), (1, 2, 3), (2, 1, 1, 2), (1, 7, 2), (7, 1, 1, 1)])
def test_the_diary_is_a_measure_like_any_other(itbs: Any, short: Any, long: Any, pains: tuple[int, ...]) -> None:
    judged = runs(itbs, *pains)
    first, second = held(itbs, short, pains={}, judged=judged), held(itbs, long, pains={}, judged=judged)
    assert (first.status, first.value, first.used) == (second.status, second.value, second.used)


def test_no_entries_never_reads_as_no_red_session(itbs: Any) -> None:
    found = held(itbs, {"diary": {"span": 28, "statistic": "reds"}, "equals": 0}, pains={})
    assert (found.status.value, found.value) == ("unknown", None)


WORDS = Vocabulary({"sls_nprs": "Pijn bij squat", "stairs_nprs": "Pijn op de trap"})


@pytest.mark.parametrize(
    ("rule", "sentence"),
    [
        (LOW, "Pijn bij squat hoogstens 3"),
        (
            {**LOW, "statistic": "max", "window_days": 7, "minimum_count": 3},
            "hoogste waarde van Pijn bij squat in de laatste 7 dagen hoogstens 3, met minstens 3 waarden",
        ),
        (
            {**LOW, "statistic": "mean", "last": 3, "side": "other"},
            "gemiddelde van Pijn bij squat aan de andere kant bij de laatste 3 hoogstens 3",
        ),
        (
            {"at_least": {"count": 1, "of": [LOW, ABSENT]}},
            "minstens 1 van: Pijn bij squat hoogstens 3; Pijn op de trap hoogstens 3",
        ),
        (
            {"all": [LOW, {"any": [HIGH, ABSENT]}]},
            "Pijn bij squat hoogstens 3 en (Pijn bij squat minstens 8 of Pijn op de trap hoogstens 3)",
        ),
    ],
)
def test_every_condition_says_itself_in_dutch(rule: dict[str, Any], sentence: str) -> None:
    assert rule_words(rule, WORDS) == sentence
