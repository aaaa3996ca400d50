"""Whatever the patients: nobody stands alone in what is told, and nothing is told finer than it says."""

from collections import Counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fysicure.research.generalising import (
    LEVELS,
    MOST_SUPPRESSED,
    QUASI_IDENTIFIERS,
    Facts,
    Level,
    age_band,
    alike,
    choose,
    class_sizes,
    prune,
    rarest,
    trails,
)

FACTS = st.builds(
    Facts,
    age=st.integers(0, 105),
    sex=st.sampled_from(["female", "male", "other", None]),
    postal=st.sampled_from(["24", "23", "22", "10", None]),
    year=st.integers(2022, 2025),
    quarter=st.integers(1, 4),
    pathway=st.sampled_from(["itbs", "plantar_heel_pain"]),
    version=st.integers(1, 2),
    side=st.sampled_from(["L", "R", "both"]),
)
# Many alike, some not, and some with several plans.
TYPICAL = Facts(34, "female", "24", 2024, 2, "itbs", 1, "R")
PLANS = st.lists(st.one_of(st.just(TYPICAL), FACTS), min_size=1, max_size=3)
PATIENTS = st.lists(PLANS, max_size=60)


@given(PATIENTS, st.integers(3, 6))
@settings(max_examples=300)
def test_each_trail_is_shared_by_k_of_those_who_stay(patients: list[list[Facts]], k: int) -> None:
    found = choose(patients, k=k)
    if found is None:
        return
    told = [tuple(alike(each, found.level) for each in plans[:kept]) for plans, kept in whole(patients, found.kept)]
    counts = Counter(trail for trail in told if trail)
    assert min(counts.values()) >= k
    assert tuple(sorted(counts.values())) == found.classes
    assert found.suppressed == sum(map(len, patients)) - sum(found.kept)
    assert found.suppressed <= MOST_SUPPRESSED * sum(map(len, patients))


def whole(patients: list[list[Facts]], kept: tuple[int, ...]) -> list[tuple[list[Facts], int]]:
    return list(zip(patients, kept, strict=True))


@given(PATIENTS, st.integers(3, 6))
@settings(max_examples=300)
def test_who_knows_everything_of_everybody_still_finds_k_candidates(patients: list[list[Facts]], k: int) -> None:
    """Somebody with the whole table of patients joins it with the file: by one row, and by all rows of a pseudonym."""
    found = choose(patients, k=k)
    if found is None:
        return
    known = [[alike(each, found.level) for each in plans] for plans in patients]
    for plans, kept in whole(patients, found.kept):
        told = [alike(each, found.level) for each in plans[:kept]]
        for row in told:
            assert sum(row in each for each in known) >= k
        if told:
            assert sum(not Counter(told) - Counter(each) for each in known) >= k


@given(PATIENTS)
def test_a_refusal_means_that_the_coarsest_values_do_not_help(patients: list[list[Facts]]) -> None:
    if choose(patients, k=5) is not None:
        return
    kept, classes = prune(trails(patients, LEVELS[-1]), k=5)
    total = sum(map(len, patients))
    assert not classes or total - sum(kept) > MOST_SUPPRESSED * total


@given(PATIENTS)
def test_no_coarser_step_is_taken_than_needed(patients: list[list[Facts]]) -> None:
    found = choose(patients, k=5)
    if found is None or found.step == 0:
        return
    kept, classes = prune(trails(patients, LEVELS[found.step - 1]), k=5)
    total = sum(map(len, patients))
    assert not classes or total - sum(kept) > MOST_SUPPRESSED * total


@given(FACTS, st.sampled_from(LEVELS))
def test_no_value_is_finer_than_the_level_says(facts: Facts, level: Level) -> None:
    told = dict(zip(QUASI_IDENTIFIERS, alike(facts, level), strict=True))
    if level.age is None:
        assert told["age_band"] is None
    else:
        low = str(told["age_band"]).partition("-")[0].rstrip("+")
        assert int(low) % level.age == 0 and int(low) <= max(facts.age, 0) and int(low) <= 80
    assert told["postal_area"] is None or len(str(told["postal_area"])) == level.postal
    assert told["start_period"] in {
        "quarter": {f"{facts.year}-Q{facts.quarter}"}, "year": {str(facts.year)}, None: {None},
    }[level.period]  # fmt: skip
    assert (told["pathway_version"] is None) is not level.version
    assert (told["side"] is None) is not level.side
    assert level.sex or told["sex"] is None


def test_each_step_is_at_least_as_coarse_as_the_one_before() -> None:
    for fine, coarse in zip(LEVELS, LEVELS[1:], strict=False):
        assert (coarse.age or 200) >= (fine.age or 200)
        assert coarse.postal <= fine.postal and coarse.version <= fine.version
        assert coarse.side <= fine.side and coarse.sex <= fine.sex
        order = ("quarter", "year", None)
        assert order.index(coarse.period) >= order.index(fine.period)


@pytest.mark.parametrize(
    ("age", "years", "told"),
    [(0, 10, "0-9"), (29, 10, "20-29"), (30, 20, "20-39"), (79, 20, "60-79"), (80, 10, "80+"), (101, 20, "80+"),
     (34, None, None), (-1, 10, "0-9")],
)  # fmt: skip
def test_the_bands_of_ages(age: int, years: int | None, told: str | None) -> None:
    assert age_band(age, years) == told


def test_who_has_several_plans_is_held_against_others_with_as_many() -> None:
    later = TYPICAL._replace(quarter=4)
    patients = [[TYPICAL]] * 99 + [[TYPICAL, later]]
    found = choose(patients, k=5)
    assert found is not None and found.step == 0
    assert found.kept == (1,) * 100 and found.suppressed == 1


def test_a_k_below_three_is_no_protection() -> None:
    with pytest.raises(ValueError, match="2"):
        choose([[TYPICAL]] * 10, k=2)


def test_too_few_patients_are_refused_and_the_rare_pathway_is_named() -> None:
    rare = TYPICAL._replace(pathway="knee")
    assert choose([[TYPICAL]] * 4, k=5) is None
    assert choose([], k=5) is None
    patients = [[TYPICAL]] * 20 + [[rare]] * 4
    assert choose(patients, k=5) is None
    assert rarest(patients, k=5) == {"knee": 4}


def test_the_check_of_a_file_counts_people_not_rows() -> None:
    row = alike(TYPICAL, LEVELS[0])
    assert class_sizes([(name, row) for name in "abcde"]) == [5]
    assert class_sizes([("a", row)] * 5) == [1]
    assert class_sizes([*((name, row) for name in "abcde"), ("e", row)]) == [1, 4]
