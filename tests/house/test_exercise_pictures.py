"""Each exercise of the seeds has a picture, small and as the house draws it; it works in light and in dark."""

import subprocess
import sys
from pathlib import Path
from xml.etree import ElementTree

import pytest
import yaml

from fysicure.templatetags.exercises import FOLDER, exercise_picture, pictured
from tests.house.test_style import ROOT

PICTURES = sorted((ROOT / "static" / FOLDER).glob("*.svg"))
LARGEST = 4096


def test_no_exercise_is_without_a_picture() -> None:
    """An exercise that is added to the seeds is drawn too: a pose in scripts/exercise_pictures."""
    written = yaml.safe_load((ROOT / "seeds" / "exercises.yaml").read_text(encoding="utf-8"))["exercises"]
    used = set(written)
    for path in (ROOT / "seeds" / "pathways").glob("*.yaml"):
        document = yaml.safe_load(path.read_text(encoding="utf-8"))
        used |= {row["exercise"] for phase in document["phases"] for row in phase.get("exercises", ())}
    assert used == pictured()


def test_the_files_are_what_the_script_draws() -> None:
    command = [sys.executable, str(ROOT / "scripts" / "draw_exercises.py"), "--check"]
    ran = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (ran.returncode, ran.stdout) == (0, "")


@pytest.mark.parametrize("path", PICTURES, ids=lambda path: path.stem)
def test_a_picture_is_small_and_has_both_sets_of_colours(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    root = ElementTree.fromstring(text)  # noqa: S314 our own file
    assert len(text) <= LARGEST
    assert root.get("viewBox", "").endswith(" 320 240")
    assert "prefers-color-scheme:dark" in text
    for shape in root.iter("{http://www.w3.org/2000/svg}path"):
        colour = shape.get("class", "")
        assert f".{colour}{{" in text, "a colour without its dark one"


def test_an_exercise_of_the_practice_itself_shows_no_broken_image() -> None:
    assert exercise_picture("OWN1", ("Stand.",)) == ""
    shown = exercise_picture("E6", ("Sta op <één> been.", "Kantel.", "Kom terug."))
    assert 'alt="Sta op &lt;één&gt; been. Kantel."' in shown and 'width="320" height="240"' in shown
    assert 'alt=""' in exercise_picture("E6")
