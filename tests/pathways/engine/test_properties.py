"""What holds for every plan and every intake, whatever was answered: properties of the rules, not of one case."""

import datetime
import itertools
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pathways.engine.classification import classify
from pathways.engine.criteria import Facts, Measurement, assess_criterion
from pathways.engine.criterion import Leaf, parse_criterion
from pathways.engine.findings import parse_findings
from pathways.engine.lights import WORST_FIRST, Light, judge
from pathways.engine.logic import Verdict
from pathways.engine.progress import PlanState, assess
from pathways.engine.source import Source

from .conftest import TODAY, ago, run_on

NOW = datetime.datetime(2026, 11, 23, 20, tzinfo=datetime.UTC)
KEYS = ("sls_nprs", "stairs_nprs", "palp_lfc_nprs", "nprs_worst_7d")
PAIN = st.integers(0, 10)

leaves = st.builds(
    lambda measure, operator, threshold, more: {"measure": measure, operator: threshold, **more},
    st.sampled_from(KEYS),
    st.sampled_from(("at_most", "at_least", "below", "above")),
    PAIN,
    st.sampled_from(
        (
            {},
            {"statistic": "max", "window_days": 10},
            {"statistic": "min", "last": 2},
            {"statistic": "mean", "minimum_count": 2},
            {"statistic": "count", "window_days": 10},
            {"change_from_baseline": True},
        )
    ),
)
rules = st.recursive(
    leaves,
    lambda parts: st.lists(parts, min_size=1, max_size=3).flatmap(
        lambda given_parts: st.one_of(
            st.just({"all": given_parts}),
            st.just({"any": given_parts}),
            st.integers(1, len(given_parts)).map(lambda count: {"at_least": {"count": count, "of": given_parts}}),
        )
    ),
    max_leaves=5,
)
measurements = st.lists(
    st.tuples(st.sampled_from(KEYS), PAIN, st.integers(0, 13)), max_size=8, unique_by=lambda row: (row[0], row[2])
)
entries = st.lists(
    st.tuples(st.integers(0, 13), PAIN, PAIN, st.one_of(st.none(), PAIN)), max_size=6, unique_by=lambda row: row[0]
)


def facts(itbs: Any, rows: Any) -> Facts:
    given_rows = [Measurement(key, value, ago(days), f"{key}-{days}") for key, value, days in rows]
    return Facts(itbs, "R", TODAY, given_rows, (), {})


def verdict(itbs: Any, rule: Any, rows: Any) -> Any:
    row = {"key": "x", "label": "x", **rule}
    return assess_criterion(parse_criterion(row, Source((), True), 14), facts(itbs, rows))


def looked_at(rule: Any) -> set[str]:
    criterion = parse_criterion({"key": "x", "label": "x", **rule}, Source((), True), 14)
    return {leaf.name for leaf in criterion.leaves if isinstance(leaf, Leaf)}


@given(rules, measurements, st.sampled_from(KEYS), PAIN, st.integers(0, 13))
def test_a_fact_that_a_criterion_does_not_look_at_never_changes_it(
    itbs: Any, rule: Any, rows: Any, key: str, value: int, days: int
) -> None:
    if key not in looked_at(rule):
        assert verdict(itbs, rule, rows) == verdict(itbs, rule, [*rows, (key, value, days)])


@given(rules, measurements)
def test_a_measure_that_becomes_known_never_flips_a_settled_verdict(itbs: Any, rule: Any, rows: Any) -> None:
    """Whatever the unknown measures turn out to be, what was met stays met and what was not met stays not met."""
    before = verdict(itbs, rule, rows).status
    if before is Verdict.UNKNOWN:
        return
    known = {key for key, _value, _days in rows}
    unknown = sorted(looked_at(rule) - known)
    for values in itertools.product((0, 10), repeat=len(unknown)):
        more = [(key, value, 1) for key, value in zip(unknown, values, strict=True)]
        after = verdict(itbs, rule, [*rows, *more]).status
        assert after is before or counts(rule), (before, after, more)


def counts(rule: Any) -> bool:
    """Counting nothing is a count: a new value may change it, and must."""
    return "count" in str(rule)


@given(rules, measurements, st.randoms(use_true_random=False))
def test_the_order_of_measurements_never_matters(itbs: Any, rule: Any, rows: Any, chance: Any) -> None:
    shuffled = list(rows)
    chance.shuffle(shuffled)
    assert verdict(itbs, rule, rows) == verdict(itbs, rule, shuffled)


def diary(rows: Any) -> list[Any]:
    return [run_on(ago(days), (0, during, after, later), id=str(days)) for days, during, after, later in rows]


@given(measurements, entries, st.randoms(use_true_random=False))
def test_a_plan_is_judged_the_same_twice_and_in_any_order(itbs: Any, rows: Any, runs: Any, chance: Any) -> None:
    def progress(measured: Any, logged: Any) -> Any:
        given_rows = [Measurement(key, value, ago(days), f"{key}-{days}") for key, value, days in measured]
        state = PlanState(
            phase="P3", course="acute", side="R", as_of=TODAY, started_on=ago(40), phase_started_on=ago(10),
            gait_strategy="none", rtr_step_done=2, measurements=given_rows, diary=diary(logged), now=NOW,
        )  # fmt: skip
        return assess(itbs, state)

    mixed_rows, mixed_runs = list(rows), list(runs)
    chance.shuffle(mixed_rows)
    chance.shuffle(mixed_runs)
    first = progress(rows, runs)
    assert first == progress(rows, runs)
    assert first == progress(mixed_rows, mixed_runs)


@given(PAIN, PAIN, PAIN, PAIN, st.integers(0, 60))
def test_a_light_never_improves(itbs: Any, pre: int, during: int, after: int, later: int, hours: int) -> None:
    """From the evening to the morning after and on: amber and red stay at least what they were."""
    settled = {Light.RED, Light.AMBER}
    waiting = run_on(ago(0), (pre, during, after, None))
    answered = run_on(ago(0), (pre, during, after, later))
    lights = [
        judge([waiting], now=waiting.end, rules=itbs.lights)[0].light,
        judge([waiting], now=waiting.end + datetime.timedelta(hours=hours), rules=itbs.lights)[0].light,
        judge([answered], now=waiting.end + datetime.timedelta(hours=hours), rules=itbs.lights)[0].light,
    ]
    for earlier, then in itertools.pairwise(lights):
        if earlier in settled:
            assert WORST_FIRST.index(then) <= WORST_FIRST.index(earlier)


ASKED = {
    "pain_location": ("lateral", "anterior"),
    "provoked_by": (["running"], ["cycling"]),
    "palp_lfc_nprs": (0, 5),
    "palp_lfc_familiar": (True, False),
    "sls_nprs": (0, 4),
    "sls_familiar": (True, False),
    "k_joint_line": (True, False),
}


@given(st.fixed_dictionaries({key: st.sampled_from((None, *values)) for key, values in ASKED.items()}))
def test_a_class_with_unknowns_agrees_with_every_way_to_complete_it(itbs: Any, quiet: Any, answers: Any) -> None:
    """A criterion is only said to be met or not met when every way to answer what was not asked says so."""

    def class_of(raw: Any) -> Any:
        given_rows = {**quiet, "onset_date": ago(20), "stairs_nprs": 0, "stairs_familiar": False, **raw}
        known = {key: value for key, value in given_rows.items() if value is not None}
        findings, errors = parse_findings(itbs.measures, known, "R", as_of=TODAY)
        assert errors == {}
        return classify(itbs, side="R", age=29, as_of=TODAY, findings=findings)

    partial = class_of(answers)
    open_keys = [key for key, value in answers.items() if value is None]
    completions = [
        class_of({**answers, **dict(zip(open_keys, values, strict=True))})
        for values in itertools.product(*(ASKED[key] for key in open_keys))
    ]
    for key, said in partial.criteria.items():
        possible = {each.criteria[key] for each in completions}
        if said is not None:
            assert possible == {said}, key


@pytest.mark.parametrize("missing", sorted({"palp_lfc_nprs", "provoked_by", "pain_location"}))
def test_what_a_criterion_needs_and_was_not_asked_is_named(itbs: Any, quiet: Any, missing: str) -> None:
    raw = {
        **quiet, "onset_date": ago(20), "pain_location": "lateral", "provoked_by": ["running"], "palp_lfc_nprs": 5,
        "palp_lfc_familiar": True, "sls_nprs": 4, "sls_familiar": True,
    }  # fmt: skip
    del raw[missing]
    findings, _errors = parse_findings(itbs.measures, raw, "R", as_of=TODAY)
    assert missing in classify(itbs, side="R", age=29, as_of=TODAY, findings=findings).missing
