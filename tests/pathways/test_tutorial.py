"""The tutorial docs/guides/developer/your-own-condition.md works as it stands: its blocks are taken out and loaded."""

import re
import shutil
from pathlib import Path

import pytest

from pathways.definitions import load
from pathways.engine.cases import cases_of, run_case
from pathways.engine.content import Content, ContentError, read_content
from pathways.models import PathwayVersion
from tests.pathways.stories import SEEDS
from tests.people import NOW

PAGE = Path(__file__).parents[2] / "docs" / "guides" / "developer" / "your-own-condition.md"
BLOCK = re.compile(r'^```yaml title="seeds/([\w/]+\.yaml)"\n(.*?)^```$', re.MULTILINE | re.DOTALL)
SAID = re.compile(r'^```text title="what load_pathways says"\n(.*?)\n```$', re.MULTILINE | re.DOTALL)
TEXT = PAGE.read_text(encoding="utf-8")


@pytest.fixture
def seeds(tmp_path: Path) -> Path:
    """The seeds with what the tutorial adds to them, block after block."""
    folder = Path(shutil.copytree(SEEDS, tmp_path / "seeds"))
    for name, block in BLOCK.findall(TEXT):
        with (folder / name).open("a", encoding="utf-8") as file:
            file.write(block)
    return folder


@pytest.fixture
def content(seeds: Path) -> Content:
    return read_content(seeds)


def test_each_worked_case_comes_out_as_written(content: Content) -> None:
    cases = cases_of(content.documents["achilles"])
    assert len(cases) == 5
    assert {case.id: run_case(content.pathways["achilles"], case) for case in cases} == {case.id: [] for case in cases}


def test_the_mistake_that_the_tutorial_makes_is_refused_in_its_words(seeds: Path) -> None:
    path = seeds / "pathways" / "achilles.yaml"
    text = path.read_text(encoding="utf-8")
    right = "measure: nprs_worst_7d, at_most: 5,"
    assert text.count(right) == 1
    path.write_text(text.replace(right, right.replace("5", "50")), encoding="utf-8")
    with pytest.raises(ContentError) as refused:
        read_content(seeds)
    said = SAID.search(TEXT)
    assert said is not None
    assert list(refused.value.faults) == [said[1]]


def test_it_loads_as_a_draft(db: None, seeds: Path) -> None:
    assert "achilles v1" in load(seeds, now=NOW).drafts
    assert PathwayVersion.objects.get(pathway_id="achilles").status == PathwayVersion.Status.DRAFT
