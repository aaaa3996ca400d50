"""The example of docs/outcomes-of-the-practice.md runs as it stands there, and prints what stands there."""

import datetime
import re
from pathlib import Path
from typing import Any

import httpx
import pytest

from pathways.definitions import load_content
from pathways.models import CarePlan, PathwayVersion
from pathways.versions import publish_version, review_version
from patients.models import EpisodeOfCare
from tests.api.in_process import application
from tests.api.practice import Practice
from tests.pathways.stories import content, instruments, make_classification, make_plan, measure
from tests.people import NOW, make_patient

PAGE = Path(__file__).parents[2] / "docs" / "outcomes-of-the-practice.md"
DAY = datetime.timedelta(days=1)
BEGUN = NOW.date() - datetime.timedelta(weeks=20)
CODE = re.findall(r"```python\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.S)
SHOWN = re.findall(r"```text\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.S)
# Of each plan: how many weeks it took (None: it runs), and the scores that were taken.
STORIES = ((8, (52, 70)), (9, (58, 74)), (12, (61,)), (None, (55,)))
# Pathways with one plan each, of which nothing is known but how many weeks it took (None: it runs).
OTHERS = {"knee_osteoarthritis": 12, "plantar_heel_pain": None}


@pytest.fixture
def finished(practice: Practice) -> None:
    """Three plans that were completed, of which one was measured once, and one that still runs; An's plan runs too.

    Of two other pathways there is one plan without any score; of one of those none was completed.
    """
    for number, (weeks, scores) in enumerate(STORIES):
        plan = make_plan(episode_of(number), practice.treating, weeks=20, phase="P5", **ended(BEGUN, weeks))
        for days_ago, score in zip((130, 20), scores, strict=False):
            measure(plan, {"lefs": score}, days_ago=days_ago)
    load_content(content(), instruments(), now=NOW)
    for number, (slug, weeks) in enumerate(OTHERS.items()):
        begun, episode, version = BEGUN + (number + 1) * DAY, episode_of(100 + number), in_use(slug, practice)
        CarePlan.objects.create(
            patient=episode.patient, episode=episode, pathway_version=version, practitioner=practice.treating,
            classification=make_classification(episode, version, practice.treating.user, NOW), side="R",
            course="acute", started_on=begun, **ended(begun, weeks),
        )  # fmt: skip


def in_use(slug: str, practice: Practice) -> PathwayVersion:
    draft, by = PathwayVersion.objects.get(pathway_id=slug), practice.treating.user
    return publish_version(review_version(draft, by=by, now=NOW), by=by, now=NOW)


def episode_of(number: int) -> EpisodeOfCare:
    patient = make_patient(f"Nummer{number}", "Bo")
    return EpisodeOfCare.objects.create(patient=patient, reason="Knie", started_on=NOW.date(), side="R")


def ended(begun: datetime.date, weeks: int | None) -> dict[str, Any]:
    return {"status": "completed", "ended_on": begun + datetime.timedelta(weeks=weeks)} if weeks else {}


def test_the_example_is_twenty_lines() -> None:
    lines = [line for line in CODE[1].splitlines() if line and not line.startswith(("from ", "import "))]
    assert len(lines) <= 20


def test_it_prints_what_the_page_shows(
    finished: None, practice: Practice, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("FYSICURE_URL", "http://localhost")
    monkeypatch.setenv("FYSICURE_TOKEN", practice.tokens["therapist"])
    real = httpx.Client.__init__

    def in_process(self: httpx.Client, *args: object, **kwargs: object) -> None:
        real(self, *args, **{**kwargs, "transport": httpx.WSGITransport(app=application)})  # type: ignore[arg-type]

    monkeypatch.setattr(httpx.Client, "__init__", in_process)
    names: dict[str, object] = {}
    for block in CODE:
        exec(compile(block, str(PAGE), "exec"), names)  # noqa: S102 our own page
    assert capsys.readouterr().out == SHOWN[0]
