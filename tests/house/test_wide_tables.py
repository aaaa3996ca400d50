"""A table that is wider than its page scrolls in a box that the keyboard reaches and that has a name (WCAG 2.1.1)."""

import re
from pathlib import Path

TEMPLATES = Path(__file__).resolve().parent.parent.parent / "templates"
BOX = re.compile(r"<\w+ [^>]*\btable-scroll\b[^>]*>")
# A letter's tables take the width that there is (`.letter-sheet .table-scroll .table`).
NARROW = {"pathways/_letter_part.html"}


def test_each_box_of_a_wide_table_is_a_named_stop() -> None:
    boxes = [
        (str(path.relative_to(TEMPLATES)), box)
        for path in TEMPLATES.rglob("*.html")
        for box in BOX.findall(path.read_text(encoding="utf-8"))
    ]
    assert len(boxes) > 5
    loose = [
        f"{name}: {box}"
        for name, box in boxes
        if name not in NARROW and not ('tabindex="0" role="region"' in box and re.search(r"aria-label(ledby)?=", box))
    ]
    assert not loose, "\n".join(loose)
