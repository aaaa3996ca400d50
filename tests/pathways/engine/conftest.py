"""The content of ``seeds/`` once, and small builders for findings, sessions and plans."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from pathways.engine.classification import Classification, classify
from pathways.engine.content import Content, read_content
from pathways.engine.findings import parse_findings
from pathways.engine.lights import Entry
from pathways.engine.model import Definition

SEEDS = Path(__file__).parents[3] / "seeds"
TODAY = date(2026, 11, 23)


@pytest.fixture(scope="session")
def content() -> Content:
    return read_content(SEEDS)


@pytest.fixture(scope="session")
def itbs(content: Content) -> Definition:
    return content.pathways["itbs"]


@pytest.fixture(scope="session")
def quiet(itbs: Definition) -> dict[str, Any]:
    """No red flag and no contra finding."""
    rules = itbs.classification
    return {row.key: False for row in (*rules.red_flags, *rules.contra)}


@pytest.fixture(scope="session")
def judge_findings(itbs: Definition, quiet: dict[str, Any]) -> Callable[..., Classification]:
    """Classify raw findings on top of the quiet ones."""

    def run(raw: dict[str, Any], *, side: str = "R", age: int | None = 29, on: date = TODAY) -> Classification:
        findings, errors = parse_findings(
            itbs.measures, {**quiet, **raw}, side, consistency=itbs.questionnaire.consistency, as_of=on
        )
        assert errors == {}
        return classify(itbs, side=side, age=age, as_of=on, findings=findings)

    return run


def run_on(day: date, pains: tuple[int | None, ...] = (0, 1, 1, 0), *, hour: int = 9, **more: Any) -> Entry:
    """A run of 30 minutes with pain before, during, after and next."""
    start = datetime(day.year, day.month, day.day, hour, tzinfo=UTC)
    pre, during, after, later = pains
    more.setdefault("side", "R")
    return Entry(start, start + timedelta(minutes=30), pre=pre, during=during, after=after, next=later, **more)


def ago(days: int) -> date:
    return TODAY - timedelta(days=days)
