from datetime import date

import pytest

from pathways.engine.findings import parse_findings

from .conftest import TODAY


def parse(itbs, raw, side="R"):
    return parse_findings(itbs.measures, raw, side, consistency=itbs.questionnaire.consistency, as_of=TODAY)


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("nprs_now", 11),
        ("nprs_now", -1),
        ("nprs_now", 3.0),
        ("nprs_now", True),
        ("nprs_now", "3"),
        ("hipabd_n", 801),
        ("hipabd_n", float("nan")),
        ("hipabd_n", True),
        ("hipabd_n", {"X": 3}),
        ("lever_m", 0.29),
        ("mass_kg", {"L": 60}),
        ("mass_kg", 251),
        ("pain_location", "elbow"),
        ("provoked_by", "running"),
        ("provoked_by", ["flying"]),
        ("noble", "maybe"),
        ("palp_lfc_familiar", 1),
        ("rf_dvt", "no"),
        ("onset_date", "2026-11-24"),
        ("onset_date", "2016-11-22"),
        ("onset_date", "20261101"),
        ("onset_date", 3),
        ("weekly_km_last4", [1, 2, 3]),
        ("weekly_km_last4", [1, 2, 3, 301]),
        ("weekly_km_last4", 4),
        ("previous_injury", [{"what": "x"}]),
        ("hipabd_deficit_pct", 12),
        ("no_such_key", 1),
        ("cadence_spm", 82),
    ],
)
def test_refuses(itbs, key, value):
    _, errors = parse(itbs, {key: value})
    assert list(errors) == [key]
    assert errors[key].endswith(".")


@pytest.mark.parametrize(
    ("key", "value", "kept"),
    [
        ("nprs_now", 0, 0),
        ("nprs_now", 10, 10),
        ("noble", "pos", True),
        ("noble", "neg", False),
        ("noble", True, True),
        ("onset_date", "2016-11-23", date(2016, 11, 23)),
        ("lever_m", 0.3, 0.3),
        ("provoked_by", ["running", "downhill"], ("running", "downhill")),
        ("mass_kg", 60, 60),
    ],
)
def test_keeps(itbs, key, value, kept):
    findings, errors = parse(itbs, {key: value})
    assert errors == {}
    assert findings.value(key, "R") == kept


def test_a_scalar_belongs_to_the_affected_side_only(itbs):
    findings, _ = parse(itbs, {"hipabd_n": 118})
    assert (findings.value("hipabd_n", "R"), findings.value("hipabd_n", "L")) == (118, None)
    findings, _ = parse(itbs, {"hipabd_n": 118}, "both")
    assert findings.value("hipabd_n", "L") == 118


def test_null_is_not_asked(itbs):
    findings, errors = parse(itbs, {"rf_dvt": None, "hipabd_n": {"L": None, "R": 3}})
    assert errors == {}
    assert findings.value("rf_dvt", "R") is None
    assert findings.value("hipabd_n", "L") is None


def test_worst_pain_is_the_worst(itbs):
    assert list(parse(itbs, {"nprs_worst_7d": 3, "nprs_avg_7d": 4})[1]) == ["nprs_worst_7d"]
    assert list(parse(itbs, {"nprs_worst_7d": 3, "nprs_now": 4})[1]) == ["nprs_worst_7d"]
    assert parse(itbs, {"nprs_worst_7d": 3, "nprs_avg_7d": 3, "nprs_now": 3})[1] == {}
    assert parse(itbs, {"nprs_avg_7d": 4})[1] == {}


def test_the_message_names_the_range(itbs):
    assert parse(itbs, {"nprs_now": 11})[1]["nprs_now"] == "Moet tussen 0 en 10 liggen."
