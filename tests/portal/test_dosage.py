"""A dosage as therapists write it, in numbers that a clock can follow."""

import pytest
import yaml

from fysicure.portal.dosage import Dosage, read_dosage
from tests.house.test_style import ROOT

ONCE = (1, 1)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("10 x 10 s", Dosage(10, ONCE, (10, 10))),
        ("5 x 30-45 s", Dosage(5, ONCE, (30, 45))),
        ("3×30 sec.", Dosage(3, ONCE, (30, 30))),
        ("2 x 1 min", Dosage(2, ONCE, (60, 60))),
        ("3 x 10 x 5 s", Dosage(3, (10, 10), (5, 5))),
        ("3 x 10-12 x 5 seconden per kant", Dosage(3, (10, 12), (5, 5), each_side=True)),
        ("3 x 10, 5 s vasthouden", Dosage(3, (10, 10), (5, 5))),
        ("3 x 30 s, chaque côté", Dosage(3, ONCE, (30, 30), each_side=True)),
        ("45 seconds", Dosage(1, ONCE, (45, 45))),
        ('3 x 20"', Dosage(3, ONCE, (20, 20))),
        ("4 x 40-20 s", Dosage(4, ONCE, (40, 40))),
    ],
)
def test_what_is_held_is_timed(text: str, found: Dosage) -> None:
    assert read_dosage(text) == found
    assert found.is_timed


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("3 x 12-15", Dosage(3, (12, 15))),
        ("3 x 12 per kant", Dosage(3, (12, 12), each_side=True)),
        ("3 x 20 contacten", Dosage(3, (20, 20))),
        ("3 x 12, later 4 x 10 en 5 x 8 met 5 s", Dosage(3, (12, 12))),
        ("3 x 8 met steun", Dosage(3, (8, 8))),
        ("20-40 min", Dosage(minutes=(20, 40))),
    ],
)
def test_what_is_counted_or_walked_is_not(text: str, found: Dosage) -> None:
    assert read_dosage(text) == found
    assert not found.is_timed


@pytest.mark.parametrize("text", ["", "zo vaak je wil", "6-10 keer", "vrij", "0 x 10 s", "3 x 0 s", "2 x 45 min"])
def test_what_no_clock_can_follow_is_left_to_the_words(text: str) -> None:
    assert read_dosage(text) is None


def test_every_dosage_of_the_pathways_with_seconds_is_timed() -> None:
    texts = set()
    for path in (ROOT / "seeds" / "pathways").glob("*.yaml"):
        document = yaml.safe_load(path.read_text(encoding="utf-8"))
        texts |= {row["sets"] for phase in document["phases"] for row in phase.get("exercises", ())}
    timed = {text for text in texts if (found := read_dosage(text)) and found.is_timed}
    assert timed == {text for text in texts if text.split(",")[0].endswith(" s")} and len(timed) >= 5
