"""The clinical rules through the API: the worked cases of the clinical content, the lights, and what is refused."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from accounts.models import User
from pathways.models import DiaryEntry
from tests.pathways.stories import content, published

pytestmark = pytest.mark.django_db
AS_OF = "2026-11-23"


@pytest.fixture
def ask(therapist: User, client_of: Callable[[User], Client]) -> Callable[..., Any]:
    """Return a function that asks a rule as the therapist, and checks the status."""
    published()
    client = client_of(therapist)

    def post(rule: str, body: Any, status: int = 200) -> Any:
        response = client.post(f"/api/v1/pathways/itbs/{rule}", body, content_type="application/json")
        assert response.status_code == status, response.content
        return response.json()

    return post


def quiet(**findings: Any) -> dict[str, Any]:
    """Findings on top of no red flag and no finding against."""
    rules = content().pathways["itbs"].classification
    return {row.key: False for row in (*rules.red_flags, *rules.contra)} | findings


CASES = {
    "C01": (
        {"side": "R", "age": 29},
        {
            "onset_date": "2026-11-02", "onset_mode": "gradual", "pain_location": "lateral",
            "provoked_by": ["running", "downhill"], "nprs_now": 2, "nprs_worst_7d": 7, "nprs_avg_7d": 4,
            "palp_lfc_nprs": 6, "palp_lfc_familiar": True, "stairs_nprs": 3, "stairs_familiar": True,
            "sls_nprs": 4, "sls_familiar": True, "sls_quality": "poor", "noble": "pos",
            "hipabd_n": {"L": 152, "R": 118}, "lever_m": 0.78, "mass_kg": 60, "cadence_spm": 164,
            "pain_free_run_min": 25,
        },
        {"class": "LIKELY", "course": "acute", "start_step": "S4", "duration_weeks": 3, "contra": [],
         "criteria": {"C1": True, "C2": True, "C3": True}, "visits_weeks": [0, 1, 2, 4, 6, 12]},
    ),
    "C03": (
        {"side": "R", "age": 35},
        {
            "onset_date": "2026-11-09", "pain_location": "lateral", "provoked_by": ["running"], "palp_lfc_nprs": 3,
            "palp_lfc_familiar": True, "stairs_nprs": 0, "sls_nprs": 0, "step_down_nprs": 0, "noble": "neg",
            "renne": "neg",
        },
        {"class": "POSSIBLE", "course": "acute", "criteria": {"C1": True, "C2": True, "C3": False}},
    ),
    "C04": (
        {"side": "L", "age": 24},
        {
            "onset_date": "2026-09-28", "pain_location": "anterior",
            "provoked_by": ["running", "sitting", "stairs_down"],
            "palp_lfc_nprs": 0, "stairs_nprs": 4, "stairs_familiar": False, "sls_nprs": 5, "sls_familiar": False,
            "k_patellar": True,
        },
        {"class": "UNLIKELY", "contra": ["k_patellar"], "criteria": {"C1": False, "C2": False, "C3": False}},
    ),
    "C05": (
        {"side": "R", "age": 52},
        {
            "pain_location": "lateral", "provoked_by": ["running"], "palp_lfc_nprs": 2, "palp_lfc_familiar": True,
            "sls_nprs": 2, "sls_familiar": True, "rf_dvt": True,
        },
        {"class": "BLOCKED", "red_flags": [{"key": "rf_dvt", "urgency": "EMERGENCY"}], "start_step": None},
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", CASES)
def test_worked_cases(ask: Callable[..., Any], case: str) -> None:
    question, findings, expected = CASES[case]
    answer = ask("classify", {**question, "as_of": AS_OF, "findings": quiet(**findings)})
    assert {key: answer[key] for key in expected} == expected


def test_c01_in_numbers_with_sources(ask: Callable[..., Any]) -> None:
    question, findings, _expected = CASES["C01"]
    answer = ask("classify", {**question, "as_of": AS_OF, "findings": quiet(**findings)})
    derived = answer["derived"]
    assert derived["hipabd_deficit_pct"] == 22.4
    assert derived["nm_per_kg"] == {"L": 1.98, "R": 1.53}
    assert (derived["cadence_low"], derived["cadence_high"]) == (172, 180)
    assert all({"key", "citation", "doi", "strength"} == set(row) for row in answer["references"])


def test_an_unanswered_red_flag_is_incomplete(ask: Callable[..., Any]) -> None:
    question, findings, _expected = CASES["C01"]
    answer = ask("classify", {**question, "as_of": AS_OF, "findings": quiet(**findings, rf_fever=None)})
    assert answer["class"] == "INCOMPLETE"
    assert "rf_fever" in answer["missing"]


def test_what_cannot_be_taken_is_named(ask: Callable[..., Any]) -> None:
    findings = {"nprs_now": 11, "nprs_avg_7d": 2.5, "shoe_size": 42, "rf_fever": "no", "hipabd_n": {"X": 1}}
    answer = ask("classify", {"side": "R", "age": 29, "as_of": AS_OF, "findings": findings}, 400)
    assert set(answer["errors"]) == set(findings)
    assert (answer["type"], answer["status"]) == ("/api/problems/invalid-input", 400)


@pytest.mark.parametrize(
    ("change", "named"),
    [
        ({"side": "both"}, "side"),
        ({"age": "29"}, "age"),
        ({"age": 200}, "age"),
        ({"as_of": "yesterday"}, "as_of"),
        ({"findings": []}, "findings"),
        ({"colour": "red"}, "colour"),
    ],
)
def test_the_question_itself_is_checked(ask: Callable[..., Any], change: dict[str, Any], named: str) -> None:
    body = {"side": "R", "age": 29, "as_of": AS_OF, "findings": {}, **change}
    assert named in ask("classify", body, 400)["errors"]


def entry(pre: Any = 0, during: Any = 1, after: Any = 1, later: Any = 0, **more: Any) -> dict[str, Any]:
    times = {"start": "2026-11-20T18:00:00+01:00", "end": "2026-11-20T18:30:00+01:00"}
    return {**times, "side": "R", "pre": pre, "during": during, "after": after, "next": later, **more}


VECTORS = [
    ((0, 3, 3, 0), {}, "GREEN"), ((2, 2, 1, 1), {}, "GREEN"), ((1, 3, 2, 2), {}, "AMBER"), ((0, 4, 1, 0), {}, "AMBER"),
    ((0, 2, 2, 2), {}, "RED"), ((1, 6, 2, 1), {}, "RED"), ((0, 3, 3, None), {}, "UNRESOLVED"),
    ((4, 3, 3, 3), {}, "AMBER"),
    ((0, 0, 0, 0), {"limp": True}, "RED"), ((0, 0, 0, 0), {"rf_any": True}, "RED"),
]  # fmt: skip


@pytest.mark.parametrize(("pains", "more", "light"), VECTORS)
def test_the_vectors_of_the_light(ask: Callable[..., Any], pains: Any, more: Any, light: str) -> None:
    answer = ask("light", {"now": "2026-11-23T10:00:00+01:00", "entries": [entry(*pains, **more)]})
    assert answer["entries"][0]["light"] == light
    assert answer["days"] == {"2026-11-20": light}


def test_c06_peak_3_rise_1_is_amber(ask: Callable[..., Any]) -> None:
    answer = ask("light", {"now": "2026-11-23T10:00:00+01:00", "entries": [entry(1, 3, 2, 2)]})
    assert answer["entries"] == [{"light": "AMBER", "peak": 3, "rise": 1, "masked": False}]


def test_the_next_day_is_awaited_for_36_hours(ask: Callable[..., Any]) -> None:
    body = {"now": "2026-11-22T06:30:00+01:00", "entries": [entry(0, 3, 3, None)]}
    assert ask("light", body)["entries"][0]["light"] == "PENDING"
    assert ask("light", {**body, "now": "2026-11-22T06:31:00+01:00"})["entries"][0]["light"] == "UNRESOLVED"


@pytest.mark.parametrize(
    "wrong",
    [
        {"pre": 11}, {"pre": -1}, {"during": 2.5}, {"after": "3"}, {"next": True}, {"side": "both"}, {"mood": 1},
        {"start": "2026-11-20T18:00:00"}, {"end": "2026-11-20T17:00:00+01:00"}, {"step": "S99"}, {"limp": 1},
    ],
)  # fmt: skip
def test_a_wrong_entry_is_refused_by_name(ask: Callable[..., Any], wrong: dict[str, Any]) -> None:
    body = {"now": "2026-11-23T10:00:00+01:00", "entries": [entry(), {**entry(), **wrong}]}
    answer = ask("light", body, 400)
    assert next(iter(wrong)) in str(answer["errors"]["entries"])


def test_an_entry_of_the_future_is_refused(ask: Callable[..., Any]) -> None:
    body = {"now": "2026-11-20T10:00:00+01:00", "entries": [entry()]}
    assert "entries" in ask("light", body, 400)["errors"]


PLAN = {
    "phase": "P4", "course": "acute", "side": "R", "as_of": AS_OF, "started_on": "2026-11-02",
    "phase_started_on": "2026-11-16", "gait_strategy": "cadence", "rtr_step_done": 8, "weekly_km_usual": 32,
    "weekly_km": [12, 14], "longest_run_30d_km": 6.5,
    "measurements": [{"key": "hipabd_n", "value": {"L": 180, "R": 162}, "on": "2026-11-20"}], "diary": [],
}  # fmt: skip


def test_the_example_of_progress(ask: Callable[..., Any]) -> None:
    answer = ask("progress", PLAN)
    deficit = next(row for row in answer["criteria"] if row["key"].startswith("hipabd_deficit_pct"))
    assert (deficit["status"], deficit["value"]) == ("not_met", 10.0)
    assert (answer["proposal"], answer["to_phase"]) == ("stay", None)
    assert (answer["next_max_km"], answer["next_run_max_km"]) == (16.0, 7.2)


@pytest.mark.parametrize(
    ("weeks", "most"), [([6, 6], 7.8), ([18, 20], 22.0), ([40, 44], 48.4), ([10, 30], 26.0), ([5, 0], None)]
)
def test_the_growth_rule(ask: Callable[..., Any], weeks: list[float], most: float | None) -> None:
    body = {**PLAN, "phase": "P5", "weekly_km": weeks, "weekly_km_usual": 60}
    assert ask("progress", body)["next_max_km"] == most


def test_c02_proposes_p2_and_then_stays(ask: Callable[..., Any]) -> None:
    on = "2026-11-23"
    values = {
        "stairs_nprs": 2,
        "walk_30min_nprs": 0,
        "sls_nprs": 1,
        "sls_quality": "fair",
        "hipabd_n": {"L": 166, "R": 200},
    }
    days = ("17", "19", "20", "21", "22")
    diary = [
        {
            **entry(0, 3, 2, 0),
            "side": "L",
            "start": f"2026-11-{day}T18:00:00+01:00",
            "end": f"2026-11-{day}T18:30:00+01:00",
        }
        for day in days
    ]
    body = {
        **PLAN, "phase": "P1", "course": "long_standing", "side": "L", "rtr_step_done": 0, "diary": diary,
        "measurements": [{"key": key, "value": value, "on": on} for key, value in values.items()],
    }  # fmt: skip
    answer = ask("progress", body)
    assert (answer["proposal"], answer["to_phase"]) == ("advance", "P2")
    second = ask("progress", {**body, "phase": "P2"})
    unmet = {row["key"]: row["value"] for row in second["criteria"] if row["status"] != "met"}
    assert unmet == {"sls_nprs==0": 1, "hipabd_deficit_pct<15": 17.0}


@pytest.mark.parametrize(
    ("change", "named"),
    [
        ({"phase": "P9"}, "phase"),
        ({"course": "chronic"}, "course"),
        ({"gait_strategy": "hopping"}, "gait_strategy"),
        ({"rtr_step_done": 9}, "rtr_step_done"),
        ({"rtr_step_done": 1.5}, "rtr_step_done"),
        ({"weekly_km": [-1]}, "weekly_km"),
        ({"started_on": "2026-12-01"}, "started_on"),
        ({"measurements": [{"key": "nprs_now", "value": 12, "on": AS_OF}]}, "nprs_now"),
        ({"measurements": [{"key": "shoe_size", "value": 12, "on": AS_OF}]}, "shoe_size"),
        ({"weight": 60}, "weight"),
    ],
)
def test_a_wrong_plan_is_refused_by_name(ask: Callable[..., Any], change: dict[str, Any], named: str) -> None:
    assert named in ask("progress", {**PLAN, **change}, 400)["errors"]


def test_they_write_nothing(ask: Callable[..., Any]) -> None:
    ask("light", {"now": "2026-11-23T10:00:00+01:00", "entries": [entry()]})
    assert not DiaryEntry.objects.exists()


@pytest.mark.parametrize(("role", "status"), [("receptionist", 403), ("owner", 403), ("patient_user", 403)])
def test_only_therapists_try_rules(request: Any, client_of: Callable[[User], Client], role: str, status: int) -> None:
    published()
    client = client_of(request.getfixturevalue(role))
    for rule in ("classify", "light", "progress"):
        assert client.post(f"/api/v1/pathways/itbs/{rule}", {}, content_type="application/json").status_code == status


def test_an_unknown_pathway_is_404(therapist: User, client_of: Callable[[User], Client]) -> None:
    response = client_of(therapist).post("/api/v1/pathways/none/light", {}, content_type="application/json")
    assert response.status_code == 404


def test_without_a_token_401(client: Client) -> None:
    assert client.post("/api/v1/pathways/itbs/light", {}, content_type="application/json").status_code in {401, 403}
