"""The example of docs/outcomes-of-the-practice.md runs as it stands there, and prints what stands there."""

import datetime
import re
from pathlib import Path

import httpx
import pytest

from patients.models import EpisodeOfCare
from tests.api.in_process import application
from tests.api.practice import Practice
from tests.pathways.stories import make_plan, measure
from tests.people import NOW, make_patient

PAGE = Path(__file__).parents[2] / "docs" / "outcomes-of-the-practice.md"
CODE = re.findall(r"```python\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.S)
SHOWN = re.findall(r"```text\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.S)
# Of each plan: how many weeks it took (None: it runs), and the scores that were taken.
STORIES = ((8, (52, 70)), (9, (58, 74)), (12, (61,)), (None, (55,)))


@pytest.fixture
def finished(practice: Practice) -> None:
    """Three plans that were completed, of which one was measured once, and one that still runs; An's plan runs too."""
    for number, (weeks, scores) in enumerate(STORIES):
        episode = EpisodeOfCare.objects.create(
            patient=make_patient(f"Nummer{number}", "Bo"), reason="Knie", started_on=NOW.date(), side="R"
        )
        begun = NOW.date() - datetime.timedelta(weeks=20)
        ended = {"status": "completed", "ended_on": begun + datetime.timedelta(weeks=weeks)} if weeks else {}
        plan = make_plan(episode, practice.treating, weeks=20, phase="P5", **ended)
        for days_ago, score in zip((130, 20), scores, strict=False):
            measure(plan, {"lefs": score}, days_ago=days_ago)


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
