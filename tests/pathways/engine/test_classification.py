from datetime import timedelta
from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from .conftest import ago

C01 = {
    "onset_date": ago(21).isoformat(),
    "onset_mode": "gradual",
    "pain_location": "lateral",
    "provoked_by": ["running", "downhill"],
    "nprs_now": 2,
    "nprs_worst_7d": 7,
    "nprs_avg_7d": 4,
    "palp_lfc_nprs": 6,
    "palp_lfc_familiar": True,
    "stairs_nprs": 3,
    "stairs_familiar": True,
    "sls_nprs": 4,
    "sls_familiar": True,
    "sls_quality": "poor",
    "noble": "pos",
    "hipabd_n": {"L": 152, "R": 118},
    "lever_m": {"L": 0.78, "R": 0.78},
    "mass_kg": 60,
    "cadence_spm": 164,
    "pain_free_run_min": 25,
}


def test_c01_likely(judge_findings):
    found = judge_findings(C01)
    assert found.class_ == "LIKELY"
    assert found.plan == "offer"
    assert found.criteria == {"C1": True, "C2": True, "C3": True}
    assert (found.contra, found.missing, found.red_flags) == ((), (), ())
    assert (found.course, found.duration_weeks, found.start_step) == ("acute", 3, "S4")
    assert found.derived["hipabd_deficit_pct"] == 22.4
    assert found.derived["nm_per_kg"] == {"L": 1.98, "R": 1.53}
    assert (found.derived["cadence_low"], found.derived["cadence_high"]) == (172, 180)
    assert found.visits_weeks == (0, 1, 2, 4, 6, 12)


def test_c03_possible(judge_findings):
    raw = {
        "onset_date": ago(14),
        "pain_location": "lateral",
        "provoked_by": ["running"],
        "palp_lfc_nprs": 3,
        "palp_lfc_familiar": True,
        "stairs_nprs": 0,
        "sls_nprs": 0,
        "step_down_nprs": 0,
        "noble": "neg",
        "renne": "neg",
    }
    found = judge_findings(raw, age=35)
    assert (found.class_, found.plan, found.course) == ("POSSIBLE", "confirm", "acute")
    assert found.criteria == {"C1": True, "C2": True, "C3": False}


def test_c04_unlikely_suspect_patellofemoral(judge_findings):
    raw = {
        "onset_date": ago(56),
        "pain_location": "anterior",
        "provoked_by": ["running", "sitting", "stairs_down"],
        "palp_lfc_nprs": 0,
        "stairs_nprs": 4,
        "stairs_familiar": False,
        "sls_nprs": 5,
        "sls_familiar": False,
        "patella_tests": "pos",
    }
    found = judge_findings(raw, side="L", age=24)
    assert (found.class_, found.plan) == ("UNLIKELY", "none")
    assert found.criteria == {"C1": False, "C2": False, "C3": False}
    assert found.contra == ("k_patellar",)
    assert "patellofemoral_pain" in found.differentials


def test_c05_red_flag_blocks_first(judge_findings):
    raw = {**C01, "rf_dvt": True, "rf_fever": None}
    found = judge_findings(raw, age=52)
    assert (found.class_, found.start_step, found.plan) == ("BLOCKED", None, "none")
    assert found.red_flags == (("rf_dvt", "EMERGENCY"),)
    assert judge_findings({**raw, "rf_dvt": True}, age=None).class_ == "BLOCKED"


def test_unanswered_red_flag(judge_findings):
    found = judge_findings({**C01, "rf_fever": None})
    assert (found.class_, found.missing) == ("INCOMPLETE", ("rf_fever",))


@pytest.mark.parametrize("raw", [{"night_pain": "unrelated_to_position"}, {"effusion": "1+"}])
def test_a_test_can_raise_a_red_flag(judge_findings, raw):
    assert judge_findings({**C01, **raw}).class_ == "BLOCKED"
    assert judge_findings({**C01, "effusion": "trace"}).class_ == "LIKELY"


@pytest.mark.parametrize(("age", "class_"), [(17, "INCOMPLETE"), (None, "INCOMPLETE"), (18, "LIKELY")])
def test_age(judge_findings, age, class_):
    found = judge_findings(C01, age=age)
    assert found.class_ == class_
    assert ("age" in found.missing) == (class_ == "INCOMPLETE")


@pytest.mark.parametrize(("days", "course"), [(41, "acute"), (42, "long_standing")])
def test_course_by_duration(judge_findings, days, course):
    assert judge_findings({**C01, "onset_date": ago(days)}).course == course


@pytest.mark.parametrize(("before", "course"), [(363, "long_standing"), (364, "acute")])
def test_course_by_recurrence(judge_findings, before, course):
    earlier = ago(21) - timedelta(days=before)
    assert judge_findings({**C01, "previous_episode_date": earlier}).course == course


def test_no_onset_no_course(judge_findings):
    found = judge_findings({**C01, "onset_date": None})
    assert (found.course, found.duration_weeks, found.visits_weeks) == (None, None, ())


def test_missing_parts_of_c1_and_c2(judge_findings):
    base = {**C01, "pain_location": "anterior", "provoked_by": None}
    assert judge_findings(base).criteria["C1"] is None
    assert judge_findings({**C01, "palp_lfc_nprs": 0, "palp_lfc_familiar": None}).criteria["C2"] is False
    assert judge_findings({**C01, "palp_lfc_nprs": 2, "palp_lfc_familiar": None}).criteria["C2"] is None
    assert judge_findings({**C01, "palp_lfc_nprs": None, "palp_lfc_familiar": False}).criteria["C2"] is None


NO_TESTS = {"stairs_nprs": None, "stairs_familiar": None, "sls_nprs": None, "sls_familiar": None, "noble": None}
NEGATIVE = {"stairs_nprs": 0, "sls_nprs": 0}


@pytest.mark.parametrize(
    ("tests", "c3"),
    [
        ({}, None),
        ({"noble": "neg", "renne": "neg", "step_down_nprs": 0}, None),
        ({"renne": "pos"}, True),
        (NEGATIVE, False),
        ({"stairs_nprs": 0}, None),
        ({**NEGATIVE, "noble": "pos"}, True),
        ({**NEGATIVE, "noble": "neg"}, False),
        ({**NEGATIVE, "step_down_nprs": 2}, None),
        ({**NEGATIVE, "step_down_nprs": 2, "step_down_familiar": False}, False),
        ({**NEGATIVE, "step_down_nprs": 2, "step_down_familiar": True}, True),
        ({"stairs_nprs": 2, "sls_nprs": 0}, None),
        ({"stairs_nprs": 2, "stairs_familiar": False, "sls_nprs": 0}, False),
        ({"stairs_nprs": 0, "stairs_familiar": True, "sls_nprs": 0}, False),
    ],
)
def test_c3(judge_findings, tests, c3):
    assert judge_findings({**C01, **NO_TESTS, **tests}).criteria["C3"] is c3


def test_missing_names_what_to_ask(judge_findings):
    raw = {**C01, **NO_TESTS, "stairs_nprs": 0, "k_hip": None}
    assert judge_findings(raw).missing == ("sls_nprs", "sls_familiar", "k_hip")


def test_ober_and_thomas_never_count(judge_findings):
    found = judge_findings({**C01, **NO_TESTS, **NEGATIVE, "ober_deg": -20, "ober_pain": True, "thomas_deg": 30})
    assert found.criteria["C3"] is False


ANSWERS = {
    "C1": {True: {}, False: {"pain_location": "medial"}, None: {"pain_location": None}},
    "C2": {True: {}, False: {"palp_lfc_nprs": 0}, None: {"palp_lfc_nprs": None}},
    "C3": {True: {}, False: {**NO_TESTS, **NEGATIVE}, None: NO_TESTS},
}


def table(n, k):
    if n == 3 and k == 0:
        return "LIKELY"
    return "POSSIBLE" if n == 3 or (n == 2 and k <= 1) else "UNLIKELY"


@pytest.mark.parametrize("answers", list(product([True, False, None], repeat=3)))
@pytest.mark.parametrize("contra", [[], ["k_hip"], ["k_hip", "k_lumbar"], ["k_hip", "k_lumbar", "k_trauma"]])
def test_class_is_what_every_completion_agrees_on(judge_findings, answers, contra):
    raw = {**C01, **dict.fromkeys(contra, True)}
    for key, answer in zip(ANSWERS, answers, strict=True):
        raw |= ANSWERS[key][answer]
    found = judge_findings(raw)
    assert tuple(found.criteria.values()) == answers
    choices = [(True, False) if answer is None else (answer,) for answer in answers]
    classes = {table(sum(done), len(contra)) for done in product(*choices)}
    assert found.class_ == (classes.pop() if len(classes) == 1 else "INCOMPLETE")


@pytest.mark.parametrize(
    ("raw", "key"),
    [
        ({"joint_line_tender": "pos"}, "k_joint_line"),
        ({"thessaly": "pos", "mcmurray": "neg"}, "k_mcmurray"),
        ({"onset_mode": "trauma"}, "k_trauma"),
        ({"biceps_resisted_pain": True}, "k_fibular"),
        ({"popliteus_tender": "pos"}, "k_popliteus"),
        ({"varus_stress_30": {"L": "neg", "R": "pos"}}, "k_varus_lax"),
        ({"provoked_by": ["running", "sitting"]}, "k_patellar"),
        ({"slr_slump": "pos"}, "k_lumbar"),
        ({"hip_quadrant": "pos"}, "k_hip"),
        ({"morning_stiffness_min": 31}, "k_stiff"),
        ({"k_no_load_link": True}, "k_no_load_link"),
    ],
)
def test_contra_from_tests(judge_findings, raw, key):
    found = judge_findings({**C01, **raw})
    assert found.contra == (key,)
    assert found.class_ == "POSSIBLE"


def test_contra_that_is_not_there(judge_findings):
    same = {"varus_stress_0": {"L": "pos", "R": "pos"}, "morning_stiffness_min": 30}
    assert judge_findings({**C01, **same, "k_stiff": None, "k_varus_lax": None}).contra == ()
    assert "k_stiff" not in judge_findings({**C01, **same, "k_stiff": None}).missing
    assert "k_stiff" in judge_findings({**C01, "k_stiff": None}).missing


@settings(max_examples=40)
@given(st.sampled_from(["sleep_h", "shoe_km", "tegner", "ober_deg", "side_plank_s"]), st.integers(0, 10))
def test_an_unrelated_fact_changes_no_verdict(judge_findings, key, value):
    raw = {**C01, **NO_TESTS}
    assert judge_findings({**raw, key: value}) == judge_findings(raw)


@pytest.mark.parametrize(
    ("minutes", "step"),
    [(None, "S1"), (0, "S1"), (3, "S1"), (4, "S2"), (5, "S2"), (6, "S3"), (9, "S3"), (10, "S4"), (300, "S4")],
)
def test_start_step(judge_findings, minutes, step):
    assert judge_findings({**C01, "pain_free_run_min": minutes}).start_step == step
