"""Worked cases as data: they say in Dutch what comes out otherwise, and what cannot be tried is refused beforehand."""

import copy
from collections.abc import Mapping
from typing import Any

import pytest

from pathways.engine.cases import Case, cases_of, findings_given, run_case
from pathways.engine.checks import validate_document
from pathways.engine.content import Content
from pathways.engine.definition import parse_definition
from pathways.engine.model import Definition


@pytest.fixture
def cases(content: Content) -> dict[str, Case]:
    return {case.id: case for case in cases_of(content.documents["itbs"])}


def changed(case: Case, part: str, **expect: Any) -> Case:
    """The same case with another expectation."""
    given = getattr(case, part)
    wanted = [expect] if part == "light" else {**given["expect"], **expect}
    return Case(case.id, case.vignette, **{part: {**given, "expect": wanted}})


def test_every_worked_case_of_the_clinical_source_is_there(cases: dict[str, Case]) -> None:
    assert {"C01", "C02", "C03", "C04", "C05", "C06"} <= set(cases)


def test_a_document_without_cases_has_none() -> None:
    assert cases_of({"key": "x"}) == ()


@pytest.mark.parametrize(
    ("name", "expect", "sentence"),
    [
        ("C01", {"class": "POSSIBLE"}, "Klasse: verwacht POSSIBLE, gekregen LIKELY."),
        ("C01", {"start_step": None}, "Startstap: verwacht niets, gekregen S4."),
        ("C01", {"criteria": {"C2": False}}, "Criterium C2: verwacht nee, gekregen ja."),
        ("C01", {"criteria": {"C9": True}}, "Criterium C9: komt in dit zorgpad niet voor."),
        (
            "C01",
            {"derived": {"hipabd_deficit_pct": 22.5}},
            "Berekende waarde hipabd_deficit_pct: verwacht 22,5, gekregen 22,4.",
        ),
        ("C01", {"contra": ["k_hip"]}, "Pleit ertegen: verwacht k_hip, gekregen niets."),
        ("C05", {"red_flags": []}, "Alarmtekens: verwacht niets, gekregen rf_dvt."),
    ],
)
def test_what_differs_is_said(
    itbs: Definition, cases: dict[str, Case], name: str, expect: dict[str, Any], sentence: str
) -> None:
    assert run_case(itbs, changed(cases[name], "classify", **expect)) == [sentence]


def test_progress_and_lights_that_differ_are_said(itbs: Definition, cases: dict[str, Case]) -> None:
    stays = changed(cases["C02"], "progress", proposal="stay", to_phase=None)
    assert run_case(itbs, stays) == [
        "Voorstel: verwacht stay, gekregen advance.",
        "Naar fase: verwacht niets, gekregen P2.",
    ]
    green = changed(cases["C06"], "light", light="GREEN", peak=3)
    assert run_case(itbs, green) == ["Sessie 1, licht: verwacht GREEN, gekregen AMBER."]


def test_a_finding_that_cannot_be_is_said(itbs: Definition, cases: dict[str, Case]) -> None:
    given = cases["C01"].classify or {}
    wrong = {**given, "findings": {**given["findings"], "nprs_now": 11}}
    assert run_case(itbs, Case("X", "", classify=wrong)) == ["nprs_now: Moet tussen 0 en 10 liggen."]


def test_what_a_case_does_not_name_is_a_no_and_null_is_not_asked(itbs: Definition) -> None:
    given = findings_given(itbs, {"findings": {"rf_fever": None}})
    assert given["rf_fever"] is None
    assert given["rf_dvt"] is False
    assert "stairs_nprs" not in given


@pytest.mark.parametrize(
    ("path", "change", "reason"),
    [
        ("cases[1].id", {"id": "C01"}, "duplicate key C01"),
        ("cases[1].classify.findings.nonsense", {"classify": "findings"}, "unknown measure nonsense"),
        ("cases[1].progress.phase", {"progress": {"phase": "P9"}}, "unknown phase P9"),
        ("cases[1].progress.course", {"progress": {"course": "soon"}}, "unknown course soon"),
        ("cases[1].progress.as_of", {"progress": {"as_of": "2026-02-31"}}, "'2026-02-31' is no day"),
    ],
)
def test_a_case_that_cannot_be_tried_is_a_fault(
    content: Content, path: str, change: Mapping[str, Any], reason: str
) -> None:
    document: dict[str, Any] = copy.deepcopy(dict(content.documents["itbs"]))
    case = document["cases"][1]
    if "id" in change:
        case["id"] = change["id"]
    if "classify" in change:
        case["classify"] = {**document["cases"][0]["classify"], "findings": {"nonsense": 1}}
    case["progress"] = {**case["progress"], **change.get("progress", {})}
    tables = {"measures": content.measures, "references": content.references, "exercises": content.exercises}
    faults = validate_document(document, **tables)
    assert [(fault.path, fault.reason) for fault in faults] == [(path, reason)]


def test_time_since_a_date_can_be_an_exit_line(content: Content) -> None:
    """A date that was measured once, as the database keeps it, still tells how many weeks have passed today."""
    document = content.documents["knee_return_to_sport"]
    definition = parse_definition(document, content.measures, content.references, content.exercises)
    case = next(each for each in cases_of(document) if each.id == "R04")
    given = case.progress or {}
    key = "weeks_since_surgery>=39 or injury_kind!=acl_reconstruction"
    early = {**given, "as_of": "2026-11-08", "expect": {"criteria": {key: "not_met"}}}
    late = {**given, "as_of": "2026-11-09", "expect": {"criteria": {key: "met"}}}
    assert run_case(definition, Case("X", "", progress=early)) == []
    assert run_case(definition, Case("X", "", progress=late)) == []
